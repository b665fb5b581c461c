"""Who must not read a chart, must read no chart of that patient, whichever audit drew it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from abstractor.store.auditing.tables import AuditChartRow, ConflictRow, SeatRow
from abstractor.store.rows import add_new

__all__ = ["carry_over", "keep_conflict"]


def keep_conflict(
    session: Session, audit_chart_id: int, account_id: int, *, reason: str, now: datetime
) -> None:
    """Of this chart, and of all others of its patient but those of which this account has a seat: what is in
    work there, or read, is theirs to give back.
    """
    this, other = aliased(AuditChartRow), aliased(AuditChartRow)
    has_one = select(col(SeatRow.audit_chart_id)).where(col(SeatRow.account_id) == account_id)
    beside = (
        select(col(other.id))
        .join(this, col(this.patient_id) == col(other.patient_id))
        .where(col(this.id) == audit_chart_id, col(other.id).not_in(has_one))
    )
    charts = {audit_chart_id, *session.connection().scalars(beside)}
    told = {"account_id": account_id, "at": now, "reason": reason}
    add_new(session, ConflictRow, [{**told, "audit_chart_id": chart} for chart in sorted(charts)])


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
