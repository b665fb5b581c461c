"""What an export reads: the latest abstract of each chart of a cycle, with what is kept beside it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.abstract import Abstract, LineRef
from abstractor.store import abstracts, raw
from abstractor.store.auditing.reviews import rating_of
from abstractor.store.auditing.tables import AuditChartRow, RatingRow, ReviewLockRow, ReviewRow
from abstractor.store.auditing.values import Rating
from abstractor.store.rows import kept
from abstractor.store.tables import AbstractRow, LineClinicianRow, PatientRow, PullResourceRow, RawRow
from abstractor.store.values import LineClinician, RawCopy

__all__ = ["ExportedChart", "charts_drawn", "charts_of", "ratings_of", "read_charts"]


@dataclass(frozen=True, slots=True)
class ExportedChart:
    """`person`: the Patient as the pull of this abstract brought it, where it did."""

    abstract_id: int
    patient_id: int
    abstract: Abstract
    clinicians: tuple[LineClinician, ...]
    person: RawCopy | None


def charts_of(session: Session, cycle_id: int) -> dict[int, str]:
    """The numbers of the latest abstracts, with the patient's reference."""
    latest = (
        select(func.max(col(AbstractRow.id)))
        .where(AbstractRow.cycle_id == cycle_id)
        .group_by(col(AbstractRow.patient_id))
    )
    rows = session.exec(
        select(AbstractRow.id, PatientRow.reference)
        .join(PatientRow, col(PatientRow.id) == AbstractRow.patient_id)
        .where(col(AbstractRow.id).in_(latest))
    )
    return {kept(number): reference for number, reference in rows}


def charts_drawn(session: Session, audit_id: int) -> dict[int, tuple[str, int]]:
    """The numbers of the abstracts that an audit is about, with the patient's reference and the number of the
    chart in the audit.
    """
    rows = session.exec(
        select(AuditChartRow.abstract_id, PatientRow.reference, AuditChartRow.id)
        .join(PatientRow, col(PatientRow.id) == AuditChartRow.patient_id)
        .where(AuditChartRow.audit_id == audit_id)
    )
    return {number: (reference, kept(chart)) for number, reference, chart in rows}


def ratings_of(session: Session, chart_ids: Sequence[int]) -> Iterator[tuple[Rating, datetime]]:
    """What locked reviews of some hundred charts of an audit say, and when each was locked; by chart, seat
    and review.
    """
    rows = session.exec(
        select(RatingRow, ReviewRow.account_id, ReviewLockRow.locked_at)
        .join(ReviewRow, col(ReviewRow.id) == RatingRow.review_id)
        .join(ReviewLockRow, col(ReviewLockRow.review_id) == RatingRow.review_id)
        .where(col(RatingRow.audit_chart_id).in_(chart_ids))
        .order_by(
            col(RatingRow.audit_chart_id),
            col(RatingRow.seat_number),
            col(RatingRow.review_id),
            col(RatingRow.item),
        )
    )
    for row, account_id, locked_at in rows:
        yield rating_of(row, account_id), locked_at


def read_charts(session: Session, abstract_ids: Sequence[int], *, people: bool) -> dict[int, ExportedChart]:
    """Some hundreds at a time; what was purged meanwhile is not there. `people`: with their Patient."""
    rows = session.exec(select(AbstractRow).where(col(AbstractRow.id).in_(abstract_ids))).all()
    clinicians = _clinicians(session, abstract_ids)
    persons = _persons(session, rows) if people else {}
    return {
        kept(row.id): ExportedChart(
            kept(row.id),
            row.patient_id,
            abstracts.read(row.body),
            tuple(clinicians[kept(row.id)]),
            persons.get(kept(row.id)),
        )
        for row in rows
    }


def _clinicians(session: Session, abstract_ids: Sequence[int]) -> dict[int, list[LineClinician]]:
    held: dict[int, list[LineClinician]] = defaultdict(list)
    rows = select(LineClinicianRow).where(col(LineClinicianRow.abstract_id).in_(abstract_ids))
    for row in session.exec(rows):
        held[row.abstract_id].append(
            LineClinician(LineRef(row.setting, row.number), row.clinician, row.site, row.via)
        )
    return held


def _persons(session: Session, rows: Sequence[AbstractRow]) -> dict[int, RawCopy]:
    """By abstract; of several copies the one received last. A pull may bring others that were merged."""
    found = session.exec(
        select(AbstractRow.id, RawRow)
        .join(PullResourceRow, col(PullResourceRow.pull_id) == AbstractRow.pull_id)
        .join(RawRow, col(RawRow.id) == PullResourceRow.resource_id)
        .join(PatientRow, col(PatientRow.id) == AbstractRow.patient_id)
        .where(
            col(AbstractRow.id).in_([row.id for row in rows]),
            col(RawRow.type) == "Patient",
            col(PatientRow.reference) == "Patient/" + col(RawRow.fhir_id),
        )
        .order_by(col(RawRow.id))
    )
    return {kept(number): RawCopy(raw.body_of(session, row), row.origin) for number, row in found}
