"""Any value of the rules as labelled lines, by the fields of its type alone: a new kind of measure is printed
without a change here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from abstractor.guidelines.book.labels import IN_DAYS, LABELS
from abstractor.guidelines.references import REFERS, Naming
from abstractor.rules.her2.criteria import Bounds

__all__ = ["Told", "bounds_in_words", "described", "label_of"]

_CALLED = ("name", "id", "edition", "agent", "concept")


@dataclass(frozen=True, slots=True)
class Told:
    """One field: its label, then plain text, or names that have a page of their own, or lines of its own."""

    label: str
    text: str = ""
    names: tuple[str, ...] = ()
    naming: Naming | None = None
    parts: tuple["Told", ...] = ()


def described(value: Any, *, without: tuple[str, ...] = ()) -> tuple[Told, ...]:
    """Each field that says something; an empty one is left out."""
    return tuple(_fields(value, without))


def label_of(name: str) -> str:
    words = LABELS.get(name, name.removesuffix("_days").replace("_", " "))
    return f"{words[:1].upper()}{words[1:]}"


def _fields(value: Any, without: tuple[str, ...]) -> Iterator[Told]:
    for field in fields(value):
        held = getattr(value, field.name)
        as_always = field.default == held and isinstance(held, int)
        if field.name in without or as_always or _says_nothing(held):
            continue
        naming = REFERS.get((type(value), field.name))
        yield _told(label_of(field.name), held, naming, days=field.name.endswith(IN_DAYS))


def _says_nothing(held: Any) -> bool:
    """Empty, or an exception that is not made."""
    return held is None or held is False or (isinstance(held, str | tuple | Mapping) and not held)


def _told(label: str, held: Any, naming: Naming | None, *, days: bool) -> Told:
    if isinstance(held, Bounds):
        return Told(label, text=bounds_in_words(held))
    if is_dataclass(held):
        return _part(label, held)
    if isinstance(held, Mapping):
        return Told(label, parts=tuple(_told(str(k), v, None, days=days) for k, v in held.items()))
    if isinstance(held, tuple):
        return _list(label, held, naming, days=days)
    if naming is not None and isinstance(held, str):
        return Told(label, names=(held,), naming=naming)
    return Told(label, text=_plain(held, days=days))


def _part(label: str, held: Any) -> Told:
    """A value of several fields; where nothing else is said of it, what it is."""
    parts = tuple(_fields(held, ()))
    return Told(label, parts=parts) if parts else Told(label, text=_kind_of(held))


def _kind_of(held: Any) -> str:
    """ "VisitsInPeriod" as "visits in period"."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(held).__name__).lower()


def _list(label: str, held: tuple[Any, ...], naming: Naming | None, *, days: bool) -> Told:
    if all(isinstance(each, str) for each in held):
        return Told(label, names=held, naming=naming)
    if any(is_dataclass(each) or isinstance(each, tuple | Mapping) for each in held):
        return Told(label, parts=tuple(_item(each, at, naming, days) for at, each in enumerate(held, 1)))
    return Told(label, text=", ".join(_plain(each, days=days) for each in held))


def _item(each: Any, at: int, naming: Naming | None, days: bool) -> Told:
    """One of several, under what a reader would call it."""
    for name in _CALLED if is_dataclass(each) else ():
        if isinstance(said := getattr(each, name, None), str):
            rest = tuple(_fields(each, (name,)))
            return Told(said, parts=rest) if rest else Told(said, text="nothing else is said of it")
    return _told(str(at), each, naming, days=days)


def _plain(held: Any, *, days: bool) -> str:
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, int) and days:
        return f"{held} day" if held == 1 else f"{held} days"
    if isinstance(held, float):
        return f"{held:g}"
    return held.isoformat() if isinstance(held, date) else str(held)


def bounds_in_words(held: Bounds) -> str:
    said = (
        f"{held.at_least:g} or more" if held.at_least is not None else "",
        f"above {held.above:g}" if held.above is not None else "",
        f"below {held.below:g}" if held.below is not None else "",
        f"at most {held.at_most:g}" if held.at_most is not None else "",
    )
    return ", ".join(each for each in said if each)
