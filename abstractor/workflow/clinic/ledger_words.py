"""The codes of the completeness ledger in plain words, for IT and for an auditor."""

import re
from collections.abc import Callable, Mapping

__all__ = ["SAID", "asked_in_words", "details_in_words", "said_in_words"]

SAID: Mapping[str, str] = {
    "answered": "answered",
    "empty": "answered: there is none",
    "partly-authorised": "answered in part: something was withheld from us",
    "ignored": "a part of what was asked was passed over",
    "truncated": "less came than there is, or not all of it can be read",
    "not-asked": "not asked for",
    "refused": "refused",
    "failed": "failed: the clinic or the way there was in trouble",
}

_WORDS: Mapping[str, str] = {
    "another-patient": "another patient came in this one's place: it may have been merged into that one",
    "body-too-large": "an answer was larger than is taken",
    "broken-transfer": "an answer broke off",
    "entry-without-resource": "an entry of a page held no record",
    "filter-ignored": "the search gave other patients' records: the patient was not looked at",
    "foreign-patient": "records of other patients came along and were left out",
    "not-a-patient": "something else than a patient came",
    "not-a-searchset": "an answer was no page of a search",
    "not-fhir-json": "an answer was no FHIR: a sign-in page, perhaps",
    "deletions-unreadable": "a file of deletions could not be read",
    "fewer-than-told": "a file held fewer records than the export said",
    "line-too-long": "a record of the export was longer than is taken",
    "manifest-goes-on": "the export goes on in a second list of files, which is not followed",
    "not-granted": "our scope does not allow this type",
    "not-in-bulk": "this vendor exports no such type in bulk",
    "unreadable-line": "a record of the export could not be read, and names no patient",
    "wrong-type": "records of another type than asked for came",
    "empty-unconfirmed": "nothing came where something is held, and the count does not say that it is gone",
    "one-id-twice": "two records came under one id",
    "not-listed": "the endpoint does not list this type",
    "not-offered": "this vendor does not offer this type",
    "no-patient-came": "something else than a patient came in this one's place: silence proves nothing",
    "no-patient-search": "the endpoint lists no search of this type by patient",
    "null-entry": "a page held an empty entry",
    "operation-outcome": "a message came in the place of records",
    "orders-not-whole": "orders were not seen whole, so neither were the drugs that they name",
    "page-cap": "there were more pages than are followed",
    "page-loop": "the pages went round in a circle",
    "partly-granted": "our scope is for a part of this type alone",
    "patient-deleted": "the clinic has deleted this patient",
    "patient-links-unreadable": "the patient's links cannot be read: they may say that it was merged",
    "patient-merged": "this patient was merged into another one",
    "redirect": "the endpoint sent us elsewhere, which is not followed",
    "reference-cap": "orders name more drugs by reference than are read",
    "time-out": "no answer came in time",
    "total-larger": "the endpoint counts more than came",
    "total-unknown": "the last page was full and nothing says whether there is more",
    "unreadable-resource": "a record could not be read",
    "unresolved-reference": "a drug that an order names by reference could not be read",
    "unusable-link": "the link to the next page cannot be used",
    "held-since": "what is shown was held before",
    "foreign-host": "the link to the next page leads to another host",
    "unusable-patient-id": "the patient's id cannot be asked for",
}
_ISSUES: Mapping[str, str] = {
    "required": "something more must be asked for",
    "forbidden": "not allowed",
    "suppressed": "withheld",
    "security": "withheld for its confidentiality",
    "login": "signing in is asked for",
    "not-supported": "not supported",
    "too-costly": "too much at once",
    "throttled": "asked too often",
    "not-found": "not there",
    "deleted": "deleted",
    "processing": "could not be worked on",
    "informational": "a remark",
    "incomplete": "not all of it",
}
_STATUS: Mapping[str, str] = {
    "400": "the request was not taken",
    "401": "we are not known",
    "403": "we are not allowed",
    "404": "not there",
    "405": "not offered in this way",
    "410": "not there any more",
    "429": "asked too often",
}
_NOTICES: Mapping[str, str] = {
    "changes-in-doubt": "asked for whole: what had changed did not come whole",
    "clock-not-told": "asked for whole: the clinic does not tell its clock",
    "clock-set-back": "asked for whole: a clock was set back",
    "drugs-inside": "asked for whole: drugs come inside of their orders here",
    "since-ignored": "asked for whole: the endpoint passes over the time of a change",
    "since-refused": "asked for whole: the endpoint does not take the time of a change",
    "deletions-not-told": "the export does not say what was deleted",
    "foreign-patient": "records of patients outside of the cohort came along and were left out",
    "more-than-told": "a file held more records than the export said",
    "names-no-patient": "a record named no patient: this type was searched besides",
    "of-no-patient": "records that are of no patient came along and were left out",
    "4119": "the clinic says that there may be more than we may see",
    "59204": "the clinic says that a part of the search is not for this client",
}


