"""Keeping the database in step with the tables: Alembic migrations, run by the program itself."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from abstractor.errors import StoreError
from abstractor.store import rotation
from abstractor.store.append_only import GUARDED
from abstractor.store.database import Store, open_store, refusals, sqlite_url
from abstractor.store.rotation import Told
from abstractor.store.scrubbing import scrub
from abstractor.store.trail_tables import METADATA

__all__ = ["check", "check_fresh", "require_current", "require_known", "upgrade"]

_ONE_AT_A_TIME = 7_274_201  # any number, the same in every process


def upgrade(store: Store, *, told: Told | None = None) -> None:
    """Bring the database to the newest revision, in one transaction; two processes may try at once.

    Resources from before sealing are sealed then, in batches: stopped in the middle, it is run again and goes
    on. Only that needs the data key.
    """
    with refusals(), _rebuilding(store) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        require_known(_revision(connection))
        command.upgrade(_config(connection), "head")
    if rotation.seal_plain(store, told=told):
        scrub(store, ["raw_resource"])


def require_current(store: Store) -> None:
    """`StoreError` where the database is not at the program's revision, or gone; nothing is changed."""
    with refusals(), store.engine.connect() as connection:
        connection.execution_options(reads_only=True)
        store.require_file(connection)
        at = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if at != head:
        raise StoreError(
            f"the database is at revision {at or 'none'}, the program needs {head}: "
            "run `python -m abstractor.store upgrade`"
        )
    with store.reading() as session:
        if rotation.plain_rows(session):
            raise StoreError(
                "the database holds resources that are not sealed yet: "
                "run `python -m abstractor.store upgrade`"
            )


def require_known(revision: str | None) -> None:
    """`StoreError` where a newer program than this one has made that revision."""
    steps = ScriptDirectory.from_config(_config(None)).walk_revisions()
    if revision is not None and revision not in {step.revision for step in steps}:
        raise StoreError(f"revision {revision} of the database is of a newer program than this: use that one")


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


@contextmanager
def _rebuilding(store: Store) -> Iterator[Connection]:
    """A transaction in which SQLite lets a table be made anew that others refer to: references are looked at
    once, at the end. It hears that only outside of a transaction.
    """
    with store.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                before = _revision(connection)
                yield connection
                if _revision(connection) != before:
                    _require_references(connection)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _require_references(connection: Connection) -> None:
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise StoreError("the migration was undone: a row refers to one that is not there")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


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
            "GROUP BY tbl_name HAVING count(*) = 3"
        )
    )
    return list(rows.scalars())
