"""A stored resource as a blinded reader sees it: its clinical content, and nothing of where, by whom and when
it was written to us. What cannot be read is not shown at all.

Which keys and types are kept is decided by what R4 puts there; a reference is kept only if it is to a
clinical record, a web address only if the whole world uses it.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from abstractor.workflow.auditing.masking import HIDDEN, SITE_TYPES, Mask

__all__ = ["Named", "masked", "names_in"]

_CLINICAL = frozenset(
    {
        "AdverseEvent",
        "AllergyIntolerance",
        "CarePlan",
        "Condition",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "EpisodeOfCare",
        "Goal",
        "ImagingStudy",
        "Immunization",
        "Medication",
        "MedicationAdministration",
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "Patient",
        "Procedure",
        "ServiceRequest",
        "Specimen",
    }
)
# Identifiers and addresses of R4, by the names of their elements; `div` is a narrative, `meta` when and where
# a version was written.
_ALWAYS = frozenset({"meta", "div"})
_OF_THE_SITE = frozenset(
    {
        "accessionIdentifier",
        "address",
        "assigner",
        "authorString",
        "contact",
        "deviceName",
        "fullUrl",
        "groupIdentifier",
        "identifier",
        "implicitRules",
        "masterIdentifier",
        "photo",
        "requisition",
        "serialNumber",
        "telecom",
        "udiCarrier",
        "valueIdentifier",
    }
)
# Elements that refer to clinical records, where the reference itself does not say so ("#1", a name alone).
_TO_CLINICAL = frozenset(
    {
        "addresses",
        "basedOn",
        "condition",
        "context",
        "derivedFrom",
        "encounter",
        "evidence",
        "focus",
        "hasMember",
        "instance",
        "itemReference",
        "medication",
        "medicationReference",
        "partOf",
        "patient",
        "reasonReference",
        "result",
        "resultingCondition",
        "specimen",
        "subject",
        "supportingInformation",
    }
)
_CODINGS = frozenset({"coding", "class", "valueCoding"})
_REFERENCE = frozenset({"id", "extension", "reference", "type", "identifier", "display"})
_KNOWN = re.compile(
    r"(?:https?://(?:[\w-]+\.)*(?:hl7\.org|loinc\.org|snomed\.info|nlm\.nih\.gov|unitsofmeasure\.org|"
    r"whocc\.no|who\.int|ama-assn\.org|cms\.gov|cdc\.gov|fda\.gov|cancer\.gov|ihe\.net)(?:/\S*)?"
    r"|urn:oid:2\.16\.840\.1\.113883\.(?:6|5|4\.642|3\.26)\.\S*|urn:iso\S*|urn:ietf\S*)"
)
_ADDRESS = re.compile(r"(?:https?|urn|ftp|mailto|tel):\S*", re.IGNORECASE)
_TO = re.compile(r"(?:.*/)?(?P<type>[A-Z][A-Za-z]+)/[\w.\-]+(?:/_history/\S*)?")
_TEXTS = ("text/plain", "text/html", "text/xml", "application/xml", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class _Number:
    digits: str


@dataclass(frozen=True, slots=True)
class _Members:
    pairs: tuple[tuple[str, "_Node"], ...]

    def get(self, key: str) -> "_Node":
        return next((value for name, value in self.pairs if name == key), None)


_Node: TypeAlias = "str | _Number | bool | list[_Node] | _Members | None"


@dataclass(frozen=True, slots=True)
class Named:
    """The names that a record of the place gives itself: of places, and of people (their surnames too)."""

    places: tuple[str, ...]
    people: tuple[str, ...]


def masked(body: bytes, mask: Mask) -> bytes:
    """The same bytes where neither the site nor the wave is hidden."""
    if not mask.hides:
        return body
    try:
        root = _read(body)
        shown = _resource(root, mask, top=True) if isinstance(root, _Members) else HIDDEN
        return _written(shown).encode()
    except (ValueError, RecursionError):
        return _written(HIDDEN).encode()


def names_in(body: bytes) -> Named:
    """How an organisation, a place or a person calls itself, and how a clinical record names them."""
    try:
        root = _read(body)
        if not isinstance(root, _Members):
            return Named((), ())
        return _own_names(root) if _kinds(root) & SITE_TYPES else _named_in(root)
    except (ValueError, RecursionError):
        return Named((), ())


def _read(body: bytes) -> _Node:
    root: _Node = json.loads(
        body.decode("utf-8-sig"),
        object_pairs_hook=lambda pairs: _Members(tuple(pairs)),
        parse_int=_Number,
        parse_float=_Number,
        parse_constant=_Number,
    )
    return root


def _resource(node: _Members, mask: Mask, *, top: bool) -> _Node:
    """What says in no readable way what it is may be about the place."""
    kinds = _kinds(node)
    if mask.site and (kinds & SITE_TYPES or "" in kinds):
        of_place = sorted(kinds & SITE_TYPES)
        return _Members((("resourceType", of_place[0] if of_place else HIDDEN), ("hidden", HIDDEN)))
    pairs = [(key, _member(key, value, node, mask)) for key, value in node.pairs]
    if top and mask.site:
        pairs = [(key, HIDDEN if key == "id" else value) for key, value in pairs]
    return _Members(tuple(pairs))


def _kinds(node: _Members) -> set[str]:
    """However often it says so; "" for what is no name of a type."""
    said = (value for key, value in node.pairs if key == "resourceType")
    return {each if isinstance(each, str) else "" for each in said}


def _member(key: str, value: _Node, of: _Members, mask: Mask) -> _Node:
    if key in _ALWAYS or (mask.site and key in _OF_THE_SITE):
        return HIDDEN
    if not mask.site:
        return _walk(key, value, mask)
    if key == "data" and isinstance(value, str):
        return _attached(value, of.get("contentType"), mask)
    if key == "url" and isinstance(value, str):
        return value if _KNOWN.fullmatch(value) else HIDDEN
    if key == "reference" and isinstance(value, str):
        return _reference(value)
    if key == "display" and isinstance(value, str) and isinstance(of.get("reference"), str):
        return mask.display(value)
    return _walk(key, value, mask)


def _walk(key: str, node: _Node, mask: Mask) -> _Node:
    match node:
        case list():
            return [_walk(key, each, mask) for each in node]
        case _Members():
            return _object(key, node, mask)
        case str() if mask.site:
            return _string(node, mask)
        case _:
            return node


def _object(key: str, node: _Members, mask: Mask) -> _Node:
    if _kinds(node):
        return _resource(node, mask, top=False)
    if mask.site:
        address = node.get("url")
        if key in ("extension", "modifierExtension") and not (
            isinstance(address, str) and _KNOWN.fullmatch(address)
        ):
            return HIDDEN
        if _is_reference(key, node) and not _clinical(key, node.get("reference")):
            return HIDDEN
    return _Members(tuple((name, _member(name, value, node, mask)) for name, value in node.pairs))


def _is_reference(key: str, node: _Members) -> bool:
    names = {name for name, _ in node.pairs}
    if "reference" in names:
        return isinstance(node.get("reference"), str)
    return key not in _CODINGS and bool(names & {"display", "identifier"}) and names <= _REFERENCE


def _clinical(key: str, reference: _Node) -> bool:
    """To a record of the patient's, or to one inside of this one, which is masked where it stands."""
    found = _TO.fullmatch(reference) if isinstance(reference, str) else None
    return key in _TO_CLINICAL if found is None else found["type"] in _CLINICAL


