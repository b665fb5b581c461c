"""What an answer is, and the issue codes of an OperationOutcome; never its text, which may name a patient."""

import msgspec

from abstractor.fhir.cut import members

__all__ = ["issue_codes", "notice_codes", "resource_type"]

# The closed list of FHIR R4 (issue-type); anything else is shown as `unlisted`: it could hold anything.
_ISSUE_TYPES = frozenset(
    (
        "invalid structure required value invariant security login unknown expired forbidden suppressed "
        "processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid "
        "extension too-costly business-rule conflict transient lock-error no-store exception timeout "
        "incomplete throttled informational"
    ).split()
)


# Epic's codes that tell of something left out: 4119, that there may be more than may be seen; 59204, that a
# part of the search is not for this client. The system has the number of the hospital in its middle.
_NOTICES = frozenset({"4119", "59204"})
_EPIC, _EPIC_END = "urn:oid:1.2.840.114350.", ".7.2.657369"


class _Kind(msgspec.Struct):
    resourceType: str


class _Issue(msgspec.Struct):
    code: str | None = None


class _Outcome(msgspec.Struct):
    resourceType: str
    issue: list[_Issue | None] | None = None


class _Coding(msgspec.Struct):
    system: str | None = None
    code: str | None = None


class _Details(msgspec.Struct):
    coding: list[_Coding | None] | None = None


class _DetailedIssue(msgspec.Struct):
    details: _Details | None = None


class _Detailed(msgspec.Struct):
    issue: list[_DetailedIssue | None] | None = None


def resource_type(body: bytes) -> str | None:
    """None where the body is no JSON object with a resourceType; the whole body is checked to be JSON."""
    try:
        return msgspec.json.decode(body, type=_Kind).resourceType
    except RecursionError:
        return _shallow_type(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def issue_codes(body: bytes) -> tuple[str, ...]:
    """The issue codes of an OperationOutcome, each once; none where the body is something else."""
    try:
        outcome = msgspec.json.decode(body, type=_Outcome)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    if outcome.resourceType != "OperationOutcome":
        return ()
    codes = [issue.code for issue in outcome.issue or () if issue is not None and issue.code]
    return tuple(dict.fromkeys(code if code in _ISSUE_TYPES else "unlisted" for code in codes))


def notice_codes(body: bytes) -> tuple[str, ...]:
    """The codes of Epic's notices in an OperationOutcome, each once."""
    try:
        outcome = msgspec.json.decode(body, type=_Detailed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    details = [issue.details for issue in outcome.issue or () if issue is not None and issue.details]
    codings = [coding for each in details for coding in each.coding or () if coding is not None]
    return tuple(dict.fromkeys(one.code for one in codings if one.code in _NOTICES and _is_epics(one.system)))


def _is_epics(system: str | None) -> bool:
    return system is not None and system.startswith(_EPIC) and system.endswith(_EPIC_END)


def _shallow_type(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(members(body)["resourceType"], type=str)
    except (ValueError, KeyError, msgspec.MsgspecError):
        return None
