"""Palliative care, planning, brain imaging, retesting and bone-modifying agents, day by day (section 4.2).

Round every edge of their windows and every change of the editions that ask; the edges are those of the data.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest

from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase
from abstractor.guidelines.book.working import WorkedMeasure, measured
from abstractor.rules.library import Confidence, Edition
from abstractor.rules.measures import CareDue
from abstractor.rules.measures.asking import Asking, Duty
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.needs import Need, Silence
from abstractor.rules.measures.occasions import Diagnosed, FirstDose
from tests.asking import library

MEASURES = {measure.id: measure for measure in library().measures}
EDITIONS = {edition.id: edition for edition in library().editions}
ROUND_AN_EVENT = ("PALL", "GOC", "BM-MDT", "MDT", "BRAIN-SX", "BRAIN-SCREEN", "SCALP", "GBRCA")
# Long after grace, and before the next edition.
SETTLED = timedelta(days=200)
LATER = timedelta(days=900)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def found(
    measure: str, event: date, facts: Sequence[Fact], *, as_of: date | None = None, **told: object
) -> WorkedMeasure:
    case = MeasureCase(
        says="a day at an edge",
        why="the window of the data",
        measure=measure,
        metastatic=event,
        facts=tuple(facts),
        as_of=as_of or event + LATER,
        **told,  # type: ignore[arg-type]  # fields of a story, as the tests below name them
    )
    (worked,) = measured([case], library())
    return worked


def due(measure: str) -> CareDue:
    rule = MEASURES[measure].rule
    assert isinstance(rule, CareDue)
    return rule


def asked_on(measure: str, event: date, facts: Sequence[Fact], *, as_of: date | None = None) -> WorkedMeasure:
    """With the event that asks for it on that day, whatever it is."""
    match due(measure).trigger:
        case Diagnosed(concepts=(concept, *_)):
            return found(measure, event, [Fact(FactKind.DIAGNOSIS, event, concept), *facts], as_of=as_of)
        case FirstDose(agents=(drug, *_)):
            return found(measure, event, facts, lines=(Course((drug,), event),), as_of=as_of)
        case _:
            return found(measure, event, facts, as_of=as_of)


def shown(wanted: Wanted, day: date) -> Fact:
    if wanted.activities:
        return Fact(FactKind.REFERRAL, day, wanted.activities[0])
    if wanted.studies:
        return Fact(FactKind.PROCEDURE, day, wanted.studies[0])
    return Fact(FactKind.RESULT, day, wanted.results[0], answer="done")


def edges() -> Iterator[tuple[str, str, str, int, str]]:
    for name in ROUND_AN_EVENT:
        rule = due(name)
        for asking in rule.asked:
            for need in rule.needs:
                if not asking.needs or need.id in asking.needs:
                    for day in _edges_of(need, asking):
                        yield name, asking.edition, need.id, day, _wanted(rule, need, day)


def _edges_of(need: Need, asking: Asking) -> Iterator[int]:
    assert asking.before is None and asking.after is None
    before = 1000 if need.before is None else need.before
    if need.before is not None:
        yield -before - 1
    yield from (-before, -before + 1, need.after - 1, need.after, need.after + 1)


def _wanted(rule: CareDue, need: Need, day: int) -> str:
    early = need.before is not None and day < -need.before
    late = day > need.after and not need.late_counts
    if not early and not late:
        return "met"
    if need.noted:
        return "unknown"
    return "excluded" if rule.silence is Silence.NOT_ASKED else "not-met"


@pytest.mark.parametrize(("name", "edition", "need", "day", "wanted"), list(edges()))
def test_the_edges_of_what_is_due_round_an_event(
    name: str, edition: str, need: str, day: int, wanted: str
) -> None:
    event = EDITIONS[edition].valid_from + SETTLED
    (asked,) = (each for each in due(name).needs if each.id == need)
    worked = asked_on(name, event, [shown(asked.any_of[0], event + days(day))])
    assert (str(worked.verdict), worked.edition) == (wanted, edition), worked.shows


def changes() -> Iterator[tuple[str, Edition]]:
    for name in ROUND_AN_EVENT:
        for edition in due(name).editions():
            yield name, EDITIONS[edition]


@pytest.mark.parametrize("by", [-1, 0, 1])
@pytest.mark.parametrize(("name", "edition"), list(changes()), ids=lambda each: getattr(each, "id", each))
def test_the_day_from_which_an_edition_asks(name: str, edition: Edition, by: int) -> None:
    """Nothing is on record, so that the verdict of the former one is the better only where it advised."""
    worked = asked_on(name, edition.valid_from + days(by), [])
    before = edition.valid_from - days(1)
    held = [e for e in due(name).editions() if EDITIONS[e].in_force(before)]
    if by >= 0 and not (held and advises(name, held[0]) and not advises(name, edition.id)):
        assert worked.edition == edition.id
    else:
        assert worked.edition == (held[0] if held else None)


def advises(name: str, edition: str) -> bool:
    duties = {asking.edition: asking.duty for asking in due(name).asked}
    return duties[edition] is Duty.ADVISORY or EDITIONS[edition].confidence is Confidence.LOW


@pytest.mark.parametrize(
    ("event", "verdict", "edition"),
    [
        (date(2024, 5, 14), "not-met", "asco-palliative-2016"),
        (date(2024, 5, 15), "met", "asco-palliative-2024"),
        (date(2016, 10, 30), "met", "asco-palliative-2012"),
        (date(2016, 10, 31), "met", "asco-palliative-2012"),  # the better one, in the grace period
        (date(2017, 1, 29), "met", "asco-palliative-2012"),
        (date(2017, 1, 30), "not-met", "asco-palliative-2016"),
    ],
)
def test_palliative_care_in_the_tenth_week(event: date, verdict: str, edition: str) -> None:
    referral = Fact(FactKind.REFERRAL, event + days(70), "palliative-care-encounter")
    worked = found("PALL", event, [referral])
    assert (str(worked.verdict), worked.edition) == (verdict, edition), worked.shows


@pytest.mark.parametrize(("day", "verdict"), [(181, "pending"), (182, "not-met"), (183, "not-met")])
def test_palliative_care_is_looked_for_until_26_weeks(day: int, verdict: str) -> None:
    event = date(2025, 1, 6)
    assert str(found("PALL", event, [], as_of=event + days(day)).verdict) == verdict


@pytest.mark.parametrize(("apart", "verdict"), [(89, "met"), (90, "not-met"), (91, "not-met")])
def test_two_symptoms_are_one_episode(apart: int, verdict: str) -> None:
    """The first one is imaged, the second is not."""
    first = date(2023, 3, 1)
    symptoms = [Fact(FactKind.DIAGNOSIS, day, "neurological-symptom") for day in (first, first + days(apart))]
    imaged = Fact(FactKind.PROCEDURE, first, "brain-mri")
    assert str(found("BRAIN-SX", first, [*symptoms, imaged]).verdict) == verdict


@pytest.mark.parametrize(("by", "verdict"), [(-1, "None"), (0, "not-met"), (1, "not-met")])
def test_a_symptom_asks_from_the_day_of_the_metastasis(by: int, verdict: str) -> None:
    event = date(2023, 3, 1)
    symptom = Fact(FactKind.DIAGNOSIS, event + days(by), "neurological-symptom")
    assert str(found("BRAIN-SX", event, [symptom]).verdict) == verdict


RELAPSE = date(2023, 3, 1)
ADJUVANT = Course(("docetaxel", "trastuzumab"), date(2018, 1, 8), date(2018, 12, 10))
MARKERS = ("er", "pr", "her2-ihc")


def results_of(day: date, tissue: str | None = "Liver", markers: Sequence[str] = MARKERS) -> list[Fact]:
    return [Fact(FactKind.MARKER, day, marker, answer="positive", tissue=tissue) for marker in markers]


@pytest.mark.parametrize("late", MARKERS)
@pytest.mark.parametrize("edition", ["asco-biomarkers-2015", "asco-biomarkers-2022"])
@pytest.mark.parametrize(
    ("day", "verdict"),
    [(-30, "met"), (0, "met"), (59, "met"), (60, "met"), (61, "not-met")],
)
def test_each_test_of_the_metastasis(late: str, edition: str, day: int, verdict: str) -> None:
    event = EDITIONS[edition].valid_from + timedelta(days=1600 if edition.endswith("15") else 200)
    others = [marker for marker in MARKERS if marker != late]
    adjuvant = Course(ADJUVANT.drugs, event - days(1000), event - days(700))
    facts = [*results_of(event, markers=others), *results_of(event + days(day), markers=(late,))]
    worked = found("RETEST", event, facts, adjuvant=adjuvant)
    assert (str(worked.verdict), worked.edition) == (verdict, edition), worked.shows


@pytest.mark.parametrize(("apart", "verdict"), [(89, "met"), (90, "met"), (91, "not-met")])
def test_how_old_a_cancer_is_that_was_metastatic_from_the_start(apart: int, verdict: str) -> None:
    """The tests are of the breast."""
    cancer = Fact(FactKind.DIAGNOSIS, RELAPSE - days(apart), "breast-cancer")
    assert str(found("RETEST", RELAPSE, [cancer, *results_of(RELAPSE, "Breast")]).verdict) == verdict


def test_a_result_of_a_distant_site_is_the_metastasis_itself() -> None:
    """However early it is: the disease was metastatic from its day."""
    facts = [*results_of(RELAPSE - days(200), markers=("er",)), *results_of(RELAPSE)]
    worked = found("RETEST", RELAPSE, facts, adjuvant=ADJUVANT)
    assert (str(worked.verdict), str(RELAPSE - days(200)) in worked.shows) == ("not-met", True), worked.shows


@pytest.mark.parametrize(("day", "verdict"), [(60, "met"), (61, "not-met")])
def test_mutations_at_progression(day: int, verdict: str) -> None:
    """The line ends on the day before the next one; its progression was recorded six days earlier."""
    second = date(2022, 9, 12)
    lines = (Course(("letrozole", "palbociclib"), date(2021, 1, 25)), Course(("capecitabine",), second))
    said = [
        Fact(FactKind.RESULT, second - days(7), "disease-status", answer="answer:progressed"),
        Fact(FactKind.RESULT, second - days(7) + days(day), "pik3ca", answer="answer:negative"),
    ]
    worked = found("PIK3CA-ESR1", date(2021, 1, 11), said, lines=lines, her2="0", receptors="positive")
    assert str(worked.verdict) == verdict, worked.shows


FIRST = date(2022, 2, 21)


def around_the_start(drug: str, shifted: str, by: int) -> str:
    """All that is due, one of it so many days from the first dose."""
    at = {"dental-examination": 0, "calcium": 0, "creatinine": 0, shifted: by}
    facts = [
        Fact(FactKind.DOSE, FIRST, drug),
        Fact(FactKind.VISIT, FIRST + days(at["dental-examination"]), "dental-examination"),
        Fact(FactKind.RESULT, FIRST + days(at["calcium"]), "calcium", value=9.4, unit="mg/dL"),
        Fact(FactKind.RESULT, FIRST + days(at["creatinine"]), "creatinine", value=0.8, unit="mg/dL"),
    ]
    return str(found("BMA-SAFE", FIRST - days(30), facts).verdict)


@pytest.mark.parametrize("drug", ["zoledronic acid", "pamidronate", "denosumab 120 mg"])
@pytest.mark.parametrize(
    ("shifted", "by", "verdict"),
    [
        ("dental-examination", -181, "unknown"),
        ("dental-examination", -180, "met"),
        ("dental-examination", 30, "met"),
        ("dental-examination", 31, "unknown"),
        ("calcium", -31, "not-met"),
        ("calcium", -30, "met"),
        ("calcium", 30, "met"),
        ("calcium", 31, "not-met"),
        ("creatinine", -8, "not-met"),
        ("creatinine", -7, "met"),
        ("creatinine", 0, "met"),
        ("creatinine", 1, "not-met"),
    ],
)
def test_round_the_start_of_a_bone_modifying_agent(drug: str, shifted: str, by: int, verdict: str) -> None:
    spared = drug.startswith("denosumab") and shifted == "creatinine"
    assert around_the_start(drug, shifted, by) == ("met" if spared else verdict)


@pytest.mark.parametrize("unit", ["mL/min", "mL/min/{1.73_m2}", "mL/min/1.73m2", "mL/s"])
@pytest.mark.parametrize(
    ("value", "day", "against"),
    [
        (29.9, 10, True),
        (30.0, 10, False),
        (29.9, -90, True),
        (29.9, -91, False),
        (29.9, 90, True),
        (29.9, 91, False),
    ],
)
def test_kidneys_too_weak_for_zoledronic_acid(unit: str, value: float, day: int, against: bool) -> None:
    facts = [
        Fact(FactKind.DIAGNOSIS, FIRST, "bone-metastasis"),
        Fact(FactKind.RESULT, FIRST + days(day), "creatinine-clearance", value=value, unit=unit),
    ]
    wanted = "exception" if against and unit != "mL/s" else "not-met"
    assert str(found("BMA", FIRST, facts).verdict) == wanted
