"""Observation to Stage, Biomarker or Result."""

from typing import Any

import pytest

from abstractor.chart import Biomarker, Result, Standing
from tests.unit.fhir_read.charting import LOINC, SNOMED, chart_of, coded, condition, days, observation

IHC, ISH, RATIO = "85319-2", "85318-4", "49683-6"


def the_marker(code: str = IHC, **elements: Any) -> Biomarker:
    (only,) = chart_of(observation(code, **elements)).biomarkers
    return only


def the_result(code: str = "8806-2", **elements: Any) -> Result:
    (only,) = chart_of(observation(code, **elements)).results
    return only


def answer(code: str, system: str = LOINC, text: str | None = None) -> dict[str, Any]:
    return {"valueCodeableConcept": coded(code, system, text)}


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (answer("LA11843-2"), "3+"),
        (answer("LA11842-4"), "2+"),
        (answer("LA11841-6"), "1+"),
        (answer("LA6111-4"), "0"),
        (answer("260349009", SNOMED), "3+"),
        (answer("260348001", SNOMED), "2+"),
        (answer("LA6576-8"), "positive"),
        (answer("260385009", SNOMED), "negative"),
        (answer("280414007", SNOMED), "equivocal"),
        (answer("427685000", SNOMED), "positive"),
        (answer("431396003", SNOMED), "negative"),
        ({"valueString": "3+"}, "3+"),
        ({"valueString": "IHC 3+"}, "3+"),
        ({"valueString": " Positive  (3+) "}, "3+"),
        ({"valueString": "Positive"}, "positive"),
        ({"valueCodeableConcept": {"text": "Equivocal"}}, "equivocal"),
        ({"valueCodeableConcept": {"coding": [{"display": "Negative"}]}}, "negative"),
        (
            answer("42425007", SNOMED, "Equivocal"),
            "equivocal",
        ),  # a code that no table holds, beside known words
        ({"interpretation": [coded("10828004")]}, "positive"),
    ],
)
def test_her2_is_read_in_all_five_forms(value: dict[str, Any], reading: str) -> None:
    found = the_marker(**value)
    assert (found.marker, found.method, found.reading) == ("her2", "ihc", reading)


@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "HER2 pos (low)"},
        {"valueString": "not 3+"},
        {"valueString": "see report"},
        {"valueCodeableConcept": {"coding": [*coded("10828004")["coding"], *coded("260385009")["coding"]]}},
        answer("LA9633-4"),  # "present" is staining, not a HER2 status
        {"valueInteger": 3},
        {"valueBoolean": True},
        {},
    ],
)
def test_anything_else_is_no_reading(value: dict[str, Any]) -> None:
    assert the_marker(**value).reading is None


def test_words_that_are_no_known_form_are_kept() -> None:
    found = the_marker(valueString="HER2 pos (low)")
    assert (found.reading, found.text) == (None, "HER2 pos (low)")
    assert found.sources[-1].path == "Observation.valueString"
    assert found.sources[-1].value == "HER2 pos (low)"


@pytest.mark.parametrize(
    ("code", "marker", "method"),
    [
        (IHC, "her2", "ihc"),
        (ISH, "her2", "ish"),
        (RATIO, "her2", "ish"),
        ("48676-1", "her2", "overall"),
        ("32996-1", "her2-serum", "overall"),
        ("85337-4", "er", "ihc"),
        ("85339-0", "pr", "ihc"),
    ],
)
def test_which_marker_and_method(code: str, marker: str, method: str) -> None:
    found = the_marker(code, **answer("LA6576-8"))
    assert (found.marker, found.method, found.reading) == (marker, method, "positive")


