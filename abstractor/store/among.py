"""Conditions over many values at once, in both databases' own words.

The values are one parameter, so that a statement names any number of them and is the same each time.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped

__all__ = [
    "among_digests",
    "among_names",
    "among_numbers",
    "digests_as_one",
    "names_as_one",
    "numbers_as_one",
]

_BYTES: ColumnElement[int] = literal_column("32")  # of a SHA-256
_FIRST: ColumnElement[int] = literal_column("1")
_NUMBERS, _DIGESTS, _NAMES = "among_numbers", "among_digests", "among_names"


def among_numbers(dialect: str, numbers: Mapped[Any]) -> ColumnElement[bool]:
    """To be run with `numbers_as_one`."""
    given = bindparam(_NUMBERS, type_=Text())
    if dialect == "postgresql":
        texts = func.json_array_elements_text(cast(given, JSON))
        return _any(numbers, select(cast(texts, BigInteger)))
    return numbers.in_(select(func.json_each(given).table_valued("value").c.value))


def numbers_as_one(numbers: Collection[int]) -> dict[str, str]:
    return {_NUMBERS: json.dumps(sorted(numbers))}


def among_digests(dialect: str, digests: Mapped[Any]) -> ColumnElement[bool]:
    """To be run with `digests_as_one`: they stand one after another."""
    given = bindparam(_DIGESTS, type_=LargeBinary())
    if dialect == "postgresql":
        at = func.generate_series(_FIRST, func.octet_length(given), _BYTES).column_valued("at")
        return _any(digests, select(func.substring(given, at, _BYTES)))
    place = select(_FIRST.label("at")).cte("place", recursive=True)
    place = place.union_all(select(place.c.at + _BYTES).where(place.c.at + _BYTES <= func.length(given)))
    return digests.in_(select(func.substr(given, place.c.at, _BYTES)))


def digests_as_one(digests: Collection[bytes]) -> dict[str, bytes]:
    return {_DIGESTS: b"".join(digests)}


def among_names(dialect: str, types: Mapped[str], ids: Mapped[str]) -> ColumnElement[bool]:
    """To be run with `names_as_one`: of this type, and with this id."""
    given = bindparam(_NAMES, type_=Text())
    if dialect == "postgresql":
        pair = func.json_array_elements(cast(given, JSON)).column_valued("pair")
        named = select(pair.op("->>")(literal_column("0")), pair.op("->>")(literal_column("1")))
    else:
        value = func.json_each(given).table_valued(column("value", Text())).c.value
        named = select(
            func.json_extract(value, literal_column("'$[0]'")),
            func.json_extract(value, literal_column("'$[1]'")),
        )
    return tuple_(types, ids).in_(named)


def names_as_one(names: Collection[tuple[str, str]]) -> dict[str, str]:
    return {_NAMES: json.dumps(sorted(names))}


def _any(value: Mapped[Any], given: Select[Any]) -> ColumnElement[bool]:
    # Not IN: an array is looked up in the index, whatever the planner expects of how many there are.
    return value == func.any(func.array(given.scalar_subquery()))
