"""One record's bytes to typed elements, or why not: every record is decoded, of a type not used, or
quarantined.

A record is decoded once, by the shape of its type. Fields that we do not read are skipped; an element that
we read and that is of the wrong type, or an impossible date, quarantines its record, and no other.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from abstractor.dates import DateError
from abstractor.fhir.decoders import decoder_of, repaired_dates
from abstractor.fhir.doubled import contradicted, may_tell_twice, told_otherwise
from abstractor.fhir.elements import SHAPES
from abstractor.fhir.elements.datatypes import Resource
from abstractor.fhir.elements.medications import Medication, Prescribed
from abstractor.fhir.elements.records import Condition
from abstractor.fhir.nesting import deeper_than, shallow
from abstractor.fhir.quarantine import Defect, Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.references import contained_id, resolve
from abstractor.fhir.repairs import Repair, as_status, is_fhir_id
from abstractor.fhir.types import PATIENT_ELEMENT, SHARED_TYPES, UNKNOWN_TYPE

__all__ = [
    "Decoded",
    "Limits",
    "NotUsed",
    "at_sight",
    "by_content",
    "contained_medication",
    "decode",
    "decoder_of",
    "in_head",
    "is_fhir",
    "is_text",
    "type_of",
]

_Element = TypeVar("_Element")

# Nearly every line of an export begins just so: its type is told by the bytes up to the quote that ends it.
_BEGIN = b'{"resourceType":"'
_AS_BEGUN = {_BEGIN + name.encode() + b'"': name for name in {*SHAPES, "OperationOutcome"}}
_HEAD = re.compile(rb'\s*+\{\s*+"resourceType"\s*+:\s*+"([A-Z][A-Za-z]{0,63})"')
_TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{0,63}")
_ID = re.compile(r"[^\s/?#|\x00-\x1f\x7f]{1,128}")
_AT = re.compile(r" - at `\$\.?(.*)`$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large and how deep one resource may be."""

    max_bytes: int = 8 * 1024 * 1024
    max_depth: int = 64


class Decoded(msgspec.Struct, frozen=True, gc=False):
    """`reference` is its identity ("Condition/1"); `patient` is null for types of no one patient. `repairs`
    are those that it took to read it."""

    type: str
    reference: str
    patient: str | None
    resource: Resource
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUsed:
    """A FHIR resource of a type that we do not read."""

    type: str


class _Kind(msgspec.Struct):
    resourceType: str


class _Pointer(msgspec.Struct):
    reference: str


class _Stamp(msgspec.Struct, gc=False, rename="camel"):
    version_id: str | None = None


class _Refused(Exception):
    """Why the record at hand cannot be read; caught in `decode`, seen nowhere else."""

    def __init__(self, reason: Defect, path: str) -> None:
        self.reason = reason
        self.path = path


def decode(received: Received, zone: ZoneInfo, limits: Limits) -> Decoded | NotUsed | Quarantined:
    """Never raises: what cannot be read is quarantined, under the patient that it still names."""
    body = received.body
    kind: str | None = None
    try:
        kind = _kind(body, limits)
        if kind == "Bundle":
            raise _Refused(Defect.NOT_EXPANDED, kind)
        if kind not in SHAPES:
            return NotUsed(kind)
        if received.gone:
            raise _Refused(Defect.DELETED, kind)
        repaired_dates()  # what others left
        return _decoded(kind, received, _typed(kind, body, zone))
    except _Refused as refused:
        return _quarantined(kind or type_of(body), received, refused)


def type_of(body: bytes) -> str | None:
    """The resourceType; None where the text is no JSON object that has one."""
    known = at_sight(body)
    if known is not None:
        return known
    head = in_head(body)
    if head is not None:
        return head
    try:
        name = msgspec.json.decode(shallow(body, levels=1), type=_Kind).resourceType
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return name if _TYPE_NAME.fullmatch(name) else None


