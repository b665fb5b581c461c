"""From an entry of a file to a value of the engine, by the fields of its type alone.

No kind of rule is known here by name: a new one with its fields is read without a change. Refused:
a key that the type does not have, a key that it needs, another type of value, an empty text, one with
blanks round it, an unknown word for a kind, a number that no days or doses have.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from itertools import chain
from math import isfinite
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from abstractor.errors import KnowledgeError
from abstractor.guidelines.gathering import Refusals, noted, raise_all
from abstractor.guidelines.shelf import Place
from abstractor.rules.kinds import KINDS
from abstractor.rules.measures import MEASURE_KINDS, TRIGGER_KINDS

__all__ = ["build_entry", "must_be_said"]

T = TypeVar("T")

_WORDS: dict[str, Any] = {**KINDS, **MEASURE_KINDS, **TRIGGER_KINDS}
# A text that may be empty: nobody has signed yet.
_MAY_BE_EMPTY = frozenset({"checked_by"})
# An id is part of addresses, of file names and of what others cite.
_ID = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
# Days, mostly: ten years, as long a gap as the command line takes.
_LARGEST = 3653
# Nobody who is alive was born before, and nothing is planned after.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
# None of it would be nothing to ask for, or would be asked for without end.
_FROM_ONE = frozenset({"doses", "every", "least", "longest_gap", "shortest_line", "season_month"})
# Of the year.
_MONTHS = frozenset({"season_month"})
_NAMED = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a date (2022-05-31)",
}


def build_entry(kind: type[T], entry: object, place: Place) -> T:
    """A value of that type; a field with a default, or that may be null, may be left out.

    Everything that is wrong with its parts is told, not only the first.
    """
    if not isinstance(entry, dict):
        raise place.refusal("not a table of keys and values", "write it as one")
    refusals: Refusals = []
    plain: type = kind  # what T is says nothing here
    hints = _hints(plain)
    held: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]  # T is a dataclass: its callers say so
    known = [field.name for field in held if field.init]
    for key in sorted(entry.keys() - set(known)):
        mend = f"remove it or use one of {', '.join(known)}"
        refusals.append(place.at(key).refusal(f"unknown key {key!r}", mend))
    lacking = [f.name for f in held if f.name not in entry and not _may_be_left_out(f, hints[f.name])]
    refusals += [place.refusal(f"key {key!r} is missing", "add it") for key in lacking]
    values: dict[str, Any] = {}
    for name in (name for name in known if name in entry):
        with noted(refusals):
            values[name] = _value(hints[name], entry[name], place.within(name))
    refusals += chain(_empty(kind, values, place), _senseless(values, place))
    raise_all(refusals)
    values |= {f.name: None for f in held if f.name not in entry and must_be_said(f)}
    try:
        return kind(**values)
    except ValueError as wrong:
        raise place.refusal(str(wrong), "mend the numbers") from wrong


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def must_be_said(field: "Field[Any]") -> bool:
    """Has it no default? One that may be null can be left out all the same."""
    return field.default is MISSING and field.default_factory is MISSING


def _may_be_left_out(field: "Field[Any]", hint: Any) -> bool:
    return not must_be_said(field) or (isinstance(hint, UnionType) and NoneType in get_args(hint))


def _empty(kind: type, values: Mapping[str, Any], place: Place) -> Iterator[KnowledgeError]:
    for name, value in values.items():
        texts = value if isinstance(value, tuple) else (value,)
        empty = any(isinstance(text, str) and not text.strip() for text in texts)
        if empty and name not in _MAY_BE_EMPTY:
            yield place.at(name).refusal(f"{name} is empty", "say it")


def _senseless(values: Mapping[str, Any], place: Place) -> Iterator[KnowledgeError]:
    """Ids that could name no page, numbers beyond all days and counts, a least that is past its most."""
    for name, value in values.items():
        if name == "id" and isinstance(value, str) and value.strip() and _ID.fullmatch(value) is None:
            wrong = f"the id {value!r} has other characters than letters, digits, '-' and '.'"
            yield place.at(name).refusal(wrong, "write it like site-heart-2020")
        yield from _out_of_range(name, value, place)
        if isinstance(value, date) and not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            mend = f"write a day of the years from {_FIRST_YEAR} to {_LAST_YEAR}"
            yield place.at(name).refusal(f"{value} is out of range", mend)
        end = values.get(_end_of(name) or "")
        if isinstance(value, int | float) and isinstance(end, int | float) and value > end:
            yield place.at(name).refusal(f"{name} is more than {_end_of(name)}", "put the two in order")


def _out_of_range(name: str, value: object, place: Place) -> Iterator[KnowledgeError]:
    least = 1 if name in _FROM_ONE else 0
    most, what = (12, "a month of the year") if name in _MONTHS else (_LARGEST, "as days: ten years")
    for number, at in _whole_numbers(value, place.within(name)):
        if not least <= number <= most:
            mend = f"write a whole number from {least} to {most} ({what})"
            yield at.refusal(f"{number} is out of range", mend)


def _whole_numbers(value: object, place: Place) -> Iterator[tuple[int, Place]]:
    match value:
        case int() if not isinstance(value, bool):
            yield value, place
        case tuple():
            for number, item in enumerate(value):
                yield from _whole_numbers(item, place.at(number))
        case dict():
            for key, item in value.items():
                yield from _whole_numbers(item, place.at(key))


def _end_of(name: str) -> str | None:
    """What the most is called, where that is the name of a least."""
    if name.endswith("_from"):
        return f"{name.removesuffix('_from')}_to"
    if name.startswith("min_"):
        return f"max_{name.removeprefix('min_')}"
    return "most" if name == "least" else None


def _value(hint: Any, value: object, place: Place) -> Any:
    if isinstance(hint, UnionType):
        return _one_of(hint, value, place)
    origin = get_origin(hint)
    if origin is tuple:
        return _items(get_args(hint)[0], value, place)
    if origin is not None:
        return _mapping(get_args(hint)[1], value, place)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _word(hint, value, place)
    if hint in _WORDS.values():
        return _of_kind((hint,), value, place)
    if is_dataclass(hint):
        return build_entry(hint, value, place)  # type: ignore[arg-type]  # is_dataclass does not say that it is a type
    return _plain(hint, value, place)


def _one_of(hint: UnionType, value: object, place: Place) -> Any:
    """A value that may be null, or one of several kinds."""
    options = tuple(option for option in get_args(hint) if option is not NoneType)
    return _value(options[0], value, place) if len(options) == 1 else _of_kind(options, value, place)


def _of_kind(options: tuple[Any, ...], value: object, place: Place) -> Any:
    """One of several kinds, told apart by the word in its `kind`."""
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise place.refusal("key 'kind' is missing", "say of what kind it is")
    words = {word: kind for word, kind in _WORDS.items() if kind in options}
    kind = words.get(value["kind"])
    if kind is None:
        unknown = f"unknown kind {value['kind']!r}"
        raise place.at("kind").refusal(unknown, f"use one of {', '.join(sorted(words))}")
    inner = place.named(value["kind"])
    return build_entry(kind, {key: item for key, item in value.items() if key != "kind"}, inner)


def _items(hint: Any, value: object, place: Place) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise place.refusal("not a list", "write it in [ ]")
    refusals: Refusals = []
    built = []
    for number, item in enumerate(value):
        with noted(refusals):
            built.append(_value(hint, item, _at(number, item, place)))
    raise_all(refusals)
    return tuple(built)


def _at(number: int, item: object, place: Place) -> Place:
    """An item of a list by its id, where it has one."""
    if isinstance(item, dict) and "id" in item:
        return place.within(repr(item["id"]), number)
    return place.at(number)


def _mapping(hint: Any, value: object, place: Place) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise place.refusal("not a table of keys and values", "write it as one")
    refusals: Refusals = []
    built: dict[str, Any] = {}
    for key, item in value.items():
        with noted(refusals):
            built[key] = _value(hint, item, place.within(key))
    raise_all(refusals)
    return built


def _word(hint: type[StrEnum], value: object, place: Place) -> StrEnum:
    for word in hint:
        if word.value == value:
            return word
    raise place.refusal(f"unknown word {value!r}", f"use one of {', '.join(hint)}")


def _plain(hint: Any, value: object, place: Place) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wrong = not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool)
    if wrong or isinstance(value, datetime):
        raise place.refusal(f"not {_NAMED.get(hint, 'of the right type')}", "write it as one")
    if isinstance(value, float) and not isfinite(value):
        raise place.refusal("no number that could be measured", "write one with digits")
    if isinstance(value, str) and value.strip() and value.strip("\n") != value.strip():
        raise place.refusal("blanks before or after the text", "take them out")
    return value
