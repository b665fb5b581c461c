"""What lies in the data folder is for the user who runs the program, also where the folder is open to all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from abstractor.jobs import embedded_server
from abstractor.store import schema
from abstractor.store.database import open_store, sqlite_url
from tests.integration.keeping import SEALER


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """As most machines have it: others may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    return {one.name: one.stat().st_mode & 0o777 for one in folder.iterdir() if one.is_file()}


def test_a_new_database_is_for_its_user_alone(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "abstractor.db"), SEALER)
    schema.upgrade(store)
    with store.reading():
        found = rights(tmp_path)
    store.close()
    assert {"abstractor.db", "abstractor.db-wal", "abstractor.db-shm"} <= found.keys()
    assert set(found.values()) == {0o600}


def test_a_database_that_others_could_read_is_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "abstractor.db"
    path.touch(0o644)
    store = open_store(sqlite_url(path), SEALER)
    schema.upgrade(store)
    store.close()
    assert rights(tmp_path)["abstractor.db"] == 0o600


def test_the_queues_locks_are_for_their_user_alone(tmp_path: Path) -> None:
    (tmp_path / "queue.lock").touch(0o644)
    with embedded_server(tmp_path):
        found = rights(tmp_path)
    assert {name: found[name] for name in ("queue.lock", "queue.users")} == {
        "queue.lock": 0o600,
        "queue.users": 0o600,
    }
