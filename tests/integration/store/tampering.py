"""What the owner of the database may do to the audit trail, past the triggers; and a trail to do it to."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from abstractor.store import trail
from abstractor.store.database import Store
from abstractor.store.values import Action
from abstractor.store.verifying import Verified, Wrong, verify
from tests.integration.keeping import NOW

__all__ = ["ENTRIES", "faults", "keep_trail", "tamper", "told"]

ENTRIES = 12


def keep_trail(store: Store, number: int = ENTRIES) -> None:
    """That many entries, one a transaction; every third of a source, in two of them nothing else is told."""
    for place in range(1, number + 1):
        with store.writing() as session:
            told(session, place)


def told(session: Any, place: int, *, now: datetime = NOW) -> None:
    is_source = place % 3 == 0
    trail.record(
        session,
        action=Action.SOURCE_OPENED if is_source else Action.SIGNED_OUT,
        account_id=None,
        resource=f"Condition/{place}" if is_source else None,
        version="1" if is_source else None,
        detail=f"n={place}",
        now=now + timedelta(microseconds=place),
    )


def tamper(store: Store, statement: str, **values: Any) -> None:
    """As who owns the database may: without its triggers, and whatever refers to what."""
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement), values)
        return
    path = str(store.engine.url.database)
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        driver.execute("BEGIN IMMEDIATE")
        for event in ("update", "delete"):
            driver.execute(f"DROP TRIGGER IF EXISTS append_only_audit_event_{event}")
        driver.execute(statement, values)
        driver.execute("COMMIT")


def faults(store: Store) -> tuple[Verified, list[Wrong]]:
    found: list[Wrong] = []
    return verify(store, found=found.append), found
