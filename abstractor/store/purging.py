"""Purging a patient, a finished cycle or a clinic: its rows go; the audit trail says who did it, when, and
how many rows, and nothing of what stood in them.

A patient goes in one transaction; a cycle and a clinic patient by patient, so that a purge that was stopped
is simply run again. Numbers of patients and cycles stay, for the trail refers to them. Afterwards `scrub`
takes the bytes off the disk.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlmodel import Session, col

from abstractor.errors import StoreError
from abstractor.store import setups, trail
from abstractor.store.append_only import Door, door
from abstractor.store.auditing.erasing import AUDIT_TABLES
from abstractor.store.connection_tables import (
    AlertRow,
    BulkFileRow,
    BulkJobRow,
    BulkSeenRow,
    ClinicSetupRow,
    DoctorReportRow,
    LiveRow,
    PullRunRow,
    TallyRow,
    TokenRow,
)
from abstractor.store.database import Store
from abstractor.store.erasing import erase_patient, erase_pulls, erase_resources, without_resources
from abstractor.store.patients import hold_alone
from abstractor.store.rows import changed, erase, kept
from abstractor.store.tables import ClinicRow, CycleRow, PatientRow, PullRow, RawRow, TrailRow, WorkRow
from abstractor.store.values import Action, WorkState

__all__ = ["PURGED_TABLES", "By", "Purged", "is_finished", "purge_clinic", "purge_cycle", "purge_patient"]

Told = Callable[[int, int], None]

PURGED_TABLES = (
    *AUDIT_TABLES,
    "case_shift",
    "queue_item",
    "quarantine",
    "repair",
    "line_clinician",
    "abstract",
    "pull_answer",
    "pull_ledger",
    "pull_resource",
    "pull",
    "live_resource",
    "sync_mark",
    "work",
    "raw_resource",
    "patient",
    "audit_event",
    "token",
    "clinic_setup",
    "bulk_seen",
    "bulk_file",
    "bulk_job",
    "alert",
    "doctor_report",
    "tally",
    "pull_run",
    "cycle",
)


@dataclass(frozen=True, slots=True)
class By:
    """Who purges: an account, or whoever has the command line, by the name that the machine knows."""

    name: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows went, by table; how many patients are forgotten."""

    rows: tuple[tuple[str, int], ...]
    patients: int

    @property
    def total(self) -> int:
        return sum(number for _, number in self.rows)


def purge_patient(store: Store, patient_id: int, *, by: By, now: datetime) -> Purged:
    """Everything of that patient. Who is still in the clinic's cohort comes back with the next pull."""
    with store.writing() as session:
        patient = hold_alone(session, patient_id)
        if patient is None or patient.purged_at is not None:
            raise StoreError(f"there is no patient {patient_id} to purge")
        return _counted(_patient(session, patient_id, by=by, now=now), 1)


def purge_cycle(store: Store, cycle_id: int, *, by: By, now: datetime, told: Told | None = None) -> Purged:
    """A finished project: its charts, pulls and abstracts, and the patients that nothing else is about."""
    with store.reading() as session:
        cycle = session.get(CycleRow, cycle_id)
        if cycle is None or cycle.purged_at is not None:
            raise StoreError(f"there is no cycle {cycle_id} to purge")
        clinic_id = cycle.clinic_id
        if not is_finished(session, cycle_id):
            raise StoreError(f"cycle {cycle_id} is not finished: it can be purged when its work is done")
        patients = _patients_of(session, cycle_id)
    counts: Counter[str] = Counter()
    forgotten = 0
    for done, patient_id in enumerate(patients, start=1):
        with store.writing() as session, door(session, Door.PURGE):
            counts += erase_pulls(session, cycle_id, patient_id)
            if not _still_needed(session, clinic_id, patient_id):
                counts += _patient_row(session, patient_id, by=by, now=now)
                forgotten += 1
        if told is not None:
            told(done, len(patients))
    with store.writing() as session, door(session, Door.PURGE):
        changed(
            session,
            update(CycleRow).where(col(CycleRow.id) == cycle_id).values(purged_at=now, listing_gap=None),
        )
        changed(
            session, update(PullRunRow).where(col(PullRunRow.cycle_id) == cycle_id).values(listing_gap=None)
        )
        without_resources(session, col(TrailRow.cycle_id) == cycle_id)
        if not _open_cycles(session, clinic_id):
            counts += _unused_resources(session, clinic_id)
        _trace(session, Action.CYCLE_PURGED, counts, by=by, now=now, cycle_id=cycle_id)
    return _counted(counts, forgotten)