@pytest.mark.parametrize(("code", "reading"), [(ISH, "positive"), ("85337-4", "positive"), (IHC, None)])
def test_present_is_an_answer_where_presence_is_the_question(code: str, reading: str | None) -> None:
    assert the_marker(code, **answer("LA9633-4")).reading == reading


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ({"valueQuantity": {"value": 2.3}}, 2.3),
        ({"valueRatio": {"numerator": {"value": 9}, "denominator": {"value": 4}}}, 2.25),
        ({"valueRatio": {"numerator": {"value": 9}, "denominator": {"value": 0}}}, None),
        ({"valueRatio": {"numerator": {"value": 9, "comparator": ">"}, "denominator": {"value": 4}}}, None),
        ({"valueRatio": {"numerator": {"value": 9}}}, None),
    ],
)
def test_a_ratio_or_a_copy_count_is_a_number(value: dict[str, Any], number: float | None) -> None:
    assert the_marker(RATIO, **value).number == number


def test_the_components_of_a_panel_are_results_and_the_panel_is_none() -> None:
    panel = observation(
        "74885-5",
        component=[
            {"code": coded(RATIO, LOINC), "valueQuantity": {"value": 2.3}},
            {"code": coded(ISH, LOINC), **answer("LA6576-8")},
            {"code": {"text": "comment"}, "valueString": "fine"},
        ],
    )
    found = chart_of(panel).biomarkers
    assert [(each.number, each.reading) for each in found] == [(2.3, None), (None, "positive")]
    assert found[0].sources[1].path == "Observation.component[0].code.coding[0].code"
    assert found[0].sources[2].path == "Observation.component[0].valueQuantity.value"


def test_a_panel_above_other_observations_is_no_result() -> None:
    assert chart_of(observation("74885-5", hasMember=[{"reference": "Observation/2"}])).biomarkers == ()


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({"status": "final"}, Standing.COUNTS),
        ({"status": "amended"}, Standing.COUNTS),
        ({"status": "corrected"}, Standing.COUNTS),
        ({"status": "preliminary"}, Standing.CONTEXT),
        ({"status": "registered"}, Standing.WITHDRAWN),
        ({"status": "cancelled"}, Standing.WITHDRAWN),
        ({"status": None}, Standing.CONTEXT),
        ({"dataAbsentReason": {"text": "not performed"}}, Standing.WITHDRAWN),
        ({"valueCodeableConcept": {"text": "Not done"}}, Standing.AGAINST),
    ],
)
def test_its_standing(elements: dict[str, Any], standing: Standing) -> None:
    assert the_marker(**elements).standing is standing


def test_a_value_beside_the_reason_for_none_is_not_relied_on() -> None:
    absent = {"coding": [{"code": "error"}]}
    chart = chart_of(observation(dataAbsentReason=absent, **answer("LA11843-2")))
    assert [found.standing for found in chart.biomarkers] == [Standing.CONTEXT]
    assert [issue.code for issue in chart.issues] == ["partial-record"]
    assert not chart.seen_whole("Observation")


def test_a_mistake_is_no_result() -> None:
    chart = chart_of(observation(status="entered-in-error", **answer("LA11843-2")))
    assert (chart.biomarkers, chart.results) == ((), ())


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        ({"issued": "2022-06-20T10:00:00Z"}, "2022-06-14"),
        ({"effectiveDateTime": None, "issued": "2022-06-20T10:00:00Z"}, "2022-06-20"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2022-06"}}, "2022-06-01..2022-06-30"),
        ({"effectiveDateTime": None, "effectiveInstant": "2022-06-15T03:00:00Z"}, "2022-06-14"),
        ({"effectiveDateTime": None, "meta": {"lastUpdated": "2022-06-14T00:00:00Z"}}, None),
    ],
)
def test_its_date(elements: dict[str, Any], when: str | None) -> None:
    assert days(the_result(**elements).when) == when


@pytest.mark.parametrize(
    ("value", "number", "unit", "text"),
    [
        ({"valueQuantity": {"value": 62, "unit": "%"}}, 62.0, "%", None),
        ({"valueQuantity": {"value": 62, "code": "%"}}, 62.0, "%", None),
        ({"valueQuantity": {"value": 50, "unit": "%", "comparator": "<"}}, None, "%", "<50 %"),
        ({"valueInteger": 62}, 62.0, None, None),
        ({"valueString": "about 60"}, None, None, "about 60"),
        ({"valueBoolean": False}, None, None, "false"),
        ({}, None, None, None),
    ],
)
def test_a_result_has_a_number_or_words(
    value: dict[str, Any], number: float | None, unit: str | None, text: str | None
) -> None:
    found = the_result(**value)
    assert (found.concepts, found.number, found.unit, found.text) == (("lvef",), number, unit, text)


