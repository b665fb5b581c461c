"""Wishes that are documented, and records that say that none are."""

from typing import Any

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.charting import LOINC, chart_of, coded, observation

WISHES = ("goals-of-care",)
NAMES: list[Any] = ["42348-3", {"text": "Code status"}, {"text": "Advance directive"}]


def wished(name: Any, **value: Any) -> tuple[list[Standing], list[str | None]]:
    """How its results stand, and what is left open in words."""
    chart = chart_of(observation(name, **value))
    assert all(each.concepts == WISHES for each in chart.results)
    assert all(each.worded and each.may_be == WISHES for each in chart.unlisted)
    return [each.standing for each in chart.results], [each.text for each in chart.unlisted]


@pytest.mark.parametrize("name", NAMES, ids=("loinc", "code status", "directive"))
@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "No"},
        {"valueString": "NO."},
        {"valueString": "None"},
        {"valueString": "None on file"},
        {"valueString": "Not on file"},
        {"valueString": "No advance directive on file"},
        {"valueString": "Patient does not have an advance directive"},
        {"valueString": "Not discussed at this time"},
        {"valueString": "Not documented"},
        {"valueString": "Unknown"},
        {"valueString": "N/A"},
        {"valueString": "Deferred"},
        {"valueBoolean": False},
        {"valueCodeableConcept": {"text": "No"}},
        {"valueCodeableConcept": coded("LA32-8", LOINC)},
        {"valueCodeableConcept": coded("373067005")},
        {"valueCodeableConcept": {"coding": [{"code": "N"}]}},
    ],
    ids=str,
)
def test_none_on_file_documents_nothing(name: Any, value: dict[str, Any]) -> None:
    assert wished(name, **value) == ([Standing.AGAINST], [])


@pytest.mark.parametrize("name", NAMES, ids=("loinc", "code status", "directive"))
@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "Yes"},
        {"valueString": "Full code"},
        {"valueString": "DNR/DNI"},
        {"valueString": "No CPR"},
        {"valueString": "No code"},
        {"valueString": "Do not resuscitate"},
        {"valueString": "Not for intubation"},
        {"valueString": "No limitations"},
        {"valueString": "Advance directive on file"},
        {"valueString": "No directive on file; wants full code"},
        {"valueString": "Wants to be at home"},
        {"valueBoolean": True},
        {"valueCodeableConcept": coded("LA33-6", LOINC, "Yes")},
        {"valueDateTime": "2022-06-01", "valueString": "Reviewed 2022-06-01"},
    ],
    ids=str,
)
def test_wishes_are_documented_though_they_say_no(name: Any, value: dict[str, Any]) -> None:
    assert wished(name, **value) == ([Standing.COUNTS], [])


@pytest.mark.parametrize(
    "words", ["Patient declined to discuss", "Presumed full code", "No, her son has the papers at home"]
)
def test_what_neither_grants_nor_denies_is_left_open_in_its_words(words: str) -> None:
    told = f"Code status: {words}"
    assert wished({"text": "Code status"}, valueString=words) == ([], [told])


def test_the_no_of_another_result_is_a_result() -> None:
    (found,) = chart_of(observation({"text": "ESR1"}, valueString="No")).results
    assert (found.concepts, found.standing, found.text) == (("esr1",), Standing.COUNTS, "No")
