"""OperationOutcomes: issue codes of FHIR's closed list and nothing else: the rest may name a patient."""

import json

import pytest

from abstractor.errors import ClinicMisbehaved, ClinicRefused, ClinicUnreachable
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.outcome import issue_codes, resource_type


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
