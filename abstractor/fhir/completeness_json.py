"""What a `completeness.json` says of the resource types, and everything that is wrong with it, by line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from abstractor.chart import Seen
from abstractor.errors import InputError
from abstractor.fhir.types import TYPES_READ

__all__ = ["said_in"]

_STATES = ", ".join(Seen)
_WHAT_IT_IS = f"write a JSON object of resource types, each with one of: {_STATES}"
# It names some twenty types; a larger file is another one by mistake.
_LARGEST = 1024 * 1024

Pairs = list[tuple[str, object]]


def said_in(file: Path) -> tuple[dict[str, Seen], tuple[InputError, ...]]:
    """What can be used of it, and the mistakes; OSError where it cannot be read."""
    with file.open("rb") as opened:
        held = opened.read(_LARGEST + 1)
    if len(held) > _LARGEST:
        return {}, (InputError(f"{file} is larger than {_LARGEST >> 20} MiB: {_WHAT_IT_IS}"),)
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = held.count(b"\n", 0, wrong.start) + 1
        return {}, (_at(file, line, "cannot be read as UTF-8 text", "save it as such"),)
    try:
        pairs = json.loads(text, object_pairs_hook=_Object)
    except json.JSONDecodeError as wrong:
        return {}, (_at(file, wrong.lineno, f"not JSON ({wrong.msg})", _WHAT_IT_IS),)
    except RecursionError:
        return {}, (_at(file, 1, "lists and objects nest too deep", _WHAT_IT_IS),)
    if not isinstance(pairs, _Object):
        return {}, (_at(file, 1, "not a JSON object", _WHAT_IT_IS),)
    states = {state.value: state for state in Seen}
    said = {
        name: states[state]
        for name, state in pairs
        if name in TYPES_READ and isinstance(state, str) and state in states
    }
    return said, tuple(_mistakes(file, text, pairs))


class _Object(Pairs):
    """An object as it stands there: a name may stand twice."""


def _mistakes(file: Path, text: str, pairs: _Object) -> Iterator[InputError]:
    lines = text.splitlines()
    seen: set[str] = set()
    for name, state in pairs:
        places = [number for number, line in enumerate(lines, 1) if _names(line, name)]
        line = next(iter(places[1:] if name in seen else places), 1)
        if name in seen:
            yield _at(file, line, f"{name!r} stands twice", "keep one line")
        elif name not in TYPES_READ:
            yield _at(file, line, f"{name[:40]!r} is no type that is read", f"use {', '.join(TYPES_READ)}")
        elif not isinstance(state, str) or state not in list(Seen):
            yield _at(file, line, f"no such state of {name!r}", f"write one of: {_STATES}")
        seen.add(name)


def _names(line: str, name: str) -> bool:
    return re.search(rf"{re.escape(json.dumps(name, ensure_ascii=False))}\s*:", line) is not None


def _at(file: Path, line: int, wrong: str, mend: str) -> InputError:
    return InputError(f"{file}, line {line}: {wrong}; {mend}")
