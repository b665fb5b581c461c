"""What an answer is, and the issue codes of an OperationOutcome; never its text, which may name a patient."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from abstractor.fhir.cut import members

__all__ = ["issue_codes", "notice_codes", "only_informs", "resource_type"]

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


# Of these severities an issue with one of these codes says that nothing was left out: that all went well (a
# code of FHIR's later versions, too), or that nothing was found.
_INFORMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "information": frozenset({"informational", "success", "not-found"}),
        "success": frozenset({"informational", "success"}),
        "warning": frozenset({"not-found"}),
    }
)
_NOTHING_FOUND = "4101"  # Epic's: the search has no results


class _Issue(msgspec.Struct):
    code: str | None = None


class _Severe(msgspec.Struct):
    severity: str | None = None
    code: str | None = None
    details: "_Details | None" = None


class _Severities(msgspec.Struct):
    resourceType: str
    issue: list[_Severe | None] | None = None


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


def only_informs(body: bytes, *, empty: bool) -> bool:
    """Does an outcome among the entries of a search tell of nothing left out? Each issue of it must be known
    to; `empty`: nothing came, without which "nothing was found" would be of something else.
    """
    try:
        outcome = msgspec.json.decode(body, type=_Severities)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    known = outcome.resourceType == "OperationOutcome" and bool(outcome.issue)
    return known and all(issue is not None and _informs(issue, empty) for issue in outcome.issue or ())


def _informs(issue: _Severe, empty: bool) -> bool:
    codings = [one for one in (issue.details and issue.details.coding) or () if one is not None]
    epics = [one.code for one in codings if _is_epics(one.system)]
    if epics:
        # Its own code says more than the issue's, which is the same for whatever it tells.
        mild = issue.severity in ("information", "warning")
        return empty and mild and all(code == _NOTHING_FOUND for code in epics)
    if issue.code == "not-found" and not empty:
        return False
    return issue.code in _INFORMS.get(issue.severity or "", ())


def _is_epics(system: str | None) -> bool:
    return system is not None and system.startswith(_EPIC) and system.endswith(_EPIC_END)


def _shallow_type(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(members(body)["resourceType"], type=str)
    except (ValueError, KeyError, msgspec.MsgspecError):
        return None
