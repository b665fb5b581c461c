"""F71 to F74: a server that stops, transactions that exclude each other, damage, and a backup."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from abstractor.errors import StoreError
from abstractor.fhir.endpoint import Pulled
from abstractor.fhir.received import Received
from abstractor.store import cohorts, raw, schema
from abstractor.store.append_only import Door, door
from abstractor.store.backup import back_up, restore
from abstractor.store.connection_values import PullKind, RunState
from abstractor.store.database import open_store, sqlite_url
from abstractor.store.values import WorkKind
from abstractor.workflow import Services, begin_round, cycle_progress, round_progress, work_through
from tests.integration.faults.at_work import (
    CHARTS,
    ON_SQLITE,
    Make,
    at_work,
    everything_is_kept_once,
    finished,
    some_abstracted,
    some_pulled,
    tree,
)
from tests.integration.keeping import NOW, SEALER, copy_of, cycle_of
from tests.integration.kept_charts import MANY, bodies_of
from tests.integration.queue.round_steps import clinic_of, connecting
from tests.integration.queue.slow_clinic import Pace, SlowConnection, open_small_cycle, pool_running, wait_for
from tests.integration.store.servers import own_server, stop_at_once

FEW = 6


@pytest.fixture
def make_services(database_url: str) -> Iterator[Make]:
    with at_work(database_url) as make:
        yield make


def test_F71_the_server_crashes_and_starts_again_in_the_middle_of_a_round() -> None:
    """no chart is half kept; the same workers go on by themselves when the server is back"""
    with own_server() as server:
        store = open_store(server.get_uri(), SEALER)
        schema.upgrade(store)
        store.close()
        with at_work(server.get_uri()) as make:
            services = make()
            cycle_id = open_small_cycle(services)
            with pool_running(services):
                wait_for(services, cycle_id, some_abstracted)
                stop_at_once(server)
                time.sleep(2)
                server.ensure_postgres_running()
                wait_for(services, cycle_id, finished)
            everything_is_kept_once(services, cycle_id)


def test_F72_the_site_wants_every_transaction_serializable(new_postgres: Callable[[], str]) -> None:
    """the round comes to its end: the program says itself how its transactions are kept apart"""
    url = new_postgres()
    store = open_store(url, SEALER)
    schema.upgrade(store)
    name = store.engine.url.database
    with store.writing() as session:
        strict = f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'"
        session.connection().execute(text(strict))
    store.close()
    with at_work(url) as make:
        services = make()
        with services.store.reading() as session:
            assert session.connection().scalar(text("SHOW default_transaction_isolation")) == "serializable"
            assert session.connection().scalar(text("SHOW transaction_isolation")) == "read committed"
        cycle_id = open_small_cycle(services)
        with pool_running(services, processes=4):
            wait_for(services, cycle_id, finished)
        everything_is_kept_once(services, cycle_id)


def test_F72b_two_writers_lock_each_other_out(new_postgres: Callable[[], str]) -> None:
    """one of the two fails with an error and keeps nothing, the other is kept; it can be tried again"""
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


def test_F72c_a_transaction_cannot_be_serialized(new_postgres: Callable[[], str]) -> None:
    """the one that comes second fails with an error and keeps nothing; it can be tried again"""
    store = open_store(new_postgres(), SEALER)
    schema.upgrade(store)
    with store.writing() as session:
        cycle_of(session, ["Patient/1"])
    strict = replace(store, engine=store.engine.execution_options(isolation_level="SERIALIZABLE"))
    with pytest.raises(StoreError, match="40001"), strict.writing() as session:
        session.connection().scalar(text("SELECT attempts FROM work"))
        with store.writing() as other:
            touch(other)
        raw.keep(session, 1, [copy_of("Condition", "second")], now=NOW)
        touch(session)
    with store.reading() as session:
        assert raw.numbers_of(session, 1, [raw.digest_of(copy_of("Condition", "second").body)]) == {}
        assert session.connection().scalar(text("SELECT attempts FROM work")) == 1
    with strict.writing() as session:
        touch(session)
    store.close()


def touch(session: Session) -> None:
    session.connection().execute(text("UPDATE work SET attempts = attempts + 1"))


def turn_a_bit_over(services: Services, type_: str, identity: str) -> None:
    """Of a stored record; done twice, it is as it was."""
    one = {"type": type_, "id": identity}
    body = text("SELECT body FROM raw_resource WHERE type = :type AND fhir_id = :id")
    change = text("UPDATE raw_resource SET body = :body WHERE type = :type AND fhir_id = :id")
    with services.store.writing() as session, door(session, Door.SEAL):
        before = bytes(session.connection().scalar(body, one) or b"")
        spoilt = before[:-1] + bytes([before[-1] ^ 1])
        assert session.connection().execute(change, {**one, "body": spoilt}).rowcount == 1


@ON_SQLITE
def test_F73_a_stored_record_is_damaged(make_services: Make) -> None:
    """its chart fails alone and says so, in every cycle until the record is put back; its neighbours go on"""
    services = make_services()
    with pool_running(services):
        wait_for(services, open_small_cycle(services), finished)
        turn_a_bit_over(services, "Condition", "3")
        again = open_small_cycle(services)
        wait_for(services, again, lambda _, abstracts: (abstracts.done, abstracts.failed) == (CHARTS - 1, 1))
        assert cycle_progress(services, again).errors == (("stored-resource-damaged", 1),)
        turn_a_bit_over(services, "Condition", "3")
        last = open_small_cycle(services)
        wait_for(services, last, finished)
    everything_is_kept_once(services, last)


class Ordering(SlowConnection):
    """Each patient has an order, and the changes of orders are asked for from then on."""

    def _pull(self, patient: str, types: Sequence[str]) -> Pulled:
        order = copy_of("MedicationRequest", patient.partition("/")[2])
        brought = (Received(order.body, order.origin),)
        return replace(super()._pull(patient, types), received=brought, through={"MedicationRequest": NOW})


def test_F73b_a_stored_order_is_damaged_and_only_changes_are_asked_for(make_services: Make) -> None:
    """that patient's pull fails alone and says so; the others of the same job are pulled"""
    ordering = connecting(lambda _: Ordering(FEW, Pace(pull=0)))
    services = replace(make_services(charts=FEW, lease=60.0), connect=ordering)
    first = begin_round(services, clinic_of(services))
    work_through(services, WorkKind.PULL, range(1, FEW + 1))
    assert round_progress(services, first.run_id).run.state is RunState.DONE
    turn_a_bit_over(services, "MedicationRequest", "3")
    again = begin_round(services, clinic_of(services))
    work_through(services, WorkKind.PULL, range(FEW + 1, 2 * FEW + 1))
    seen = round_progress(services, again.run_id)
    assert (seen.run.kind, seen.run.state) == (PullKind.INCREMENTAL, RunState.INCOMPLETE)
    assert (seen.pulls.done, seen.errors) == (FEW - 1, (("stored-resource-damaged", 1),))


