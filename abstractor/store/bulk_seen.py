"""What the export of a round brought: stored resources, each with its patient where it names one."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, select
from sqlmodel.sql.expression import Select

from abstractor.errors import Damaged
from abstractor.store import raw
from abstractor.store.connection_tables import BulkSeenRow, LiveRow, PullRunRow, SyncMarkRow
from abstractor.store.connection_values import RunState
from abstractor.store.rows import add_new, changed, kept
from abstractor.store.tables import PatientRow, PullRow, RawRow
from abstractor.store.values import RawCopy

__all__ = [
    "Brought",
    "Stored",
    "Through",
    "bodies_of_nobody",
    "brought",
    "forget_ended",
    "keep_brought",
    "known_through",
    "medications",
    "owners",
    "patients_brought",
    "patients_standing",
    "types_brought",
    "unassigned",
]


@dataclass(frozen=True, slots=True)
class Brought:
    """A line as it came. `patient_id` is null for what is of no one patient."""

    type: str
    patient_id: int | None
    copy: RawCopy


@dataclass(frozen=True, slots=True)
class Stored:
    """`number` is that of the stored bytes."""

    number: int
    type: str
    copy: RawCopy


@dataclass(frozen=True, slots=True)
class Through:
    """By the clinic's clock, and how far `ahead` of our clock that was when it was kept."""

    through: datetime
    ahead: timedelta


def keep_brought(
    session: Session, run_id: int, clinic_id: int, lines: Sequence[Brought], *, now: datetime
) -> None:
    """Each once, however often it comes."""
    raw.keep(session, clinic_id, [line.copy for line in lines], now=now)
    digests = [raw.digest_of(line.copy.body) for line in lines]
    numbers = raw.numbers_of(session, clinic_id, digests)
    rows = {
        numbers[digest]: {
            "run_id": run_id,
            "resource_id": numbers[digest],
            "patient_id": line.patient_id,
            "type": line.type,
        }
        for digest, line in zip(digests, lines, strict=True)
    }
    add_new(session, BulkSeenRow, list(rows.values()))


def brought(session: Session, run_id: int, patient_id: int) -> tuple[Stored, ...]:
    """What the export brought of that patient, in the order in which it was stored."""
    return tuple(_opened(session, run_id, patient_id, None))


def bodies_of_nobody(session: Session, run_id: int, type_: str) -> tuple[bytes, ...]:
    """Of one type, what is of no one patient."""
    return tuple(one.copy.body for one in _opened(session, run_id, None, type_))


def medications(session: Session, run_id: int) -> dict[str, bytes]:
    """The Medications that the export brought, by id; of several with one id the one that came last. One that
    is damaged here is as good as none.
    """
    found: dict[str, bytes] = {}
    for row, _ in session.exec(_chosen(run_id, None, "Medication")):
        with suppress(Damaged):
            found[row.fhir_id] = raw.body_of(session, row)
    return found


def patients_brought(session: Session, run_id: int) -> dict[str, int]:
    """The numbers of the patients whose Patient the export brought, by reference."""
    rows = session.exec(
        select(PatientRow.reference, PatientRow.id)
        .join(BulkSeenRow, col(BulkSeenRow.patient_id) == PatientRow.id)
        .where(BulkSeenRow.run_id == run_id, BulkSeenRow.type == "Patient")
    )
    return {reference: kept(number) for reference, number in rows}


def types_brought(session: Session, run_id: int, patient_ids: Sequence[int]) -> dict[int, set[str]]:
    """Of which types the export brought something, by patient; who is missing there is missing in it."""
    rows = session.exec(
        select(BulkSeenRow.patient_id, BulkSeenRow.type)
        .where(BulkSeenRow.run_id == run_id, col(BulkSeenRow.patient_id).in_(patient_ids))
        .distinct()
    )
    found: dict[int, set[str]] = {}
    for patient_id, type_ in rows:
        found.setdefault(kept(patient_id), set()).add(type_)
    return found


