"""The reason of a visit or of a referral, where it says what the care itself is."""

from datetime import date

import pytest

from fixtures.stories import Tale, tale
from tests.asking import abstract_told

ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def reason(code: str) -> dict[str, object]:
    return {"reasonCode": [{"coding": [{"system": ICD, "code": code}]}]}


def someone() -> Tale:
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2022-02-01", "bone")
    return told.measured("718-7", "Haemoglobin", "2022-02-01", amount=(12.1, "g/dL"))


def verdict(told: Tale, rule: str) -> str:
    (found,) = (each for each in abstract_told(told.told()).findings if each.rule == rule)
    return f"{found.verdict}"


@pytest.mark.parametrize(
    ("rule", "why", "expected"),
    [
        ("PALL", reason("Z51.5"), "met"),
        ("PALL", {"reasonCode": [{"text": "Palliative care consultation"}]}, "met"),
        ("PALL", {"reasonCode": [{"text": "Palliative care declined"}]}, "not-met"),
        ("PALL", reason("C79.51"), "not-met"),
        ("PALL", {**reason("Z51.5"), "status": "cancelled"}, "not-met"),
        ("GOC", reason("Z66"), "met"),
        ("GOC", reason("C79.51"), "not-met"),
    ],
)
def test_of_a_visit(rule: str, why: dict[str, object], expected: str) -> None:
    told = someone().asked_for("Echocardiogram", "2019-01-01").visit("2022-02-25").but(**why)
    assert verdict(told, rule) == expected


@pytest.mark.parametrize(("code", "expected"), [("Z51.5", "met"), ("C79.51", "not-met")])
def test_of_a_referral(code: str, expected: str) -> None:
    told = someone().asked_for("Ambulatory referral", "2022-02-25").but(**reason(code))
    assert verdict(told, "PALL") == expected
