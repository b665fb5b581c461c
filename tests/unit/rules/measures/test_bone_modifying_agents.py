"""What is due with a bone-modifying agent, told as records: dates, statuses, and one finding of two parts."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import Tale, tale
from tests.asking import abstract_told

FIRST, SECOND = "2022-03-07", "2022-04-04"
ZOLEDRONATE = "zoledronic acid"


def finding(told: Tale, rule: str = "BMA-SAFE") -> Finding | None:
    return next((each for each in abstract_told(told.told()).findings if each.rule == rule), None)


def ended(told: Tale, rule: str = "BMA-SAFE") -> str:
    found = finding(told, rule)
    assert found is not None
    return str(found.verdict)


def someone(as_of: date = date(2022, 12, 31)) -> Tale:
    return tale("someone", as_of=as_of).her2_positive_mbc("2022-02-07", "bone").visit("2022-02-07")


def checked(told: Tale, *days: str) -> Tale:
    for day in days:
        told.measured("2160-0", "Creatinine", day, amount=(0.8, "mg/dL"))
    return told


def begun(dental: str = "2022-02-21", calcium: str = FIRST) -> Tale:
    told = someone().asked_for("Dental clearance", dental)
    return told.measured("17861-6", "Calcium", calcium, amount=(9.4, "mg/dL"))


def given(told: Tale, *days: str, drug: str = ZOLEDRONATE) -> Tale:
    for day in days:
        told.given(drug, day)
    return told


TOLD: list[tuple[str, Callable[[], Tale], str]] = [
    ("all of it", lambda: given(checked(begun(), FIRST, SECOND), FIRST, SECOND), "met"),
    (
        "a metabolic panel is both",
        lambda: given(begun(), FIRST).reported("BMP", FIRST, loinc="51990-0"),
        "met",
    ),
    ("creatinine before the first alone", lambda: given(checked(begun(), FIRST), FIRST, SECOND), "not-met"),
    ("creatinine of some day in March", lambda: given(checked(begun(), "2022-03"), FIRST), "unknown"),
    (
        "creatinine withdrawn",
        lambda: given(checked(begun(), FIRST).but(status="cancelled"), FIRST),
        "not-met",
    ),
    (
        "creatinine not final",
        lambda: given(checked(begun(), FIRST).but(status="preliminary"), FIRST),
        "unknown",
    ),
    ("a dose some day in April", lambda: given(checked(begun(), FIRST, SECOND), FIRST, "2022-04"), "unknown"),
    (
        "a dose not given",
        lambda: given(checked(begun(), FIRST), FIRST).given(ZOLEDRONATE, SECOND, status="not-done"),
        "met",
    ),
    ("calcium of some day in 2022", lambda: given(checked(begun(calcium="2022"), FIRST), FIRST), "unknown"),
    ("no dentist", lambda: given(checked(begun(dental="2021-01-04"), FIRST), FIRST), "unknown"),
    ("pamidronate", lambda: given(begun(), FIRST, drug="pamidronate").lvef(60, FIRST), "not-met"),
    (
        "denosumab asks for no creatinine",
        lambda: given(begun(), FIRST, SECOND, drug="denosumab 120 mg"),
        "met",
    ),
    (
        "first denosumab, then zoledronic acid",
        lambda: given(given(checked(begun(), SECOND), FIRST, drug="denosumab 120 mg"), SECOND),
        "met",
    ),
    (
        "first denosumab, then zoledronic acid without creatinine",
        lambda: given(given(begun(), FIRST, drug="denosumab 120 mg"), SECOND),
        "not-met",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict"), TOLD, ids=[row[0] for row in TOLD])
def test_with_a_bone_modifying_agent(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told()) == verdict


def test_both_parts_are_told() -> None:
    found = finding(given(checked(begun(), FIRST), FIRST, SECOND))
    assert found is not None
    assert "1 of 2 doses" in found.statement
    assert "a dental examination on 2022-02-21" in found.statement
    assert found.would_clear


def test_the_product_for_osteoporosis_asks_for_nothing() -> None:
    assert finding(given(someone(), FIRST, drug="denosumab 60 mg")) is None


@pytest.mark.parametrize(
    ("code", "words", "verdict"),
    [
        ("M87.180", "Osteonecrosis due to drugs, jaw", "exception"),
        ("E83.51", "Hypocalcemia", "exception"),
        ("N18.4", "Chronic kidney disease, stage 4 (severe)", "exception"),
        ("N18.30", "Chronic kidney disease, stage 3 unspecified", "not-met"),
        ("E83.52", "Hypercalcemia", "not-met"),
    ],
)
def test_what_speaks_against_one(code: str, words: str, verdict: str) -> None:
    assert (
        ended(someone().order("docetaxel", "2022-02-21").condition(code, words, "2022-02-14"), "BMA")
        == verdict
    )


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("final", "exception"), ("preliminary", "not-met"), ("entered-in-error", "not-met")],
)
def test_weak_kidneys_by_a_result(status: str, verdict: str) -> None:
    told = someone().order("docetaxel", "2022-02-21")
    told.measured("2164-2", "Creatinine clearance", "2022-02-14", amount=(24, "mL/min")).but(status=status)
    told.but(code={"text": "Creatinine clearance"})
    assert ended(told, "BMA") == verdict
