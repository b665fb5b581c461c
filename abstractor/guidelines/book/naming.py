"""Which agents, concepts, regimens, editions and reasons a rule names, by the table that the loader holds its
names against: a new kind of rule is read here without a change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from abstractor.guidelines.references import REFERS, Naming

__all__ = ["names_in"]


def names_in(value: Any, naming: Naming) -> tuple[str, ...]:
    """Every name of that kind anywhere in the value, each once, in the order of its fields."""
    return tuple(dict.fromkeys(_names(value, naming)))


def _names(value: Any, naming: Naming) -> Iterator[str]:
    if isinstance(value, tuple):
        for item in value:
            yield from _names(item, naming)
    elif is_dataclass(value):
        for field in fields(value):
            held = getattr(value, field.name)
            said = REFERS.get((type(value), field.name))
            if said is naming:
                yield from _texts(held)
            elif said is None:
                yield from _names(held, naming)


def _texts(held: object) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, Mapping | tuple):
        for item in held:
            yield from _texts(item)
