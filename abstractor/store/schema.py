"""Keeping the database in step with the tables: Alembic migrations, run by the program itself."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from abstractor.errors import StoreError
from abstractor.store.append_only import GUARDED
from abstractor.store.database import Store, open_store, refusals, sqlite_url
from abstractor.store.tables import METADATA

__all__ = ["check", "check_fresh", "require_current", "upgrade"]

_ONE_AT_A_TIME = 7_274_201  # any number, the same in every process


def upgrade(store: Store) -> None:
    """Bring the database to the newest revision, in one transaction; two processes may try at once."""
    with refusals(), store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        command.upgrade(_config(connection), "head")


def require_current(store: Store) -> None:
    """`StoreError` where the database is not at the program's revision, or gone; nothing is changed."""
    with refusals(), store.engine.connect() as connection:
        store.require_file(connection)
        at = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if at != head:
        raise StoreError(
            f"the database is at revision {at or 'none'}, the program needs {head}: "
            "run `python -m abstractor.store upgrade`"
        )


def check(store: Store) -> tuple[str, ...]:
    """What differs between a migrated database and the tables of the program; empty: in step."""
    with refusals(), store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [_told(entry) for entry in compare_metadata(context, METADATA)]
        unguarded = sorted(set(GUARDED) - set(_guarded(connection)))
    return (*differences, *(f"table {name} is not append-only" for name in unguarded))


def check_fresh() -> tuple[str, ...]:
    """The same on a new SQLite database, made from the migrations alone."""
    with tempfile.TemporaryDirectory(prefix="abstractor-") as folder:
        store = open_store(sqlite_url(Path(folder) / "fresh.db"))
        try:
            upgrade(store)
            return check(store)
        finally:
            store.close()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "abstractor.store:migrations")
    config.attributes["connection"] = connection
    return config


def _told(entry: object) -> str:
    """One of Alembic's differences as words: ("add_column", None, "work", Column(...)), or a list of such."""
    if isinstance(entry, list):
        return "; ".join(_told(part) for part in entry)
    if not isinstance(entry, Sequence):
        return str(entry)
    names = [str(getattr(part, "name", part)) for part in entry[1:] if part is not None]
    return f"{entry[0]} {' '.join(names)}"


def _guarded(connection: Connection) -> list[str]:
    if connection.dialect.name == "postgresql":
        rows = connection.execute(
            text(
                "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE t.tgname = 'append_only' AND t.tgenabled <> 'D'"
            )
        )
        return list(rows.scalars())
    rows = connection.execute(
        text(
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'append_only_%' "
            "GROUP BY tbl_name HAVING count(*) = 2"
        )
    )
    return list(rows.scalars())