@pytest.mark.parametrize("part", range(1, 10))
def test_F73c_pages_of_the_file_are_spoilt(tmp_path: Path, migrated_sqlite: Path, part: int) -> None:
    """whoever reads is told, or has the true bytes; never others"""
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


@pytest.mark.parametrize(
    ("database_url", "engine"),
    [("sqlite", "postgresql"), ("postgresql", "sqlite")],
    indirect=["database_url"],
)
def test_F74_a_backup_from_the_middle_of_a_round_is_restored(
    make_services: Make, tmp_path: Path, engine: str, new_postgres: Callable[[], str]
) -> None:
    """the round goes on from where the backup was made, with an empty queue and on the other engine"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    with pool_running(services) as pool:
        wait_for(services, cycle_id, some_pulled)
        back_up(services.store, tmp_path / "backup", now=NOW)
        for each in tree(pool):
            each.kill()
    services.close()
    url = new_postgres() if engine == "postgresql" else sqlite_url(tmp_path / "restored.db")
    place = open_store(url, SEALER)
    restore(place, tmp_path / "backup", by="lea", now=NOW)
    place.close()
    with at_work(url) as make:
        restored = make()
        assert not cycle_progress(restored, cycle_id).finished
        with pool_running(restored):
            wait_for(restored, cycle_id, finished)
        everything_is_kept_once(restored, cycle_id)
