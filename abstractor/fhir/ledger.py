"""The ledger of a pull: for each type of a patient what was asked, what the clinic said, and what is missing.

What the rules read (`Answer`) is derived from its rows. They hold codes and names of parameters only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from abstractor.chart import Seen
from abstractor.fhir.answers import Answer
from abstractor.fhir.failure import Failure

__all__ = [
    "LOSSES",
    "NOTICE",
    "UNDOUBTED",
    "Complaint",
    "LedgerRow",
    "Said",
    "answer_of",
    "not_asked",
    "row_of",
    "said_by",
    "said_within",
    "words",
]

NOTICE = "notice:"  # before a vendor's code, or why a type is asked for whole: the ledger's alone
# What these hold is a patient's, or a day of a patient's.
_SILENT = frozenset(
    {"patient", "subject", "identifier", "date", "authoredon", "effective-time", "-timing-boundsPeriod"}
)
_WITHHELD = frozenset({"forbidden", "login", "security", "suppressed"})
_PASSED_OVER = frozenset({"not-supported"})
_TRY_LATER = frozenset({408, 425, 429})


class Said(StrEnum):
    """In the order of how much less than everything it means: of several the last stands in a row."""

    ANSWERED = "answered"
    EMPTY = "empty"
    PARTLY_AUTHORISED = "partly-authorised"  # the clinic said that it withheld something
    IGNORED = "ignored"  # a parameter was passed over
    TRUNCATED = "truncated"  # less came than there is, or some of it cannot be read
    NOT_ASKED = "not-asked"
    REFUSED = "refused"
    FAILED = "failed"  # the clinic or the way there was in trouble


UNDOUBTED = frozenset({Said.ANSWERED, Said.EMPTY})
# Something of what was asked for did not come, or cannot be told to have come.
LOSSES = frozenset({Said.TRUNCATED, Said.NOT_ASKED, Said.REFUSED, Said.FAILED})
_GIVEN = frozenset({Said.ANSWERED, Said.EMPTY, Said.PARTLY_AUTHORISED, Said.IGNORED, Said.TRUNCATED})


@dataclass(frozen=True, slots=True)
class Complaint:
    """A reason why what came may not be all; `detail` is codes only."""

    said: Said
    detail: str


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One search of one type. `count` is what came; `since` is None where it was not of changes alone,
    `until` where the clinic did not tell its time.

    `asked` is "patient+category=laboratory", "read", or None for what no request asked for.
    """

    type: str
    since: str | None
    until: str | None
    said: Said
    count: int
    total: int | None
    asked: str | None
    detail: str | None


def row_of(
    kind: str, complaints: Sequence[Complaint], *, asked: str | None, count: int = 0, total: int | None = None
) -> LedgerRow:
    order = list(Said)
    usual = Said.ANSWERED if count else Said.EMPTY
    said = max((one.said for one in complaints), key=order.index, default=usual)
    detail = "; ".join(dict.fromkeys(one.detail for one in complaints)) or None
    return LedgerRow(kind, None, None, said, count, total, asked, detail)


def not_asked(kind: str, why: str | None = None) -> LedgerRow:
    return LedgerRow(kind, None, None, Said.NOT_ASKED, 0, None, None, why)


def answer_of(kind: str, rows: Sequence[LedgerRow], count: int) -> Answer:
    """What was refused without anything that came is a refusal; a type without a search was not asked for."""
    told = [detail for row in rows for detail in (row.detail or "").split("; ")]
    detail = "; ".join(dict.fromkeys(one for one in told if one and not one.startswith(NOTICE))) or None
    given = any(row.said in _GIVEN for row in rows)
    if detail is not None:
        return Answer(kind, Seen.PARTIAL if given else Seen.REFUSED, count, detail)
    if not given:
        return Answer(kind, Seen.NOT_ASKED, count, None)
    return Answer(kind, Seen.COMPLETE if count else Seen.EMPTY, count, None)


def said_by(failure: Failure) -> Said:
    """What a failed request says: the clinic refused, or something broke."""
    status = failure.status
    refused = status is not None and 400 <= status < 500 and status not in _TRY_LATER
    return Said.REFUSED if refused else Said.FAILED


def said_within(issues: Collection[str], notices: Collection[str]) -> Said:
    """What an outcome among the entries says."""
    if notices or _WITHHELD.intersection(issues):
        return Said.PARTLY_AUTHORISED
    return Said.IGNORED if _PASSED_OVER.intersection(issues) else Said.TRUNCATED


def words(parameters: Mapping[str, str]) -> str:
    """ "patient+category=laboratory": the values of what names a patient or a time stay out."""
    told = (
        name if name in _SILENT or name.startswith("_") else f"{name}={_some(value)}"
        for name, value in parameters.items()
    )
    return "+".join(told) or "everybody"


def _some(value: str) -> str:
    """A long list of codes by its first and their number: what they are stands in the value sets."""
    first, *others = value.split(",")
    return f"{first} and {len(others)} more" if others else first
