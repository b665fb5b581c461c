"""A key that a record has twice, with two values: nobody can tell which of them holds.

JSON decoders keep the last and say nothing. Looked at are the keys that decide whose a record is and whether
it counts; a second `resourceType` is refused by the shape of its type already. Every record is asked, so a
glance that costs next to nothing comes first, and a strict look at the few that it cannot settle.
"""

import json

from abstractor.fhir.elements import SHAPES
from abstractor.fhir.elements.datatypes import Resource
from abstractor.fhir.nesting import shallow
from abstractor.fhir.types import PATIENT_ELEMENT

__all__ = [
    "WITH_STATUS",
    "contradicted",
    "may_name_two",
    "status_is_open",
    "told_once",
    "told_twice",
    "whose_is_open",
]

_DECISIVE = frozenset({"id", "status", "subject", "patient"})
# Types whose own status is read.
WITH_STATUS = frozenset(name for name, shape in SHAPES.items() if "status" in shape.__struct_fields__)
_WITH_SUBJECT = frozenset(name for name, whose in PATIENT_ELEMENT.items() if whose == "subject")
_NARRATIVE = b'"text":{'  # its status says how the text was made


def whose_is_open(kind: str, body: bytes) -> bool:
    """Does it name two patients as its own? Asked of those that `may_name_two`."""
    whose = PATIENT_ELEMENT.get(kind)
    return whose is not None and body.count(b'"%b"' % whose.encode()) > 1 and whose in contradicted(body)


def may_name_two(kind: str, body: bytes) -> bool:
    """At a glance: "subject" has a j, which is rare in other words, and a single letter is found fastest."""
    return body.find(b"j", body.find(b"j") + 1) >= 0 or kind not in _WITH_SUBJECT


def status_is_open(body: bytes, resource: Resource) -> bool:
    """Has it two statuses? In some types a part has one of its own, mostly after that of the record."""
    return not _stands_first(body, getattr(resource, "status", None)) and "status" in contradicted(body)


def _stands_first(body: bytes, read: str | None) -> bool:
    """Is the status that was read, which is the last of the record's own, the first that stands there?"""
    at = body.find(b'"status"')
    if body.startswith(_NARRATIVE, at - len(_NARRATIVE)):
        at = body.find(b'"status"', at + 1)
    told = f'"{read}"'.encode()
    return body.startswith((b'"status":' + told, b'"status": ' + told), at)


def told_once(body: bytes, key: str, last: bytes) -> bool:
    """Has the object one value under that key? `last` is the one that was read."""
    quoted = b'"%b"' % key.encode()
    at = body.find(quoted) + len(quoted)
    if body.startswith(last, at + 1) or body.startswith(last, at + 2):  # after a colon, and a blank
        return True
    return not told_twice(body, key)


def told_twice(body: bytes, key: str) -> bool:
    """Has the object itself that key more than once?"""
    return sum(name == key for name, _ in _members(body, levels=1)) > 1


def contradicted(body: bytes) -> frozenset[str]:
    """The decisive keys of the record itself whose first and last values differ; none where it is no JSON."""
    told: dict[str, list[object]] = {}
    for key, value in _members(body, levels=2):
        if key in _DECISIVE:
            told.setdefault(key, []).extend(_values(value))
    return frozenset(key for key, values in told.items() if values[0] != values[-1])


def _members(body: bytes, *, levels: int) -> tuple[tuple[str, object], ...]:
    """In their order, a doubled one twice; what lies deeper than so many levels is null."""
    try:
        members = json.loads(shallow(body, levels=levels).decode(), object_pairs_hook=tuple, parse_int=str)
    except (ValueError, RecursionError):
        return ()
    return members if isinstance(members, tuple) else ()


def _values(value: object) -> list[object]:
    """Of a reference what it points at, each time that it says so."""
    if not isinstance(value, tuple):
        return [value]
    return [target for key, target in value if key == "reference"] or [None]
