"""Who must not read a chart, must read no chart of that patient, whichever audit drew it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from abstractor.store.auditing.tables import AuditChartRow, ChartAuditRow, ConflictRow, SeatRow
from abstractor.store.auditing.values import AuditState, SeatState
from abstractor.store.rows import add_new

__all__ = ["carry_over", "in_work_of_patient", "keep_conflict"]


def keep_conflict(
    session: Session, audit_chart_id: int, account_id: int, *, reason: str, now: datetime
) -> None:
    """Of this chart, and of all others of its patient but those that this account has read: such a review is
    locked, and stays.
    """
    this, other = aliased(AuditChartRow), aliased(AuditChartRow)
    read = select(col(SeatRow.audit_chart_id)).where(
        col(SeatRow.account_id) == account_id, col(SeatRow.state) == SeatState.DONE.value
    )
    beside = (
        select(col(other.id))
        .join(this, col(this.patient_id) == col(other.patient_id))
        .where(col(this.id) == audit_chart_id, col(other.id).not_in(read))
    )
    charts = {audit_chart_id, *session.connection().scalars(beside)}
    told = {"account_id": account_id, "at": now, "reason": reason}
    add_new(session, ConflictRow, [{**told, "audit_chart_id": chart} for chart in sorted(charts)])


def in_work_of_patient(session: Session, audit_chart_id: int, account_id: int) -> list[int]:
    """The seats of that chart's patient that this account has claimed or on hold, in open audits."""
    this, other = aliased(AuditChartRow), aliased(AuditChartRow)
    wanted = (
        select(col(SeatRow.id))
        .join(other, col(other.id) == col(SeatRow.audit_chart_id))
        .join(this, col(this.patient_id) == col(other.patient_id))
        .join(ChartAuditRow, col(ChartAuditRow.id) == col(other.audit_id))
        .where(
            col(this.id) == audit_chart_id,
            col(SeatRow.account_id) == account_id,
            col(SeatRow.state).in_((SeatState.CLAIMED.value, SeatState.HELD.value)),
            col(ChartAuditRow.state) == AuditState.OPEN.value,
        )
    )
    return sorted(session.connection().scalars(wanted))


def carry_over(session: Session, audit_id: int) -> None:
    """To charts that were drawn just now: what was declared of their patients before."""
    rows = session.connection().execute(_of_patients(col(AuditChartRow.audit_id) == audit_id)).mappings()
    add_new(session, ConflictRow, [dict(row) for row in rows])


def _of_patients(which: "ColumnElement[bool]") -> "Select[Any]":
    """For those charts, each conflict once, as it was declared first."""
    before = aliased(AuditChartRow)
    told: list[Any] = [
        col(AuditChartRow.id).label("audit_chart_id"),
        col(ConflictRow.account_id).label("account_id"),
        func.min(col(ConflictRow.at)).label("at"),
        func.min(col(ConflictRow.reason)).label("reason"),
    ]
    return (
        select(*told)
        .select_from(ConflictRow)
        .join(before, col(before.id) == col(ConflictRow.audit_chart_id))
        .join(AuditChartRow, col(AuditChartRow.patient_id) == col(before.patient_id))
        .where(which)
        .group_by(col(AuditChartRow.id), col(ConflictRow.account_id))
    )
