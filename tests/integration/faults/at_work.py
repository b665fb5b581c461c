"""Workers at a cycle and its round while a queue or a database fails them; what must be kept in the end."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlmodel import col, func, select

from abstractor.abstract import Severity, to_json
from abstractor.jobs import embedded_server
from abstractor.store import abstracts, live, runs
from abstractor.store.connection_values import RunState
from abstractor.store.tables import PatientRow, PullRow, WorkRow
from abstractor.store.values import Stage, WorkState
from abstractor.workflow import Services, cycle_progress
from abstractor.workflow.rounds.ends import finish_rounds
from tests.integration.keeping import abstract_of
from tests.integration.queue.slow_clinic import Kept, Pace, kept_of, slow_services

__all__ = [
    "AT_TWO_MOMENTS",
    "CHARTS",
    "ON_POSTGRESQL",
    "ON_SQLITE",
    "SLOW",
    "WHOLE",
    "Make",
    "at_work",
    "everything_is_kept_once",
    "finished",
    "kill_one_worker",
    "leased",
    "own_queue",
    "server_of",
    "some_abstracted",
    "some_pulled",
    "tree",
    "wait_for_words",
]

Make = Callable[..., Services]
CHARTS = 30
WHOLE = Kept(abstracts=CHARTS, charts=CHARTS, queued=CHARTS // 2, queued_charts=CHARTS // 2)
SLOW = Pace(pull=0.05, decide=0.05)


@contextmanager
def own_queue() -> Iterator[tuple[Path, str]]:
    """A Valkey of the test's own: its folder, which must have a short path, and its URL."""
    folder = Path(tempfile.mkdtemp(prefix="q-"))
    with embedded_server(folder) as url:
        yield folder, url
    shutil.rmtree(folder)


@contextmanager
def at_work(database_url: str) -> Iterator[Make]:
    """Makes services over that database and a queue of their own, whose folder is their data folder."""
    made: list[Services] = []
    with own_queue() as (folder, url):

        def make(*, charts: int = CHARTS, pace: Pace = SLOW, **settings: object) -> Services:
            told = {"folder": folder, "database_url": database_url, "queue_url": url}
            made.append(slow_services(**told, charts=charts, pace=pace, **settings))  # type: ignore[arg-type] # settings by name
            return made[-1]

        yield make
        for services in made:
            services.close()


def some_pulled(pulls: Stage, abstracts: Stage) -> bool:
    return pulls.done >= 4


def some_abstracted(pulls: Stage, abstracts: Stage) -> bool:
    return abstracts.done >= 4


# What a queue does is the same to both engines: where a fault is the queue's alone, one of them shows it.
ON_SQLITE, ON_POSTGRESQL = (
    pytest.mark.parametrize("database_url", [engine], indirect=True) for engine in ("sqlite", "postgresql")
)
AT_TWO_MOMENTS = pytest.mark.parametrize(
    ("database_url", "moment"),
    [("sqlite", some_pulled), ("postgresql", some_abstracted)],
    ids=["sqlite-pulling", "postgresql-abstracting"],
    indirect=["database_url"],
)


def finished(pulls: Stage, abstracts: Stage) -> bool:
    return pulls.done == abstracts.done == CHARTS


def everything_is_kept_once(services: Services, cycle_id: int) -> None:
    """Every chart was pulled and abstracted once, says what it would without the fault, and waits once for
    its auditor; the round is done, no work is left.
    """
    finish_rounds(services)
    seen = cycle_progress(services, cycle_id)
    assert (seen.finished, seen.errors) == (True, ())
    assert kept_of(services, cycle_id) == WHOLE
    patients = {f"Patient/{number}" for number in range(CHARTS)}
    with services.store.reading() as session:
        run = runs.of_cycle(session, cycle_id)
        assert run is not None
        assert (run.state, run.patients) == (RunState.DONE, CHARTS)
        pulls = session.exec(select(func.count()).where(PullRow.cycle_id == cycle_id)).one()
        assert pulls == CHARTS
        held = {
            reference: {f"{one.type}/{one.fhir_id}" for one in live.live_of(session, number or 0)}
            for reference, number in session.exec(select(PatientRow.reference, PatientRow.id))
        }
        told = {one.patient: to_json(one) for one in abstracts.in_cycle(session, cycle_id)}
    assert held == {name: {name.replace("Patient", "Condition"), "Practitioner/d1"} for name in patients}
    assert told == {name: _undisturbed(name) for name in patients}


def _undisturbed(patient: str) -> str:
    odd = int(patient.partition("/")[2]) % 2 == 1
    flags = [("sequencing", Severity.DISCORDANT)] if odd else []
    return to_json(abstract_of(patient, flags=flags, flagged=odd))


def leased(services: Services) -> int:
    """How many rows of work somebody is said to be at."""
    with services.store.reading() as session:
        held = select(func.count()).where(col(WorkRow.state) == WorkState.LEASED)
        return session.exec(held).one()


def tree(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def kill_one_worker(pool: psutil.Process) -> None:
    """Together with the process that it has forked for its job."""
    worker = pool.children()[0]
    for each in reversed(tree(worker)):
        each.kill()


def server_of(services: Services) -> psutil.Process:
    return psutil.Process(int(services.queue.connection.info("server")["process_id"]))


def wait_for_words(note: Path, words: str) -> None:
    end = time.monotonic() + 20
    while words not in note.read_text():
        assert time.monotonic() < end, f"never said: {words}"
        time.sleep(0.1)
