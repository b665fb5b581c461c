"""What the error files of an export say: codes of what went wrong there, and whether anything was lost."""

import msgspec

from abstractor.fhir.ledger import NOTICE, Complaint, Said
from abstractor.fhir.outcome import issue_codes

__all__ = ["complaints_in"]

_HARMLESS = frozenset({"information", "warning", "success"})


class _Issue(msgspec.Struct):
    severity: str | None = None


class _Outcome(msgspec.Struct):
    resourceType: str
    issue: list[_Issue | None] | None = None


def complaints_in(line: bytes) -> tuple[Complaint, ...]:
    """Of one line: an outcome that only informs is a notice; whatever else stands there is a loss."""
    try:
        outcome = msgspec.json.decode(line, type=_Outcome)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return (Complaint(Said.TRUNCATED, "error-file:unreadable"),)
    if outcome.resourceType != "OperationOutcome":
        return (Complaint(Said.TRUNCATED, "error-file:unreadable"),)
    codes = issue_codes(line) or ("unlisted",)
    severities = [issue.severity for issue in outcome.issue or () if issue is not None]
    if severities and all(severity in _HARMLESS for severity in severities):
        return tuple(Complaint(Said.ANSWERED, f"{NOTICE}error-file:{code}") for code in codes)
    return tuple(Complaint(Said.TRUNCATED, f"error-file:{code}") for code in codes)
