"""F54: a worker that is killed at any phase of an export; another one goes on from there."""

import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from abstractor.jobs import embedded_server
from abstractor.store import bulk_jobs, runs
from abstractor.store.connection_values import BulkPhase, PullRun, RunState
from abstractor.store.database import sqlite_url
from abstractor.workflow import Services, begin_round
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import carried_out, open_at, phase_of, pulled, services_for, states
from tests.integration.clinic.shared import record
from worker import pool

PEOPLE = [f"p{n}" for n in range(30)]
RECORDS: list[dict[str, Any]] = [
    *(record("Patient", one) for one in PEOPLE),
    *(record("Condition", f"{one}-c{n}", patient=one) for one in PEOPLE for n in range(60)),
]
HASTE = {"lease": 1.5, "reconcile_every": 0.3, "workers": 1, "pulls_per_job": 5, "retry_delays": (1,)}


@pytest.fixture
def door() -> Iterator[Door]:
    with export_of(Bulk(polls=2, retry_after=1)) as opened:
        yield opened


@contextmanager
def export_of(bulk: Bulk) -> Iterator[Door]:
    with open_clinic(bulk=bulk) as opened:
        opened.reset(RECORDS)
        yield opened


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, queue_url: str
) -> dict[str, str]:
    """What is live of each patient when nobody was killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    url = sqlite_url(Path(shutil.copy(migrated_sqlite, folder)))
    services = services_for(folder, url, queue_url)
    with export_of(Bulk(polls=1, retry_after=1)) as door:
        carried_out(services, open_at(services, door))
    found = states(services)
    services.close()
    return found


@contextmanager
def worker_of(services: Services) -> Iterator[psutil.Process]:
    """A pool of one real worker, in a process tree of its own, which is killed at the end if it still is."""
    services.close()
    root = multiprocessing.get_context("fork").Process(
        target=pool.run, args=(services,), kwargs={"processes": 1}
    )
    root.start()
    process = psutil.Process(root.pid)
    try:
        yield process
    finally:
        kill(process)
        root.join()


def kill(process: psutil.Process) -> None:
    """Nobody of them hears of it."""
    with suppress(psutil.NoSuchProcess):
        for each in [*process.children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def wait_until(reached: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "not reached in time"
        time.sleep(0.05)


def waiting(services: Services, run: PullRun) -> bool:
    return phase_of(services, run) is BulkPhase.WAITING


def some_lines_are_kept(services: Services, run: PullRun) -> bool:
    with services.store.reading() as session:
        files = bulk_jobs.bulk_files(session, run.id)
    return any(0 < one.lines and not one.finished for one in files)


def some_charts_are_kept(services: Services, run: PullRun) -> bool:
    return 0 < len(pulled(services, run)) < len(PEOPLE)


@pytest.mark.parametrize("at", [waiting, some_lines_are_kept, some_charts_are_kept])
def test_F54_a_killed_worker_is_resumed_and_nothing_is_missing_or_twice(
    make_services: MakeServices,
    tmp_path: Path,
    door: Door,
    undisturbed: dict[str, str],
    at: Callable[[Services, PullRun], bool],
) -> None:
    """Another worker goes on in the phase where the export was: all comes, and nothing twice."""
    door.arm("slow-files")
    database = tmp_path / "0" / "abstractor.db"
    make_services()
    with embedded_server(tmp_path) as queue:
        services = services_for(tmp_path, sqlite_url(database), queue, **HASTE)
        run = begun(services, open_at(services, door))
        with worker_of(services) as first:
            wait_until(lambda: at(services, run))
            kill(first)
        assert at(services, run), "killed where it was meant to be"
        with worker_of(services):
            wait_until(lambda: ended(services, run))
        assert states(services) == undisturbed
        assert set(undisturbed) == set(PEOPLE)
        assert set(pulled(services, run)) == set(PEOPLE)
        assert len([one for one in door.heard() if one.path.endswith("$export")]) == 1
        assert phase_of(services, run) is BulkPhase.DELETED
        services.close()


def begun(services: Services, registered: Any) -> PullRun:
    number = begin_round(services, registered).run_id
    with services.store.reading() as session:
        run = runs.run_of(session, number)
    assert run is not None
    return run


def ended(services: Services, run: PullRun) -> bool:
    with services.store.reading() as session:
        now = runs.run_of(session, run.id)
    return now is not None and now.state is not RunState.RUNNING
