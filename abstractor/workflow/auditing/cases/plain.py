"""Frozen values as plain JSON and back, by their types: what a case file holds of a chart and of a question.

What is null, false, zero records or at its default is left out, so that a file shows what there is.
"""

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from abstractor.chart import Source

__all__ = ["plain", "valued"]


class _Part(NamedTuple):
    name: str
    kind: Any
    default: Any


@cache
def _parts(kind: Any) -> tuple[_Part, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _Part(each.name, hints[each.name], _default(each, hints[each.name])) for each in fields(kind)
    )


def _default(field: Any, hint: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    if _may_be_null(hint):
        return None
    return () if get_origin(hint) is tuple and get_args(hint)[-1] is Ellipsis else MISSING


def _may_be_null(hint: Any) -> bool:
    return isinstance(hint, UnionType) and NoneType in get_args(hint)


def plain(value: Any) -> Any:
    if isinstance(value, Source):
        return list(value)
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        held = ((part, getattr(value, part.name)) for part in _parts(type(value)))
        return {
            part.name: plain(each) for part, each in held if part.default is MISSING or each != part.default
        }
    return value


def valued(kind: Any, told: Any) -> Any:
    """The value of that type that `plain` wrote; `KeyError`, `TypeError` or `ValueError` where it is none."""
    if isinstance(kind, UnionType):
        real = [option for option in get_args(kind) if option is not NoneType]
        return told if told is None or len(real) > 1 else valued(real[0], told)
    if kind is Source:
        resource, path, version, value = told
        return Source(resource, path, version, value)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(valued(inner[0], each) for each in told)
        return tuple(valued(one, each) for one, each in zip(inner, told, strict=True))
    if kind is date:
        return date.fromisoformat(told)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(told)
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{part.name: _part(part, told) for part in _parts(kind)})
    return told


def _part(part: _Part, told: dict[str, Any]) -> Any:
    if part.name in told:
        return valued(part.kind, told[part.name])
    if part.default is MISSING:
        raise KeyError(part.name)
    return part.default
