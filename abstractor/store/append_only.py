"""The guard in the database itself: rows of these tables are added, never changed or taken away.

There is one door: `door` opens it for the one thing that a transaction says it does, to seal rows anew or to
purge, and a transaction that leaves it open cannot commit. The statements are used by migrations: a change
here is a new function, never a new meaning of an old one. A migration that rebuilds a guarded table (SQLite's
batch mode) must guard it again; `schema.check` tells if one is missing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum

from sqlmodel import Session, col, delete, insert

from abstractor.store.tables import DoorRow

__all__ = [
    "GUARDED",
    "Door",
    "door",
    "door_statements",
    "doored_guard_statements",
    "guard_statements",
    "no_door_statements",
    "replace_guard_statements",
    "replace_unguard_statements",
    "unguard_statements",
]

GUARDED: tuple[str, ...] = (
    "raw_resource",
    "pull",
    "pull_answer",
    "pull_resource",
    "pull_ledger",
    "abstract",
    "line_clinician",
    "quarantine",
    "repair",
    "audit_event",
    "audit_chart",
    "audit_left_out",
    "seat_event",
    "seat_conflict",
    "review",
    "review_step",
    "review_lock",
    "rating",
)

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""
_REFUSE_BUT_AT_THE_DOOR = """
CREATE OR REPLACE FUNCTION refuse_change_but_at_the_door() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted text := CASE TG_OP WHEN 'UPDATE' THEN TG_ARGV[0] WHEN 'DELETE' THEN TG_ARGV[1] ELSE '' END;
BEGIN
  IF EXISTS (SELECT 1 FROM append_only_door WHERE reason = wanted) THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_NO_CLINIC = 0


class Door(StrEnum):
    """What the door is opened for. The guard of each table says which of them lets rows be changed or go."""

    SEAL = "seal"
    PURGE = "purge"


@contextmanager
def door(session: Session, reason: Door) -> Iterator[None]:
    """For the statements in this block, and this transaction alone, the guard lets that through."""
    connection = session.connection()
    connection.execute(insert(DoorRow), [{"reason": reason.value, "shut": _NO_CLINIC}])
    yield
    session.flush()
    connection.execute(delete(DoorRow).where(col(DoorRow.reason) == reason.value))


def guard_statements(table: str, dialect: str) -> Iterator[str]:
    """SQL that makes the table append-only. PostgreSQL's TRUNCATE is refused too; SQLite has none."""
    if dialect == "postgresql":
        yield _REFUSE
        yield (
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER append_only_{table}_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
        )


def unguard_statements(table: str, dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield f"DROP TRIGGER append_only ON {table}"
        return
    for event in ("update", "delete"):
        yield f"DROP TRIGGER append_only_{table}_{event}"


def door_statements(dialect: str) -> Iterator[str]:
    """After the table `append_only_door` was made, before any guard that asks it."""
    if dialect == "postgresql":
        yield _REFUSE_BUT_AT_THE_DOOR


def no_door_statements(dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield "DROP FUNCTION refuse_change_but_at_the_door()"


def doored_guard_statements(table: str, dialect: str, *, change: str = "", purge: str = "") -> Iterator[str]:
    """SQL that makes the table append-only but for what the door is open for: `change` for an UPDATE, `purge`
    for a DELETE; an empty reason is none.
    """
    if dialect == "postgresql":
        yield (
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_but_at_the_door('{change}', '{purge}')"
        )
        return
    for event, reason in (("UPDATE", change), ("DELETE", purge)):
        shut = f"NOT EXISTS (SELECT 1 FROM append_only_door WHERE reason = '{reason}')"  # noqa: S608 - ours
        yield (
            f"CREATE TRIGGER append_only_{table}_{event.lower()} BEFORE {event} ON {table} WHEN {shut} "
            f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
        )


def replace_guard_statements(table: str, dialect: str, keys: Sequence[Sequence[str]]) -> Iterator[str]:
    """SQL that refuses a row where one of the same key stands: SQLite's `INSERT OR REPLACE` takes the old one
    away without asking the guard of DELETE. `keys`: every unique key but the number of the row, which is
    always asked. PostgreSQL has no such statement: its `ON CONFLICT DO UPDATE` meets the guard of UPDATE.
    """
    if dialect == "postgresql":
        return
    same = ["rowid = NEW.rowid", *(" AND ".join(f"{name} = NEW.{name}" for name in key) for key in keys)]
    there = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {one})" for one in same)  # noqa: S608 - ours
    yield (
        f"CREATE TRIGGER append_only_{table}_insert BEFORE INSERT ON {table} WHEN {there} "
        f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
    )


def replace_unguard_statements(table: str, dialect: str) -> Iterator[str]:
    if dialect != "postgresql":
        yield f"DROP TRIGGER append_only_{table}_insert"
