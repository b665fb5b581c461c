"""Seeded damage to one record: what is cut, dropped, blanked, retyped, nested, doubled or spelt otherwise.

Each gives the damaged bytes, or None where the record holds nothing to damage in that way.
"""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["BLANKED", "DAMAGES", "Damage", "Place", "double", "places", "respell", "retype", "unzone"]

Damage = Callable[[random.Random, bytes], bytes | None]
Json = Any

BLANKED: tuple[Json, ...] = (None, "", [], {}, [None])
_OTHERS: tuple[Json, ...] = (7, -0.5, True, "x", [7], [[]], {"x": 1}, [{"x": 1}])
_DATES = (
    "2022-02-30",
    "0001-01-01",
    "9999-12-31",
    "1900-01-01",
    "06/14/2022",
    "2022",
    "2022-06-14T09:00",
    "x",
)
_TIME = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z"')
_DAY = re.compile(rb'"(\d{4}-\d\d-\d\d)(?:T[0-9:.]+Z?)?"')
_STATUS = re.compile(rb'"status": ?"([a-z-]+)"')


@dataclass(frozen=True, slots=True)
class Place:
    """One element: the object or list that holds it, and under what name or number."""

    holder: Json
    key: str | int

    @property
    def value(self) -> Json:
        return self.holder[self.key]


def places(value: Json) -> list[Place]:
    """Every element of a JSON value, in its order; the type of a resource is none."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [
        place for key, each in inner if key != "resourceType" for place in [Place(value, key), *places(each)]
    ]


def _changed(body: bytes, change: Callable[[list[Place]], None]) -> bytes | None:
    record = json.loads(body)
    found = places(record)
    if not found:
        return None
    change(found)
    return json.dumps(record).encode()


def cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(1, len(body))]


def flip(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]


def insert(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body) + 1)
    return (
        body[:at] + chance.choice([b"\x00", b"\xff", b"\xef\xbb\xbf", b",", b"}", b'"', b"NaN"]) + body[at:]
    )


def drop(chance: random.Random, body: bytes) -> bytes | None:
    def change(found: list[Place]) -> None:
        place = chance.choice(found)
        del place.holder[place.key]

    return _changed(body, change)


def _put(chance: random.Random, body: bytes, value: Callable[[Json], Json]) -> bytes | None:
    def change(found: list[Place]) -> None:
        place = chance.choice(found)
        place.holder[place.key] = value(place.value)

    return _changed(body, change)


def blank(chance: random.Random, body: bytes) -> bytes | None:
    return _put(chance, body, lambda _: chance.choice(BLANKED))


def retype(chance: random.Random, body: bytes) -> bytes | None:
    """A value of another JSON type, never null and never empty."""
    return _put(chance, body, lambda old: chance.choice([x for x in _OTHERS if not _alike(old, x)]))


def _alike(one: Json, other: Json) -> bool:
    """Of one JSON type; JSON knows one type of number, and a list or an object may hold anything."""
    kinds = [float if type(each) is int else type(each) for each in (one, other)]
    return kinds[0] is kinds[1]


def nest(chance: random.Random, body: bytes) -> bytes | None:
    """A value inside of a list, or of an object of its own name."""
    return _put(chance, body, lambda old: chance.choice([[old], {"value": old}, [[old]], [old, old]]))


def redate(chance: random.Random, body: bytes) -> bytes | None:
    def change(found: list[Place]) -> None:
        dated = [place for place in found if isinstance(place.value, str) and place.value[:2] in ("19", "20")]
        for place in dated[:1]:
            place.holder[place.key] = chance.choice(_DATES)

    return _changed(body, change)


def shorten(chance: random.Random, body: bytes) -> bytes | None:
    """One of its dates told by month or by year alone."""
    dates = list(_DAY.finditer(body))
    if not dates:
        return None
    found = chance.choice(dates)
    return body[: found.start()] + b'"' + found[1][: chance.choice([4, 7])] + b'"' + body[found.end() :]


def double(chance: random.Random, body: bytes) -> bytes | None:
    """A key of the record a second time, with another value of its type where there is one."""
    record = json.loads(body)
    keys = [key for key in record if key != "resourceType"]
    if not keys:
        return None
    key = chance.choice(keys)
    value = json.dumps(chance.choice([None, "other", {"reference": "Patient/other"}, [], 5]))
    return body[:-1] + f", {json.dumps(key)}: {value}}}".encode()


def say_again(chance: random.Random, body: bytes) -> bytes:
    return body + chance.choice([b"\n", body, b"{}", b"]"])


def unzone(chance: random.Random, body: bytes) -> bytes | None:
    """Every time in it without its zone."""
    return _TIME.sub(rb'"\1"', body) if _TIME.search(body) else None


def respell(chance: random.Random, body: bytes) -> bytes | None:
    """The status as another system would write it."""

    def other(found: "re.Match[bytes]") -> bytes:
        spell = chance.choice([str.upper, str.title, lambda word: f" {word.replace('-', '_')} "])
        return b'"status": "' + spell(found[1].decode()).encode() + b'"'

    return _STATUS.sub(other, body) if b'"status"' in body and b'"activity"' not in body else None


DAMAGES: tuple[Damage, ...] = (
    cut,
    flip,
    insert,
    drop,
    blank,
    retype,
    nest,
    redate,
    shorten,
    double,
    say_again,
    unzone,
    respell,
)
