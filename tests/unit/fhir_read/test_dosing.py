"""How much and how often: from the structure of a dosage, else from a text that says one plain dose."""

from typing import Any

import pytest

from abstractor.chart import Dose
from abstractor.fhir.facts.dosing import dose_in_words, strength_of
from tests.unit.fhir_read.charting import RXNORM, Json, chart_of, dose, order

BID = {"code": {"coding": [{"code": "BID"}]}}


def mg(amount: float | None, unit: str | None = "mg", **elements: Any) -> Json:
    return {"doseQuantity": {"value": amount, "unit": unit, **elements}}


def every(times: int | None, period: float, unit: str, **elements: Any) -> Json:
    return {"repeat": {"frequency": times, "period": period, "periodUnit": unit, **elements}}


def dose_of(*steps: Json) -> Dose | None:
    (found,) = chart_of(order("abemaciclib", dosageInstruction=list(steps))).orders
    return found.dose


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("125 mg daily", (125, 1)),
        ("600 mg once daily days 1-21", (600, 1)),
        ("150 mg BID", (150, 2)),
        ("Take 150 mg by mouth twice daily.", (150, 2)),
        ("Take 125 mg by mouth once daily for 21 days, then 7 days off", (125, 1)),
        ("125 mg PO daily on days 1 to 21 of each 28-day cycle", (125, 1)),
        ("600 mg (3 x 200 mg tablets) once a day", (600, 1)),
        ("240 mg daily with food", (240, 1)),
        ("2 g every 12 hours", (2, 2)),
        ("100 mg every other day", (100, 0.5)),
        ("4 mg q8h", (4, 3)),
    ],
)
def test_a_plain_text(text: str, said: tuple[float, float]) -> None:
    found = dose_in_words(text)
    assert found is not None
    assert (found.amount, found.per_day) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "as directed",
        "125 mg",
        "daily",
        "1 tablet daily",
        "100-125 mg daily",
        "100 mg or 125 mg daily",
        "125 mg daily, then 100 mg daily",
        "125 mg daily, reduce to 100 mg if neutropenic",
        "125 mg daily as needed",
        "125 mg (or 100 mg) daily",
        "125 mg daily except Sundays",
        "125 mg daily hold for ANC below 1000",
        "mg daily",
        "150 mg/m2 daily",
        "125 mg dailyish",
    ],
)
def test_a_text_that_is_not_plain_says_nothing(text: str) -> None:
    assert dose_in_words(text) is None


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ({"doseAndRate": [mg(150)], "timing": every(2, 1, "d")}, Dose(150, "mg", 2)),
        ({"doseAndRate": [mg(150)], "timing": every(1, 12, "h")}, Dose(150, "mg", 2)),
        ({"doseAndRate": [mg(150)], "timing": every(None, 1, "d")}, Dose(150, "mg", 1)),
        ({"doseAndRate": [mg(150)], "timing": every(1, 2, "d")}, Dose(150, "mg", 0.5)),
        ({"doseAndRate": [mg(150)], "timing": BID}, Dose(150, "mg", 2)),
        ({"doseAndRate": [mg(150)]}, Dose(150, "mg", None)),
        ({"doseAndRate": [mg(1, "Tablet")], "timing": BID}, Dose(1, "tablet", 2)),
        ({"doseAndRate": [mg(150, None, code="mg")]}, Dose(150, "mg", None)),
        ({"doseAndRate": [mg(150)], "timing": every(1, 1, "d", frequencyMax=2)}, Dose(150, "mg", None)),
        ({"doseAndRate": [mg(150)], "timing": every(1, 3, "wk")}, Dose(150, "mg", 0.047619)),
        ({"text": "150 mg BID"}, Dose(150, "mg", 2)),
        ({"text": "150 mg BID", "timing": BID}, Dose(150, "mg", 2)),
        ({"text": "150 mg daily", "timing": BID}, None),
        ({"text": "take as told"}, None),
        ({"doseAndRate": [mg(150), mg(100)]}, None),
        ({"doseAndRate": [mg(150, comparator="<")]}, None),
        ({"doseAndRate": [mg(0)]}, None),
        ({"doseAndRate": [mg(None)]}, None),
        ({"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2}}}]}, None),
        ({"doseAndRate": [mg(150), {"doseRange": {}}]}, None),
        ({}, None),
    ],
)
def test_the_dose_of_an_order(step: Json, expected: Dose | None) -> None:
    assert dose_of(step) == expected


def test_steps_that_differ_say_no_dose() -> None:
    assert dose_of({"text": "125 mg daily"}, {"text": "100 mg daily"}) is None
    assert dose_of({"text": "125 mg daily"}, {"text": "125 mg once daily"}) == Dose(125, "mg", 1)
    assert dose_of({"text": "125 mg daily"}, {"text": "as told"}) is None
    assert dose_of() is None


def test_the_source_of_a_dose() -> None:
    (found,) = chart_of(order("abemaciclib", dosageInstruction=[{"doseAndRate": [mg(150)]}])).orders
    last = found.sources[-1]
    assert (last.path, last.value) == (
        "MedicationRequest.dosageInstruction[0].doseAndRate[0].doseQuantity.value",
        150,
    )


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        ({"asNeededBoolean": True}, True),
        ({"asNeededCodeableConcept": {"text": "diarrhoea"}}, True),
        ({"asNeededBoolean": False}, False),
        ({"text": "daily"}, False),
    ],
)
def test_when_needed(step: Json, needed: bool) -> None:
    (found,) = chart_of(order("loperamide", dosageInstruction=[step])).orders
    assert (found.agents, found.prn) == (("loperamide",), needed)


@pytest.mark.parametrize(
    ("displays", "strength"),
    [
        (["abemaciclib 150 MG Oral Tablet"], 150),
        (["palbociclib 125 MG Oral Capsule [Ibrance]", "Ibrance 125 mg"], 125),
        (["everolimus 2.5 MG Oral Tablet"], 2.5),
        (["1.7 ML denosumab 70 MG/ML Injection"], None),
        (["ribociclib 200 MG / letrozole 2.5 MG Pack"], None),
        (["pegfilgrastim 6 MG/0.6ML Prefilled Syringe"], None),
        (["palbociclib 125 mg", "palbociclib 100 mg"], None),
        (["abemaciclib"], None),
        ([], None),
    ],
)
def test_the_strength_of_a_product(displays: list[str], strength: float | None) -> None:
    assert strength_of(tuple(displays)) == strength


def test_an_order_has_the_strength_of_its_product() -> None:
    name = "abemaciclib 150 MG Oral Tablet"
    coded = {"coding": [{"system": RXNORM, "code": "1946828", "display": name}]}
    (found,) = chart_of(order(medicationCodeableConcept=coded)).orders
    assert (found.agents, found.strength) == (("abemaciclib",), 150)
    (unknown,) = chart_of(order("mystery 150 MG tablet")).orders
    assert (unknown.agents, unknown.strength) == ((), None)


@pytest.mark.parametrize(
    ("dosage", "expected"),
    [
        ({"dose": {"value": 540.5, "unit": "mg"}}, Dose(540.5, "mg", None)),
        ({"dose": {"value": 540, "comparator": "<"}}, None),
        ({"text": "540 mg"}, None),
        (None, None),
    ],
)
def test_the_amount_of_a_dose_given(dosage: Json | None, expected: Dose | None) -> None:
    (found,) = chart_of(dose("trastuzumab", dosage=dosage)).administrations
    assert found.dose == expected
