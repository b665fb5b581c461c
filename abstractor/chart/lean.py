"""Values that are made quickly, where hundreds of one kind are made for every chart.

A frozen dataclass sets each of its parts by a call of its own. Here a new value is of a twin class that is
not frozen while its parts are set, and of its own from then on: the same value, made in half the time.
"""

from dataclasses import MISSING, fields
from typing import Any, TypeVar

__all__ = ["lean"]

T = TypeVar("T")


def lean(kind: type[T]) -> type[T]:
    """For a frozen dataclass with slots whose defaults are values; none of it may hold itself."""
    held: Any = fields(kind)  # type: ignore[arg-type]  # every kind that is given is a dataclass
    names = [each.name for each in held]
    defaults = {f"_{each.name}": each.default for each in held if each.default is not MISSING}
    twin = type(kind.__name__, (), {"__slots__": tuple(names)})
    parameters = [f"{name}=_{name}" if f"_{name}" in defaults else name for name in names]
    lines = [
        f"def __init__(self, {', '.join(parameters)}):",
        " _become(self, '__class__', _twin)",
        *(f" self.{name} = {name}" for name in names),
        " self.__class__ = _kind",
    ]
    scope: dict[str, Any] = {"_become": object.__setattr__, "_twin": twin, "_kind": kind, **defaults}
    exec("\n".join(lines), scope)  # noqa: S102  # of names of fields alone, as dataclasses makes its own
    type.__setattr__(kind, "__init__", scope["__init__"])
    # Without the guard against a value that holds itself: the digest of a chart spells out hundreds.
    type.__setattr__(kind, "__repr__", getattr(kind.__repr__, "__wrapped__", kind.__repr__))
    return kind
