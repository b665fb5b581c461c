"""Clinics, their patients, and the cycles in which they are measured."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select, update

from abstractor.dates import Period
from abstractor.errors import StoreError
from abstractor.store.rows import add, add_new, changed, kept
from abstractor.store.tables import ClinicRow, CycleRow, PatientRow
from abstractor.store.values import Clinic, Cycle

__all__ = [
    "TRAINING",
    "add_patients",
    "clinic_of_cycle",
    "clinics",
    "cycle",
    "cycles",
    "cycles_opened_before",
    "hold_clinic",
    "note_listing",
    "open_cycle",
    "patient_number",
    "patient_numbers",
    "patient_reference",
    "register_clinic",
    "stamps_of",
]

# The address of the clinic that holds the synthetic charts for training: no such host can ever be.
TRAINING = "https://training.invalid"


def register_clinic(
    session: Session, name: str, base_url: str, *, group: str | None, now: datetime
) -> Clinic:
    """The clinic of that name, address and group, made where there is none.

    The same name with another address is another clinic: an older cycle goes on being asked for where it
    was.
    """
    key = {"name": name, "base_url": base_url, "fhir_group": group or ""}
    one = select(ClinicRow).filter_by(**key)
    if session.exec(one).first() is None:
        add_new(session, ClinicRow, [{**key, "registered_at": now}])
    return _clinic(session.exec(one).one())


def hold_clinic(session: Session, clinic_id: int) -> None:
    """Until the transaction ends nobody else begins anything with this clinic."""
    session.get_one(ClinicRow, clinic_id, with_for_update=True)


def add_patients(
    session: Session, clinic_id: int, references: Sequence[str], *, now: datetime
) -> tuple[int, ...]:
    """Number the patients that are new, at most some hundreds at a time; the numbers of all of them,
    ascending.
    """
    new = [{"clinic_id": clinic_id, "reference": reference, "first_seen_at": now} for reference in references]
    add_new(session, PatientRow, new)
    rows = session.exec(
        select(PatientRow.id).where(
            PatientRow.clinic_id == clinic_id, col(PatientRow.reference).in_(references)
        )
    )
    return tuple(sorted(kept(number) for number in rows))


def patient_reference(session: Session, patient_id: int) -> str | None:
    return session.exec(
        select(PatientRow.reference).where(PatientRow.id == patient_id, col(PatientRow.purged_at).is_(None))
    ).first()


def patient_number(session: Session, clinic_id: int, reference: str) -> int | None:
    return session.exec(
        select(PatientRow.id).where(PatientRow.clinic_id == clinic_id, PatientRow.reference == reference)
    ).first()


def patient_numbers(session: Session, clinic_id: int, references: Sequence[str]) -> dict[str, int]:
    """The numbers of those that are known, by reference; at most some hundreds at a time."""
    rows = session.exec(
        select(PatientRow.reference, PatientRow.id).where(
            PatientRow.clinic_id == clinic_id, col(PatientRow.reference).in_(references)
        )
    )
    return {reference: kept(number) for reference, number in rows}


def open_cycle(
    session: Session,
    clinic_id: int,
    *,
    period: Period,
    as_of: date,
    timezone: str,
    definition: str,
    gap_days: int,
    cohort: str,
    program: str,
    editions: Sequence[str],
    value_sets: str,
    line_policy: str,
    now: datetime,
) -> Cycle:
    row = CycleRow(
        clinic_id=clinic_id,
        period_start=period.start,
        period_end=period.end,
        as_of=as_of,
        timezone=timezone,
        definition=definition,
        gap_days=gap_days,
        cohort=cohort,
        program=program,
        editions=" ".join(editions),
        value_sets=value_sets,
        line_policy=line_policy,
        opened_at=now,
    )
    add(session, row)
    clinic = session.get_one(ClinicRow, clinic_id)
    return _cycle(row, clinic.name)


def note_listing(session: Session, cycle_id: int, *, unlisted: int, gap: str | None) -> None:
    """Remember how many Patients of the cohort could not be read, and why the list may not be whole."""
    changed(
        session,
        update(CycleRow).where(col(CycleRow.id) == cycle_id).values(unlisted=unlisted, listing_gap=gap),
    )


def cycles(session: Session, *, training: bool = False) -> tuple[Cycle, ...]:
    """Every cycle that is not purged, the latest first: those of clinics, or those of training charts."""
    of_training = col(ClinicRow.base_url) == TRAINING
    rows = session.exec(
        select(CycleRow, ClinicRow.name)
        .join(ClinicRow, col(ClinicRow.id) == CycleRow.clinic_id)
        .where(col(CycleRow.purged_at).is_(None), of_training if training else ~of_training)
        .order_by(col(CycleRow.id).desc())
    )
    return tuple(_cycle(row, name) for row, name in rows)


def stamps_of(session: Session, cycle_id: int) -> tuple[str, str, str]:
    """The editions, the value sets and the line policy that the cycle was opened with."""
    row = session.get_one(CycleRow, cycle_id)
    return row.editions, row.value_sets, row.line_policy


def cycle(session: Session, cycle_id: int) -> Cycle | None:
    row = session.get(CycleRow, cycle_id)
    return (
        None
        if row is None or row.purged_at is not None
        else _cycle(row, session.get_one(ClinicRow, row.clinic_id).name)
    )


def cycles_opened_before(session: Session, day: date) -> tuple[Cycle, ...]:
    """What a rule of retention is about, the oldest first; purged ones are gone already."""
    return tuple(found for found in reversed(cycles(session)) if found.opened_at.date() < day)


def clinics(session: Session) -> tuple[Clinic, ...]:
    """Every clinic that was ever registered, in that order."""
    return tuple(_clinic(row) for row in session.exec(select(ClinicRow).order_by(col(ClinicRow.id))))


def clinic_of_cycle(session: Session, cycle_id: int) -> Clinic:
    row = session.get(CycleRow, cycle_id)
    if row is None or row.purged_at is not None:
        raise StoreError(f"there is no cycle {cycle_id}; `abstractor run` opens one")
    return _clinic(session.get_one(ClinicRow, row.clinic_id))


def _clinic(row: ClinicRow) -> Clinic:
    return Clinic(id=kept(row.id), name=row.name, base_url=row.base_url, group=row.fhir_group or None)


def _cycle(row: CycleRow, clinic: str) -> Cycle:
    return Cycle(
        id=kept(row.id),
        clinic_id=row.clinic_id,
        clinic=clinic,
        period=Period(row.period_start, row.period_end),
        as_of=row.as_of,
        timezone=row.timezone,
        definition=row.definition,
        gap_days=row.gap_days,
        program=row.program,
        listing_gap=row.listing_gap,
        opened_at=row.opened_at,
        cohort=row.cohort,
    )