def at_sight(body: bytes) -> str | None:
    """Its type, where it is one that we know and stands first, as it nearly always does."""
    return _AS_BEGUN.get(body[: body.find(b'"', len(_BEGIN)) + 1])


def in_head(body: bytes) -> str | None:
    """The same with blanks in between, of whatever type."""
    head = _HEAD.match(body)
    return head[1].decode() if head is not None else None


def is_fhir(body: bytes) -> bool:
    """Is the whole text JSON, and an object with a resourceType?"""
    if not is_text(body):
        return False
    try:
        return bool(_TYPE_NAME.fullmatch(msgspec.json.decode(body, type=_Kind).resourceType))
    except RecursionError:
        return type_of(body) is not None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False


def _kind(body: bytes, limits: Limits) -> str:
    """The type of a record that is safe to decode and, where we do not read the type, is JSON at all."""
    if len(body) > limits.max_bytes:
        raise _Refused(Defect.TOO_LARGE, "")
    if not (body.isascii() or is_text(body)):
        raise _Refused(Defect.NOT_JSON, "")
    if deeper_than(limits.max_depth, body):
        raise _Refused(Defect.TOO_DEEP, "")
    shown = at_sight(body) or in_head(body)
    if shown is not None and shown in SHAPES:
        return shown
    try:
        name = msgspec.json.decode(body, type=_Kind).resourceType
    except msgspec.ValidationError:
        raise _Refused(Defect.NOT_FHIR, "") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _Refused(Defect.NOT_JSON, "") from None
    if not _TYPE_NAME.fullmatch(name):
        raise _Refused(Defect.NOT_FHIR, "")
    return name


