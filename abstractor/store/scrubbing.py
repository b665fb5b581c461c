"""Taking deleted bytes off the disk: out of free pages, and out of SQLite's write-ahead log.

What lies outside the database's own files is not ours to clean: PostgreSQL's write-ahead log and its archive,
backups, snapshots, blocks that a file system has given up.
"""

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from abstractor.errors import StoreError
from abstractor.store.database import Store, refusals

__all__ = ["scrub"]

_PATIENCE = 30.0


def scrub(store: Store, tables: Sequence[str]) -> None:
    """Rewrite what holds deleted rows: these tables in PostgreSQL (each is locked meanwhile), SQLite's whole
    file. `StoreError` where somebody who reads kept the log from being emptied; it may be called again.
    """
    with refusals():
        if store.engine.dialect.name == "postgresql":
            with store.engine.connect() as connection:
                alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                for table in tables:
                    alone.execute(text(f"VACUUM (FULL) {table}"))
            return
        # Beside SQLAlchemy: neither statement may stand in a transaction, and the engine begins one.
        pooled = store.engine.raw_connection()
        try:
            _rewrite(pooled.driver_connection)
        finally:
            pooled.close()


def _rewrite(connection: Any) -> None:
    until = time.monotonic() + _PATIENCE
    try:
        connection.execute("VACUUM")
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                raise StoreError(
                    "deleted rows are still in the database's write-ahead log, for another process reads "
                    "from it: stop the others and run `abstractor data scrub`"
                )
            time.sleep(0.2)
    except sqlite3.Error as failure:
        name = failure.sqlite_errorname
        raise StoreError(
            f"the database file could not be rewritten ({name}): run `abstractor data scrub`"
        ) from None