def test_the_answer_of_a_result() -> None:
    assert the_result("97509-4", **answer("271299001", SNOMED)).value_concepts == ("answer:progressed",)
    assert the_result("97509-4", valueString="Progressive disease").value_concepts == ("answer:progressed",)


def test_an_observation_that_means_nothing_here_gives_no_fact_and_no_remark() -> None:
    chart = chart_of(observation("8302-2", status=None, effectiveDateTime="2022-06-14T10:00:00"))
    assert (chart.results, chart.biomarkers, chart.issues) == ((), (), ())


@pytest.mark.parametrize(
    ("code", "value", "category", "stage"),
    [
        ("21901-4", {"valueCodeableConcept": {"text": "M1"}}, "m", "M1"),
        ("21901-4", {"valueCodeableConcept": {"text": "cM0 (i+)"}}, "m", "M0"),
        ("21901-4", {"valueCodeableConcept": {"text": "MX"}}, "m", "MX"),
        (
            "21907-1",
            {"valueCodeableConcept": {"coding": [{"system": "http://cancerstaging.org", "code": "cM1"}]}},
            "m",
            "M1",
        ),
        ("21907-1", answer("1229903009", SNOMED), "m", "M1"),
        ("21907-1", answer("1229901006", SNOMED), "m", "M0"),
        ("21907-1", {"valueString": "not assessed"}, "m", "not assessed"),
        ("21908-9", {"valueCodeableConcept": {"text": "Stage IV"}}, "group", "IV"),
        ("21902-2", {"valueCodeableConcept": {"text": "IIIA"}}, "group", "IIIA"),
        ("21908-9", {"valueString": "AJCC Stage IV"}, "group", "IV"),
        ("21908-9", {"valueString": "4"}, "group", "IV"),
        ("21908-9", {"valueString": "IV (metastatic)"}, "group", "IV"),
        ("21908-9", {"valueString": "cT2 N1 M1, Stage IV"}, "group", "IV"),
        ("21908-9", {"valueCodeableConcept": {"text": "pT2pN1cM1"}}, "group", "M1"),
        ("21907-1", {"valueString": "M1 (OSS, HEP)"}, "m", "M1"),
        ("21907-1", {"valueString": "cM0(i+)"}, "m", "M0"),
        # Another stage, or a doubt, beside it: as written.
        ("21908-9", {"valueString": "Stage IIIC"}, "group", "IIIC"),
        ("21908-9", {"valueString": "stage I-V"}, "group", "stage I-V"),
        ("21908-9", {"valueString": "Stage III-IV"}, "group", "Stage III-IV"),
        ("21908-9", {"valueString": "Stage II, now stage IV"}, "group", "Stage II, now stage IV"),
        ("21908-9", {"valueString": "T4 N1 M0"}, "group", "T4 N1 M0"),
        ("21907-1", {"valueString": "possible M1"}, "m", "possible M1"),
        ("21907-1", {"valueString": "M0, not M1"}, "m", "M0, not M1"),
    ],
)
def test_a_stage(code: str, value: dict[str, Any], category: str, stage: str) -> None:
    (found,) = chart_of(observation(code, **value)).stages
    assert (found.category, found.value) == (category, stage)


@pytest.mark.parametrize(
    ("about", "count"),
    [
        (["Condition/lung"], 0),
        (["Condition/breast"], 1),
        (["Condition/lung", "Condition/breast"], 1),
        (["Condition/x"], 1),
    ],
)
def test_a_stage_of_another_cancer_is_none(about: list[str], count: int) -> None:
    stage = observation("21907-1", valueString="M1", focus=[{"reference": each} for each in about])
    chart = chart_of(condition("C34.90", id="lung"), condition("C50.911", id="breast"), stage)
    assert len(chart.stages) == count


def test_a_stage_without_a_value_is_none() -> None:
    assert chart_of(observation("21901-4")).stages == ()
