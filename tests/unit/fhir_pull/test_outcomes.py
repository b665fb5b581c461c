"""OperationOutcomes: issue codes of FHIR's closed list and nothing else: the rest may name a patient."""

import json

import pytest

from abstractor.errors import ClinicMisbehaved, ClinicRefused, ClinicUnreachable
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.outcome import issue_codes, only_informs, resource_type


def told(*issues: object) -> bytes:
    return json.dumps({"resourceType": "OperationOutcome", "issue": list(issues)}).encode()


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (told({"code": "required"}), ("required",)),
        (told({"code": "required"}, {"code": "value"}, {"code": "required"}), ("required", "value")),
        (told({"code": "Jane Canary"}), ("unlisted",)),
        (told({"severity": "error"}, None), ()),
        (told(), ()),
        (b'{"resourceType":"OperationOutcome"}', ()),
        (b'{"resourceType":"OperationOutcome","issue":{}}', ()),
        (b'{"resourceType":"Patient","issue":[{"code":"required"}]}', ()),
        (b"<html>", ()),
        (b"", ()),
        (b"\xff\xfe", ()),
    ],
)
def test_issue_codes(body: bytes, codes: tuple[str, ...]) -> None:
    assert issue_codes(body) == codes


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"resourceType":"Patient","name":[{"text":"x"}]}', "Patient"),
        (b'{"x":%s,"resourceType":"Bundle"}' % (b"[" * 5000 + b"]" * 5000), "Bundle"),
        (b'{"x":%s}' % (b"[" * 5000 + b"]" * 5000), None),
        (b'{"x":%s' % (b"[" * 5000), None),
        (b'{"resourceType":"Patient"', None),
        (b'{"resourceType":"Patient"} trailing', None),
        (b'{"resourceType":7}', None),
        (b"[]", None),
        (b"null", None),
        (b"", None),
        (b"\x1f\x8b\x00", None),
    ],
)
def test_what_an_answer_is(body: bytes, kind: str | None) -> None:
    assert resource_type(body) == kind


@pytest.mark.parametrize(
    ("failure", "detail", "error"),
    [
        (Failure(Reason.STATUS, status=403, issues=("forbidden",)), "http-403:forbidden", ClinicRefused),
        (Failure(Reason.STATUS, status=503), "http-503", ClinicUnreachable),
        (Failure(Reason.TIME_OUT), "time-out", ClinicUnreachable),
        (Failure(Reason.NOT_FHIR), "not-fhir-json", ClinicMisbehaved),
        (
            Failure(Reason.OUTCOME, issues=("login", "security")),
            "operation-outcome:login:security",
            ClinicMisbehaved,
        ),
        (Failure(Reason.REDIRECT, status=302), "redirect-302", ClinicRefused),
    ],
)
def test_what_a_failure_is_called(failure: Failure, detail: str, error: type[Exception]) -> None:
    assert failure.detail == detail
    made = failure.error("Group", origin="https://clinic.example", advice="look")
    assert type(made) is error
    assert str(made) == f"https://clinic.example gave no Group ({detail}): look"


def issue(severity: str, code: str, *epics: str) -> dict[str, object]:
    system = "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369"
    coding = [{"system": system, "code": one} for one in epics]
    return {"severity": severity, "code": code, "details": {"coding": coding}}


@pytest.mark.parametrize(
    ("body", "with_records", "without"),
    [
        (told(issue("information", "informational")), True, True),
        (told(issue("information", "success")), True, True),
        (told(issue("success", "success")), True, True),
        (told(issue("warning", "not-found")), False, True),
        (told(issue("information", "not-found")), False, True),
        (told(issue("warning", "processing", "4101")), False, True),
        (told(issue("error", "processing", "4101")), False, False),
        (told(issue("warning", "processing", "4101", "4119")), False, False),
        (told(issue("information", "informational", "4119")), False, False),
        (told(issue("information", "informational"), issue("warning", "suppressed")), False, False),
        (told(issue("information", "suppressed")), False, False),
        (told(issue("information", "incomplete")), False, False),
        (told(issue("information", "made-up")), False, False),
        (told(issue("warning", "informational")), False, False),
        (told(issue("error", "not-found")), False, False),
        (told({"code": "informational"}), False, False),
        (told({"severity": "information"}), False, False),
        (told(issue("information", "informational"), None), False, False),
        (told(), False, False),
        (
            b'{"resourceType":"Patient","issue":[{"severity":"information","code":"informational"}]}',
            False,
            False,
        ),
        (b"<html>", False, False),
    ],
)
def test_which_outcomes_tell_of_nothing_left_out(body: bytes, with_records: bool, without: bool) -> None:
    assert only_informs(body, empty=False) is with_records
    assert only_informs(body, empty=True) is without
