"""What may stand for evidence that is due: whose codes are loaded, what triggers it, how it is told, and
visits of which one end is known.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from abstractor.chart import Bounds, Chart, Completeness, Result, Seen, Source, Standing
from abstractor.dates import Truth
from abstractor.rules.measures import TRIGGER_KINDS
from abstractor.rules.measures.holding import TumourMarker, Wanted, has_value
from abstractor.rules.measures.needs import Excuses, Substitution
from abstractor.rules.measures.searching import search
from fixtures.stories import Tale, tale
from tests.asking import abstract_told
from tests.builders import day
from tests.measure_contexts import context_of
from tests.unit.rules.measures.test_growth_factor import THP, findings, on
from tests.unit.rules.measures.test_told_of_elsewhere import THP as TOLD_OF
from tests.unit.rules.measures.test_told_of_elsewhere import answer, said, someone
from tests.unit.rules.measures.test_unlisted_records import JUNE, NOBODY, PLATELETS

OPEN = Standing.CONTEXT
WHOLE = (Completeness("Observation", Seen.COMPLETE, 9, None),)


@pytest.mark.parametrize(
    ("wanted", "uncoded", "reason"),
    [
        (Wanted("x", results=("lvef",)), {"lvef"}, "codes-not-loaded"),
        (Wanted("x", studies=("muga",)), {"muga"}, "codes-not-loaded"),
        (Wanted("x", activities=("dental-examination",)), {"dental-examination"}, "codes-not-loaded"),
        (Wanted("x", visits=("dental-examination",)), {"dental-examination"}, "codes-not-loaded"),
        (Wanted("x", diagnoses=("pain",)), {"pain"}, "codes-not-loaded"),
        (Wanted("x", results=("lvef",), studies=("muga",)), {"lvef"}, None),
        (Wanted("x", results=("lvef",), studies=("muga",)), {"lvef", "muga"}, "codes-not-loaded"),
        (Wanted("x", results=("lvef",), drugs=("loperamide",)), {"lvef"}, None),
        (Wanted("x", drugs=("loperamide",)), {"lvef"}, None),
    ],
)
def test_silence_says_nothing_where_no_code_could_break_it(
    wanted: Wanted, uncoded: set[str], reason: str | None
) -> None:
    chart = Chart(NOBODY, completeness=WHOLE)
    context = context_of(chart, (), uncoded=frozenset(uncoded))
    found = search(context, wanted, JUNE, first_type="Observation")
    assert (found.truth, found.reason) == (Truth.UNKNOWN if reason else Truth.NO, reason)


@pytest.mark.parametrize(
    ("wanted", "types"),
    [
        (Wanted("x", results=("lvef",)), ("Observation",)),
        (Wanted("x", markers=(TumourMarker.ER,)), ("Observation",)),
        (Wanted("x", studies=("muga",)), ("Procedure", "DiagnosticReport")),
        (Wanted("x", visits=("dental-examination",)), ("Encounter",)),
        (Wanted("x", diagnoses=("pain",)), ("Condition",)),
        (
            Wanted("x", drugs=("loperamide",)),
            ("MedicationRequest", "MedicationAdministration", "MedicationDispense"),
        ),
        (
            Wanted("x", activities=("y",)),
            ("ServiceRequest", "CarePlan", "DocumentReference", "CareTeam"),
        ),
        (Wanted("x", activities=("y",), kinds=("Immunization",)), ("Immunization",)),
        (Wanted("x", possible_drugs=("denosumab",)), ()),
    ],
)
def test_the_kinds_of_record_that_are_searched(wanted: Wanted, types: tuple[str, ...]) -> None:
    assert wanted.types() == types


@pytest.mark.parametrize(
    ("elements", "zero_counts", "value"),
    [
        ({"number": 210}, False, True),
        ({"number": 0}, False, False),
        ({"number": 0}, True, True),
        ({"between": Bounds(1, None)}, False, True),
        ({"text": "normal"}, False, True),
        ({"value_concepts": ("answer:negative",)}, False, True),
        ({}, True, False),
    ],
)
def test_a_result_has_a_value_in_any_form(elements: dict[str, Any], zero_counts: bool, value: bool) -> None:
    result = replace(PLATELETS, number=None, text=None)
    assert has_value(replace(result, **elements), zero_counts=zero_counts) is value


def held(on: str | None, name: str = "a", standing: Standing = Standing.COUNTS) -> Result:
    sources = (Source(f"Observation/{name}", "Observation.code.text", "1", "ALT"),)
    when = day(on) if on else None
    return replace(PLATELETS, concepts=("alt",), when=when, standing=standing, sources=sources)


@pytest.mark.parametrize(
    ("results", "resource", "reason"),
    [
        ((held("2022-06-14", "b"), held("2022-06-14", "a")), "Observation/a", None),
        ((held("2022-06-15", "a"), held("2022-06-14", "b")), "Observation/b", None),
        ((held(None, "a"), held("2022-06", "b")), "Observation/b", "date-uncertain"),
        ((held("2022", "a"), held("2022-06", "b")), "Observation/a", "date-uncertain"),
        ((held("2022-06", "a"), held("2022-06-01", "b")), "Observation/a", "date-uncertain"),
        ((held(None, "a"),), "Observation/a", "date-uncertain"),
        ((held("2022-06", "a", OPEN),), "Observation/a", "not-final"),
        (
            (held("2022-06-14", "a", Standing.CONTEXT), held("2022-06", "b")),
            "Observation/b",
            "date-uncertain",
        ),
    ],
)
def test_of_several_the_first_that_says_most_is_told(
    results: tuple[Result, ...], resource: str, reason: str | None
) -> None:
    context = context_of(Chart(NOBODY, results=results, completeness=WHOLE), ())
    found = search(context, Wanted("ALT", results=("alt",)), JUNE, first_type="Observation")
    assert (found.sources[0].resource, found.reason) == (resource, reason)
    assert found.found is not None and found.found.sources == found.sources
    assert found.shows.startswith(found.found.said)


@pytest.mark.parametrize(
    ("panel", "on", "shows"),
    [
        (True, "2022-06-14", "a panel with ALT on 2022-06-14, its results not sent"),
        (True, None, "a panel with ALT on no known day, its results not sent"),
        (True, "2022-06-21", None),
        (False, "2022-06-14", None),
    ],
)
def test_a_panel_of_which_no_result_was_sent_leaves_it_open(
    panel: bool, on: str | None, shows: str | None
) -> None:
    sent = replace(held(on), number=None, text=None, panel=panel)
    context = context_of(Chart(NOBODY, results=(sent,), completeness=WHOLE), ())
    found = search(context, Wanted("ALT", results=("alt",)), JUNE, first_type="Observation")
    expected = (Truth.NO, None, "ALT: none") if shows is None else (Truth.UNKNOWN, "part-of-it", shows)
    assert (found.truth, found.reason, found.shows) == expected


@pytest.mark.parametrize(
    "excuses",
    [
        Excuses(diagnoses=("stoma",)),
        Excuses(stop_reasons=("refusal",)),
        Excuses(declined=("dental-examination",)),
        Excuses(said_to_take=("loperamide",)),
        Excuses(urgent_order=True),
        Excuses(substituted=(Substitution("need", "diabetes", Wanted("x", drugs=("olanzapine",))),)),
    ],
)
def test_a_reason_that_a_record_could_still_give(excuses: Excuses) -> None:
    assert excuses.documented
    assert not Excuses(late_within=21, urgent_classes=("EMER",)).documented


def brain(verification: str | None, on: str = "2022-07-05") -> Tale:
    told = tale("someone").her2_positive_mbc("2022-02-01", "liver").asked_for("Dental examination", on)
    return told.metastasis("brain", on, verification=verification)


def of(told: Tale, rule: str) -> list[str]:
    return [str(each.verdict) for each in abstract_told(told.told()).findings if each.rule == rule]


@pytest.mark.parametrize(
    ("verification", "verdicts"),
    [("confirmed", ["not-met"]), ("provisional", []), ("differential", []), ("refuted", [])],
)
def test_a_diagnosis_that_is_not_confirmed_asks_for_nothing(verification: str, verdicts: list[str]) -> None:
    assert of(brain(verification), "BM-MDT") == verdicts


def test_a_confirmed_diagnosis_is_due_beside_an_earlier_one_that_is_not() -> None:
    told = brain("provisional", "2022-06-07").metastasis("brain", "2022-08-02")
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BM-MDT"]
    assert "brain metastasis (2022-08-02)" in found.statement


@pytest.mark.parametrize(
    ("kind", "told", "sentence"),
    [
        ("drug-started", {"agents": ("denosumab",), "name": "a bone drug"}, "the start of a bone drug"),
        ("metastatic", {}, "distant metastasis"),
        ("visits-in-period", {}, "a visit in the abstraction period"),
        ("diagnosed", {"concepts": ("pain",), "name": "pain"}, "pain, the first on record"),
    ],
)
def test_a_trigger_is_told_by_its_name(kind: str, told: dict[str, object], sentence: str) -> None:
    assert TRIGGER_KINDS[kind](**told).sentence() == sentence  # type: ignore[arg-type]  # fields, by kind


def test_a_brain_metastasis_without_a_date_is_told_as_such() -> None:
    told = brain("confirmed").but(onsetDateTime=None, recordedDate=None)
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BM-MDT"]
    assert "brain metastasis (no date)" in found.statement


@pytest.mark.parametrize(
    ("again", "events"),
    [("2022-10-02", 1), ("2022-10-03", 2), ("2022-10", 1), ("2022-11", 2), (None, 1)],
)
def test_a_symptom_that_comes_again_after_ninety_days_is_looked_into_again(
    again: str | None, events: int
) -> None:
    told = tale("someone").her2_positive_mbc("2022-02-01", "liver")
    told.condition("G81.91", "Hemiplegia", "2022-07-05")
    told.condition("G81.91", "Hemiplegia", again or "2022-12-01")
    told.but(**({} if again else {"onsetDateTime": None, "recordedDate": None}))
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BRAIN-SX"]
    assert ("Of 2 such events" in found.statement) is (events == 2), found.statement


@pytest.mark.parametrize(
    ("on", "ended"),
    [("2022", "unknown (date-uncertain)"), (None, "unknown (date-uncertain)"), ("2022-03-07", "not-met")],
)
def test_a_diarrhoea_of_which_the_day_is_open_may_be_of_the_line(on: str | None, ended: str) -> None:
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver")
    told.course(["tucatinib", "capecitabine", "trastuzumab"], "2022-01-03", cycles=8)
    told.condition("R19.7", "Diarrhea, unspecified", on or "2022")
    told.but(**({} if on else {"onsetDateTime": None, "recordedDate": None}))
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "TKI-DIAR"]
    verdict, _, reason = ended.partition(" ")
    assert (found.verdict, reason in found.statement) == (verdict, True), found.statement


def test_a_bone_drug_starts_with_its_first_dose_here_whatever_is_said_of_before() -> None:
    told = tale("someone").her2_positive_mbc("2022-02-07", "bone").visit("2022-02-07")
    told.said_to_take("zoledronic acid", "2022-02-14").order("zoledronic acid", "2022-03-01")
    (ordered,) = [each for each in abstract_told(told.told()).findings if each.rule == "BMA-SAFE"]
    assert "the start (2022-03-01) of a bone-modifying agent" in ordered.statement
    told.given("zoledronic acid", "2022-03-07")
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BMA-SAFE"]
    assert "the start (2022-03-07) of a bone-modifying agent" in found.statement
    (bma,) = [each for each in abstract_told(told.told()).findings if each.rule == "BMA"]
    assert "zoledronic acid" in bma.statement


@pytest.mark.parametrize(
    ("ended", "verdict"), [("2022-01-31", "excluded"), ("2022-02-01", "not-met"), ("2022", "unknown")]
)
def test_a_risk_that_was_over_by_the_first_dose_is_none(ended: str, verdict: str) -> None:
    told = on(THP).condition("N18.4", "Chronic kidney disease, stage 4", "2021-01-05", clinical="resolved")
    (found,) = findings(told.but(abatementDateTime=ended))
    assert found.verdict == verdict, found.statement


@pytest.mark.parametrize(("first", "verdict"), [("2021-02-28", "excluded"), ("2021-03-01", "not-met")])
def test_who_was_born_on_29_february_turns_65_on_1_march(first: str, verdict: str) -> None:
    year = (date(2021, 1, 1), date(2021, 12, 31))
    told = tale("someone", born="1956-02-29", period=year, as_of=year[1]).her2_positive_mbc(
        "2020-12-01", "liver"
    )
    (found,) = findings(told.course(THP, first, cycles=6))
    assert found.verdict == verdict, found.statement


def test_a_failing_kidney_without_a_date_may_be_a_risk_factor() -> None:
    told = on(THP).condition("N18.4", "Chronic kidney disease, stage 4", "2021-01-05")
    (found,) = findings(told.but(onsetDateTime=None, recordedDate=None))
    assert "without a date, which may be a risk factor (date-uncertain)" in found.statement


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"start": "2022-02-20"}, "not-met"),
        ({"end": "2022-02-20"}, "not-met"),
        ({"start": "2021-12-05"}, "excluded treated-elsewhere"),
        ({"end": "2021-12-05"}, "excluded treated-elsewhere"),
        ({"start": "2021-12-05", "end": "2022-02-20"}, "excluded treated-elsewhere"),
    ],
)
def test_a_visit_is_of_the_day_on_which_it_began_or_else_of_its_end(
    period: dict[str, str], expected: str
) -> None:
    """Treatment that is only told of, and one visit: inside of the window it was care here."""
    told = someone().visit("2022-02-20").but(period=period)
    assert answer(said(told, *TOLD_OF), "PALL") == expected


def test_where_visits_are_not_seen_nobody_is_taken_out_for_the_want_of_one() -> None:
    told = said(someone(), *TOLD_OF)
    assert answer(told, "PALL") == "not-met"


def test_what_is_told_of_elsewhere_is_cited() -> None:
    told = said(someone("2022-11-11"), *TOLD_OF)
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "PALL"]
    assert any(each.resource.startswith("MedicationStatement/") for each in found.evidence)


@pytest.mark.parametrize(
    ("death", "visit", "verdict"),
    [
        ({"deceasedDateTime": "2022-12-01"}, None, "not-met"),
        ({"deceasedDateTime": "2022-03-01"}, None, "excluded"),
        ({"deceasedDateTime": "2022"}, None, "unknown"),
        ({"deceasedBoolean": True}, None, "unknown"),
        ({"deceasedBoolean": True}, {"start": "2022-11-01"}, "not-met"),
        ({"deceasedBoolean": True}, {"end": "2022-11-01"}, "not-met"),
        ({"deceasedBoolean": True}, {"start": "2022-03-01"}, "unknown"),
    ],
)
def test_a_death_takes_out_where_it_came_before_the_window_closed(
    death: dict[str, Any], visit: dict[str, str] | None, verdict: str
) -> None:
    """Palliative care within eight weeks of 1 February; who was seen after them had lived."""
    told = someone("2022-02-20")
    if visit is not None:
        told.visit("2022-02-20").but(period=visit)
    story = told.told()
    person, *others = story.resources
    alive = replace(story, resources=({**person, **death}, *others))
    (found,) = [each for each in abstract_told(alive).findings if each.rule == "PALL"]
    assert found.verdict == verdict, found.statement
