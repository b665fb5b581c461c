"""The chart of a seat: the abstract that was drawn, in which audit, and who may read it there."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session, col, select

from abstractor.errors import Damaged, SeatRefused
from abstractor.store import raw, views
from abstractor.store.auditing import audits
from abstractor.store.auditing.tables import AuditChartRow, AuditReaderRow, ChartAuditRow
from abstractor.store.auditing.values import Audit, AuditState, DrawnChart, Seat
from abstractor.store.rows import kept
from abstractor.store.tables import AbstractRow, CycleRow, PullResourceRow, RawRow
from abstractor.store.values import ChartView

__all__ = ["SeatChart", "open_designs", "records_of", "seat_chart"]


@dataclass(frozen=True, slots=True)
class SeatChart:
    """`pull_id`: the pull that the abstract was made of; `may_read`: the account is a reader of that kind of
    seat in this audit.
    """

    seat: Seat
    audit: Audit
    drawn: DrawnChart
    view: ChartView
    pull_id: int
    may_read: bool


def seat_chart(session: Session, seat: Seat, account_id: int, *, adjudicates: bool) -> SeatChart:
    """`SeatRefused` where the chart is gone: its patient was purged."""
    audit = audits.audit_by_id(session, seat.audit_id)
    row = session.get(AuditChartRow, seat.chart_id)
    view = None if row is None else views.chart_of_abstract(session, row.abstract_id)
    abstract = None if row is None else session.get(AbstractRow, row.abstract_id)
    if audit is None or row is None or view is None or abstract is None:
        raise SeatRefused("this chart is not kept any more; open the queue for another")
    reader = session.get(AuditReaderRow, (audit.id, account_id))
    return SeatChart(
        seat=seat,
        audit=audit,
        drawn=DrawnChart(
            id=kept(row.id),
            audit_id=row.audit_id,
            patient_id=row.patient_id,
            abstract_id=row.abstract_id,
            code=row.code,
            stratum=row.stratum,
            place=row.place,
            readers=row.readers,
        ),
        view=view,
        pull_id=abstract.pull_id,
        may_read=reader is not None and (reader.adjudicates if adjudicates else reader.reviews),
    )


def records_of(session: Session, pull_id: int) -> Iterator[bytes]:
    """The stored resources that a pull brought, without those that are damaged: they are not shown either."""
    rows = session.exec(
        select(RawRow)
        .join(PullResourceRow, col(PullResourceRow.resource_id) == RawRow.id)
        .where(PullResourceRow.pull_id == pull_id)
        .order_by(col(RawRow.id))
    )
    for row in rows:
        with suppress(Damaged):
            yield raw.body_of(session, row)


def open_designs(session: Session, account_id: int) -> tuple[tuple[int, str], ...]:
    """Of each open audit in which that account reads: the clinic's number and the design's JSON."""
    found = session.exec(
        select(CycleRow.clinic_id, ChartAuditRow.design)
        .join(ChartAuditRow, col(ChartAuditRow.cycle_id) == CycleRow.id)
        .join(AuditReaderRow, col(AuditReaderRow.audit_id) == ChartAuditRow.id)
        .where(AuditReaderRow.account_id == account_id, ChartAuditRow.state == AuditState.OPEN.value)
        .where(col(AuditReaderRow.reviews) | col(AuditReaderRow.adjudicates))
    )
    return tuple((clinic_id, design) for clinic_id, design in found)
