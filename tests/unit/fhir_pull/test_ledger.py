"""The ledger's rows: what an answer says in one word, and what the rules read of several of them."""

import json

import pytest

from abstractor.chart import Seen
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.ledger import (
    Complaint,
    LedgerRow,
    Said,
    answer_of,
    not_asked,
    row_of,
    said_by,
    said_within,
    words,
)
from abstractor.fhir.outcome import notice_codes

EPIC = "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369"


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure(Reason.STATUS, status=400, issues=("invalid",)), Said.REFUSED),
        (Failure(Reason.STATUS, status=403), Said.REFUSED),
        (Failure(Reason.STATUS, status=404), Said.REFUSED),
        (Failure(Reason.STATUS, status=410), Said.REFUSED),
        (Failure(Reason.STATUS, status=408), Said.FAILED),
        (Failure(Reason.STATUS, status=429), Said.FAILED),
        (Failure(Reason.STATUS, status=500), Said.FAILED),
        (Failure(Reason.TIME_OUT), Said.FAILED),
        (Failure(Reason.NOT_FHIR), Said.FAILED),
        (Failure(Reason.OUTCOME, issues=("exception",)), Said.FAILED),
    ],
)
def test_a_failed_request(failure: Failure, said: Said) -> None:
    assert said_by(failure) is said


@pytest.mark.parametrize(
    ("issues", "notices", "said"),
    [
        (("suppressed",), (), Said.PARTLY_AUTHORISED),
        (("processing",), ("4119",), Said.PARTLY_AUTHORISED),
        (("forbidden", "processing"), (), Said.PARTLY_AUTHORISED),
        (("not-supported",), (), Said.IGNORED),
        (("incomplete",), (), Said.TRUNCATED),
        ((), (), Said.TRUNCATED),
    ],
)
def test_an_outcome_among_the_entries(issues: tuple[str, ...], notices: tuple[str, ...], said: Said) -> None:
    assert said_within(issues, notices) is said


@pytest.mark.parametrize(
    ("system", "code", "found"),
    [
        (EPIC, "4119", ("4119",)),
        (EPIC.replace("13.0.1", "13.861.2"), "59204", ("59204",)),
        (EPIC, "59177", ()),
        ("urn:oid:2.16.840.1.113883.6.96", "4119", ()),
        (None, "4119", ()),
    ],
)
def test_the_notices_of_epic_are_known_by_system_and_code(
    system: str | None, code: str, found: tuple[str, ...]
) -> None:
    coding = {"code": code, **({"system": system} if system else {})}
    issue = {"severity": "warning", "details": {"coding": [coding, None]}}
    body = {"resourceType": "OperationOutcome", "issue": [issue, issue, None, {"details": None}]}
    assert notice_codes(json.dumps(body).encode()) == found


@pytest.mark.parametrize("body", [b"", b"[]", b'{"issue":7}', b'{"issue":[{"details":[]}]}'])
def test_what_is_no_outcome_has_no_notice(body: bytes) -> None:
    assert notice_codes(body) == ()


ASKED = {"patient": "p1", "category": "laboratory", "_count": "200"}


def test_a_row_says_how_it_was_asked_without_a_value_of_a_patient() -> None:
    assert words(ASKED) == "patient+category=laboratory+_count"
    assert words({"subject": "Patient/p1", "_lastUpdated": "ge2026-01-01"}) == "subject+_lastUpdated"
    assert words({"identifier": "mrn|1", "date": "1970-01-01"}) == "identifier+date"
    assert words({}) == "everybody"
    assert words({"patient": "1,2", "code": "a|1,a|2,a|3"}) == "patient+code=a|1 and 2 more"


def test_the_worst_word_stands_in_a_row() -> None:
    complaints = [
        Complaint(Said.PARTLY_AUTHORISED, "outcome:suppressed"),
        Complaint(Said.TRUNCATED, "total-larger"),
        Complaint(Said.PARTLY_AUTHORISED, "outcome:suppressed"),
    ]
    expected = LedgerRow(
        "Condition", None, None, Said.TRUNCATED, 2, 3, "patient", "outcome:suppressed; total-larger"
    )
    assert row_of("Condition", complaints, asked="patient", count=2, total=3) == expected
    assert row_of("Condition", [], asked="patient").said is Said.EMPTY
    assert row_of("Condition", [], asked="patient", count=1).said is Said.ANSWERED


def said(word: Said, detail: str | None = None) -> LedgerRow:
    return LedgerRow("Condition", None, None, word, 0, None, "patient", detail)


@pytest.mark.parametrize(
    ("rows", "count", "state", "detail"),
    [
        ([said(Said.ANSWERED)], 1, Seen.COMPLETE, None),
        ([said(Said.EMPTY)], 0, Seen.EMPTY, None),
        ([said(Said.EMPTY), said(Said.ANSWERED)], 2, Seen.COMPLETE, None),
        ([said(Said.REFUSED, "http-403")], 0, Seen.REFUSED, "http-403"),
        ([said(Said.FAILED, "time-out")], 0, Seen.REFUSED, "time-out"),
        ([said(Said.ANSWERED), said(Said.FAILED, "time-out")], 1, Seen.PARTIAL, "time-out"),
        ([said(Said.EMPTY), not_asked("Condition", "asked-by-x")], 0, Seen.PARTIAL, "asked-by-x"),
        ([said(Said.IGNORED, "ignored:x")], 0, Seen.PARTIAL, "ignored:x"),
        ([said(Said.TRUNCATED, "a; b"), said(Said.TRUNCATED, "b; c")], 1, Seen.PARTIAL, "a; b; c"),
        (
            [said(Said.PARTLY_AUTHORISED, "outcome:suppressed; notice:59204")],
            1,
            Seen.PARTIAL,
            "outcome:suppressed",
        ),
        ([not_asked("Condition", "not-listed")], 0, Seen.REFUSED, "not-listed"),
        ([not_asked("Condition")], 0, Seen.NOT_ASKED, None),
        ([], 0, Seen.NOT_ASKED, None),
    ],
)
def test_what_the_rules_read(rows: list[LedgerRow], count: int, state: Seen, detail: str | None) -> None:
    given = answer_of("Condition", rows, count)
    assert (given.type, given.state, given.count, given.detail) == ("Condition", state, count, detail)
