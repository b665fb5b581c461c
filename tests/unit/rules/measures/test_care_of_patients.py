"""HBV, FERT and CONTRA, told as records: partial dates, doubtful status, refusals, gender and age."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fixtures.stories import HP, Tale, tale
from tests.asking import abstract_told

HBSAG, ANTI_HBC, ANTI_HBS = "5196-1", "16933-4", "22322-2"
NEGATIVE = {"text": "Negative"}


def patient(*, born: str = "1985-06-10", sex: str = "female", as_of: date = date(2022, 12, 31)) -> Tale:
    told = tale("someone", as_of=as_of, born=born, sex=sex).her2_positive_mbc("2021-12-01", "liver")
    return told.course(HP, "2022-06-01", cycles=5)


def lab(told: Tale, on: str, *codes: str, **elements: Any) -> Tale:
    for code in codes:
        told.measured(code, "a test", on).but(valueCodeableConcept=NEGATIVE, **elements)
    return told


def not_done(told: Tale, words: str, on: str) -> Tale:
    return told.asked_for(words, on, refused=True)


def ended(told: Tale, rule: str) -> str:
    """The verdict, and the code in brackets at the end of the sentence; nothing where nothing is asked."""
    found = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    if not found:
        return "none"
    last = found[0].statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return f"{found[0].verdict}" if " " in code or not code else f"{found[0].verdict} ({code})"


ALL = (HBSAG, ANTI_HBC, ANTI_HBS)
HBV: list[tuple[str, Callable[[], Tale], str]] = [
    ("all three", lambda: lab(patient(), "2022-05-02", *ALL), "met"),
    ("by their other codes", lambda: lab(patient(), "2022-05-02", "5195-3", "13952-7", ANTI_HBS), "met"),
    ("some day of June", lambda: lab(patient(), "2022-06", *ALL), "met"),
    ("some day of July", lambda: lab(patient(), "2022-07", *ALL), "unknown (date-uncertain)"),
    ("some year before", lambda: lab(patient(), "2015", *ALL), "met"),
    (
        "no date",
        lambda: lab(patient(), "2022-05-02", *ALL, effectiveDateTime=None),
        "unknown (date-uncertain)",
    ),
    ("two of three", lambda: lab(patient(), "2022-05-02", HBSAG, ANTI_HBC), "not-met"),
    (
        "the third preliminary",
        lambda: lab(
            lab(patient(), "2022-05-02", HBSAG, ANTI_HBC), "2022-05-02", ANTI_HBS, status="preliminary"
        ),
        "unknown (not-final)",
    ),
    (
        "the third in error",
        lambda: lab(
            lab(patient(), "2022-05-02", HBSAG, ANTI_HBC), "2022-05-02", ANTI_HBS, status="entered-in-error"
        ),
        "not-met",
    ),
    (
        "known hepatitis B",
        lambda: patient().condition("B18.1", "Chronic hepatitis B", "2015-01-05"),
        "excluded (taken-out)",
    ),
    (
        "hepatitis B that was ruled out",
        lambda: patient().condition("B18.1", "Hepatitis B", "2015-01-05", verification="refuted"),
        "not-met",
    ),
]


@pytest.mark.parametrize(("name", "told", "expected"), HBV, ids=[row[0] for row in HBV])
def test_hepatitis_b_tests_told_as_records(name: str, told: Callable[[], Tale], expected: str) -> None:
    assert ended(told(), "HBV") == expected


FERT: list[tuple[str, Callable[[], Tale], str]] = [
    ("a referral", lambda: patient().asked_for("Oncofertility consult", "2022-05-02"), "met"),
    ("a coded encounter", lambda: patient().condition("Z31.62", "Fertility counseling", "2022-05-02"), "met"),
    ("some day of May", lambda: patient().asked_for("Oncofertility consult", "2022-05"), "met"),
    (
        "some day of June",
        lambda: patient().asked_for("Oncofertility consult", "2022-06"),
        "unknown (date-uncertain)",
    ),
    ("refused", lambda: not_done(patient(), "Fertility preservation", "2022-05-02"), "exception (declined)"),
    (
        "no uterus",
        lambda: patient().condition("Z90.710", "Absence of cervix and uterus", "2019-01-07"),
        "excluded (taken-out)",
    ),
    ("46 years old", lambda: patient(born="1976-06-01"), "none"),
    ("45 or 46 years old", lambda: patient(born="1976"), "unknown (patient-unknown)"),
    (
        "44 or 45 years old",
        lambda: patient(born="1977").asked_for("Oncofertility consult", "2022-05-02"),
        "met",
    ),
    (
        "a man of 80",
        lambda: patient(born="1942-01-05", sex="male").asked_for("Oncofertility consult", "2022-05-02"),
        "met",
    ),
    ("gender unknown", lambda: patient(sex="unknown"), "unknown (patient-unknown)"),
    (
        "gender unknown, 80 years old",
        lambda: patient(born="1942-01-05", sex="unknown"),
        "unknown (patient-unknown)",
    ),
]


@pytest.mark.parametrize(("name", "told", "expected"), FERT, ids=[row[0] for row in FERT])
def test_fertility_told_as_records(name: str, told: Callable[[], Tale], expected: str) -> None:
    assert ended(told(), "FERT") == expected


def counselled(told: Tale) -> Tale:
    return told.asked_for("Contraception counseling", "2022-05-25")


CONTRA: list[tuple[str, Callable[[], Tale], str]] = [
    ("urine and a talk", lambda: counselled(lab(patient(), "2022-05-25", "2106-3")), "met"),
    ("serum and a talk", lambda: counselled(lab(patient(), "2022-05-25", "2118-8")), "met"),
    ("some day of May", lambda: counselled(lab(patient(), "2022-05", "2106-3")), "unknown (date-uncertain)"),
    ("no talk", lambda: lab(patient(), "2022-05-25", "2106-3"), "unknown (no-dependable-code)"),
    ("no test", lambda: counselled(patient()), "not-met"),
    ("50 or 51 years old", lambda: patient(born="1971"), "unknown (patient-unknown)"),
]


@pytest.mark.parametrize(("name", "told", "expected"), CONTRA, ids=[row[0] for row in CONTRA])
def test_contraception_told_as_records(name: str, told: Callable[[], Tale], expected: str) -> None:
    assert ended(told(), "CONTRA") == expected
