"""Parsed TOML that remembers where it stands, so that a refusal can name the line.

A table that is put together of others (what all editions of a file share, inherited rows) keeps the spot of
each key. Lines are counted only when one is asked for: a sound file costs nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from abstractor.guidelines.positions import KeyPath, lines_of

__all__ = ["DEEPEST", "Array", "Source", "Spot", "Table", "joined", "located", "without"]

# No entry of ours comes near; a text that nests deeper was not written by a person.
DEEPEST = 32


@dataclass(frozen=True)
class Source:
    """A file by the name that a reader knows it by, and its text."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def lines(self) -> Mapping[KeyPath, int]:
        return lines_of(self.text)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a key, an item or a whole file stands."""

    source: Source
    path: KeyPath = ()

    @property
    def line(self) -> int:
        """Of the thing itself, or of the nearest thing that it is in."""
        path = self.path
        while path not in self.source.lines:
            path = path[:-1]
        return self.source.lines[path]


class Table(dict[str, Any]):
    """A table by its keys; `spot` is its own place, `spots` those of its keys."""

    def __init__(self, values: Mapping[str, Any], spot: Spot, spots: Mapping[str, Spot]) -> None:
        super().__init__(values)
        self.spot = spot
        self.spots = spots


class Array(list[Any]):
    """A list with the place of each of its items."""

    def __init__(self, items: Collection[Any], spots: tuple[Spot, ...]) -> None:
        super().__init__(items)
        self.spots = spots


def located(value: Any, spot: Spot) -> Any:
    """Raises `ValueError` where it nests too deep."""
    if len(spot.path) > DEEPEST:
        raise ValueError("tables and lists nest too deep")
    if isinstance(value, dict):
        spots = {key: Spot(spot.source, (*spot.path, key)) for key in value}
        return Table({key: located(item, spots[key]) for key, item in value.items()}, spot, spots)
    if isinstance(value, list):
        each = tuple(Spot(spot.source, (*spot.path, number)) for number in range(len(value)))
        return Array([located(item, at) for item, at in zip(value, each, strict=True)], each)
    return value


def joined(*tables: Table, spot: Spot) -> Table:
    """All keys of all tables, the later ones before the earlier."""
    values = {key: value for table in tables for key, value in table.items()}
    return Table(values, spot, {key: at for table in tables for key, at in table.spots.items()})


def without(table: Table, *keys: str) -> Table:
    return Table({key: value for key, value in table.items() if key not in keys}, table.spot, table.spots)
