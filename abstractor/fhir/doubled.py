"""A key that a record has twice, with two values: nobody can tell which of them holds.

JSON decoders keep the last and say nothing. Looked at are the record's own elements that we read, not those
deeper inside; a second `resourceType` is refused by the shape of its type already. Every record is asked, so
a glance that costs next to nothing comes first, and a strict look at the few that it cannot settle.
"""

import json
from collections import Counter

import msgspec

from abstractor.fhir.elements import SHAPES
from abstractor.fhir.nesting import shallow
from abstractor.fhir.types import PATIENT_ELEMENT

__all__ = [
    "contradicted",
    "keys_twice",
    "may_name_two",
    "may_tell_twice",
    "told_once",
    "told_otherwise",
    "told_twice",
    "whose_is_open",
]

_DECISIVE = frozenset({"id", "status", "subject", "patient"})
_WITH_SUBJECT = frozenset(name for name, whose in PATIENT_ELEMENT.items() if whose == "subject")
_READ = {name: frozenset(shape.__struct_encode_fields__) for name, shape in SHAPES.items()}
_STYLE = 40  # where the first colon stands, after "resourceType" or another first key
_SHOWN = msgspec.json.Decoder(dict[str, msgspec.Raw])


def may_tell_twice(kind: str, body: bytes) -> bool:
    """At a glance: is the record longer than its own elements, each once, and the signs between them, or does
    its patient say twice who that is?"""
    shown = _SHOWN.decode(body)
    signs = 6 * len(shown) if b'": ' in body[:_STYLE] else 4 * len(shown) + 1
    if len(body) != sum(map(len, shown)) + sum(map(len, shown.values())) + signs:
        return True
    whose = shown.get(PATIENT_ELEMENT.get(kind, ""))
    return whose is not None and bytes(whose).count(b'"reference"') > 1


def told_otherwise(kind: str, body: bytes) -> str | None:
    """The first of the record's own elements that we read and that stands there with two values. Asked of
    those that `may_tell_twice`, which are not nested too deep."""
    told: dict[str, list[object]] = {}
    for key, value in _pairs(body.decode()):
        if key in _READ[kind]:
            told.setdefault(key, []).extend(_values(value) if key in _DECISIVE else [value])
    return next((key for key, values in told.items() if any(v != values[0] for v in values)), None)


def whose_is_open(kind: str, body: bytes) -> bool:
    """Does it name two patients as its own? Asked of those that `may_name_two`."""
    whose = PATIENT_ELEMENT.get(kind)
    return whose is not None and body.count(b'"%b"' % whose.encode()) > 1 and whose in contradicted(body)


def may_name_two(kind: str, body: bytes) -> bool:
    """At a glance: "subject" has a j, which is rare in other words, and a single letter is found fastest."""
    return body.find(b"j", body.find(b"j") + 1) >= 0 or kind not in _WITH_SUBJECT


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


def keys_twice(body: bytes, *, levels: int) -> frozenset[str]:
    """The keys that some object has more than once, of those that lie no deeper than so many levels."""
    found: set[str] = set()

    def note(pairs: list[tuple[str, object]]) -> None:
        counted = Counter(key for key, _ in pairs)
        found.update(key for key, times in counted.items() if times > 1)

    try:
        json.loads(shallow(body, levels=levels).decode(), object_pairs_hook=note, parse_int=str)
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(found)


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
        return _pairs(shallow(body, levels=levels).decode())
    except (ValueError, RecursionError):
        return ()


def _pairs(text: str) -> tuple[tuple[str, object], ...]:
    members = json.loads(text, object_pairs_hook=tuple, parse_int=str)
    return members if isinstance(members, tuple) else ()


def _values(value: object) -> list[object]:
    """Of a reference what it points at, each time that it says so."""
    if not isinstance(value, tuple):
        return [value]
    return [target for key, target in value if key == "reference"] or [None]
