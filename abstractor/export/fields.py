"""The columns of a table, each told once: what a table holds, what its checks ask and what its dictionary
says all come from here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import polars as pl

__all__ = ["BETWEEN", "Field", "Kind", "Table", "joined", "schema_of"]

# Between the names in one cell: no name of ours holds it.
BETWEEN = "; "


class Kind(StrEnum):
    """`NAMES` are several words of ours in one cell, `WORDS` a sentence."""

    ID = "id"
    CODE = "code"
    NAMES = "names"
    COUNT = "count"
    YES_NO = "yes-no"
    DATE = "date"
    WORDS = "words"


_TYPES: Mapping[Kind, "pl.DataType"] = MappingProxyType(
    {
        Kind.ID: pl.String(),
        Kind.CODE: pl.String(),
        Kind.NAMES: pl.String(),
        Kind.COUNT: pl.Int64(),
        Kind.YES_NO: pl.Boolean(),
        Kind.DATE: pl.Date(),
        Kind.WORDS: pl.String(),
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """`source` is where in the abstract it comes from; `values` every value there can be, where they are few.

    `required`: never empty. `identifying`: only there in an identified export.
    """

    name: str
    kind: Kind
    meaning: str
    source: str
    values: tuple[str, ...] = ()
    units: str = ""
    required: bool = True
    identifying: bool = False

    @property
    def verdict(self) -> bool:
        """Whether it rests on editions, which may not be signed."""
        return self.name.startswith("verdict")

    @property
    def type(self) -> "pl.DataType":
        return _TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """`unit` says what one row is; `key` are the columns that no two rows have the same."""

    name: str
    unit: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    def shown(self, *, identified: bool) -> tuple[Field, ...]:
        """The columns of an export: those that would tell who somebody is are left out by default."""
        return tuple(field for field in self.fields if identified or not field.identifying)


def schema_of(fields: Iterable[Field]) -> dict[str, pl.DataType]:
    return {field.name: field.type for field in fields}


def joined(names: Iterable[str]) -> str | None:
    """Several names in one cell; none is an empty cell."""
    return BETWEEN.join(names) or None
