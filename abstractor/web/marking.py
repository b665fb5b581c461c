"""A stored resource, pretty-printed line by line, with the very element marked that a verdict rests on.

The JSON is printed from its own tokens: numbers keep their digits, members their order, a key that stands
twice is shown twice. A path that the resource does not hold marks the nearest part that it does, and says so.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

__all__ = ["Found", "MarkedSource", "SourceLine", "mark"]

LONGEST_TEXT = 1_000
MOST_LINES = 1_500
LINES_BEFORE = 200
_INDENT = "  "
_STEP = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:\[(?P<index>\d+|x)\])?")


class Found(Enum):
    """What of the path stands in the resource."""

    ELEMENT = "element"
    NEAREST = "nearest"  # a part of the path only: its last known element is marked
    WHOLE = "whole"  # the path names the resource itself
    NOTHING = "nothing"
    UNREADABLE = "unreadable"  # no JSON: shown as it came, nothing marked


@dataclass(frozen=True, slots=True)
class SourceLine:
    """`first` is true on the first marked line only: a page can jump to it."""

    number: int
    indent: str
    text: str
    tail: str
    marked: bool
    first: bool


@dataclass(frozen=True, slots=True)
class MarkedSource:
    """`before` and `after` count the lines of a very long resource that are not shown."""

    lines: tuple[SourceLine, ...]
    found: Found
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class _Number:
    digits: str


@dataclass(frozen=True, slots=True)
class _Members:
    pairs: tuple[tuple[str, "_Node"], ...]


_Node: TypeAlias = "str | _Number | bool | list[_Node] | _Members | None"
_Address = tuple[int, ...]
_BEST_FIRST = (Found.ELEMENT, Found.NEAREST, Found.WHOLE, Found.NOTHING)


def mark(body: bytes, *paths: str) -> MarkedSource:
    """Print the resource with the elements at these FHIR paths marked (`Condition.code.coding[0].code`); what
    was found is told of the path that was found best.
    """
    text = body.decode("utf-8-sig", errors="replace")
    try:
        root: _Node = json.loads(
            text, object_pairs_hook=_members, parse_int=_Number, parse_float=_Number, parse_constant=_Number
        )
        located = [_locate(root, path) for path in paths]
        found = min((each for _, each in located), key=_BEST_FIRST.index, default=Found.WHOLE)
        addresses = frozenset[_Address]().union(*(places for places, each in located if each is found))
        printed = list(_print(root, "", _Place(0, (), last=True), addresses))
    except (ValueError, RecursionError):
        return _clip([("", _shortened(line), "", False) for line in text.splitlines()], Found.UNREADABLE)
    return _clip(printed, found)


def _members(pairs: list[tuple[str, "_Node"]]) -> _Members:
    return _Members(tuple(pairs))


def _locate(root: _Node, path: str) -> tuple[frozenset[_Address], Found]:
    """The addresses that the path stands for; without an index, a step means every item of an array."""
    here: list[tuple[_Address, _Node]] = [((), root)]
    for position, step in enumerate(path.split(".")):
        if position == 0 and step == _resource_type(root):
            continue
        shape = _STEP.fullmatch(step)
        further = (
            []
            if shape is None
            else [
                found
                for address, node in here
                for found in _take(address, node, shape["name"], shape["index"])
            ]
        )
        if not further:
            return _addresses(here), Found.NEAREST if here[0][0] else Found.NOTHING
        here = further
    return _addresses(here), Found.ELEMENT if here[0][0] else Found.WHOLE


def _addresses(places: list[tuple[_Address, _Node]]) -> frozenset[_Address]:
    return frozenset(address for address, _ in places if address)


def _resource_type(root: _Node) -> str | None:
    if isinstance(root, _Members):
        for key, value in root.pairs:
            if key == "resourceType" and isinstance(value, str):
                return value
    return None


def _take(address: _Address, node: _Node, name: str, index: str | None) -> Iterator[tuple[_Address, _Node]]:
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _take((*address, number), item, name, index)
        return
    if not isinstance(node, _Members):
        return
    for number in _matching(node, name, choice=index == "x"):
        child, there = node.pairs[number][1], (*address, number)
        if index is None or index == "x":
            yield there, child
        elif isinstance(child, list):
            if int(index) < len(child):
                yield (*there, int(index)), child[int(index)]
        elif index == "0":
            yield there, child


def _matching(node: _Members, name: str, *, choice: bool) -> list[int]:
    """Positions of the members of that name; a choice element (`value[x]`) is found under its typed name."""
    exact = [] if choice else [number for number, (key, _) in enumerate(node.pairs) if key == name]
    if exact:
        return exact
    return [
        number
        for number, (key, _) in enumerate(node.pairs)
        if key.startswith(name) and key[len(name) : len(name) + 1].isupper()
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    depth: int
    address: _Address
    last: bool
    inside: bool = False  # an element above is marked


_Printed = tuple[str, str, str, bool]


def _print(node: _Node, label: str, place: _Place, marks: frozenset[_Address]) -> Iterator[_Printed]:
    indent, comma = _INDENT * place.depth, "" if place.last else ","
    marked = place.inside or place.address in marks
    match node:
        case _Members(pairs=pairs) if pairs:
            inner: list[tuple[str, _Node]] = [(f"{_quoted(key)}: ", value) for key, value in pairs]
            brackets = "{}"
        case list() if node:
            inner = [("", item) for item in node]
            brackets = "[]"
        case _:
            yield indent, label + _scalar(node), comma, marked
            return
    yield indent, label + brackets[0], "", marked
    for number, (name, child) in enumerate(inner):
        below = _Place(place.depth + 1, (*place.address, number), number == len(inner) - 1, marked)
        yield from _print(child, name, below, marks)
    yield indent, brackets[1], comma, marked


def _scalar(node: _Node) -> str:
    match node:
        case str():
            return _quoted(node)
        case _Number(digits=digits):
            return digits
        case _Members():
            return "{}"
        case list():
            return "[]"
        case _:
            return json.dumps(node)


def _quoted(text: str) -> str:
    shown = json.dumps(text[:LONGEST_TEXT], ensure_ascii=False)
    return shown + _shortened(text)[LONGEST_TEXT:]


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]} … ({len(text) - LONGEST_TEXT:,} more characters)"


def _clip(printed: list[_Printed], found: Found) -> MarkedSource:
    """At most `MOST_LINES`, chosen round the first mark; line numbers stay those of the whole."""
    first = next((number for number, line in enumerate(printed) if line[3]), None)
    start = max(0, min((first or 0) - LINES_BEFORE, len(printed) - MOST_LINES))
    shown = printed[start : start + MOST_LINES]
    lines = tuple(
        SourceLine(start + number + 1, indent, text, tail, marked, start + number == first)
        for number, (indent, text, tail, marked) in enumerate(shown)
    )
    return MarkedSource(lines, found, start, len(printed) - start - len(shown))
