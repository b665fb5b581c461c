"""Stored resources are sealed, those from before too; a change of the key reaches every row, and can be
stopped anywhere.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlmodel import col, select

from abstractor.errors import Damaged, StoreError
from abstractor.store import cohorts, raw, schema, trail, views
from abstractor.store.append_only import Door, door
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.rotation import Rotation, rotate
from abstractor.store.sealed import keys_in_use, require_keys
from abstractor.store.sealing import DataKey, Sealer, key_id_of
from abstractor.store.tables import RawRow
from abstractor.store.values import Action, RawCopy
from tests.integration.keeping import KEY, NOW, SEALER, after, copy_of, cycle_of
from tests.integration.kept_charts import keep_unsealed

CANARY = "canary-7c1f"
NEXT_KEY = DataKey(bytes(range(1, 33)))
COPIES = [copy_of("Observation", f"o{number}", note=f"{CANARY} {number}") for number in range(450)]


class Stopped(Exception):
    """What stands in for a process that is told to stop."""


def keep_all(store: Store) -> None:
    with store.writing() as session:
        cycle_of(session, ["Patient/1"])
        trail.record(session, action=Action.CHART_OPENED, account_id=None, patient_id=1, now=NOW)
        raw.keep_pull(session, cycle_id=1, patient_id=1, copies=COPIES, answers=[], foreign=0, now=NOW)


def bodies_of(store: Store) -> list[bytes]:
    with store.reading() as session:
        found = raw.pulled_chart(session, 1, 1)
    assert found is not None
    return sorted(copy.body for copy in found.copies)


def rows_under(store: Store) -> dict[str | None, int]:
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT key_id, count(*) FROM raw_resource GROUP BY key_id"))
        return {key_id: number for key_id, number in rows}


def stop_at(batch: int) -> Callable[[int, int], None]:
    heard: list[int] = []

    def told(done: int, total: int) -> None:
        heard.append(done)
        assert done <= total
        if len(heard) == batch:
            raise Stopped

    return told


def test_what_is_stored_shows_nothing_and_comes_back_byte_for_byte(store: Store) -> None:
    keep_all(store)
    with store.engine.connect() as connection:
        stored = [bytes(row) for row in connection.execute(text("SELECT body FROM raw_resource")).scalars()]
    assert len(stored) == 450
    assert not any(CANARY.encode() in body for body in stored)
    assert {key_id_of(body) for body in stored} == {KEY.id}
    assert bodies_of(store) == sorted(copy.body for copy in COPIES)


def test_a_source_is_opened_from_its_seal(store: Store) -> None:
    keep_all(store)
    with store.reading() as session:
        seen = views.source(session, 1, "Observation/o7", "1", cycle_id=None)
    assert seen is not None
    assert seen.body == COPIES[7].body


@pytest.mark.parametrize("sealer", [None, Sealer([NEXT_KEY])], ids=["no key", "another key"])
def test_without_the_key_nothing_is_read(store: Store, sealer: Sealer | None) -> None:
    keep_all(store)
    other = replace(store, sealer=sealer)
    with pytest.raises(StoreError, match="data key"):
        bodies_of(other)
    with pytest.raises(StoreError, match=f"sealed under the data key {KEY.id}"):
        require_keys(other)


def test_without_a_key_nothing_is_kept(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no data key"):
        keep_all(replace(store, sealer=None))
    assert rows_under(store) == {}


def test_a_body_that_was_moved_to_another_row_is_damaged(store: Store) -> None:
    keep_all(store)
    with store.writing() as session, door(session, Door.SEAL):
        session.connection().execute(
            text("UPDATE raw_resource SET body = (SELECT body FROM raw_resource WHERE id = 2) WHERE id = 1")
        )
    with pytest.raises(Damaged, match="stored resource 1 is damaged"):
        bodies_of(store)


@pytest.fixture(params=["sqlite", "postgresql"])
def unsealed(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A database of the revision before sealing, with resources as they were kept then."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgres")
        store = open_store(make(), SEALER)
    else:
        store = open_store(sqlite_url(tmp_path / "before.db"), SEALER)
    keep_unsealed(store, COPIES)
    return store


def opened_bodies(store: Store) -> list[bytes]:
    with store.reading() as session:
        return [raw.body_of(session, row) for row in session.exec(select(RawRow).order_by(col(RawRow.id)))]


def test_what_was_there_before_is_sealed_by_the_upgrade(unsealed: Store, tmp_path: Path) -> None:
    schema.upgrade(unsealed)
    schema.require_current(unsealed)
    assert rows_under(unsealed) == {KEY.id: 450}
    assert opened_bodies(unsealed) == [copy.body for copy in COPIES]
    if unsealed.engine.dialect.name == "sqlite":
        files = [path.read_bytes() for path in tmp_path.glob("before.db*")]
        assert files
        assert not any(CANARY.encode() in held for held in files)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_an_upgrade_that_was_stopped_goes_on(unsealed: Store, batch: int) -> None:
    with pytest.raises(Stopped):
        schema.upgrade(unsealed, told=stop_at(batch))
    left = rows_under(unsealed)
    assert left.get(None, 0) == max(0, 450 - 200 * batch)
    if left.get(None):
        with pytest.raises(StoreError, match="not sealed yet"):
            schema.require_current(unsealed)
    schema.upgrade(unsealed)
    schema.require_current(unsealed)
    assert opened_bodies(unsealed) == [copy.body for copy in COPIES]


def test_an_upgrade_without_a_key_says_so_and_can_be_repeated_with_one(unsealed: Store) -> None:
    with pytest.raises(StoreError, match="no data key"):
        schema.upgrade(replace(unsealed, sealer=None))
    with pytest.raises(StoreError, match="not sealed yet"):
        opened_bodies(unsealed)
    schema.upgrade(unsealed)
    assert opened_bodies(unsealed) == [copy.body for copy in COPIES]


def test_there_is_no_way_back_once_something_is_sealed(unsealed: Store) -> None:
    schema.upgrade(unsealed)
    with pytest.raises(StoreError, match="no revision before"), unsealed.engine.begin() as connection:
        command.downgrade(schema._config(connection), "0002")
    assert opened_bodies(unsealed) == [copy.body for copy in COPIES]


def test_a_rotation_reaches_every_row_and_retires_the_old_key(store: Store) -> None:
    keep_all(store)
    both = replace(store, sealer=Sealer([NEXT_KEY, KEY]))
    assert rotate(both, now=after(60)) == Rotation(451, 0, (KEY.id,), ())
    assert rows_under(store) == {NEXT_KEY.id: 450}
    assert keys_in_use(store) == (NEXT_KEY.id,)
    assert bodies_of(replace(store, sealer=Sealer([NEXT_KEY]))) == sorted(copy.body for copy in COPIES)
    assert rotate(both, now=after(90)) == Rotation(0, 0, (), ())


@pytest.mark.parametrize("batch", [1, 2])
def test_a_rotation_that_was_stopped_goes_on_where_it_was(store: Store, batch: int) -> None:
    keep_all(store)
    both = replace(store, sealer=Sealer([NEXT_KEY, KEY]))
    with pytest.raises(Stopped):
        rotate(both, now=NOW, told=stop_at(batch))
    assert rows_under(store) == {KEY.id: 450 - 200 * batch, NEXT_KEY.id: 200 * batch}
    assert bodies_of(both) == sorted(copy.body for copy in COPIES)
    assert keys_in_use(store) == tuple(sorted([KEY.id, NEXT_KEY.id]))
    assert rotate(both, now=NOW).resealed == 451 - 200 * batch
    assert rows_under(store) == {NEXT_KEY.id: 450}


def test_a_process_with_the_retired_key_keeps_nothing(store: Store) -> None:
    keep_all(store)
    rotate(replace(store, sealer=Sealer([NEXT_KEY, KEY])), now=NOW)
    with pytest.raises(StoreError, match=f"{KEY.id} was retired"), store.writing() as session:
        raw.keep(session, 1, [RawCopy(b"late", "here")], now=NOW)
    assert rows_under(store) == {NEXT_KEY.id: 450}


def test_rows_that_come_in_under_the_old_key_meanwhile_are_sealed_too(store: Store) -> None:
    keep_all(store)
    late: list[RawCopy] = [RawCopy(b"late", "here")]

    def told(_done: int, _total: int) -> None:
        if late:
            with store.writing() as session:
                raw.keep(session, 1, [late.pop()], now=NOW)

    done = rotate(replace(store, sealer=Sealer([NEXT_KEY, KEY])), now=NOW, told=told)
    assert done == Rotation(452, 0, (KEY.id,), ())


def test_a_damaged_row_stays_and_keeps_its_key_in_use(store: Store) -> None:
    keep_all(store)
    with store.writing() as session, door(session, Door.SEAL):
        body = bytes(session.connection().scalar(text("SELECT body FROM raw_resource WHERE id = 3")))
        session.connection().execute(
            text("UPDATE raw_resource SET body = :body WHERE id = 3"), {"body": body[:-1] + b"\x00\x00"}
        )
    done = rotate(replace(store, sealer=Sealer([NEXT_KEY, KEY])), now=NOW)
    assert done == Rotation(450, 1, (), (KEY.id,))
    assert rows_under(store) == {KEY.id: 1, NEXT_KEY.id: 449}


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM raw_resource", "UPDATE pull SET foreign_count = 9", "UPDATE audit_event SET action = ''"],
)
def test_the_door_for_sealing_opens_nothing_else(store: Store, statement: str) -> None:
    keep_all(store)
    with pytest.raises(StoreError), store.writing() as session, door(session, Door.SEAL):
        session.connection().execute(text(statement))
    assert rows_under(store) == {KEY.id: 450}


def test_a_door_that_is_left_open_keeps_nothing(store: Store) -> None:
    keep_all(store)
    with pytest.raises(StoreError), store.writing() as session:
        opened = door(session, Door.PURGE)
        opened.__enter__()
        session.connection().execute(text("DELETE FROM pull_resource"))
    with store.reading() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM pull_resource")) == 450
        assert session.connection().scalar(text("SELECT count(*) FROM append_only_door")) == 0


def test_after_the_door_is_shut_the_guard_stands_in_the_same_transaction(store: Store) -> None:
    keep_all(store)
    with pytest.raises(StoreError), store.writing() as session:
        with door(session, Door.PURGE):
            session.connection().execute(text("DELETE FROM pull_resource WHERE resource_id = 1"))
        session.connection().execute(text("DELETE FROM pull_resource WHERE resource_id = 2"))
    with store.reading() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM pull_resource")) == 450


def test_the_clinic_that_the_door_waits_for_never_is(store: Store) -> None:
    with store.writing() as session:
        first = cohorts.register_clinic(session, "North", "https://clinic.example", group=None, now=NOW)
    assert first.id == 1
