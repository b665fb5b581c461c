"""F61 to F66: jobs that are refused, doubled, out of order, without their transaction, or told to stop."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

import psutil
import pytest
from sqlalchemy import null
from sqlmodel import update

from abstractor.errors import QueueError
from abstractor.jobs import WorkQueue
from abstractor.store import cohorts, work
from abstractor.store.tables import WorkRow
from abstractor.store.values import WorkKind
from abstractor.workflow import Services, cycle_progress, rounds_of
from tests.integration.faults.at_work import (
    AT_TWO_MOMENTS,
    CHARTS,
    ON_POSTGRESQL,
    ON_SQLITE,
    SLOW,
    Make,
    at_work,
    everything_is_kept_once,
    finished,
    leased,
    some_abstracted,
    some_pulled,
    wait_for_words,
)
from tests.integration.queue.round_steps import note, noted
from tests.integration.queue.slow_clinic import open_small_cycle, pool_running, wait_for
from tests.integration.queue.telling_pool import workers_that_tell


@pytest.fixture
def make_services(database_url: str) -> Iterator[Make]:
    with at_work(database_url) as make:
        yield make


def full(services: Services) -> None:
    """The queue takes nothing any more; what it carries it keeps."""
    services.queue.connection.config_set("maxmemory-policy", "noeviction")
    services.queue.connection.config_set("maxmemory", "1")


@ON_SQLITE
def test_F61_the_queue_is_full(make_services: Make, tmp_path: Path) -> None:
    """the workers say so and wait; the round goes on by itself as soon as there is room"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    said = tmp_path / "stderr"
    with workers_that_tell(services, said):
        wait_for(services, cycle_id, some_pulled)
        full(services)
        wait_for_words(said, "OutOfMemoryError")
        time.sleep(3)
        assert not cycle_progress(services, cycle_id).finished
        services.queue.connection.config_set("maxmemory", "0")
        wait_for(services, cycle_id, finished)
    everything_is_kept_once(services, cycle_id)
    assert len(said.read_text().splitlines()) < 40, "they are not started anew all the time"
    assert "Traceback" not in said.read_text()


@ON_POSTGRESQL
def test_F61b_the_queue_is_full_when_a_round_is_begun(make_services: Make) -> None:
    """whoever begins it is told; the round stands, and is handed over when there is room"""
    services = make_services()
    full(services)
    with pytest.raises(QueueError):
        open_small_cycle(services)
    services.queue.connection.config_set("maxmemory", "0")
    assert services.queue.carried() == frozenset()
    with pool_running(services):
        wait_for(services, 1, finished)
    everything_is_kept_once(services, 1)


def test_F62_every_job_is_delivered_three_times(make_services: Make) -> None:
    """each chart is pulled and abstracted by whoever leases it first, and by nobody else"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    for copy in range(3):
        for start in range(1, CHARTS + 1, 3):
            numbers = list(range(start, start + 3))
            services.queue.send("pull", numbers, job_id=f"copy-{copy}-{start}")
    with pool_running(services):
        wait_for(services, cycle_id, some_abstracted)
        for copy in range(3):
            numbers = list(range(1, 2 * CHARTS + 1))
            services.queue.send("abstract", numbers, job_id=f"all-{copy}")
        wait_for(services, cycle_id, finished)
    everything_is_kept_once(services, cycle_id)


@ON_POSTGRESQL
def test_F63_jobs_come_out_of_order(make_services: Make, tmp_path: Path) -> None:
    """a job for a chart that is not pulled yet, or of a round that has ended, finds nothing to do"""
    asked = tmp_path / "asked"
    pace = replace(SLOW, before_pull=lambda patient: note(asked, patient))
    services = make_services(pace=pace, reconcile_every=5.0)
    cycle_id = open_small_cycle(services)
    services.queue.connection.flushall()
    services.queue.send("abstract", range(1, 2 * CHARTS + 1), job_id="too-early")
    for start in range(CHARTS - 4, 0, -5):
        services.queue.send("pull", range(start, start + 5), job_id=f"late-{start}", clinic_id=1)
    with pool_running(services):
        wait_for(services, cycle_id, finished)
        services.queue.send("round", [rounds_of(services, 1)[0].id], job_id="after-the-end", clinic_id=1)
        services.queue.send("pull", range(1, CHARTS + 1), job_id="after-its-end", clinic_id=1)
        wait_until_taken(services)
    assert noted(asked)[0] == f"Patient/{CHARTS - 5}", "the last ones came first"
    assert len(noted(asked)) == CHARTS
    everything_is_kept_once(services, cycle_id)


def wait_until_taken(services: Services) -> None:
    end = time.monotonic() + 20
    while services.queue.carried():
        assert time.monotonic() < end
        time.sleep(0.05)


class RolledBack(Exception):
    pass


def test_F64_a_job_is_sent_and_its_transaction_rolled_back(make_services: Make, tmp_path: Path) -> None:
    """the job does the rows that are there, once, and passes over those that never came to be"""
    asked = tmp_path / "asked"
    pace = replace(SLOW, before_pull=lambda patient: note(asked, patient))
    services = make_services(pace=pace, reconcile_every=3.0)
    cycle_id = open_small_cycle(services)
    services.queue.connection.flushall()
    with services.store.writing() as session:
        session.connection().execute(update(WorkRow).values(job_id=null(), queued_at=null()))
    now = services.clock()
    with suppress(RolledBack), services.store.writing() as session:
        never = cohorts.add_patients(
            session, 1, [f"Patient/{CHARTS + number}" for number in range(5)], now=now
        )
        work.add_work(session, WorkKind.PULL, run_id=1, cycle_id=cycle_id, patient_ids=never, now=now)
        for batch in work.ready(session, now=now, size=CHARTS + 5):
            numbers = work.mark_queued(session, batch, job_id="of-nothing", now=now)
            services.queue.send("pull", numbers, job_id="of-nothing", clinic_id=1)
        raise RolledBack
    with pool_running(services):
        wait_for(services, cycle_id, finished)
    assert sorted(noted(asked)) == sorted(f"Patient/{number}" for number in range(CHARTS))
    everything_is_kept_once(services, cycle_id)


def killed(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


@ON_POSTGRESQL
def test_F65_the_database_has_it_and_the_queue_never_got_it(
    make_services: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the rows that say they were handed over are found lost by the queue and are handed over again"""
    services = make_services()
    services.close()
    with monkeypatch.context() as patch:
        patch.setattr(WorkQueue, "send", killed)
        child = get_context("fork").Process(target=open_small_cycle, args=(services,))
        child.start()
        child.join(20)
    assert child.exitcode == -signal.SIGKILL
    assert cycle_progress(services, 1).pulls.waiting == CHARTS
    assert services.queue.carried() == frozenset()
    with pool_running(services):
        wait_for(services, 1, finished)
    everything_is_kept_once(services, 1)


@AT_TWO_MOMENTS
def test_F66_workers_are_told_to_stop(make_services: Make, moment: Callable[..., bool]) -> None:
    """each ends its job and goes, nothing is held; those that are started next go on with the rest"""
    services = make_services(lease=60.0)
    cycle_id = open_small_cycle(services)
    with pool_running(services) as pool:
        wait_for(services, cycle_id, moment)
        below = pool.children(recursive=True)
        pool.terminate()
        _, alive = psutil.wait_procs([pool, *below], timeout=20)
        assert not alive
    assert leased(services) == 0
    assert not cycle_progress(services, cycle_id).finished
    with pool_running(services):
        wait_for(services, cycle_id, finished)
    everything_is_kept_once(services, cycle_id)