def _reference(text: str) -> str:
    if text.startswith("#"):
        return text
    found = _TO.fullmatch(text)
    return f"{found['type']}/{HIDDEN}" if found else HIDDEN


def _string(text: str, mask: Mask) -> str:
    if _ADDRESS.fullmatch(text):
        return text if _KNOWN.fullmatch(text) else HIDDEN
    return mask.instant(text)


def _attached(data: str, kind: _Node, mask: Mask) -> str:
    """A text without the names of the place; what is no text cannot be looked through."""
    if not isinstance(kind, str) or not kind.lower().startswith(_TEXTS):
        return HIDDEN
    try:
        held = base64.b64decode(data, validate=False)
    except (binascii.Error, ValueError):
        return HIDDEN
    try:
        text = held.decode()
    except UnicodeDecodeError:
        text = held.decode("latin-1")
    shown = HIDDEN if "\x00" in text else mask.text(text)
    return base64.b64encode(shown.encode()).decode()


def _own_names(root: _Members) -> Named:
    places, people = [], []
    for key, value in root.pairs:
        if key == "name" and isinstance(value, str):
            places.append(value)
        elif key == "name":
            people += [name for each in _each(value) for name in _of_person(each)]
        elif key == "alias":
            places += [each for each in _each(value) if isinstance(each, str)]
    return Named(tuple(places), tuple(people))


def _of_person(name: _Node) -> Iterator[str]:
    if not isinstance(name, _Members):
        return
    given = [each for each in _each(name.get("given")) if isinstance(each, str)]
    family = name.get("family")
    whole = name.get("text")
    if isinstance(whole, str):
        yield whole
    if isinstance(family, str):
        yield family
        yield from (f"{first} {family}" for first in (" ".join(given), *given[:1]) if first)


def _named_in(root: _Members) -> Named:
    """The displays of references to places and people: a name may stand in a note of the same record."""
    return Named(tuple(dict.fromkeys(_displays("", root))), ())


def _displays(key: str, node: _Node) -> Iterator[str]:
    match node:
        case list():
            for each in node:
                yield from _displays(key, each)
        case _Members():
            shown, to = node.get("display"), node.get("reference")
            if isinstance(shown, str) and _is_reference(key, node) and not _clinical(key, to):
                yield shown
            if _kinds(node) & SITE_TYPES:
                inside = _own_names(node)
                yield from (*inside.places, *inside.people)
            for name, value in node.pairs:
                yield from _displays(name, value)


def _each(node: _Node) -> list[_Node]:
    return node if isinstance(node, list) else [node]


def _written(node: _Node) -> str:
    match node:
        case _Members(pairs):
            inner = (f"{json.dumps(key, ensure_ascii=False)}:{_written(value)}" for key, value in pairs)
            return "{" + ",".join(inner) + "}"
        case list():
            return "[" + ",".join(map(_written, node)) + "]"
        case _Number(digits):
            return digits
        case _:
            return json.dumps(node, ensure_ascii=False)