def is_text(body: bytes) -> bool:
    """Is all of it UTF-8? The decoder does not look at the text that it skips."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _typed(kind: str, body: bytes, zone: ZoneInfo) -> Resource:
    try:
        resource = decoder_of(kind, zone).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise _not_typed(wrong, kind) from None
    if resource.id is not None and not (is_fhir_id(resource.id) or _ID.fullmatch(resource.id)):
        raise _Refused(Defect.WRONG_TYPE, f"{kind}.id")
    if may_tell_twice(kind, body) and (twice := told_otherwise(kind, body)) is not None:
        raise _Refused(Defect.TOLD_TWICE, f"{kind}.{twice}")
    if isinstance(resource, Prescribed) and resource.contained:
        contained_medication(kind, resource, zone)
    return resource


def _parsed(kind: str, body: bytes, zone: ZoneInfo, *, path: str) -> Resource:
    try:
        return decoder_of(kind, zone).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise _not_typed(wrong, path) from None


def _not_typed(wrong: Exception, path: str) -> _Refused:
    if not isinstance(wrong, msgspec.ValidationError):
        return _Refused(Defect.NOT_JSON, path)
    reason = Defect.IMPOSSIBLE_DATE if isinstance(wrong.__cause__, DateError) else Defect.WRONG_TYPE
    # The decoder's message names the element and the types, never the value.
    element = _AT.search(str(wrong))
    return _Refused(reason, f"{path}.{element[1]}" if element else path)


def _decoded(kind: str, received: Received, resource: Resource) -> Decoded:
    own_id = resource.id
    reference = f"{kind}/{own_id}" if own_id is not None else _identity(kind, received, None)
    repairs = _repairs(resource)
    if kind in SHARED_TYPES:
        return Decoded(kind, reference or by_content(kind, received.body), None, resource, repairs)
    if kind == "Patient":
        patient = reference
    else:
        named = resource.subject.reference if resource.subject is not None else None
        patient = _patient_in(named, received.links)
    if patient is None:
        raise _Refused(Defect.NO_SUBJECT, f"{kind}.{PATIENT_ELEMENT[kind]}")
    return Decoded(kind, reference or by_content(kind, received.body), patient, resource, repairs)


def _repairs(resource: Resource) -> tuple[Repair, ...]:
    """What was repaired to read it, each once; nearly always nothing."""
    dates = repaired_dates()
    odd_status = False
    for each in _statuses(resource):
        odd_status = odd_status or as_status(each) != each
    odd_id = resource.id is not None and not is_fhir_id(resource.id)
    if not (dates or odd_status or odd_id):
        return ()
    found = {*dates, *([Repair.STATUS_SPELLING] * odd_status), *([Repair.ID_SHAPE] * odd_id)}
    return tuple(sorted(found))


def _statuses(resource: Resource) -> Sequence[str]:
    """What decides whether a record counts, as far as it is there."""
    if isinstance(resource, Condition):
        verified = resource.verification_status
        return [each.code for each in (verified.coding or () if verified else ()) if each.code]
    status, intent = getattr(resource, "status", None), getattr(resource, "intent", None)
    return (status or "", intent) if intent else (status,) if status else ()


def _identity(kind: str, received: Received, own_id: str | None) -> str | None:
    if own_id is not None:
        return f"{kind}/{own_id}"
    named = resolve(received.full_url, received.links, expected=kind)
    return named if named is not None and named.startswith(f"{kind}/") else None


def by_content(kind: str, body: bytes) -> str:
    """A record without an id is told apart by its content, so that the same one twice is one."""
    return f"{kind}/sha256:{hashlib.sha256(body).hexdigest()[:16]}"


def _patient_in(reference: str | None, links: Mapping[str, str]) -> str | None:
    named = resolve(reference, links, expected="Patient")
    return named if named is not None and named.startswith("Patient/") else None


def _quarantined(kind: str | None, received: Received, refused: _Refused) -> Quarantined:
    """Under the identity and the patient that it still shows."""
    known = kind or UNKNOWN_TYPE
    shown, doubled = _shown(received.body), contradicted(received.body)
    own_id = _element(shown, "id", str) if "id" not in doubled else None
    sound = own_id if own_id is not None and _ID.fullmatch(own_id) else None
    reference = _identity(known, received, sound)
    patient = reference if kind == "Patient" else _named_patient(known, shown, received.links)
    if PATIENT_ELEMENT.get(known) in doubled:
        patient = None
    return Quarantined(
        type=known,
        origin=received.origin,
        path=refused.path or known,
        reason=refused.reason,
        patient=patient,
        reference=reference or by_content(known, received.body),
        version=_version(shown),
    )


def _version(shown: Mapping[str, msgspec.Raw]) -> str | None:
    """Its version, where that is still to be read and is one: what else stands there is shown nowhere."""
    stamp = _element(shown, "meta", _Stamp)
    version = stamp.version_id if stamp is not None else None
    return version if version is not None and _ID.fullmatch(version) else None


def _shown(body: bytes) -> Mapping[str, msgspec.Raw]:
    """The outer elements of a record that cannot be read, each by itself, as far as it is JSON."""
    try:
        return msgspec.json.decode(shallow(body, levels=2), type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _element(shown: Mapping[str, msgspec.Raw], name: str, kind: type[_Element]) -> _Element | None:
    try:
        return msgspec.json.decode(shown.get(name, b""), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _named_patient(kind: str, shown: Mapping[str, msgspec.Raw], links: Mapping[str, str]) -> str | None:
    named = _element(shown, PATIENT_ELEMENT.get(kind, ""), _Pointer)
    return _patient_in(named.reference, links) if named is not None else None


def contained_medication(kind: str, resource: Prescribed, zone: ZoneInfo) -> tuple[str, Medication] | None:
    """The Medication inside an order, dose or dispense that it points at ("#med"), with its path."""
    wanted = contained_id(resource.medication_reference.reference if resource.medication_reference else None)
    if wanted is None:
        return None
    for place, raw in enumerate(resource.contained or ()):
        body, path = bytes(raw), f"{kind}.contained[{place}]"
        if type_of(body) == "Medication":
            found = _parsed("Medication", body, zone, path=path)
            if found.id == wanted and isinstance(found, Medication):
                return path, found
    return None
