"""Faults of database and disk: whatever happens, a chart is whole or not there, and what was said to be kept
is kept.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from abstractor.errors import StoreError
from abstractor.store import abstracts, cohorts, database, live, raw, rotation, schema
from abstractor.store.backup import back_up
from abstractor.store.backup_file import read_backup
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.sealing import Sealer
from abstractor.store.tables import AbstractRow, PatientRow, RawRow
from tests.integration.fault_process import CHART, NEXT_KEY, keep_next_chart
from tests.integration.keeping import KEY, NOW, SEALER, copy_of, cycle_of
from tests.integration.kept_charts import keep_unsealed

MANY = [copy_of("Observation", f"o{number}", note="x" * 200) for number in range(3000)]


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, [])
    return store


@contextmanager
def process(act: str, store: Store) -> Iterator["subprocess.Popen[str]"]:
    url = store.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "tests.integration.fault_process", act, url]
    started = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        assert started.stdout is not None
        started.stdout.close()


def said(started: "subprocess.Popen[str]") -> str:
    assert started.stdout is not None
    return started.stdout.readline().strip()


def charts_of(store: Store) -> int:
    """How many charts are kept; each of them is whole, its bytes too."""
    with store.reading() as session:
        if store.engine.dialect.name == "sqlite":
            assert session.connection().scalar(text("PRAGMA integrity_check")) == "ok"
        patients = session.exec(select(PatientRow.id)).all()
        for patient in patients:
            assert patient is not None
            pulled = raw.pulled_chart(session, 1, patient)
            assert pulled is not None
            assert len(pulled.copies) == CHART
            assert len(live.live_of(session, patient)) == CHART
            assert live.marks(session, patient) == {"Condition": NOW}
        bodies = session.exec(select(AbstractRow.body)).all()
        assert len(bodies) == len(patients)
        assert all(abstracts.read(body) for body in bodies)
        assert session.connection().scalar(text("SELECT count(*) FROM raw_resource")) == CHART * len(patients)
    return len(patients)


@pytest.mark.parametrize("pause", [0.0, 0.03, 0.11, 0.26])
def test_kill_9_in_a_commit_leaves_whole_charts(clinic: Store, pause: float) -> None:
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


def test_a_full_disk_is_an_error_and_leaves_whole_charts(tmp_path: Path, migrated_sqlite: Path) -> None:
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


def test_a_backup_that_does_not_fit_leaves_nothing(tmp_path: Path, migrated_sqlite: Path) -> None:
    store = open_store(sqlite_url(Path(shutil.copy(migrated_sqlite, tmp_path))), SEALER)
    with process("back-up-in-little-room", store) as started:
        lines = started.communicate()[0].splitlines()
    assert len(lines) == 1
    assert "could not be copied" in lines[0]
    assert not [name for name in os.listdir(tmp_path) if "backup" in name]
    store.close()


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.15, 0.4])
def test_a_backup_that_is_killed_leaves_no_backup_and_the_next_one_cleans_up(
    tmp_path: Path, pause: float
) -> None:
    store = open_store(sqlite_url(tmp_path / "abstractor.db"), SEALER)
    keep_unsealed(store, MANY)
    schema.upgrade(store)
    place = tmp_path / "abstractor.db.backup"
    with process("back-up", store) as started:
        while not list(tmp_path.glob(".*.part")) and started.poll() is None:
            time.sleep(0.005)
        time.sleep(pause)
        started.kill()
        started.wait()
    if place.exists():
        read_backup(place)
        place.unlink()
    back_up(store, place, now=NOW)
    assert read_backup(place).rows > len(MANY)
    assert [name for name in os.listdir(tmp_path) if "backup" in name] == [place.name]
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def unsealed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgres")
        store = open_store(make(), SEALER)
    else:
        store = open_store(sqlite_url(tmp_path / "before.db"), SEALER)
    keep_unsealed(store, MANY)
    yield store
    store.close()


def bodies_of(store: Store) -> list[bytes]:
    with store.reading() as session:
        return [raw.body_of(session, row) for row in session.exec(select(RawRow).order_by(col(RawRow.id)))]


@pytest.mark.parametrize("batches", [0, 1, 4])
def test_a_migration_that_is_killed_is_run_again(unsealed: Store, batches: int) -> None:
    with process("upgrade", unsealed) as started:
        if batches:
            for _ in range(batches):
                assert said(started).endswith(" of 3000")
        else:
            time.sleep(0.9)  # somewhere in starting and in the tables
        started.kill()
    schema.upgrade(unsealed)
    assert schema.check(unsealed) == ()
    assert bodies_of(unsealed) == [copy.body for copy in MANY]


@pytest.mark.parametrize("batches", [1, 7])
def test_a_rotation_that_is_killed_is_run_again(unsealed: Store, batches: int) -> None:
    schema.upgrade(unsealed)
    with process("rotate", unsealed) as started:
        for _ in range(batches):
            assert said(started).endswith(" of 3000")
        started.kill()
    both = replace(unsealed, sealer=Sealer([NEXT_KEY, KEY]))
    assert bodies_of(both) == [copy.body for copy in MANY]
    done = rotation.rotate(both, now=NOW)
    assert done.resealed <= 3000 - 200 * batches
    assert done.retired == (KEY.id,)
    assert bodies_of(replace(unsealed, sealer=Sealer([NEXT_KEY]))) == [copy.body for copy in MANY]


def test_a_writer_with_the_old_key_is_stopped_and_loses_nothing_that_it_kept(clinic: Store) -> None:
    both = replace(clinic, sealer=Sealer([NEXT_KEY, KEY]))
    with process("keep", clinic) as started:
        assert said(started) == "1"
        assert rotation.rotate(both, now=NOW).retired == (KEY.id,)
        lines = started.communicate()[0].splitlines()
    assert f"the data key {KEY.id} was retired" in lines[-1]
    alone = replace(clinic, sealer=Sealer([NEXT_KEY]))
    assert charts_of(alone) == len(lines)
    keep_next_chart(alone)
    assert charts_of(alone) == len(lines) + 1


def test_a_locked_file_is_an_error_and_then_works_again(
    tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_writer_waits_for_a_short_lock(tmp_path: Path, migrated_sqlite: Path) -> None:
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


@pytest.mark.parametrize("part", range(1, 10))
def test_a_file_with_spoilt_pages_never_gives_other_bytes(
    tmp_path: Path, migrated_sqlite: Path, part: int
) -> None:
    path = Path(shutil.copy(migrated_sqlite, tmp_path))
    store = open_store(sqlite_url(path), SEALER)
    with store.writing() as session:
        clinic = cohorts.register_clinic(session, "a", "b", group=None, now=NOW)
        raw.keep(session, clinic.id, MANY[:400], now=NOW)
    store.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size * part // 10)
        file.write(bytes(range(256)) * 32)
    kept = {copy.body for copy in MANY[:400]}
    spoilt = open_store(sqlite_url(path), SEALER)
    try:
        assert set(bodies_of(spoilt)) <= kept
    except (StoreError, ValueError):
        pass  # told, and nothing made up
    finally:
        spoilt.close()


def test_a_deadlock_costs_one_of_the_two_and_it_can_try_again(new_postgres: Callable[[], str]) -> None:
    store = open_store(new_postgres(), SEALER)
    schema.upgrade(store)
    with store.writing() as session:
        cycle = cycle_of(session, ["Patient/1", "Patient/2"])
        ids = session.connection().scalars(text("SELECT id FROM work ORDER BY id")).all()
    both_hold = threading.Barrier(2)
    failed: list[str] = []

    def take(order: list[int]) -> None:
        try:
            with store.writing() as session:
                for at, number in enumerate(order):
                    touch = text("UPDATE work SET attempts = attempts + 1 WHERE id = :id")
                    session.connection().execute(touch, {"id": number})
                    if at == 0:
                        both_hold.wait(20)
        except StoreError as failure:
            failed.append(str(failure))

    threads = [threading.Thread(target=take, args=(order,)) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 1
    assert "40P01" in failed[0]
    with store.reading() as session:
        attempts = text("SELECT attempts FROM work WHERE cycle_id = :cycle")
        assert session.connection().scalars(attempts, {"cycle": cycle.id}).all() == [1, 1]
    both_hold = threading.Barrier(1)
    take(list(ids))
    assert len(failed) == 1
    store.close()
