"""The patient whom another one was merged into: links of type `replaced-by` are followed to their end."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from abstractor.fhir.about import about, patient_id
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.references import identity_in

__all__ = ["Survivor", "gone", "survivor_of"]

_FARTHEST = 5  # merges one after the other; more is a loop of links


class _Reference(msgspec.Struct):
    reference: str | None = None


class _Link(msgspec.Struct):
    type: str | None = None
    other: _Reference | None = None


class _Linked(msgspec.Struct):
    link: list[_Link | None] | None = None


@dataclass(frozen=True, slots=True)
class Survivor:
    """`reference` is whom to pull, None where that cannot be told: `why` is the code of the reason."""

    reference: str | None
    followed: bool = False
    why: str | None = None


def survivor_of(get: Callable[[str], bytes | Failure], reference: str, body: bytes) -> Survivor:
    """`body` is the Patient that came for `reference`, which may be another one's already."""
    known = about(body)
    if known is None or known.resourceType != "Patient":
        return Survivor(None, why="not-a-patient")
    now = f"Patient/{known.id}" if known.id else reference
    for _ in range(_FARTHEST):
        if patient_id(now) is None:
            return Survivor(None, why="unusable-patient-id")
        into = _replaced_by(body)
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


def _replaced_by(patient: bytes) -> tuple[str, ...]:
    """Whom the links name, each once; an empty name where a link names nobody of this endpoint."""
    try:
        linked = msgspec.json.decode(patient, type=_Linked)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    links = [link for link in linked.link or () if link is not None and link.type == "replaced-by"]
    named = [(link.other.reference if link.other is not None else None) or "" for link in links]
    return tuple(dict.fromkeys(identity_in(one) or "" for one in named))
