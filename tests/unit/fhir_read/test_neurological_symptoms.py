"""What starts the clock of brain imaging: a symptom by its code surely, by its words as a reason to look."""

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.charting import ICD, Json, chart_of, coded, condition

SYMPTOM = "neurological-symptom"


@pytest.mark.parametrize(
    ("code", "standing"),
    [
        (coded("25064002"), Standing.COUNTS),
        (coded("91175000"), Standing.COUNTS),
        (coded("R51.9", ICD), Standing.COUNTS),
        ({"text": "Headache"}, Standing.CONTEXT),
        ({"text": "Seizure"}, Standing.CONTEXT),
        ({"text": "New onset dizziness"}, Standing.CONTEXT),
    ],
)
def test_a_symptom_that_may_come_from_the_brain(code: Json, standing: Standing) -> None:
    (found,) = chart_of(condition(code)).diagnoses
    assert (SYMPTOM in found.concepts, found.standing) == (True, standing)


@pytest.mark.parametrize("words", ["No headache", "Headache ruled out", "Family history of seizures"])
def test_a_symptom_that_is_denied_is_none(words: str) -> None:
    assert all(SYMPTOM not in each.concepts for each in chart_of(condition({"text": words})).diagnoses)
