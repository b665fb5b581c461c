"""Every code that a bulk round writes into the ledger is said in words."""

import pytest

from abstractor.workflow.clinic.ledger_words import details_in_words

CODES = {
    "file:http-410:not-found": "a file of the export was not read: not there any more (HTTP 410: not there)",
    "file:foreign-host": "a file of the export was not read: it is on another host and wants our token",
    "file:broken-transfer": "a file of the export was not read: an answer broke off",
    "error-file-lost:redirect": "what the export says of what is missing was not read: "
    "the endpoint sent us elsewhere, which is not followed",
    "error-file:incomplete": "the clinic says of the export: not all of it",
    "notice:error-file:informational": "the clinic says of the export: a remark",
    "narrowed:_since": "by its own word the export was of less than was asked for (_since)",
    "notice:deletions-not-told": "the export does not say what was deleted",
}


@pytest.mark.parametrize(("code", "words"), CODES.items())
def test_a_code_is_said_in_words(code: str, words: str) -> None:
    assert details_in_words(code) == (words,)


@pytest.mark.parametrize(
    "code",
    [
        "deletions-unreadable",
        "fewer-than-told",
        "line-too-long",
        "manifest-goes-on",
        "not-granted",
        "notice:foreign-patient",
        "notice:more-than-told",
        "notice:names-no-patient",
        "notice:of-no-patient",
        "partly-granted",
        "patient-deleted",
        "unreadable-line",
        "wrong-type",
    ],
)
def test_no_code_stands_for_itself(code: str) -> None:
    assert code.removeprefix("notice:") not in details_in_words(code)[0]
