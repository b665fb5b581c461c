"""What one account has in work in every open audit."""

from sqlmodel import Session, col, select

from abstractor.store.auditing.seats import OPEN
from abstractor.store.auditing.tables import AuditReaderRow, ChartAuditRow, SeatRow
from abstractor.store.auditing.values import AuditState
from abstractor.store.rows import kept
from abstractor.store.tables import CycleRow

__all__ = ["of_account"]


def of_account(session: Session, account_id: int) -> tuple[tuple[int, int, int, int], ...]:
    """Number of the seat, of its chart in the audit, its place among the chart's readers, number of the
    clinic. Claims of this account that are being made end first; later ones see what this transaction did.
    """
    readers = select(AuditReaderRow).where(AuditReaderRow.account_id == account_id)
    session.exec(readers.order_by(col(AuditReaderRow.audit_id)).with_for_update()).all()
    found = session.exec(
        select(SeatRow.id, SeatRow.audit_chart_id, SeatRow.number, CycleRow.clinic_id)
        .join(ChartAuditRow, col(ChartAuditRow.id) == SeatRow.audit_id)
        .join(CycleRow, col(CycleRow.id) == ChartAuditRow.cycle_id)
        .where(
            SeatRow.account_id == account_id,
            col(SeatRow.state).in_(OPEN),
            ChartAuditRow.state == AuditState.OPEN.value,
        )
        .order_by(col(SeatRow.id))
    )
    return tuple((kept(seat), chart, number, clinic) for seat, chart, number, clinic in found)
