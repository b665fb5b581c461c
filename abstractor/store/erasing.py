"""Taking the rows of a patient out, in an order that the references between them allow.

Called within the door for purging (`append_only`). A stored resource goes with the last that refers to it: a
doctor of two patients stays while one of them does.
"""

from collections import Counter
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlmodel import Session, col

from abstractor.store.auditing.erasing import erase_audited, erase_left_out
from abstractor.store.auditing.tables import AuditChartRow, CaseShiftRow, ChartAuditRow, LeftOutRow
from abstractor.store.connection_tables import BulkSeenRow, LedgerRow, LiveRow, SyncMarkRow
from abstractor.store.patients import hold_alone
from abstractor.store.rows import changed, erase
from abstractor.store.tables import (
    AbstractRow,
    LineClinicianRow,
    PatientRow,
    PullAnswerRow,
    PullResourceRow,
    PullRow,
    QuarantineRow,
    QueueItemRow,
    RawRow,
    RepairRow,
    TrailRow,
    WorkRow,
)

__all__ = ["erase_patient", "erase_pulls", "erase_resources", "forget_patient", "without_resources"]

_AT_ONCE = 500


def erase_patient(session: Session, patient_id: int, *, now: datetime) -> "Counter[str]":
    """Everything of this patient, in every cycle; what the trail says of others is not touched."""
    hold_alone(session, patient_id)
    # The work first: whoever has some in hand ends before this goes on, or finds it gone.
    counts = erase(session, WorkRow, col(WorkRow.patient_id) == patient_id)
    candidates = _candidates(session, col(PullRow.patient_id) == patient_id) | _live(session, patient_id)
    candidates |= _own_resource(session, patient_id)
    counts += erase_audited(session, col(AuditChartRow.patient_id) == patient_id)
    counts += erase_left_out(session, col(LeftOutRow.patient_id) == patient_id)
    counts += erase(session, CaseShiftRow, col(CaseShiftRow.patient_id) == patient_id)
    counts += _erase_pull_rows(session, col(PullRow.patient_id) == patient_id)
    counts += erase(session, LiveRow, col(LiveRow.patient_id) == patient_id)
    counts += erase(session, SyncMarkRow, col(SyncMarkRow.patient_id) == patient_id)
    candidates |= _seen_in_bulk(session, patient_id)
    counts += erase(session, BulkSeenRow, col(BulkSeenRow.patient_id) == patient_id)
    counts += erase_resources(session, candidates)
    forget_patient(session, patient_id, now=now)
    return counts


def erase_pulls(session: Session, cycle_id: int, patient_id: int) -> "Counter[str]":
    """What one cycle holds of a patient: the pull, its abstracts, its work, and what readers said of it."""
    hold_alone(session, patient_id)
    ours = and_(col(WorkRow.cycle_id) == cycle_id, col(WorkRow.patient_id) == patient_id)
    counts = erase(session, WorkRow, ours)
    these = and_(col(PullRow.cycle_id) == cycle_id, col(PullRow.patient_id) == patient_id)
    candidates = _candidates(session, these)
    audits = select(col(ChartAuditRow.id)).where(col(ChartAuditRow.cycle_id) == cycle_id).scalar_subquery()
    drawn = col(AuditChartRow.audit_id).in_(audits), col(AuditChartRow.patient_id) == patient_id
    counts += erase_audited(session, and_(*drawn))
    left_out = col(LeftOutRow.audit_id).in_(audits), col(LeftOutRow.patient_id) == patient_id
    counts += erase_left_out(session, and_(*left_out))
    counts += _erase_pull_rows(session, these)
    counts += erase_resources(session, candidates)
    return counts


def forget_patient(session: Session, patient_id: int, *, now: datetime) -> None:
    """The number stays, for the trail; what it stood for goes."""
    changed(
        session,
        update(PatientRow)
        .where(col(PatientRow.id) == patient_id)
        .values(reference=f"purged/{patient_id}", purged_at=now),
    )
    without_resources(session, col(TrailRow.patient_id) == patient_id)


def without_resources(session: Session, which: "ColumnElement[bool]") -> None:
    """In these entries of the trail "Condition/123" becomes "Condition": who opened what kind, when. Their
    place in the chain stays: without its salt, what the chain has of the text tells nothing.
    """
    entries = session.connection().execute(
        select(col(TrailRow.id), col(TrailRow.resource)).where(which, col(TrailRow.resource).contains("/"))
    )
    for number, resource in entries.all():
        kind = str(resource).partition("/")[0]
        this = update(TrailRow).where(col(TrailRow.id) == number)
        changed(session, this.values(resource=kind, version=None, salt=None))


def _erase_pull_rows(session: Session, which: "ColumnElement[bool]") -> "Counter[str]":
    pulls = select(col(PullRow.id)).where(which).scalar_subquery()
    abstracts = select(col(AbstractRow.id)).where(col(AbstractRow.pull_id).in_(pulls)).scalar_subquery()
    return (
        erase(session, QueueItemRow, col(QueueItemRow.abstract_id).in_(abstracts))
        + erase(session, QuarantineRow, col(QuarantineRow.abstract_id).in_(abstracts))
        + erase(session, RepairRow, col(RepairRow.abstract_id).in_(abstracts))
        + erase(session, LineClinicianRow, col(LineClinicianRow.abstract_id).in_(abstracts))
        + erase(session, AbstractRow, col(AbstractRow.pull_id).in_(pulls))
        + erase(session, PullAnswerRow, col(PullAnswerRow.pull_id).in_(pulls))
        + erase(session, LedgerRow, col(LedgerRow.pull_id).in_(pulls))
        + erase(session, PullResourceRow, col(PullResourceRow.pull_id).in_(pulls))
        + erase(session, PullRow, which)
    )


def erase_resources(session: Session, candidates: "set[int]") -> "Counter[str]":
    unused = ~or_(
        exists().where(col(PullResourceRow.resource_id) == col(RawRow.id)),
        exists().where(col(LiveRow.resource_id) == col(RawRow.id)),
        exists().where(col(BulkSeenRow.resource_id) == col(RawRow.id)),
    )
    counts: Counter[str] = Counter()
    ordered = sorted(candidates)
    for at in range(0, len(ordered), _AT_ONCE):
        some = col(RawRow.id).in_(ordered[at : at + _AT_ONCE])
        counts += erase(session, RawRow, and_(some, unused))
    return counts


def _candidates(session: Session, which: "ColumnElement[bool]") -> "set[int]":
    pulls = select(col(PullRow.id)).where(which)
    found = select(col(PullResourceRow.resource_id)).where(col(PullResourceRow.pull_id).in_(pulls))
    return set(session.connection().scalars(found))


def _live(session: Session, patient_id: int) -> "set[int]":
    found = select(col(LiveRow.resource_id)).where(col(LiveRow.patient_id) == patient_id)
    return set(session.connection().scalars(found))


def _seen_in_bulk(session: Session, patient_id: int) -> "set[int]":
    found = select(col(BulkSeenRow.resource_id)).where(col(BulkSeenRow.patient_id) == patient_id)
    return set(session.connection().scalars(found))


def _own_resource(session: Session, patient_id: int) -> "set[int]":
    """The Patient itself in all its versions, pulled or not."""
    patient = session.get_one(PatientRow, patient_id)
    kind, _, fhir_id = patient.reference.partition("/")
    found = select(col(RawRow.id)).where(
        col(RawRow.clinic_id) == patient.clinic_id, col(RawRow.type) == kind, col(RawRow.fhir_id) == fhir_id
    )
    return set(session.connection().scalars(found))
