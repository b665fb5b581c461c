"""A backup and a change of the data key that are killed: each can be made again, and nothing is lost."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from abstractor.store import rotation, schema
from abstractor.store.backup import back_up
from abstractor.store.backup_file import read_backup
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.sealing import Sealer
from tests.integration.fault_process import NEXT_KEY, keep_next_chart, process, said
from tests.integration.keeping import KEY, NOW, SEALER, cycle_of
from tests.integration.kept_charts import MANY, bodies_of, charts_of, keep_unsealed


@pytest.fixture
def clinic(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, [])
    return store


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
