"""The patient whom another one was merged into: links of type `replaced-by` are followed to their end."""

from collections.abc import Callable
from dataclasses import dataclass

from abstractor.fhir.about import about, patient_id
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.patient_links import links_of
from abstractor.fhir.references import identity_in

__all__ = ["Survivor", "gone", "survivor_of"]

_FARTHEST = 5  # merges one after the other; more is a loop of links


@dataclass(frozen=True, slots=True)
class Survivor:
    """`reference` is whom to pull, None where that cannot be told: `why` is the code of the reason."""

    reference: str | None
    followed: bool = False
    why: str | None = None


def survivor_of(get: Callable[[str], bytes | Failure], reference: str, body: bytes) -> Survivor:
    """`body` is the Patient that came for `reference`: another one's, where that one says that it replaces
    this one. Where another one's comes without a word the patient is pulled as named, and the pull tells.
    """
    known = about(body)
    if known is None or known.resourceType != "Patient":
        return Survivor(None, why="not-a-patient")
    now = reference
    for _ in range(_FARTHEST):
        named = _stands_for(now, body)
        if named is None:
            return Survivor(now, followed=now != reference)
        now = named
        if patient_id(now) is None:
            return Survivor(None, why="unusable-patient-id")
        into = tuple(dict.fromkeys(identity_in(one) or "" for one in links_of(body).replaced_by))
        if into == ():
            return Survivor(now, followed=now != reference)
        if len(into) > 1 or patient_id(into[0]) is None:
            return Survivor(None, why="merged-into-unknown")
        got = get(into[0])
        if isinstance(got, Failure):
            return Survivor(None, why=f"merged-into-unread:{got.detail}")
        now, body = into[0], got
    return Survivor(None, why="merged-in-a-loop")


def gone(failure: Failure) -> bool:
    """Does it say that there is no such patient, now or any more?"""
    return failure.status in (404, 410) or failure.reason is Reason.REDIRECT


def _stands_for(asked: str, body: bytes) -> str | None:
    """Whose the body is that came for that one; None where it is another's who does not say to replace it."""
    known = about(body)
    identity = known.id if known is not None and known.resourceType == "Patient" else None
    came = asked if identity is None else f"Patient/{identity}"
    return came if came == asked or asked in map(identity_in, links_of(body).replaces) else None
