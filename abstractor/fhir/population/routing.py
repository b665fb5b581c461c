"""Whose a raw record is, told without reading the rest of it.

Only where it is sure: the record shows its type, an identity and a patient, and is text. Whatever else turns
out to be wrong with it, it is quarantined under that very patient. Of any other record nothing is said here.
"""

import re

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from abstractor.fhir.decoding import at_sight, in_head, is_text
from abstractor.fhir.doubled import may_name_two, whose_is_open
from abstractor.fhir.received import Received
from abstractor.fhir.references import resolve
from abstractor.fhir.types import PATIENT_ELEMENT

__all__ = ["Routed", "routed"]

_ID = re.compile(r"[^\s/?#|\x00-\x1f\x7f]{1,128}")


class _Named(Struct, gc=False):
    reference: str


class _BySubject(Struct, gc=False):
    id: str
    subject: _Named


class _ByPatient(Struct, gc=False):
    id: str
    patient: _Named


class _Himself(Struct, gc=False):
    id: str


_SHAPES = {"id": _Himself, "subject": _BySubject, "patient": _ByPatient}
_Head = _Himself | _BySubject | _ByPatient
_READERS: dict[str, Decoder[_Head]] = {
    name: Decoder(_SHAPES[element]) for name, element in PATIENT_ELEMENT.items()
}


class Routed(Struct, frozen=True, gc=False):
    """Its type, its identity ("Condition/1") and its patient ("Patient/1")."""

    type: str
    reference: str
    patient: str


def routed(received: Received) -> Routed | None:
    """None where that cannot be told at a glance."""
    body = received.body
    kind = at_sight(body) or in_head(body)
    decoder = _READERS.get(kind) if kind is not None else None
    if kind is None or decoder is None or not (body.isascii() or is_text(body)):
        return None
    try:
        shown = decoder.decode(body)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not _ID.fullmatch(shown.id) or (may_name_two(kind, body) and whose_is_open(kind, body)):
        return None
    reference = f"{kind}/{shown.id}"
    match shown:
        case _BySubject():
            patient = resolve(shown.subject.reference, received.links, expected="Patient")
        case _ByPatient():
            patient = resolve(shown.patient.reference, received.links, expected="Patient")
        case _:
            return Routed(kind, reference, reference)
    if patient is None or not patient.startswith("Patient/"):
        return None
    return Routed(kind, reference, patient)