def said_in_words(said: str) -> str:
    return SAID.get(said, said)


def details_in_words(detail: str | None) -> tuple[str, ...]:
    """Each reason of a ledger row once, in words; a code that nobody knows stands as it is.

    A vendor's notice says more than the message that it came in.
    """
    codes = [code for one in (detail or "").split(";") if (code := one.strip())]
    if any(code.removeprefix("notice:").isdigit() for code in codes):
        codes = [code for code in codes if not code.startswith("outcome:")]
    return tuple(dict.fromkeys(map(_in_words, codes)))


def asked_in_words(asked: str | None) -> str:
    """ "by patient, category laboratory"; what no request asked for has none."""
    if asked is None:
        return ""
    if asked == "read":
        return "read by its address"
    first, *rest = asked.split("+")
    named = "by patient" if first in ("patient", "subject") else first.replace("=", " ")
    return ", ".join([named, *(part.replace("=", " ", 1) for part in rest)])


def _in_words(code: str) -> str:
    for pattern, words in _PATTERNS:
        found = pattern.fullmatch(code)
        if found is not None:
            return words(found)
    return _WORDS.get(code, code)


def _http(found: re.Match[str]) -> str:
    status, issues = found["status"], [one for one in (found["issues"] or "").split(":") if one]
    words = _STATUS.get(status, "the clinic was in trouble" if status >= "500" else "refused")
    told = [_ISSUES.get(one, one) for one in issues]
    return f"{words} (HTTP {status}{': ' + ', '.join(told) if told else ''})"


def _issues(found: re.Match[str]) -> str:
    told = [_ISSUES.get(one, one) for one in found["codes"].split(",")]
    return f"the answer came with a message: {', '.join(told)}"


def _message(found: re.Match[str]) -> str:
    told = [_ISSUES.get(one, one) for one in found["codes"].split(":")]
    return f"{_WORDS['operation-outcome']}: {', '.join(told)}"


def _of_export(code: str) -> str:
    return f"the clinic says of the export: {_ISSUES.get(code, code)}"


def _of_file(code: str) -> str:
    return _FILES.get(code, "") or _in_words(code)


_BESIDE: Mapping[str, str] = {"error": "missing", "deleted": "deleted"}
_FILES: Mapping[str, str] = {
    "foreign-host": "it is on another host and wants our token",
    "unsafe-link": "it is on another host, without TLS",
    "unusable-link": "its address cannot be used",
}


_PATIENT = re.compile(r"patient-(http-.+|redirect.*|operation-outcome.*)")
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"http-(?P<status>\d{3})(?P<issues>(?::[a-z-]+)*)"), _http),
    (re.compile(r"outcome:(?P<codes>[a-z,-]+)"), _issues),
    (
        re.compile(r"notice:([0-9]+|[a-z-]+)"),
        lambda found: _NOTICES.get(found[1], f"the clinic's notice {found[1]}"),
    ),
    (re.compile(r"(?:notice:)?error-file:(.+)"), lambda found: _of_export(found[1])),
    (re.compile(r"file:(.+)"), lambda found: f"a file of the export was not read: {_of_file(found[1])}"),
    (
        re.compile(r"(error|deleted)-file-lost:(.+)"),
        lambda found: (
            f"what the export says of what is {_BESIDE[found[1]]} was not read: {_of_file(found[2])}"
        ),
    ),
    (
        re.compile(r"narrowed:(.+)"),
        lambda found: f"by its own word the export was of less than was asked for ({found[1]})",
    ),
    (re.compile(r"ignored:(.+)"), lambda found: f"the parameter {found[1]} was passed over"),
    (
        re.compile(r"asked-by-(.+)"),
        lambda found: f"asked for by {found[1].replace('-', ' ')} alone: what has another one is not seen",
    ),
    (re.compile(r"page (\d+): (.+)"), lambda found: f"page {found[1]}: {_in_words(found[2])}"),
    (re.compile(r"operation-outcome:(?P<codes>[a-z:-]+)"), _message),
    (re.compile(r"redirect-\d{3}"), lambda _: _WORDS["redirect"]),
    (_PATIENT, lambda found: f"the patient: {_in_words(found[1])}"),
    (re.compile(r"unresolved-reference:(.+)"), lambda found: f"a drug by reference: {_in_words(found[1])}"),
    (re.compile(r"held-since:(.+)"), lambda found: f"what is shown was held before, from {found[1]}"),
)
