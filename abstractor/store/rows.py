"""Writing rows, many in one statement, in both databases' own words.

PostgreSQL takes all rows as one value: so the statement is the same however many there are, is prepared once,
and is one round trip. SQLite, which is in our own process, takes one row after the other below the statement.
"""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum, auto
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Executable,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    cast,
    column,
    delete,
    func,
)
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import Session, SQLModel

from abstractor.errors import StoreError
from abstractor.store.append_only import GUARDED
from abstractor.store.columns import Moment, in_utc

__all__ = ["add", "add_all", "add_new", "add_numbered", "add_or_renew", "changed", "erase", "kept"]

_Rows = Sequence[Mapping[str, Any]]
_Bind = Callable[[Any], Any]
_PLACE = "place_among_rows"  # rows are numbered in the order in which they are given


class _There(Enum):
    """What becomes of a row whose key is there already."""

    REFUSED = auto()
    LEFT = auto()
    RENEWED = auto()


def kept(number: int | None) -> int:
    """The number of a row that has been written: an optional one exists only before that."""
    if number is None:
        raise StoreError("a row was used before it was written")
    return number


def add(session: Session, row: SQLModel) -> None:
    """Write one row now, so that its number is known."""
    session.add(row)
    session.flush()


def add_all(session: Session, table: type[SQLModel], rows: _Rows) -> None:
    """Write many rows with one statement (ten times and more the speed of one object each)."""
    _write(session, table, rows, _There.REFUSED)


def add_new(session: Session, table: type[SQLModel], rows: _Rows) -> None:
    """Write those rows that break no unique constraint; the others are there already."""
    _write(session, table, rows, _There.LEFT)


def add_or_renew(session: Session, table: type[SQLModel], rows: _Rows) -> None:
    """Write these rows; what is there by its primary key is as its row says then. No key comes twice."""
    _write(session, table, rows, _There.RENEWED)


def add_numbered(session: Session, table: type[SQLModel], rows: _Rows, *, by: str) -> dict[Any, int]:
    """As `add_new`; and the numbers of the rows that were written, by a column of theirs, where the database
    says them: SQLite does not, and neither does of a row that somebody else wrote meanwhile.
    """
    connection = session.connection()
    if not rows or connection.dialect.name != "postgresql":
        add_new(session, table, rows)
        return {}
    whole = _whole(table, rows)
    statement = _postgresql(table, tuple(whole[0]), _There.LEFT, by)
    return {value: kept(number) for value, number in connection.execute(statement, _one(table, whole))}


def changed(session: Session, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
    """Run an UPDATE or DELETE; how many rows it found."""
    return session.connection().execute(statement, values).rowcount


def erase(session: Session, table: type[SQLModel], which: ColumnElement[bool]) -> Counter[str]:
    """Those rows of that table; how many, under its name."""
    return Counter({str(table.__tablename__): changed(session, delete(table).where(which))})


def _write(session: Session, table: type[SQLModel], rows: _Rows, there: _There) -> None:
    if not rows:
        return
    connection = session.connection()
    whole = _whole(table, rows)
    names = tuple(whole[0])
    if connection.dialect.name == "postgresql":
        connection.execute(_postgresql(table, names, there, None), _one(table, whole))
        return
    statement, binds = _sqlite(table, names, there)
    # Below SQLAlchemy, which takes longer over a row than SQLite does.
    connection.exec_driver_sql(
        statement,
        list(zip(*(_bound([row[name] for row in whole], bind) for name, bind in binds), strict=True)),
    )


def _bound(values: Sequence[Any], bind: _Bind | None) -> Sequence[Any]:
    """As the database takes them; one that all rows have, such as when they were written, is bound once."""
    if bind is None:
        return values
    bound = {id(value): bind(value) for value in {id(value): value for value in values}.values()}
    return [bound[id(value)] for value in values]


def _whole(table: type[SQLModel], rows: _Rows) -> _Rows:
    """With what the columns say of themselves where nothing is given."""
    unsaid = {
        each.name: each.default.arg
        for each in _table(table).c
        if isinstance(each.default, ScalarElementColumnDefault) and each.name not in rows[0]
    }
    return [{**unsaid, **row} for row in rows] if unsaid else rows


def _one(table: type[SQLModel], rows: _Rows) -> dict[str, str]:
    """All rows as one value: JSON, with bytes in base64."""
    moments = [name for name in rows[0] if isinstance(_table(table).c[name].type, Moment)]
    instants = {name: _bound([row[name] for row in rows], _instant) for name in moments}
    placed = [
        {**row, **{name: each[place] for name, each in instants.items()}, _PLACE: place}
        for place, row in enumerate(rows)
    ]
    return {"rows": json.dumps(placed, default=_told)}


def _instant(value: datetime | None) -> str | None:
    instant = in_utc(value)
    return None if instant is None else instant.isoformat()


def _told(value: object) -> str:
    match value:
        case bytes():
            return b64encode(value).decode()
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} is nothing that rows hold")


