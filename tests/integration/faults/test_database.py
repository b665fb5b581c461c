"""F67 to F70: a database that is locked, a disk that is full, kills in a commit and in a migration.

Whatever happens, a chart is whole or not there, and what was said to be kept is kept.
"""

import os
import resource
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from abstractor.errors import StoreError
from abstractor.store import database, schema
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.workflow import cycle_progress
from tests.integration.fault_process import keep_next_chart, process, said
from tests.integration.faults.at_work import (
    at_work,
    everything_is_kept_once,
    finished,
    some_abstracted,
    some_pulled,
    tree,
)
from tests.integration.keeping import SEALER, cycle_of
from tests.integration.kept_charts import MANY, bodies_of, charts_of, keep_unsealed
from tests.integration.queue.slow_clinic import open_small_cycle, pool_running, wait_for
from tests.integration.store.servers import own_server, stop_at_once


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, [])
    return store


@pytest.fixture
def file(tmp_path: Path, migrated_sqlite: Path) -> Path:
    return Path(shutil.copy(migrated_sqlite, tmp_path))


def test_F67_the_file_is_locked_for_longer_than_a_writer_waits(
    tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the writer fails with an error and keeps nothing, readers go on; then it can be tried again"""
    path = Path(shutil.copy(migrated_sqlite, tmp_path))
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    store = open_store(sqlite_url(path), SEALER)
    with store.writing() as session:
        cycle_of(session, [])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="SQLITE_BUSY"):
            keep_next_chart(store)
        assert charts_of(store) == 0, "whoever reads does not wait for who writes"
        other.execute("ROLLBACK")
    keep_next_chart(store)
    assert charts_of(store) == 1
    store.close()


def test_F67b_the_file_is_locked_for_a_moment(tmp_path: Path, migrated_sqlite: Path) -> None:
    """the writer waits, and keeps its chart"""
    path = Path(shutil.copy(migrated_sqlite, tmp_path))
    store = open_store(sqlite_url(path), SEALER)
    with store.writing() as session:
        cycle_of(session, [])
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.7, lambda: other.execute("ROLLBACK"))
    release.start()
    keep_next_chart(store)
    release.join()
    other.close()
    assert charts_of(store) == 1
    store.close()


def test_F67c_the_file_is_locked_in_the_middle_of_a_round(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the jobs of that time fail and nothing is kept; once the lock is gone the round goes on by itself"""
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    with at_work(sqlite_url(file)) as make, closing(sqlite3.connect(file, isolation_level=None)) as other:
        services = make()
        cycle_id = open_small_cycle(services)
        with pool_running(services):
            wait_for(services, cycle_id, some_pulled)
            other.execute("PRAGMA busy_timeout = 20000")
            other.execute("BEGIN IMMEDIATE")
            before = cycle_progress(services, cycle_id)
            time.sleep(3)
            now = cycle_progress(services, cycle_id)
            assert (now.pulls.done, now.abstracts.done) == (before.pulls.done, before.abstracts.done)
            other.execute("ROLLBACK")
            wait_for(services, cycle_id, finished)
        everything_is_kept_once(services, cycle_id)


def test_F68_the_disk_is_full(tmp_path: Path, migrated_sqlite: Path) -> None:
    """the writer fails with an error, the charts before it are whole; it goes on once there is room"""
    store = open_store(sqlite_url(Path(shutil.copy(migrated_sqlite, tmp_path))), SEALER)
    with store.writing() as session:
        cycle_of(session, [])
    with process("keep-in-little-room", store) as started:
        lines = started.communicate()[0].splitlines()
    assert lines[-1].startswith("StoreError: the database failed or refused: ")
    assert "Patient/" not in lines[-1]
    assert charts_of(store) == len(lines) - 1 > 0
    keep_next_chart(store)
    assert charts_of(store) == len(lines)
    store.close()


def rooms(process: psutil.Process, bytes_: int) -> None:
    """No file of these processes, nor of those that they fork, may grow past that."""
    for each in tree(process):
        each.rlimit(psutil.RLIMIT_FSIZE, (bytes_, resource.RLIM_INFINITY))


def test_F68b_the_disk_is_full_in_the_middle_of_a_round(file: Path) -> None:
    """the log of the database cannot grow, so nothing more is kept; once there is room the round goes on"""
    with at_work(sqlite_url(file)) as make:
        services = make()
        cycle_id = open_small_cycle(services)
        with pool_running(services) as pool:
            wait_for(services, cycle_id, some_abstracted)
            rooms(pool, 4096)
            time.sleep(3)
            assert not cycle_progress(services, cycle_id).finished
            rooms(pool, resource.RLIM_INFINITY)
            wait_for(services, cycle_id, finished)
        everything_is_kept_once(services, cycle_id)
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_F68c_the_disk_of_the_server_is_full() -> None:
    """PostgreSQL refuses the chart with an error, those before it are whole; it goes on once there is room"""
    with own_server(room=24 << 20) as server:  # its log is written in files of 16 MB, which must fit
        store = open_store(server.get_uri(), SEALER)
        schema.upgrade(store)
        with store.writing() as session:
            cycle_of(session, [])
        kept = 0
        with pytest.raises(StoreError, match="the database failed or refused: ") as failure:
            while kept < 100:
                keep_next_chart(store, os.urandom(1_000_000))
                kept += 1
        assert "Patient/" not in str(failure.value)
        assert charts_of(store) == kept > 0
        stop_at_once(server)
        server.ensure_postgres_running()
        keep_next_chart(store, os.urandom(1_000_000))
        assert charts_of(store) == kept + 1
        store.close()


def test_F68d_the_disk_is_full_in_a_migration(tmp_path: Path) -> None:
    """it is undone and says so; run again where there is room, it comes to the end"""
    store = open_store(sqlite_url(tmp_path / "before.db"), SEALER)
    keep_unsealed(store, MANY)
    with process("upgrade-in-little-room", store) as started:
        lines = started.communicate()[0].splitlines()
    assert lines[-1].startswith("StoreError: the database failed or refused: ")
    schema.upgrade(store)
    assert schema.check(store) == ()
    assert bodies_of(store) == [copy.body for copy in MANY]
    store.close()


def test_F68e_a_backup_does_not_fit(tmp_path: Path, migrated_sqlite: Path) -> None:
    """it fails with an error and leaves nothing, neither under its name nor in temporary files"""
    store = open_store(sqlite_url(Path(shutil.copy(migrated_sqlite, tmp_path))), SEALER)
    with process("back-up-in-little-room", store) as started:
        lines = started.communicate()[0].splitlines()
    assert len(lines) == 1
    assert "could not be copied" in lines[0]
    assert not [name for name in os.listdir(tmp_path) if "backup" in name]
    store.close()


@pytest.mark.parametrize("pause", [0.0, 0.03, 0.11, 0.26])
def test_F69_a_writer_is_killed_in_a_commit(clinic: Store, pause: float) -> None:
    """every chart is whole or not there, and none is lost that was said to be kept"""
    with process("keep", clinic) as started:
        assert said(started) == "1"
        time.sleep(pause)
        started.kill()
        assert started.stdout is not None
        last = [int(line) for line in started.stdout.read().split()]
    kept = charts_of(clinic)
    assert kept in {max([1, *last]), max([1, *last]) + 1}, "what was said is kept, and at most one more"
    keep_next_chart(clinic)
    assert charts_of(clinic) == kept + 1


@pytest.mark.parametrize("revision", ["0003", "0006", "0011"])
def test_F70_a_migration_is_killed_in_its_tables(unsealed: Store, revision: str) -> None:
    """nothing of it is left; run again, it comes to the end and nothing is lost"""
    with process(f"upgrade-killed-at-{revision}", unsealed) as started:
        assert started.wait(30) == -9
    with pytest.raises(StoreError, match="at revision 0002"):
        schema.require_current(unsealed)
    schema.upgrade(unsealed)
    assert schema.check(unsealed) == ()
    assert bodies_of(unsealed) == [copy.body for copy in MANY]


@pytest.mark.parametrize("batches", [1, 4])
def test_F70b_a_migration_is_killed_while_it_seals(unsealed: Store, batches: int) -> None:
    """what it has sealed stays so; run again, it comes to the end and nothing is lost"""
    with process("upgrade", unsealed) as started:
        for _ in range(batches):
            assert said(started).endswith(" of 3000")
        started.kill()
    schema.upgrade(unsealed)
    assert schema.check(unsealed) == ()
    assert bodies_of(unsealed) == [copy.body for copy in MANY]
