"""Every row of one database into another of the same tables, whichever engines they are, and the comparison
of two.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, String, Table, func, insert, select, text

from abstractor.errors import StoreError
from abstractor.store.trail_tables import METADATA

__all__ = ["TABLES", "copy_rows", "first_filled", "require_equal"]

_AT_ONCE = 500

# Parents first. The door through the append-only guard never has a row between transactions.
TABLES: tuple[Table, ...] = tuple(
    table for table in METADATA.sorted_tables if table.name != "append_only_door"
)


def copy_rows(source: Connection, target: Connection) -> int:
    """Into tables that are empty; how many rows. Numbers stay, and new ones go on behind them."""
    total = 0
    for table in TABLES:
        for rows in _batches(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in rows])
            total += len(rows)
        if target.dialect.name == "postgresql":
            _number_on(target, table)
    return total


def first_filled(connection: Connection) -> str | None:
    """A table that has a row; None where the database is empty."""
    for table in TABLES:
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            return table.name
    return None


def require_equal(one: Connection, other: Connection) -> None:
    """`StoreError` names the first table in which the two differ."""
    for table in TABLES:
        mine, its = _rows(one, table), _rows(other, table)
        while (row := next(mine, None)) == next(its, None):
            if row is None:
                break
        else:
            raise StoreError(f"the copy is not what it was made of: the table {table.name} differs")


def _rows(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    for rows in _batches(connection, table):
        yield from (tuple(row) for row in rows)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """In the order of the key, which both engines are made to agree on."""
    plain = connection.dialect.name != "postgresql"
    order = [
        column if plain or not isinstance(column.type, String) else column.collate("C")
        for column in table.primary_key
    ]
    stream = connection.execution_options(yield_per=_AT_ONCE)
    yield from stream.execute(select(table).order_by(*order)).partitions()


def _number_on(connection: Connection, table: Table) -> None:
    counter = connection.scalar(
        text("SELECT pg_get_serial_sequence(:table, 'id') WHERE :has"),
        {"table": table.name, "has": "id" in table.c and table.c["id"].primary_key},
    )
    if counter is None:
        return
    last = connection.scalar(select(func.max(table.c["id"])))
    if last is not None:
        connection.execute(select(func.setval(counter, last)))
