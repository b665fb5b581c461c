"""The policies as labelled lines, by the fields of their types; `LABELS` has a label for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from abstractor.guidelines.book.labels import LABELS
from abstractor.guidelines.book.saying import Piece, Words, days, kinds, unit, visits
from abstractor.guidelines.references import REFERS, Naming
from abstractor.rules.her2.criteria import Bounds

__all__ = ["Told", "bounds_in_words", "described", "label_of"]

# By the first of these that it has, one of several is called.
_CALLED = ("names", "name", "agent", "concept", "id")


@dataclass(frozen=True, slots=True)
class Told:
    """One field: its label, then words that may be links, or lines of its own."""

    label: str
    pieces: tuple[Piece, ...] = ()
    parts: tuple["Told", ...] = ()


def described(value: Any, words: Words, *, without: tuple[str, ...] = ()) -> tuple[Told, ...]:
    """Each field that says something; an empty one is left out."""
    return tuple(_fields(value, words, without))


def label_of(kind: type, name: str) -> str:
    said = LABELS.get(kind.__name__, {}).get(name, name.removesuffix("_days").replace("_", " "))
    return f"{said[:1].upper()}{said[1:]}"


def _fields(value: Any, words: Words, without: tuple[str, ...]) -> Iterator[Told]:
    for field in fields(value):
        held = getattr(value, field.name)
        if field.name in without or _says_nothing(held):
            continue
        naming = REFERS.get((type(value), field.name))
        in_days = field.name.endswith("_days")
        if field.name == "unit":
            held = unit(held) or "none: a plain number"
        elif field.name == "units":
            held = {f"“{written}”": f"{worth:g}" for written, worth in held.items()}
        yield _told(label_of(type(value), field.name), held, naming, words, in_days=in_days)


def _says_nothing(held: Any) -> bool:
    """Empty, or an exception that is not made."""
    return held is None or held is False or (isinstance(held, str | tuple | Mapping) and not held)


def _told(label: str, held: Any, naming: Naming | None, words: Words, *, in_days: bool) -> Told:
    if is_dataclass(held):
        return Told(label, parts=tuple(_fields(held, words, ())))
    if isinstance(held, Mapping):
        keys = {key: words.said(str(key)).replace("_", " ") for key in held}
        return Told(
            label, parts=tuple(_told(keys[k], v, None, words, in_days=in_days) for k, v in held.items())
        )
    if isinstance(held, tuple):
        return _list(label, held, naming, words, in_days=in_days)
    if isinstance(held, str):
        return Told(label, _named((held,), naming, words))
    return Told(label, (Piece(_plain(held, in_days=in_days)),))


def _list(label: str, held: tuple[Any, ...], naming: Naming | None, words: Words, *, in_days: bool) -> Told:
    if all(isinstance(each, str) for each in held):
        return Told(label, _named(held, naming, words))
    if any(is_dataclass(each) or isinstance(each, tuple) for each in held):
        return Told(label, parts=tuple(_item(each, at, naming, words) for at, each in enumerate(held, 1)))
    return Told(label, (Piece(", ".join(_plain(each, in_days=in_days) for each in held)),))


def _named(names: tuple[str, ...], naming: Naming | None, words: Words) -> tuple[Piece, ...]:
    """Drugs and concepts as links, by what they stand for."""
    match naming:
        case Naming.AGENT | Naming.CONCEPT:
            return words.any_of(names)
        case Naming.AGENT_KIND:
            return (Piece(kinds(names)),)
        case Naming.VISIT_CLASS:
            return (Piece(visits(names)),)
        case _:
            return (Piece(", ".join(names)),)


def _item(each: Any, at: int, naming: Naming | None, words: Words) -> Told:
    """One of several, under what a reader would call it."""
    for name in _CALLED if is_dataclass(each) else ():
        if isinstance(said := getattr(each, name, None), str):
            return Told(words.said(said), parts=tuple(_fields(each, words, (name,))))
    return _told(str(at), each, naming, words, in_days=False)


def _plain(held: Any, *, in_days: bool) -> str:
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, int) and in_days:
        return days(held)
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
