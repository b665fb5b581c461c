"""The guard in the database itself: rows of these tables are added, never changed or taken away.

The statements are used by migrations: a change here is a new function, never a new meaning of an old one. A
migration that rebuilds a guarded table (SQLite's batch mode) must guard it again; `schema.check` tells if one
is missing.
"""

from collections.abc import Iterator

__all__ = ["GUARDED", "guard_statements", "unguard_statements"]

GUARDED: tuple[str, ...] = (
    "raw_resource",
    "pull",
    "pull_answer",
    "pull_resource",
    "abstract",
    "line_clinician",
    "quarantine",
    "audit_event",
)

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


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
