"""F55 to F60: processes and the queue are killed in the middle of a round and its abstracts.

A job may run twice; its work may not be kept twice.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from socket import socket

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import func, select

from abstractor.jobs import embedded_server
from abstractor.store.tables import AbstractRow, TrailRow
from abstractor.store.values import Action, Stage
from abstractor.web.server import listening, serve
from abstractor.workflow import Services, first_account
from tests.integration.faults.at_work import (
    AT_TWO_MOMENTS,
    CHARTS,
    ON_POSTGRESQL,
    ON_SQLITE,
    Make,
    at_work,
    everything_is_kept_once,
    finished,
    kill_one_worker,
    server_of,
    some_abstracted,
    some_pulled,
    tree,
    wait_for_words,
)
from tests.integration.queue.slow_clinic import Pace, open_small_cycle, pool_running, wait_for
from tests.integration.queue.telling_pool import workers_that_tell
from tests.integration.web.site import PASSWORD, sign_in

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ (WARNING|ERROR) (worker|rq)\.")
Moment = Callable[[Stage, Stage], bool]


@pytest.fixture
def make_services(database_url: str) -> Iterator[Make]:
    with at_work(database_url) as make:
        yield make


@ON_SQLITE
def test_F55_a_work_horse_is_killed(make_services: Make) -> None:
    """its worker goes on; the lease of the chart it was at runs out and the chart is done once"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    with pool_running(services) as pool:
        wait_for(services, cycle_id, some_pulled)
        workers = {worker.pid for worker in pool.children()}
        for horse in [horse for worker in pool.children() for horse in worker.children()]:
            horse.kill()
        wait_for(services, cycle_id, finished)
        assert {worker.pid for worker in pool.children()} == workers
    everything_is_kept_once(services, cycle_id)


@AT_TWO_MOMENTS
def test_F56_a_worker_is_killed(make_services: Make, moment: Moment) -> None:
    """another is started in its place; what it held is done by others once its lease has run out"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    with pool_running(services) as pool:
        wait_for(services, cycle_id, moment)
        kill_one_worker(pool)
        wait_for(services, cycle_id, finished)
    everything_is_kept_once(services, cycle_id)


@ON_POSTGRESQL
def test_F56b_a_worker_is_killed_before_it_begins_with_the_job_that_it_took(make_services: Make) -> None:
    """the queue has the job no more, and it holds up no other of its clinic: all are handed over again"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    assert services.queue.connection.lpop(services.queue.of("pull").key) is not None
    assert len(services.queue.carried()) == CHARTS // 5 - 1
    with pool_running(services):
        wait_for(services, cycle_id, finished)
    everything_is_kept_once(services, cycle_id)


@ON_POSTGRESQL
def test_F57_all_workers_are_killed(make_services: Make) -> None:
    """nothing that was kept is lost; the workers that are started next go on where these were"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    with pool_running(services) as pool:
        wait_for(services, cycle_id, some_abstracted)
        for each in tree(pool):
            each.kill()
    with pool_running(services):
        wait_for(services, cycle_id, finished)
    everything_is_kept_once(services, cycle_id)


@ON_SQLITE
def test_F58_the_web_service_is_killed(make_services: Make) -> None:
    """the round goes on; sign-ins and every chart that was shown to somebody stay in the audit trail"""
    services = make_services(port=0, admin_password=SecretStr(PASSWORD))
    first_account(services)
    cycle_id = open_small_cycle(services)
    with listening(services.settings) as listener, httpx.Client(trust_env=False, timeout=20) as client:
        listener.listen()  # so whoever asks before the pages are up waits
        client.base_url = httpx.URL(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pool_running(services):
            wait_for(services, cycle_id, some_abstracted)
            with web_running(services, listener) as web:
                assert sign_in(client).status_code == 303
                page = f"/api/v1/cycles/{cycle_id}/charts/{first_abstracted(services)}/abstract"
                killer = threading.Timer(0.02, web.kill)
                shown = 0
                with pytest.raises(httpx.TransportError):
                    # A request that comes after the kill finds the port open and nobody behind it.
                    while client.get(page, timeout=5).status_code == 200:
                        shown += 1
                        if shown == 3:
                            killer.start()
                web.join(20)
            assert web.exitcode == -9
            wait_for(services, cycle_id, finished)
        with web_running(services, listener):
            assert client.get("/queue").status_code == 200, "still signed in"
    assert shown <= opened(services) <= shown + 1
    everything_is_kept_once(services, cycle_id)


@contextmanager
def web_running(services: Services, listener: socket) -> Iterator[BaseProcess]:
    """The pages in a process of their own, behind a port that outlives it."""
    services.close()
    process = get_context("fork").Process(target=serve, args=(services, listener))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(20)


def first_abstracted(services: Services) -> int:
    with services.store.reading() as session:
        return session.exec(select(AbstractRow.patient_id)).first() or 0


def opened(services: Services) -> int:
    """How often the audit trail says that a chart was shown."""
    with services.store.reading() as session:
        told = select(func.count()).where(TrailRow.action == Action.CHART_OPENED.value)
        return session.exec(told).one()


@ON_SQLITE
def test_F59_the_queue_is_killed(make_services: Make, tmp_path: Path) -> None:
    """the workers say so once, in one line, wait, and go on when it is back"""
    services = make_services(pace=Pace(pull=0.1, decide=0.05))
    cycle_id = open_small_cycle(services)
    server = server_of(services)
    note = tmp_path / "stderr"
    with workers_that_tell(services, note) as process:
        wait_for(services, cycle_id, some_pulled)
        server.kill()
        wait_for_words(note, "waiting for the queue")
        time.sleep(3)  # long enough for RQ's processes and threads to fail, each in its own way
        with embedded_server(services.settings.data_dir):
            wait_for(services, cycle_id, finished)
            process.terminate()
            process.join(20)
            assert process.exitcode == 0
    everything_is_kept_once(services, cycle_id)
    said = note.read_text().splitlines()
    assert [line for line in said if not LINE.match(line)] == []
    assert len([line for line in said if "waiting for the queue" in line]) == 1
    assert len([line for line in said if "the queue answers again" in line]) == 1


@AT_TWO_MOMENTS
def test_F60_the_queue_loses_everything(make_services: Make, moment: Moment) -> None:
    """what it carried is handed over again by the database"""
    services = make_services()
    cycle_id = open_small_cycle(services)
    with pool_running(services):
        wait_for(services, cycle_id, moment)
        services.queue.connection.flushall()
        wait_for(services, cycle_id, finished)
    everything_is_kept_once(services, cycle_id)