def purge_clinic(store: Store, clinic_id: int, *, by: By, now: datetime, told: Told | None = None) -> Purged:
    """All that came from a clinic, how it was asked, and its token; of the clinic its name and address stay,
    for cycles that were.
    """
    with store.reading() as session:
        if session.get(ClinicRow, clinic_id) is None:
            raise StoreError(f"there is no clinic {clinic_id} to purge")
        known = select(col(PatientRow.id)).where(
            col(PatientRow.clinic_id) == clinic_id, col(PatientRow.purged_at).is_(None)
        )
        patients = [
            kept(number) for number in session.connection().scalars(known.order_by(col(PatientRow.id)))
        ]
    counts: Counter[str] = Counter()
    for done, patient_id in enumerate(patients, start=1):
        with store.writing() as session:
            counts += _patient(session, patient_id, by=by, now=now)
        if told is not None:
            told(done, len(patients))
    with store.writing() as session, door(session, Door.PURGE):
        changed(
            session,
            update(CycleRow)
            .where(col(CycleRow.clinic_id) == clinic_id, col(CycleRow.purged_at).is_(None))
            .values(purged_at=now, listing_gap=None),
        )
        counts += _connection_rows(session, clinic_id)
        counts += _unused_resources(session, clinic_id)
        _trace(session, Action.CLINIC_PURGED, counts, by=by, now=now, what=f"clinic={clinic_id}")
    return _counted(counts, len(patients))


def is_finished(session: Session, cycle_id: int) -> bool:
    """No work of it is waiting or in somebody's hands."""
    open_states = [WorkState.WAITING.value, WorkState.LEASED.value]
    left = exists().where(col(WorkRow.cycle_id) == cycle_id, col(WorkRow.state).in_(open_states))
    return not session.connection().scalar(select(left))


def _patient(session: Session, patient_id: int, *, by: By, now: datetime) -> "Counter[str]":
    with door(session, Door.PURGE):
        return _patient_row(session, patient_id, by=by, now=now)


def _patient_row(session: Session, patient_id: int, *, by: By, now: datetime) -> "Counter[str]":
    counts = erase_patient(session, patient_id, now=now)
    _trace(session, Action.PATIENT_PURGED, counts, by=by, now=now, patient_id=patient_id)
    return counts


def _trace(
    session: Session,
    action: Action,
    counts: "Counter[str]",
    *,
    by: By,
    now: datetime,
    patient_id: int | None = None,
    cycle_id: int | None = None,
    what: str = "",
) -> None:
    rows = [f"{table}={number}" for table, number in sorted(counts.items()) if number]
    trail.record(
        session,
        action=action,
        account_id=by.account_id,
        patient_id=patient_id,
        cycle_id=cycle_id,
        detail=" ".join([f"by={by.name}", *([what] if what else []), *rows]),
        now=now,
    )


def _patients_of(session: Session, cycle_id: int) -> list[int]:
    pulled = select(col(PullRow.patient_id)).where(col(PullRow.cycle_id) == cycle_id)
    worked = select(col(WorkRow.patient_id)).where(col(WorkRow.cycle_id) == cycle_id)
    return sorted(set(session.connection().scalars(pulled.union(worked))))


def _still_needed(session: Session, clinic_id: int, patient_id: int) -> bool:
    """By another cycle, a round of none, or the live state of a clinic that is set up to be pulled again."""
    rows: list[type[PullRow | WorkRow | LiveRow]] = [PullRow, WorkRow]
    if any(setup.clinic_id == clinic_id for setup in setups.setups(session)):
        rows.append(LiveRow)
    held: list[ColumnElement[bool]] = [exists().where(col(row.patient_id) == patient_id) for row in rows]
    return bool(session.connection().scalar(select(or_(*held))))


def _open_cycles(session: Session, clinic_id: int) -> bool:
    found = exists().where(col(CycleRow.clinic_id) == clinic_id, col(CycleRow.purged_at).is_(None))
    return bool(session.connection().scalar(select(found)))


def _unused_resources(session: Session, clinic_id: int) -> "Counter[str]":
    """What was kept before anyone knew whose it was, and belongs to no pull."""
    found = select(col(RawRow.id)).where(col(RawRow.clinic_id) == clinic_id)
    return erase_resources(session, set(session.connection().scalars(found)))


def _connection_rows(session: Session, clinic_id: int) -> "Counter[str]":
    runs = select(col(PullRunRow.id)).where(col(PullRunRow.clinic_id) == clinic_id).scalar_subquery()
    return (
        erase(session, BulkSeenRow, col(BulkSeenRow.run_id).in_(runs))
        + erase(session, BulkFileRow, col(BulkFileRow.run_id).in_(runs))
        + erase(session, BulkJobRow, col(BulkJobRow.run_id).in_(runs))
        + erase(session, AlertRow, col(AlertRow.clinic_id) == clinic_id)
        + erase(session, DoctorReportRow, col(DoctorReportRow.clinic_id) == clinic_id)
        + erase(session, TallyRow, col(TallyRow.clinic_id) == clinic_id)
        + erase(session, PullRunRow, col(PullRunRow.clinic_id) == clinic_id)
        + erase(session, TokenRow, col(TokenRow.clinic_id) == clinic_id)
        + erase(session, ClinicSetupRow, col(ClinicSetupRow.clinic_id) == clinic_id)
    )


def _counted(counts: "Counter[str]", patients: int) -> Purged:
    return Purged(tuple(sorted((table, number) for table, number in counts.items() if number)), patients)
