"""What the pages read: the audit queue, a chart, a stored source."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.abstract import SEVERITIES, LineRef, Severity, Verdict
from abstractor.store import abstracts, cohorts, raw
from abstractor.store.rows import kept
from abstractor.store.tables import (
    AbstractRow,
    LineClinicianRow,
    PullResourceRow,
    PullRow,
    QuarantineRow,
    QueueItemRow,
    RawRow,
    RepairRow,
)
from abstractor.store.values import (
    ChartView,
    LineClinician,
    Quarantine,
    QueuePage,
    QueueRow,
    Repaired,
    SourceView,
    chart_label,
)

__all__ = ["chart", "chart_of_abstract", "queue_page", "source"]


def queue_page(
    session: Session, cycle_id: int, *, page: int, size: int, severity: Severity | None
) -> QueuePage | None:
    cycle = cohorts.cycle(session, cycle_id)
    if cycle is None:
        return None
    wanted = [col(QueueItemRow.cycle_id) == cycle_id]
    if severity is not None:
        wanted.append(col(QueueItemRow.rank) == SEVERITIES.index(severity))
    held = _by_rank(session, cycle_id)
    counts = {level: held.get(rank, 0) for rank, level in enumerate(SEVERITIES)}
    flagged = sum(held.values())
    total = flagged if severity is None else counts[severity]
    pages = max(1, -(-total // size))
    at = min(max(page, 1), pages)
    rows = session.exec(
        select(QueueItemRow)
        .where(*wanted)
        .order_by(col(QueueItemRow.rank), col(QueueItemRow.id))
        .offset((at - 1) * size)
        .limit(size)
    )
    return QueuePage(
        rows=tuple(_row(row) for row in rows),
        total=total,
        flagged=flagged,
        counts=counts,
        page=at,
        pages=pages,
        cycle=cycle,
    )


def _by_rank(session: Session, cycle_id: int) -> dict[int, int]:
    """How many charts of each rank are in the cycle's queue: read from its index alone."""
    rows = session.exec(
        select(QueueItemRow.rank, func.count())
        .where(QueueItemRow.cycle_id == cycle_id)
        .group_by(col(QueueItemRow.rank))
    )
    return dict(rows.all())


def chart(session: Session, patient_id: int, *, cycle_id: int | None) -> ChartView | None:
    """The latest abstract of that chart, of that cycle where one is named."""
    wanted = [col(AbstractRow.patient_id) == patient_id]
    if cycle_id is not None:
        wanted.append(col(AbstractRow.cycle_id) == cycle_id)
    row = session.exec(
        select(AbstractRow).where(*wanted).order_by(col(AbstractRow.id).desc()).limit(1)
    ).first()
    return None if row is None else _chart(session, row)


def chart_of_abstract(session: Session, abstract_id: int) -> ChartView | None:
    """The chart as that very abstract has it."""
    row = session.get(AbstractRow, abstract_id)
    return None if row is None else _chart(session, row)


def source(
    session: Session, patient_id: int, resource: str, version: str | None, *, cycle_id: int | None
) -> SourceView | None:
    """A stored resource, if a pull of this patient brought it; of several copies the one received last."""
    kind, _, fhir_id = resource.partition("/")
    wanted = [
        col(PullRow.patient_id) == patient_id,
        col(RawRow.type) == kind,
        col(RawRow.fhir_id) == fhir_id,
        col(RawRow.version) == version,  # "IS NULL" where the version is None
    ]
    if cycle_id is not None:
        wanted.append(col(PullRow.cycle_id) == cycle_id)
    found = session.exec(
        select(RawRow, PullRow.pulled_at)
        .join(PullResourceRow, col(PullResourceRow.resource_id) == RawRow.id)
        .join(PullRow, col(PullRow.id) == PullResourceRow.pull_id)
        .where(*wanted)
        .order_by(col(RawRow.id).desc(), col(PullRow.id).desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    row, pulled_at = found
    return SourceView(
        resource=resource,
        version=version,
        body=raw.body_of(session, row),
        origin=row.origin,
        received_at=row.received_at,
        pulled_at=pulled_at,
    )


def _chart(session: Session, row: AbstractRow) -> ChartView | None:
    cycle = cohorts.cycle(session, row.cycle_id)
    if cycle is None:
        return None
    item_id = session.exec(
        select(QueueItemRow.id).where(
            QueueItemRow.cycle_id == cycle.id, QueueItemRow.patient_id == row.patient_id
        )
    ).first()
    return ChartView(
        patient_id=row.patient_id,
        label=chart_label(row.patient_id),
        item_id=item_id,
        cycle=cycle,
        abstract=abstracts.read(row.body),
        clinicians=_clinicians(session, kept(row.id)),
        quarantined=_quarantined(session, kept(row.id)),
        repaired=_repaired(session, kept(row.id)),
        abstracted_at=row.abstracted_at,
    )


def _row(row: QueueItemRow) -> QueueRow:
    return QueueRow(
        item_id=kept(row.id),
        patient_id=row.patient_id,
        label=chart_label(row.patient_id),
        severity=SEVERITIES[row.rank] if row.rank < len(SEVERITIES) else None,
        codes=tuple(row.codes.split()),
        verdict=Verdict(row.verdict),
        lines=row.lines,
        opened_at=row.opened_at,
    )


def _clinicians(session: Session, abstract_id: int) -> tuple[LineClinician, ...]:
    rows = session.exec(
        select(LineClinicianRow)
        .where(LineClinicianRow.abstract_id == abstract_id)
        .order_by(LineClinicianRow.setting, col(LineClinicianRow.number))
    )
    return tuple(
        LineClinician(LineRef(row.setting, row.number), row.clinician, row.site, row.via) for row in rows
    )


def _quarantined(session: Session, abstract_id: int) -> tuple[Quarantine, ...]:
    rows = session.exec(
        select(QuarantineRow).where(QuarantineRow.abstract_id == abstract_id).order_by(col(QuarantineRow.id))
    )
    return tuple(Quarantine(row.type, row.origin, row.path, row.reason) for row in rows)


def _repaired(session: Session, abstract_id: int) -> tuple[Repaired, ...]:
    rows = session.exec(
        select(RepairRow).where(RepairRow.abstract_id == abstract_id).order_by(col(RepairRow.id))
    )
    return tuple(Repaired(row.type, row.repair, row.records) for row in rows)
