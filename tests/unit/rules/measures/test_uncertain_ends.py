"""A death, or hospice care, whose day is not known well enough holds back what speaks against the care."""

from datetime import date

import pytest

from fixtures.stories import HP, Tale, tale
from tests.asking import abstract_told


def someone() -> Tale:
    """Bone metastasis on 2022-02-01, two cycles of THP, the last dose on 2022-03-13; nothing that is due."""
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2022-02-01", "bone")
    told.visit("2022-02-01").asked_for("Echocardiogram", "2019-01-01").asked_for("Mammogram", "2019-01-01")
    told.order("docetaxel", "2018-02-05").procedure("Insertion of a venous access port", "2018-02-05")
    told.measured("718-7", "Haemoglobin", "2022-02-01", amount=(12.1, "g/dL"))
    for drug in ("docetaxel", *HP):
        told.given(drug, "2022-02-20").given(drug, "2022-03-13")
    return told


def verdict(told: Tale, rule: str) -> str:
    found = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return ", ".join(f"{each.verdict}" for each in found)


def dead(told: Tale, **element: object) -> Tale:
    patient = {"resourceType": "Patient", "id": "someone", "gender": "female", "birthDate": "1965-03-02"}
    return told.without_patient().raw(patient | element)


def in_hospice(told: Tale, **element: object) -> Tale:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "385763009"}]}
    return told.procedure("Hospice care", "2022-02-25").but(
        **{"code": code, "performedDateTime": None, **element}
    )


@pytest.mark.parametrize(
    ("rule", "death", "expected"),
    [
        ("BMA", {"deceasedBoolean": True}, "unknown"),
        ("BMA", {"deceasedBoolean": False}, "not-met"),
        ("BMA", {"deceasedDateTime": "2022"}, "unknown"),
        ("BMA", {"deceasedDateTime": "2022-05"}, "unknown"),  # the window closes on 2022-05-02
        ("BMA", {"deceasedDateTime": "2022-06"}, "not-met"),
        ("BMA", {"deceasedDateTime": "2022-05-02"}, "excluded"),
        ("BMA", {"deceasedDateTime": "2022-05-03"}, "not-met"),
        ("PALL", {"deceasedBoolean": True}, "unknown"),
        ("PALL", {"deceasedDateTime": "2022-03"}, "unknown"),  # closes on 2022-03-29
        ("PALL", {"deceasedDateTime": "2022-04"}, "not-met"),
        ("GOC", {"deceasedBoolean": True}, "unknown"),
    ],
)
def test_a_death_without_its_day(rule: str, death: dict[str, object], expected: str) -> None:
    assert verdict(dead(someone(), **death), rule) == expected


def test_a_dose_after_the_window_shows_that_she_lived() -> None:
    told = dead(someone().given("trastuzumab", "2022-04-03"), deceasedBoolean=True)
    assert verdict(told, "PALL") == "not-met"
    told = dead(someone().visit("2022-04-03"), deceasedBoolean=True)
    assert verdict(told, "PALL") == "not-met"


def asked(name: str, on: str, **element: object) -> dict[str, object]:
    order = {"status": "active", "intent": "order", "code": {"text": name}, "authoredOn": on}
    return {"resourceType": "ServiceRequest", "id": "hospice", **order, **element}


def planned(title: str | None, on: str, **element: object) -> dict[str, object]:
    plan = {"status": "active", "intent": "plan", "title": title, "period": {"start": on}}
    return {"resourceType": "CarePlan", "id": "hospice", **plan, **element}


def discharged(name: str | None, code: str | None, until: str, **element: object) -> dict[str, object]:
    system = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
    coding = [{"system": system, "code": code}] if code else []
    stay = {"status": "finished", "class": {"code": "IMP"}, "period": {"start": "2022-02-20", "end": until}}
    left = {"dischargeDisposition": {"coding": coding, "text": name}}
    return {"resourceType": "Encounter", "id": "stay", **stay, "hospitalization": left, **element}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (asked("Hospice referral", "2022-03-01"), "unknown"),
        (asked("Referral to hospice", "2022-05-02"), "unknown"),  # the window closes on this day
        (asked("Referral to hospice", "2022-05-03"), "not-met"),
        (asked("Referral to hospice", "2020-03-01"), "not-met"),  # more than half a year earlier
        (asked("Hospice referral", "2022-03-01", status="entered-in-error"), "not-met"),
        (asked("Hospice referral", "2022-03-01", doNotPerform=True), "not-met"),
        (asked("Hospice referral - patient declined", "2022-03-01"), "not-met"),
        (asked("Nutrition referral", "2022-03-01"), "not-met"),
        (asked("Hospice care", "2022-03-01"), "excluded"),
        (planned("Hospice care plan", "2022-03-01"), "unknown"),
        (planned(None, "2022-03-01", category=[{"text": "Hospice"}]), "unknown"),
        (planned("Hospice care plan", "2022-05-03"), "not-met"),
        (planned("Hospice care plan", "2022-03-01", status="revoked"), "not-met"),
        (planned("Oncology care plan", "2022-03-01"), "not-met"),
        (discharged("Hospice", "hosp", "2022-03-01"), "excluded"),
        (discharged(None, "hosp", "2022-05-02"), "excluded"),
        (discharged(None, "hosp", "2022-05-03"), "not-met"),
        (discharged("Discharged to home hospice", None, "2022-03-01"), "excluded"),
        (discharged("Home", "home", "2022-03-01"), "not-met"),
        (discharged("Hospice", "hosp", "2022-03-01", status="entered-in-error"), "not-met"),
    ],
)
def test_hospice_in_a_plan_an_order_or_a_discharge(record: dict[str, object], expected: str) -> None:
    told = someone().raw({"subject": {"reference": "Patient/someone"}, **record})
    assert verdict(told, "BMA") == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ({}, "unknown"),
        ({"performedDateTime": "2022"}, "unknown"),
        ({"performedDateTime": "2022-05"}, "unknown"),
        ({"performedDateTime": "2022-06"}, "not-met"),
        ({"performedDateTime": "2022-04"}, "excluded"),
        ({"status": "not-done"}, "not-met"),
        ({"status": "entered-in-error"}, "not-met"),
    ],
)
def test_hospice_care_without_its_day(day: dict[str, object], expected: str) -> None:
    assert verdict(in_hospice(someone(), **day), "BMA") == expected


def test_what_was_done_counts_whenever_she_died() -> None:
    told = dead(someone().order("zoledronic acid", "2022-03-01"), deceasedBoolean=True)
    assert verdict(told, "BMA") == "met"


def test_the_day_that_is_not_known_is_told() -> None:
    told = dead(someone(), deceasedDateTime="2022")
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BMA"]
    assert "which may have come before the window closed (date-uncertain)" in found.statement
    assert "a bone-modifying agent: none" in found.statement