@cache
def _postgresql(table: type[SQLModel], names: tuple[str, ...], there: _There, by: str | None) -> Executable:
    ours = _table(table)
    binary = {name for name in names if isinstance(ours.c[name].type, LargeBinary)}
    given = (
        func.json_to_recordset(cast(bindparam("rows", type_=Text()), JSON))
        .table_valued(
            *(column(name, Text() if name in binary else ours.c[name].type) for name in names),
            column(_PLACE, BigInteger()),
            name="given",
        )
        .render_derived(with_types=True)
    )
    values = [func.decode(given.c[name], "base64") if name in binary else given.c[name] for name in names]
    ordered = columns(*values).order_by(given.c[_PLACE])
    insert = postgresql.insert(ours).from_select(names, ordered, include_defaults=False)
    match there:
        case _There.LEFT:
            insert = insert.on_conflict_do_nothing()
        case _There.RENEWED:
            insert = insert.on_conflict_do_update(
                constraint=ours.primary_key,
                set_={name: insert.excluded[name] for name in _beside_key(ours, names)},
            )
    return insert if by is None else insert.returning(ours.c[by], ours.c["id"])


@cache
def _sqlite(
    table: type[SQLModel], names: tuple[str, ...], there: _There
) -> tuple[str, tuple[tuple[str, _Bind | None], ...]]:
    """The statement, and how the value of each column is bound."""
    ours, dialect = _table(table), pysqlite.dialect()
    insert = sqlite.insert(ours)
    match there:
        case _There.LEFT:
            insert = insert.on_conflict_do_nothing()
        case _There.RENEWED:
            insert = insert.on_conflict_do_update(
                index_elements=list(ours.primary_key),
                set_={name: insert.excluded[name] for name in _beside_key(ours, names)},
            )
    binds = tuple((name, ours.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names)
    # A table's own order of columns is the statement's.
    ordered = tuple(sorted(binds, key=lambda bind: list(ours.c.keys()).index(bind[0])))
    if there is _There.LEFT and ours.name in GUARDED:
        return _unless_there(ours, [name for name, _ in ordered]), ordered
    return str(insert.compile(dialect=dialect, column_keys=list(names))), ordered


def _unless_there(table: Table, names: Sequence[str]) -> str:
    """Looked for before it is written: the guard refuses a row whose key is there, also one that would be
    left as it is. The writer holds the lock, so nobody comes in between.
    """
    keys = [key for key in _keys(table) if set(key) <= set(names)]
    there = " OR ".join(" AND ".join(f"held.{name} = given.{name}" for name in key) for key in keys)
    given = ", ".join(f"? AS {name}" for name in names)
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM (SELECT {given}) AS given "  # noqa: S608 - ours
        f"WHERE NOT EXISTS (SELECT 1 FROM {table.name} AS held WHERE {there or '0'})"
    )


def _keys(table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of each unique key."""
    for each in (*table.constraints, *table.indexes):
        if isinstance(each, PrimaryKeyConstraint | UniqueConstraint) or (
            isinstance(each, Index) and each.unique
        ):
            yield tuple(one.name for one in each.columns)


def _beside_key(table: Table, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in table.primary_key.columns]


def _table(table: type[SQLModel]) -> Table:
    return table.metadata.tables[str(table.__tablename__)]
