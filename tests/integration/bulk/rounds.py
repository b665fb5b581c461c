"""Rounds against the sample clinic, carried out in this process: real database, real queue, no workers."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session, col, select

from abstractor.abstract import to_json
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.guidelines import load_library, load_value_sets
from abstractor.jobs import open_queue
from abstractor.settings import Settings
from abstractor.store import abstracts, bulk_jobs, ledger, live, runs
from abstractor.store.connection_tables import PullRunRow
from abstractor.store.connection_values import BulkPhase, LedgerEntry, PullRun, RunState
from abstractor.store.database import open_store
from abstractor.store.tables import PatientRow, PullRow, WorkRow
from abstractor.store.values import WorkKind, WorkState
from abstractor.workflow import (
    Question,
    Services,
    add_clinic,
    begin_round,
    go_on_with,
    open_cycle,
    work_through,
)
from abstractor.workflow.clinic.clinics import Registered
from fixtures.clinic.door import Door
from tests.integration.keeping import PERIOD, SEALER

__all__ = [
    "Wall",
    "abstracts_of",
    "carried_out",
    "entries",
    "open_at",
    "phase_of",
    "pulled",
    "services_for",
    "states",
]


class Wall:
    """The time of day; a test moves it on."""

    def __init__(self) -> None:
        self._moved = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._moved

    def move(self, **by: float) -> None:
        self._moved += timedelta(**by)


def services_for(folder: Path, database_url: str, queue_url: str, **changed: object) -> Services:
    """Everything real and quick; `clock` is a `Wall`."""
    told: dict[str, object] = {
        "data_dir": folder,
        "database_url": SecretStr(database_url),
        "redis_url": SecretStr(queue_url),
        "lease": 30,
        "http_tries": 3,
        "http_backoff": 0.01,
        "http_retry_after_cap": 1,
        "http_connect_timeout": 5,
        "http_read_timeout": 10,
    }
    settings = Settings(_env_file=None, **{**told, **changed})  # type: ignore[arg-type] # settings by name
    return Services(
        settings=settings,
        store=open_store(database_url, SEALER),
        queue=open_queue(queue_url, retry_delays=settings.retry_delays),
        library=load_library(),
        value_sets=load_value_sets(),
        clock=Wall(),
    )


def open_at(services: Services, door: Door, **setup: Any) -> Registered:
    """That clinic, registered, as bulk unless told otherwise."""
    told = {"name": "North", "way": "bulk", "group": "all"}
    return add_clinic(services, ClinicSetup(base_url=door.url, **{**told, **setup}))


def carried_out(
    services: Services,
    registered: Registered,
    *,
    full: bool = False,
    cycle: bool = False,
    after_each: Callable[[], None] = lambda: None,
) -> PullRun:
    """One round from its beginning to its end, job by job."""
    cycle_id = None
    if cycle:
        question = Question(PERIOD, PERIOD.end, "America/New_York", "A", 180, "0.1.0")
        cycle_id = open_cycle(services, registered.clinic, question)
    begun = begin_round(services, registered, full=full, cycle_id=cycle_id)
    for _ in range(40):
        go_on_with(services, begun.run_id, owner=services.queue.new_id())
        for kind in (WorkKind.PULL, WorkKind.ABSTRACT):
            work_through(services, kind, _waiting(services, kind))
        with services.store.reading() as session:
            run = runs.run_of(session, begun.run_id)
        assert run is not None
        if run.state is not RunState.RUNNING:
            return run
        _let_it_be_due(services, run.id)
        after_each()
    raise AssertionError(f"the round did not end: {run}")


def _let_it_be_due(services: Services, run_id: int) -> None:
    """As if the time until the next look were over."""
    with services.store.writing() as session:
        session.get_one(PullRunRow, run_id).lease_until = None


def _waiting(services: Services, kind: WorkKind) -> list[int]:
    with services.store.reading() as session:
        rows = session.exec(
            select(WorkRow.id).where(WorkRow.kind == kind.value, WorkRow.state == WorkState.WAITING.value)
        )
        return [number for number in rows if number is not None]


def abstracts_of(services: Services, run: PullRun) -> Mapping[str, str]:
    """The abstracts of a round's cycle by patient, as JSON."""
    assert run.cycle_id is not None
    with services.store.reading() as session:
        found = abstracts.in_cycle(session, run.cycle_id)
        return {one.patient: to_json(one) for one in found}


def pulled(services: Services, run: PullRun) -> dict[str, int]:
    """The number of each patient's pull in that round, by the patient's id."""
    with services.store.reading() as session:
        rows = session.exec(
            select(PatientRow.reference, PullRow.id)
            .join(PullRow, col(PullRow.patient_id) == PatientRow.id)
            .where(PullRow.run_id == run.id)
        )
        return {reference.partition("/")[2]: number or 0 for reference, number in rows}


def entries(services: Services, run: PullRun, patient: str) -> tuple[LedgerEntry, ...]:
    with services.store.reading() as session:
        return ledger.entries_of_pull(session, pulled(services, run)[patient])


def states(services: Services) -> dict[str, str]:
    """What is live of each patient, by the patient's id."""

    def all_of(session: Session) -> dict[str, str]:
        rows = session.exec(select(PatientRow.reference, PatientRow.id)).all()
        return {name.partition("/")[2]: live.state_hash(session, number or 0) for name, number in rows}

    with services.store.reading() as session:
        return all_of(session)


def phase_of(services: Services, run: PullRun) -> BulkPhase | None:
    with services.store.reading() as session:
        job = bulk_jobs.bulk_job(session, run.id)
    return None if job is None else job.phase
