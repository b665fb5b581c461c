"""The edges of VACC, HBV, FERT, CONTRA and the screenings (knowledge base, section 4.2): the day before, of
and after each window, age, cut-off and change of edition. All of them are read from the data.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from abstractor.abstract import ReportingPeriod, Verdict
from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase
from abstractor.guidelines.book.charting import chart_of, known_by
from abstractor.guidelines.book.working import WorkedMeasure, measured
from abstractor.rules.decide import abstract_chart
from abstractor.rules.measures import CareDue, Screening, Vaccination
from abstractor.rules.measures.asking import Duty
from abstractor.rules.measures.occasions import FirstDose
from abstractor.rules.measures.vaccination import Vaccine
from tests.asking import library

FIRST = date(2022, 6, 1)
RULES = {measure.id: measure.rule for measure in library().measures}
EDITIONS = {edition.id: edition for edition in library().editions}


def care(measure: str) -> CareDue:
    rule = RULES[measure]
    assert isinstance(rule, CareDue)
    return rule


def screening(measure: str) -> Screening:
    rule = RULES[measure]
    assert isinstance(rule, Screening)
    return rule


def vaccination() -> Vaccination:
    rule = RULES["VACC"]
    assert isinstance(rule, Vaccination)
    return rule


def story(
    measure: str,
    *facts: Fact,
    first: date = FIRST,
    born: date | None = date(1985, 3, 4),
    drug: str = "trastuzumab",
    as_of: date | None = None,
    gender: str = "female",
) -> MeasureCase:
    return MeasureCase(
        says="someone",
        why="",
        measure=measure,
        metastatic=first - timedelta(days=30),
        lines=(Course((drug,), first),),
        facts=facts,
        born=born,
        gender=gender,
        as_of=as_of or first + timedelta(days=200),
    )


def found(case: MeasureCase) -> WorkedMeasure:
    (worked,) = measured([case], library())
    return worked


def verdict(case: MeasureCase) -> str | None:
    given = found(case).verdict
    return None if given is None else str(given)


def birthday(years: int, on: date) -> date:
    return date(on.year - years, on.month, on.day)


LATEST = max(need.after for need in care("HBV").needs)
TESTS = [need.any_of[0].results[0] for need in care("HBV").needs]


@pytest.mark.parametrize("drug", ["trastuzumab", "docetaxel", "palbociclib", "capecitabine", "tucatinib"])
@pytest.mark.parametrize(
    ("day", "expected"),
    [(-4000, "met"), (LATEST - 1, "met"), (LATEST, "met"), (LATEST + 1, "not-met")],
)
def test_hepatitis_b_tests_until_the_last_day(drug: str, day: int, expected: str) -> None:
    on = FIRST + timedelta(days=day)
    facts = [Fact(FactKind.RESULT, on, test, answer="negative") for test in TESTS]
    assert verdict(story("HBV", *facts, drug=drug)) == expected


@pytest.mark.parametrize("late", TESTS)
def test_one_test_a_day_too_late_is_two_of_three(late: str) -> None:
    days = {test: LATEST + (test == late) for test in TESTS}
    facts = [
        Fact(FactKind.RESULT, FIRST + timedelta(days=days[test]), test, answer="negative") for test in TESTS
    ]
    worked = found(story("HBV", *facts))
    assert (worked.verdict, "partial, 2 of 3" in worked.shows) == (Verdict.NOT_MET, True)


STARTS = [
    (measure, EDITIONS[name].valid_from, name)
    for measure in ("HBV", "FERT")
    for name in care(measure).editions()
]


@pytest.mark.parametrize(("measure", "start", "name"), STARTS, ids=[row[2] for row in STARTS])
def test_the_edition_of_the_day_asks(measure: str, start: date, name: str) -> None:
    known = [EDITIONS[each] for each in care(measure).editions()]
    for day in (-1, 0, 1):
        on = start + timedelta(days=day)
        asked = [edition.id for edition in known if edition.in_force(on)]
        if asked and asked[0] == name and _advised_before(measure, start):
            asked = [edition.id for edition in known if edition.in_force(start - timedelta(days=1))]
        assert found(story(measure, first=on)).edition == (asked[0] if asked else None), on


def _advised_before(measure: str, start: date) -> bool:
    """Nothing is on record: in grace that is better by an edition that only advised."""
    before = [e for e in care(measure).asked if EDITIONS[e.edition].in_force(start - timedelta(days=1))]
    return any(e.duty is Duty.ADVISORY for e in before)


@pytest.mark.parametrize(("day", "advisory"), [(0, True), (90, True), (91, False)])
def test_in_grace_what_was_only_advised_is_advised_still(day: int, advisory: bool) -> None:
    start = EDITIONS["asco-hbv-2020"].valid_from + timedelta(days=day)
    told = story("HBV", first=start)
    chart = chart_of(told, library().agents)
    period = ReportingPeriod(date(start.year, 1, 1), date(start.year, 12, 31), "UTC")
    policy, as_of = library().line_policy, known_by(told)
    abstract = abstract_chart(chart, library(), policy, period, as_of, definition="A", program="test")
    (finding,) = [each for each in abstract.findings if each.rule == "HBV"]
    assert (finding.verdict, finding.advisory) == (Verdict.NOT_MET, advisory)
    assert any(flag.code == "HBV" for flag in abstract.flags) is not advisory
    assert finding.edition == ("asco-hbv-2015" if advisory else "asco-hbv-2020")
    assert finding.also == ("asco-hbv-2020" if advisory else None)


def _limits(measure: str) -> tuple[int, int]:
    (women,) = [who for who in care(measure).who if who.gender == "female"]
    assert women.age_to is not None
    return women.age_from, women.age_to


@pytest.mark.parametrize("measure", ["FERT", "CONTRA"])
def test_women_from_a_birthday_to_the_day_before_another(measure: str) -> None:
    lowest, highest = _limits(measure)
    for born, asked in (
        (birthday(lowest, FIRST) + timedelta(days=1), False),
        (birthday(lowest, FIRST), True),
        (birthday(highest + 1, FIRST) + timedelta(days=1), True),
        (birthday(highest + 1, FIRST), False),
    ):
        assert (verdict(story(measure, born=born)) is not None) is asked, born


@pytest.mark.parametrize("age", [17, 18, 45, 46, 90])
def test_men_of_any_age_for_fertility_and_none_for_a_pregnancy_test(age: int) -> None:
    born = birthday(age, FIRST)
    assert verdict(story("FERT", born=born, gender="male")) == "unknown"
    assert verdict(story("CONTRA", born=born, gender="male")) is None


def her2_drugs() -> tuple[str, ...]:
    trigger = care("CONTRA").trigger
    assert isinstance(trigger, FirstDose)
    return trigger.agents


@pytest.mark.parametrize("drug", her2_drugs())
@pytest.mark.parametrize("edge", [-1, 0, 1])
def test_a_pregnancy_test_from_the_first_day_to_the_dose(drug: str, edge: int) -> None:
    before, after = care("CONTRA").needs[0].before, care("CONTRA").needs[0].after
    assert before is not None
    counselled = Fact(FactKind.VISIT, FIRST, "contraception-counselling")
    for day, inside in ((-before + edge, edge >= 0), (after + edge, edge <= 0)):
        tested = Fact(FactKind.RESULT, FIRST + timedelta(days=day), "pregnancy-test", answer="negative")
        case = story("CONTRA", tested, counselled, drug=drug)
        assert verdict(case) == ("met" if inside else "not-met"), day


CUTS = [
    (measure, each.concept, each.high_from)
    for measure in ("DISTRESS", "PAIN")
    for each in screening(measure).instruments
    if each.high_from is not None
]


@pytest.mark.parametrize(("measure", "concept", "cut"), CUTS, ids=[row[1] for row in CUTS])
def test_a_score_is_high_from_its_cut_off_on(measure: str, concept: str, cut: float) -> None:
    on = FIRST + timedelta(days=40)
    for offset, low in ((-1, True), (0, False), (1, False)):
        score = Fact(FactKind.RESULT, on, concept, value=cut + offset, unit="{score}")
        given = verdict(story(measure, Fact(FactKind.VISIT, on), score, as_of=date(2022, 12, 31)))
        assert (given == "met") is low, cut + offset


@pytest.mark.parametrize(
    ("measure", "kind", "concept"),
    [("DISTRESS", FactKind.REFERRAL, "psychosocial-care"), ("PAIN", FactKind.PLAN, "pain-management")],
)
def test_what_follows_a_high_score_until_the_last_day(measure: str, kind: FactKind, concept: str) -> None:
    rule = screening(measure)
    assert rule.high is not None
    on, scale = FIRST + timedelta(days=40), rule.instruments[0]
    assert scale.high_from is not None
    high = Fact(FactKind.RESULT, on, scale.concept, value=scale.high_from, unit="{score}")
    for day in (-1, 0, 1, rule.high.within - 1, rule.high.within, rule.high.within + 1):
        after = Fact(kind, on + timedelta(days=day), concept)
        given = verdict(story(measure, Fact(FactKind.VISIT, on), high, after, as_of=date(2022, 12, 31)))
        assert (given == "met") is (0 <= day <= rule.high.within), day


@pytest.mark.parametrize("measure", ["DISTRESS", "FATIGUE"])
def test_a_score_from_the_first_day_of_the_period_to_the_last(measure: str) -> None:
    concept = screening(measure).instruments[0].concept
    for on, inside in (
        (date(2021, 12, 31), False),
        (date(2022, 1, 1), True),
        (date(2022, 12, 31), True),
    ):
        score = Fact(FactKind.RESULT, on, concept, value=1, unit="{score}")
        case = story(measure, Fact(FactKind.VISIT, FIRST), score, as_of=date(2022, 12, 31))
        assert verdict(case) == ("met" if inside else "not-met"), on


@pytest.mark.parametrize("measure", ["DISTRESS", "FATIGUE", "PAIN", "VACC"])
def test_a_visit_of_the_day_before_an_edition_is_not_asked_by_it(measure: str) -> None:
    rule = RULES[measure]
    for name in rule.editions():
        start = EDITIONS[name].valid_from
        for day in (-1, 0, 1):
            on = start + timedelta(days=day)
            if on.year != start.year:
                continue
            case = story(measure, Fact(FactKind.VISIT, on), first=on - timedelta(days=400))
            asked = found(replace(case, as_of=date(on.year, 12, 31))).edition
            assert (asked == name) is (day >= 0), (name, on)


SEEN = date(2025, 2, 10)


def vaccinated(*given: tuple[str, date], born: date, on: date = SEEN) -> str | None:
    facts = [Fact(FactKind.VACCINATION, day, concept) for concept, day in given]
    case = story(
        "VACC", Fact(FactKind.VISIT, on), *facts, first=date(2024, 6, 3), born=born, as_of=date(2025, 12, 31)
    )
    return verdict(case)


def all_but(*left_out: str) -> list[tuple[str, date]]:
    """Every vaccine in good time, but for some."""
    given = [(v.concept, date(2024, 10, 7)) for v in vaccination().vaccines if v.concept not in left_out]
    seconds = [
        (v.concept, date(2025, 1, 6))
        for v in vaccination().vaccines
        if v.doses > 1 and v.concept not in left_out
    ]
    return [*given, *seconds]


@pytest.mark.parametrize("vaccine", vaccination().vaccines, ids=lambda vaccine: vaccine.concept)
def test_a_vaccine_is_due_from_a_birthday_on(vaccine: Vaccine) -> None:
    edges = [(birthday(max(vaccine.age_from, 1), SEEN), True)]
    if vaccine.age_from:
        edges += [(birthday(vaccine.age_from, SEEN) + timedelta(days=1), False)]
    if vaccine.age_to is not None:
        edges += [(birthday(vaccine.age_to + 1, SEEN) + timedelta(days=1), True)]
        edges += [(birthday(vaccine.age_to + 1, SEEN), False)]
    for born, due in edges:
        given = vaccinated(*all_but(vaccine.concept), born=born)
        assert given == ("not-met" if due else "met"), born


@pytest.mark.parametrize("concept", [v.concept for v in vaccination().vaccines if v.seasonal])
def test_a_season_ends_on_the_day_before_the_next(concept: str) -> None:
    month = vaccination().season_month
    starts, ends = date(2024, month, 1), date(2025, month, 1)
    for day, inside in (
        (starts - timedelta(days=1), False),
        (starts, True),
        (starts + timedelta(days=1), True),
        (ends - timedelta(days=1), True),
        (ends, False),
    ):
        given = [*all_but(concept), (concept, day)]
        assert vaccinated(*given, born=date(1975, 4, 12)) == ("met" if inside else "not-met"), day


def test_a_visit_on_the_first_day_of_a_season_asks_for_that_one() -> None:
    month = vaccination().season_month
    seasonal = [v.concept for v in vaccination().vaccines if v.seasonal]
    others = all_but(*seasonal)
    for visit, of_season in ((date(2025, month, 1) - timedelta(days=1), 2024), (date(2025, month, 1), 2025)):
        for season in (2024, 2025):
            given = [*others, *((concept, date(season, month, 3)) for concept in seasonal)]
            met = vaccinated(*given, born=date(1975, 4, 12), on=visit) == "met"
            assert met is (season == of_season), (visit, season)


@pytest.mark.parametrize("vaccine", [v.concept for v in vaccination().vaccines if v.doses > 1])
def test_doses_count_from_so_many_days_apart(vaccine: str) -> None:
    (each,) = [v for v in vaccination().vaccines if v.concept == vaccine]
    for apart, counts in ((each.apart - 1, False), (each.apart, True), (each.apart + 1, True)):
        days = [date(2023, 3, 6), date(2023, 3, 6) + timedelta(days=apart)]
        given = [*all_but(vaccine), *((vaccine, day) for day in days)]
        assert vaccinated(*given, born=date(1975, 4, 12)) == ("met" if counts else "not-met"), apart
