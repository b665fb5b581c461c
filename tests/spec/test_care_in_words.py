"""What a chart says of care in words alone, and what a measure makes of it."""

from base64 import b64encode
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


def note(text: str, days: int, **elements: Any) -> Json:
    held = {"contentType": "text/plain", "data": b64encode(text.encode()).decode()}
    body = {"type": {"text": "Progress note"}, "content": [{"attachment": held}], **elements}
    return told("DocumentReference", **{"status": "current", "date": on(days), **body})


@pytest.mark.parametrize(
    ("text", "days", "verdict"),
    [
        ("Seen with her husband. Goals of care were discussed at length.", -390, "unknown"),
        ("Code status: full code", -390, "unknown"),
        ("Patient declined to discuss goals of care.", -390, "unknown"),
        ("Goals of care were not discussed today.", -390, "not-met"),
        ("Advance directive: none on file", -390, "not-met"),
        ("No new complaints.", -390, "not-met"),
        ("Goals of care were discussed at length.", -200, "not-met"),
    ],
)
def test_goals_of_care_in_the_words_of_a_note_are_open_and_never_met(
    text: str, days: int, verdict: str
) -> None:
    found = one("GOC", note(text, days))
    assert str(found.verdict) == verdict
    if verdict == "unknown":
        quote = text.partition(". ")[2] or text
        assert f'"{quote}" in the window may be documented goals of care' in found.statement
        assert any(each.value == quote for each in found.evidence)


def test_a_note_that_is_coded_as_goals_of_care_needs_no_words() -> None:
    coded_note = note("Goals of care discussed.", -390, type={"text": "Goals of care note"})
    assert str(one("GOC", coded_note).verdict) == "met"


def test_goals_of_care_in_a_note_that_was_taken_back_say_nothing() -> None:
    taken_back = note("Goals of care discussed.", -390, status="entered-in-error")
    assert str(one("GOC", taken_back).verdict) == "not-met"
