"""The codes of the ledger in words: none that the pull can write is left as a code."""

import re

import pytest

from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.ledger import Said
from abstractor.workflow.clinic.ledger_words import SAID, asked_in_words, details_in_words, said_in_words
from tests.architecture.sources import ROOT


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (None, ()),
        ("http-403:forbidden", ("we are not allowed (HTTP 403: not allowed)",)),
        ("http-400:required", ("the request was not taken (HTTP 400: something more must be asked for)",)),
        ("http-503", ("the clinic was in trouble (HTTP 503)",)),
        ("http-418", ("refused (HTTP 418)",)),
        ("ignored:category", ("the parameter category was passed over",)),
        ("asked-by-intent", ("asked for by intent alone: what has another one is not seen",)),
        (
            "asked-by-category-and-code",
            ("asked for by category and code alone: what has another one is not seen",),
        ),
        ("page 3: page-loop", ("page 3: the pages went round in a circle",)),
        ("patient-http-404", ("the patient: not there (HTTP 404)",)),
        ("patient-redirect-301", ("the patient: the endpoint sent us elsewhere, which is not followed",)),
        (
            "patient-operation-outcome:deleted",
            ("the patient: a message came in the place of records: deleted",),
        ),
        ("outcome:suppressed", ("the answer came with a message: withheld",)),
        (
            "notice:since-ignored",
            ("asked for whole: the endpoint passes over the time of a change",),
        ),
        # A notice says more than the message that it came in.
        (
            "outcome:processing; notice:4119",
            ("the clinic says that there may be more than we may see",),
        ),
        ("held-since:2026-11-20", ("what is shown was held before, from 2026-11-20",)),
        (
            "time-out; time-out; total-larger",
            ("no answer came in time", "the endpoint counts more than came"),
        ),
        ("unresolved-reference:http-410", ("a drug by reference: not there any more (HTTP 410)",)),
        ("something-new", ("something-new",)),
    ],
)
def test_a_reason_in_words(detail: str | None, words: tuple[str, ...]) -> None:
    assert details_in_words(detail) == words


def test_everything_that_can_be_said_has_words() -> None:
    assert set(SAID) == {str(one) for one in Said}
    assert said_in_words("refused") == "refused"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_a_failed_request_has_words(reason: Reason) -> None:
    detail = Failure(reason, status=500 if reason is Reason.STATUS else None).detail
    assert details_in_words(detail) != (detail,)


def test_every_complaint_that_stands_in_the_code_of_the_pull_has_words() -> None:
    """Those that are written as one word; the others are made of the patterns above."""
    told: set[str] = set()
    for file in (ROOT / "abstractor/fhir").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        told |= set(re.findall(r'(?:complain|remark|Complaint)\(\s*Said\.[A-Z_]+,\s*"([a-z-]+)"', text))
        told |= set(re.findall(r'complaint="([a-z-]+)"', text))
    assert {"total-larger", "page-loop", "not-a-patient", "null-entry"} <= told
    assert [code for code in sorted(told) if details_in_words(code) == (code,)] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (None, ""),
        ("read", "read by its address"),
        ("patient", "by patient"),
        ("subject", "by patient"),
        ("patient+category=laboratory", "by patient, category laboratory"),
        ("patient+_lastUpdated", "by patient, _lastUpdated"),
        ("everybody", "everybody"),
    ],
)
def test_what_was_asked_in_words(asked: str | None, words: str) -> None:
    assert asked_in_words(asked) == words


def test_every_word_why_a_type_is_asked_for_whole_has_words() -> None:
    text = (ROOT / "abstractor/fhir/changes.py").read_text(encoding="utf-8")
    told = set(re.findall(r'(?:return|learn\(\S+,) "([a-z]+(?:-[a-z]+)+)"', text))
    assert {"since-ignored", "drugs-inside"} <= told
    assert [
        code for code in sorted(told) if "the clinic's notice" in details_in_words(f"notice:{code}")[0]
    ] == []