def patients_standing(session: Session, clinic_id: int, *, pulled_from: int | None) -> list[str]:
    """Whom something is held of, and who is not noticed as gone: of everybody, or where a round is given, of
    those whose charts it or a later one pulled.
    """
    own = col(LiveRow.patient_id) == PatientRow.id
    held = select(LiveRow.patient_id).where(own, col(LiveRow.gone_at).is_(None))
    gone = select(LiveRow.patient_id).where(
        own,
        LiveRow.type == "Patient",
        col(LiveRow.gone_at).is_not(None),
        PatientRow.reference == "Patient/" + col(LiveRow.fhir_id),
    )
    chosen = select(PatientRow.reference).where(
        PatientRow.clinic_id == clinic_id,
        col(PatientRow.purged_at).is_(None),
        held.exists(),
        ~gone.exists(),
    )
    if pulled_from is not None:
        later = select(PullRow.id).where(
            col(PullRow.patient_id) == PatientRow.id, col(PullRow.run_id) >= pulled_from
        )
        chosen = chosen.where(later.exists())
    return list(session.exec(chosen.order_by(PatientRow.reference)))


def known_through(
    session: Session, clinic_id: int, references: Sequence[str], types: Sequence[str]
) -> dict[str, Through]:
    """Of those patients of whom every one of these types is known: through when all of them are. A mark of
    which nobody knows when it was set is none.
    """
    wanted = set(references)
    found: dict[str, list[Through]] = {}
    rows = session.exec(
        select(PatientRow.reference, SyncMarkRow.through, SyncMarkRow.marked_at)
        .join(SyncMarkRow, col(SyncMarkRow.patient_id) == PatientRow.id)
        .where(PatientRow.clinic_id == clinic_id, col(SyncMarkRow.type).in_(types))
    )
    for reference, through, marked_at in rows:
        if reference in wanted and marked_at is not None:
            found.setdefault(reference, []).append(Through(through, through - marked_at))
    return {
        one: Through(min(m.through for m in each), max(m.ahead for m in each))
        for one, each in found.items()
        if len(each) == len(types)
    }


def owners(session: Session, run_id: int) -> dict[str, int]:
    """Whose each resource is that the export brought, by its name ("Condition/1")."""
    rows = session.exec(
        select(RawRow.type, RawRow.fhir_id, BulkSeenRow.patient_id)
        .join(BulkSeenRow, col(BulkSeenRow.resource_id) == RawRow.id)
        .where(BulkSeenRow.run_id == run_id, col(BulkSeenRow.patient_id).is_not(None))
    )
    return {f"{kind}/{identity}": patient_id for kind, identity, patient_id in rows if patient_id is not None}


def unassigned(session: Session, run_id: int) -> dict[str, int]:
    """How many of each type are of no one patient."""
    rows = session.exec(
        select(BulkSeenRow.type, func.count())
        .where(BulkSeenRow.run_id == run_id, col(BulkSeenRow.patient_id).is_(None))
        .group_by(BulkSeenRow.type)
    )
    return dict(rows.all())


def forget_ended(session: Session, clinic_id: int) -> int:
    """The rounds of that clinic that have ended need this no more; how many rows went. What is stored of
    their resources stays.
    """
    ended = select(PullRunRow.id).where(
        PullRunRow.clinic_id == clinic_id, PullRunRow.state != RunState.RUNNING.value
    )
    return changed(session, delete(BulkSeenRow).where(col(BulkSeenRow.run_id).in_(ended)))


def _opened(session: Session, run_id: int, patient_id: int | None, type_: str | None) -> Iterator[Stored]:
    for row, kind in session.exec(_chosen(run_id, patient_id, type_)):
        yield Stored(kept(row.id), kind, RawCopy(raw.body_of(session, row), row.origin))


def _chosen(run_id: int, patient_id: int | None, type_: str | None) -> Select[RawRow, str]:
    chosen = (
        select(RawRow, BulkSeenRow.type)
        .join(BulkSeenRow, col(BulkSeenRow.resource_id) == RawRow.id)
        .where(BulkSeenRow.run_id == run_id, col(BulkSeenRow.patient_id).is_not_distinct_from(patient_id))
        .order_by(col(RawRow.id))
    )
    return chosen if type_ is None else chosen.where(BulkSeenRow.type == type_)
