"""Whether an abstract from a file holds what its types say: JSON can say anything in any place."""

from collections.abc import Callable
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from abstractor.abstract import Abstract

__all__ = ["first_mistyped"]

_Find = Callable[[Any], str | None]


def first_mistyped(abstract: Abstract) -> str | None:
    """The way to the first element of another type, such as `lines[1].number`; None where all are right."""
    found = _finder(Abstract)(abstract)
    return None if found is None else found.removeprefix(".")


@cache
def _finder(kind: Any) -> _Find:
    """What finds the first wrong element of a value of that type: "" is the value itself."""
    if isinstance(kind, UnionType):
        finders = [_finder(option) for option in get_args(kind)]
        return lambda value: None if any(find(value) is None for find in finders) else ""
    if get_origin(kind) is tuple:
        return _of_each(get_args(kind))
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        return _of_fields(kind)
    if kind is int:
        return lambda value: None if type(value) is int else ""
    if kind is float:
        return lambda value: None if type(value) in (int, float) else ""
    if kind is str:
        return _of_text
    return lambda value: None if isinstance(value, kind) else ""


def _of_text(value: Any) -> str | None:
    """JSON can say half of a character, which no file can hold."""
    if not isinstance(value, str) or isinstance(value, Enum):
        return ""
    return None if value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value) else ""


def _of_each(inner: tuple[Any, ...]) -> _Find:
    same = inner[-1] is Ellipsis
    finders = [_finder(each) for each in inner if each is not Ellipsis]

    def find(values: Any) -> str | None:
        if not isinstance(values, tuple):
            return ""
        of_each = finders * len(values) if same else finders
        found = ((place, of(value)) for place, (of, value) in enumerate(zip(of_each, values, strict=True)))
        return next((f"[{place}]{way}" for place, way in found if way is not None), None)

    return find


def _of_fields(kind: type) -> _Find:
    finders = [(name, _finder(hint)) for name, hint in get_type_hints(kind).items()]

    def find(value: Any) -> str | None:
        if not isinstance(value, kind):
            return ""
        found = ((name, of(getattr(value, name))) for name, of in finders)
        return next((f".{name}{way}" for name, way in found if way is not None), None)

    return find
