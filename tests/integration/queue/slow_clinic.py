"""Services whose clinic and engine are slow and known, over a real database, a real queue and real workers.

Only what a chart says is made up here: nothing of keeping and carrying is.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import cast

import psutil
from pydantic import SecretStr
from sqlmodel import func, select

from abstractor.abstract import Abstract, Severity
from abstractor.chart import Chart, Patient, Seen
from abstractor.errors import ClinicUnreachable
from abstractor.fhir.answers import Answer
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Connection, Endpoint, Listed, Pulled, Unpulled
from abstractor.fhir.held import Wanted
from abstractor.fhir.received import Received
from abstractor.guidelines import load_library, load_value_sets
from abstractor.jobs import open_queue
from abstractor.settings import Settings
from abstractor.store.database import open_store
from abstractor.store.tables import AbstractRow, QueueItemRow
from abstractor.store.values import LineClinician, PulledChart, Quarantine, Repaired, Stage
from abstractor.workflow import (
    Question,
    Services,
    begin_round,
    cycle_progress,
    open_cycle,
    register_clinic,
    registered_of,
)
from tests.integration.keeping import PERIOD, SEALER, abstract_of, copy_of
from worker import pool

__all__ = ["Kept", "Pace", "kept_of", "open_small_cycle", "pool_running", "slow_services", "wait_for"]

_DOCTOR = copy_of("Practitioner", "d1")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds a pull and an abstract take; what comes before may do harm, by patient."""

    pull: float = 0.02
    decide: float = 0.02
    before_listed: Callable[[int], None] = lambda _number: None
    before_pull: Callable[[str], None] = lambda _patient: None
    before_decide: Callable[[str], None] = lambda _patient: None


class SlowConnection:
    """A clinic of numbered patients, each with a condition and the same doctor."""

    def __init__(self, charts: int, pace: Pace) -> None:
        self._charts = charts
        self._pace = pace

    def counts(self) -> dict[str, int]:
        return {"requests": 1}

    def cohort(self, setup: ClinicSetup, codes: Sequence[str] = ()) -> Iterator[Listed]:
        """Of a Group every second one, by reference only."""
        for number in range(0, self._charts, 1 if setup.group is None else 2):
            self._pace.before_listed(number)
            copy = copy_of("Patient", str(number))
            received = Received(copy.body, copy.origin) if setup.group is None else None
            yield Listed(f"Patient/{number}", received)

    def pull_each(self, wanted: Iterable[Wanted], types: Sequence[str]) -> Iterator[Pulled | Unpulled]:
        """One after the other, so that a test knows who is under way."""
        for one in wanted:
            try:
                yield self._pull(one.patient, types)
            except ClinicUnreachable as failure:
                yield Unpulled(one.patient, failure)

    def _pull(self, patient: str, types: Sequence[str]) -> Pulled:
        self._pace.before_pull(patient)
        time.sleep(self._pace.pull)
        copies = (copy_of("Condition", patient.partition("/")[2]), _DOCTOR)
        answers = tuple(Answer(name, Seen.EMPTY, 0, None) for name in types)
        received = tuple(Received(copy.body, copy.origin) for copy in copies)
        return Pulled(patient, received, answers, 0, whole=frozenset(types))


def slow_services(
    *,
    folder: Path,
    database_url: str,
    queue_url: str,
    charts: int,
    pace: Pace | None = None,
    **settings: object,
) -> Services:
    chosen = pace or Pace()

    @contextmanager
    def connect(_endpoint: Endpoint, **_: object) -> Iterator[Connection]:
        yield cast(Connection, SlowConnection(charts, chosen))

    def read_chart(
        pulled: PulledChart, patient: str, *_: object
    ) -> tuple[Chart, tuple[Quarantine, ...], tuple[Repaired, ...]]:
        assert len(pulled.copies) == 2, "both resources of the pull are there, byte for byte"
        return Chart(Patient(patient, None, None, False, None, ())), (), ()

    def decide(chart: Chart, *_: object) -> tuple[Abstract, tuple[LineClinician, ...]]:
        patient = chart.patient.reference
        chosen.before_decide(patient)
        time.sleep(chosen.decide)
        odd = int(patient.partition("/")[2]) % 2 == 1
        flags = [("sequencing", Severity.DISCORDANT)] if odd else []
        return abstract_of(patient, flags=flags, flagged=odd), ()

    values = _settings(folder=folder, database_url=database_url, queue_url=queue_url, **settings)
    return Services(
        settings=values,
        store=open_store(database_url, SEALER),
        queue=open_queue(queue_url, retry_delays=values.retry_delays),
        library=load_library(),
        value_sets=load_value_sets(),
        connect=connect,
        read_chart=read_chart,
        decide=decide,
    )


def _settings(*, folder: Path, database_url: str, queue_url: str, **changed: object) -> Settings:
    """Leases and waits of a second or two, so that a test sees them run out."""
    short = {
        "data_dir": folder,
        "database_url": SecretStr(database_url),
        "redis_url": SecretStr(queue_url),
        "workers": 2,
        "schedule": False,
        "charts_per_job": 5,
        "pulls_per_job": 5,
        "lease": 1.5,
        "reconcile_every": 0.5,
        "retry_delays": (1, 1, 1),
        "worker_ttl": 20,
        "maintenance_interval": 2,
        "job_monitoring_interval": 1,
    }
    return Settings(_env_file=None, **{**short, **changed})  # type: ignore[arg-type] # settings by name


def open_small_cycle(services: Services, *, group: str | None = None) -> int:
    """A cycle with its cohort listed, and so its first jobs in the queue."""
    clinic = register_clinic(services, "North", "https://clinic.example/fhir", group=group)
    question = Question(PERIOD, PERIOD.end, "America/New_York", "A", 180, "0.1.0")
    cycle_id = open_cycle(services, clinic, question)
    begin_round(services, registered_of(services, clinic.id), cycle_id=cycle_id)
    return cycle_id


@contextmanager
def pool_running(services: Services, *, processes: int = 2) -> Iterator[psutil.Process]:
    """A pool of real workers in a process tree of its own, as `python -m worker` runs it."""
    services.close()
    root = get_context("fork").Process(target=pool.run, args=(services,), kwargs={"processes": processes})
    root.start()
    process = psutil.Process(root.pid)
    try:
        yield process
    finally:
        if process.is_running():
            process.terminate()
            _, alive = psutil.wait_procs([process], timeout=20)
            for each in alive:
                for below in [*each.children(recursive=True), each]:
                    below.kill()
        root.join()


def wait_for(
    services: Services, cycle_id: int, reached: Callable[[Stage, Stage], bool], *, seconds: float = 120
) -> None:
    end = time.monotonic() + seconds
    while True:
        seen = cycle_progress(services, cycle_id)
        if reached(seen.pulls, seen.abstracts):
            return
        assert time.monotonic() < end, f"not reached in time, pid {os.getpid()}: {seen}"
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a cycle has left in the database."""

    abstracts: int
    charts: int
    queued: int
    queued_charts: int


def kept_of(services: Services, cycle_id: int) -> Kept:
    with services.store.reading() as session:

        def count(row: type[AbstractRow] | type[QueueItemRow], *, distinct: bool) -> int:
            charts = func.count(row.patient_id.distinct()) if distinct else func.count()  # type: ignore[attr-defined] # a column
            return session.exec(select(charts).where(row.cycle_id == cycle_id)).one()

        return Kept(
            abstracts=count(AbstractRow, distinct=False),
            charts=count(AbstractRow, distinct=True),
            queued=count(QueueItemRow, distinct=False),
            queued_charts=count(QueueItemRow, distinct=True),
        )
