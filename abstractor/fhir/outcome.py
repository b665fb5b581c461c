"""What an answer is, and the issue codes of an OperationOutcome; never its text, which may name a patient."""

import msgspec

from abstractor.fhir.cut import members

__all__ = ["issue_codes", "resource_type"]

# The closed list of FHIR R4 (issue-type); anything else is shown as `unlisted`: it could hold anything.
_ISSUE_TYPES = frozenset(
    (
        "invalid structure required value invariant security login unknown expired forbidden suppressed "
        "processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid "
        "extension too-costly business-rule conflict transient lock-error no-store exception timeout "
        "incomplete throttled informational"
    ).split()
)


class _Kind(msgspec.Struct):
    resourceType: str


class _Issue(msgspec.Struct):
    code: str | None = None


class _Outcome(msgspec.Struct):
    resourceType: str
    issue: list[_Issue | None] | None = None


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


def _shallow_type(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(members(body)["resourceType"], type=str)
    except (ValueError, KeyError, msgspec.MsgspecError):
        return None
