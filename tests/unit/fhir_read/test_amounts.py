"""Numbers that are known between two ends, and numbers in words."""

from typing import Any

import pytest

from abstractor.chart import Bounds, Result, Standing
from tests.unit.fhir_read.charting import LOINC, chart_of, coded, observation

LVEF, ECOG = "8806-2", "89247-1"


def the_result(code: str = LVEF, **elements: Any) -> Result:
    (only,) = chart_of(observation(code, **elements)).results
    return only


def quantity(number: float, comparator: str | None = None, unit: str | None = "%") -> dict[str, Any]:
    given = {"value": number, "comparator": comparator, "unit": unit}
    return {"valueQuantity": {key: held for key, held in given.items() if held is not None}}


def span(low: float | None, high: float | None, *units: str) -> dict[str, Any]:
    ends = {"low": low, "high": high}
    held: dict[str, Any] = {name: {"value": end} for name, end in ends.items() if end is not None}
    for end, unit in zip(held.values(), units, strict=False):
        end["unit"] = unit
    return {"valueRange": held}


@pytest.mark.parametrize(
    ("value", "number", "between", "unit"),
    [
        (quantity(35), 35, None, "%"),
        (quantity(55, ">"), None, Bounds(55, None, low_excluded=True), "%"),
        (quantity(55, ">="), None, Bounds(55, None), "%"),
        (quantity(30, "<"), None, Bounds(None, 30, high_excluded=True), "%"),
        (quantity(30, "<="), None, Bounds(None, 30), "%"),
        (quantity(30, "ad"), None, None, "%"),
        (span(35, 45), None, Bounds(35, 45), None),
        (span(35, 45, "%", "%"), None, Bounds(35, 45), "%"),
        (span(None, 45, "%"), None, Bounds(None, 45), "%"),
        (span(35, None, "%"), None, Bounds(35, None), "%"),
        (span(35, 45, "%", "mL"), None, None, None),
        (span(45, 35), None, None, None),
        (span(None, None), None, None, None),
        ({"valueRange": {"low": {"value": 35, "comparator": ">"}, "high": {"value": 45}}}, None, None, None),
        ({"valueString": "35 %"}, 35, None, "%"),
        ({"valueString": "LVEF: 35%"}, 35, None, "%"),
        ({"valueString": "35"}, 35, None, None),
        ({"valueString": "> 55 %"}, None, Bounds(55, None, low_excluded=True), "%"),
        ({"valueString": "\u226435 %"}, None, Bounds(None, 35), "%"),
        ({"valueString": "30-35%"}, None, Bounds(30, 35), "%"),
        ({"valueString": "20\u201325 %"}, None, Bounds(20, 25), "%"),
        ({"valueString": "20% to 25%"}, None, Bounds(20, 25), "%"),
        ({"valueString": "35-30%"}, None, None, None),
        ({"valueString": "about 35 %"}, None, None, None),
        ({"valueString": "was 60, now 35"}, None, None, None),
        ({"valueString": "moderately reduced"}, None, None, None),
        ({"valueString": "35-40 % (prior 60 %)"}, None, None, None),
    ],
)
def test_an_amount(
    value: dict[str, Any], number: float | None, between: Bounds | None, unit: str | None
) -> None:
    found = the_result(**value)
    assert (found.number, found.between) == (number, between)
    assert found.unit == unit or (number, between) == (None, None)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ({"valueString": "3 - Capable of only limited selfcare"}, 3),
        ({"valueString": "ECOG 3"}, 3),
        ({"valueCodeableConcept": {"text": "ECOG 3"}}, 3),
        ({"valueString": "1: restricted"}, 1),
        ({"valueString": "30 - restricted"}, None),
        ({"valueInteger": 2}, 2),
        ({"valueInteger": 2, "interpretation": [coded("LA9625-0", LOINC)]}, 2),
    ],
)
def test_a_grade(value: dict[str, Any], number: float | None) -> None:
    assert the_result(ECOG, **value).number == number


@pytest.mark.parametrize(
    ("code", "grade"),
    [("LA9622-7", 0), ("LA9623-5", 1), ("LA9624-3", 2), ("LA9625-0", 3), ("LA9626-8", 4), ("LA9627-6", 5)],
)
@pytest.mark.parametrize("place", ["value", "interpretation"])
def test_a_grade_as_an_answer_of_loinc(code: str, grade: int, place: str) -> None:
    said = coded(code, LOINC, "ECOG 9")  # a known code stands before the words beside it
    value = {"valueCodeableConcept": said} if place == "value" else {"interpretation": [said]}
    found = the_result(ECOG, **value)
    assert (found.number, found.value_concepts) == (None, (f"answer:ecog-{grade}",))


def test_a_test_that_was_not_done_is_no_result() -> None:
    assert the_result(valueString="Not done").standing is Standing.AGAINST


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds.exactly(34), "34"),
        (Bounds(30, 35), "30-35"),
        (Bounds(55, None, low_excluded=True), ">55"),
        (Bounds(55, None), ">=55"),
        (Bounds(None, 30, high_excluded=True), "<30"),
        (Bounds(None, 30), "<=30"),
        (Bounds(None, None), "unknown"),
    ],
)
def test_bounds_in_words(bounds: Bounds, words: str) -> None:
    assert str(bounds) == words
