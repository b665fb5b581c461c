"""What a chart says of care in words alone, and what a measure makes of it."""

from typing import Any

import pytest

from abstractor.abstract import Finding
from tests.spec.test_records_of_unlisted_codes import ICD, LOINC, asked, on, record, shown

Json = dict[str, Any]
THP = ("trastuzumab",)


def told(kind: str, **elements: Any) -> Json:
    return {"resourceType": kind, "subject": {"reference": "Patient/1"}, **elements}


def referral(name: str, days: int = 9) -> Json:
    asked_for = {"status": "active", "intent": "order", "code": {"text": name}, "authoredOn": on(days)}
    return told("ServiceRequest", **asked_for)


def symptom(code: Json, days: int = 30) -> Json:
    return told("Condition", code=code, onsetDateTime=on(days), verificationStatus=_confirmed())


def _confirmed() -> Json:
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    return {"coding": [{"system": system, "code": "confirmed"}]}


def one(rule: str, *records: Json) -> Finding:
    (found,) = asked(rule, THP, *records)
    return found


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (shown("R51.9", None, ICD), "not-met"),
        (shown("25064002", None, "http://snomed.info/sct"), "not-met"),
        ({"text": "Headache"}, "unknown"),
        ({"text": "Seizure"}, "unknown"),
    ],
)
def test_a_symptom_in_words_alone_is_a_reason_to_look(code: Json, verdict: str) -> None:
    found = one("BRAIN-SX", symptom(code), record("Procedure", shown("1", "Other"), -400))
    assert str(found.verdict) == verdict
    if verdict == "unknown":
        assert f'"{code["text"]}" in words alone' in found.statement
        assert "(diagnosis-in-words)" in found.statement


@pytest.mark.parametrize(
    ("name", "excluded"),
    [
        ("Hospice", True),
        ("Admission to hospice", True),
        ("Hospice information visit", False),
        ("Hospice benefit brochure given", False),
        ("Wife in hospice", False),
        ("Hospice discussed, patient wants treatment", False),
        ("Hospice referral - patient declined", False),
    ],
)
def test_hospice_takes_out_where_the_patient_is_in_it(name: str, excluded: bool) -> None:
    found = one("HBV", referral(name))
    assert (str(found.verdict) == "excluded") is excluded
    told = any("hospice care begun by then" in each and name in each for each in found.would_clear)
    assert told is (not excluded and "declined" not in name)


@pytest.mark.parametrize("value", ["No", "None on file"])
def test_no_directive_on_file_is_no_wish(value: str) -> None:
    empty = {"valueQuantity": None, "valueString": value}
    filed = {"valueQuantity": None, "valueString": "Full code"}
    directive = shown("42348-3", "Advance directives", LOINC)
    assert str(one("GOC", record("Observation", directive, -390, **empty)).verdict) != "met"
    assert str(one("GOC", record("Observation", directive, -390, **filed)).verdict) == "met"


@pytest.mark.parametrize(
    ("status", "reason", "verdict"),
    [
        ("not-done", {"text": "Pacemaker, MRI contraindicated"}, "unknown"),
        ("not-done", None, "not-met"),
        ("completed", None, "unknown"),
    ],
)
def test_a_study_that_was_not_done_for_a_reason_is_told_with_it(
    status: str, reason: Json | None, verdict: str
) -> None:
    elements = {"status": status, **({"statusReason": reason} if reason else {})}
    scan = record("Procedure", {"text": "MRI brain"}, 33, **elements)
    found = one("BRAIN-SX", symptom(shown("R51.9", None, ICD)), scan)
    assert str(found.verdict) == verdict
    if reason is not None:
        assert f'"MRI brain, not done: {reason["text"]}"' in found.statement
