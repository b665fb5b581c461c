"""Any value of the rules as labelled lines, by the fields of its type alone: a new kind of measure is printed
without a change here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from abstractor.guidelines.references import REFERS, Naming
from abstractor.rules.her2.criteria import Bounds

__all__ = ["Told", "described", "label_of"]

# Where the plain name of a field would mislead or is too short for a reader.
_LABELS = {
    "first_type": "Silence counts against only where this was seen whole",
    "excluded_by": "Taken out by",
    "ambiguous_agents": "Could be one of them, cannot be told",
    "test_name": "Test",
    "results": "Results that show it",
    "studies": "Studies that show it",
    "stop_reasons": "Reasons on record for not giving it",
    "urgent_within": "Done so long after an urgent start, it is an exception",
    "needs_any": "Beside one of",
    "after_any": "After one of",
    "source": "From",
}
_DAYS = ("_days", "within", "before", "after", "_within")


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
    words = _LABELS.get(name, name.removesuffix("_days").replace("_", " "))
    return f"{words[:1].upper()}{words[1:]}"


def _fields(value: Any, without: tuple[str, ...]) -> Iterator[Told]:
    for field in fields(value):
        held = getattr(value, field.name)
        if field.name in without or field.name.startswith("_") or held in (None, (), "") or held == {}:
            continue
        naming = REFERS.get((type(value), field.name))
        yield _told(label_of(field.name), held, naming, days=field.name.endswith(_DAYS))


def _told(label: str, held: Any, naming: Naming | None, *, days: bool) -> Told:
    if isinstance(held, Bounds):
        return Told(label, text=_bounds(held))
    if is_dataclass(held):
        return Told(label, parts=tuple(_fields(held, ())))
    if isinstance(held, Mapping):
        return Told(label, parts=tuple(_told(str(k), v, None, days=days) for k, v in held.items()))
    if isinstance(held, tuple):
        return _list(label, held, naming, days=days)
    if naming is not None and isinstance(held, str):
        return Told(label, names=(held,), naming=naming)
    return Told(label, text=_plain(held, days=days))


def _list(label: str, held: tuple[Any, ...], naming: Naming | None, *, days: bool) -> Told:
    if all(isinstance(each, str) for each in held):
        return Told(label, names=held, naming=naming)
    if any(is_dataclass(each) or isinstance(each, tuple | Mapping) for each in held):
        parts = (_told(_heading(each, at), each, naming, days=days) for at, each in enumerate(held, start=1))
        return Told(label, parts=tuple(parts))
    return Told(label, text=", ".join(_plain(each, days=days) for each in held))


def _heading(each: Any, at: int) -> str:
    """What a reader would call this one of several."""
    for name in ("id", "name", "agent"):
        if said := getattr(each, name, None):
            return str(said)
    return str(at)


def _plain(held: Any, *, days: bool) -> str:
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, int) and days:
        return f"{held} day" if held == 1 else f"{held} days"
    if isinstance(held, float):
        return f"{held:g}"
    return held.isoformat() if isinstance(held, date) else str(held)


def _bounds(held: Bounds) -> str:
    said = (
        f"{held.at_least:g} or more" if held.at_least is not None else "",
        f"above {held.above:g}" if held.above is not None else "",
        f"below {held.below:g}" if held.below is not None else "",
        f"at most {held.at_most:g}" if held.at_most is not None else "",
    )
    return ", ".join(each for each in said if each)
