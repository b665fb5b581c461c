"""Free seats that nobody may have: every reader has a seat of the chart or a conflict of interest with it.

A lead who sees one adds a reader.
"""

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from abstractor.store.auditing.tables import AuditReaderRow, ConflictRow, SeatRow
from abstractor.store.auditing.values import SeatState

__all__ = ["stuck"]


def stuck(session: Session, audit_id: int) -> int:
    """How many. Where there are two reviewers, one of them is left for every review but where there is a
    conflict: then those alone, and the adjudications, are looked at.
    """
    reviewers = session.exec(
        select(func.count())
        .select_from(AuditReaderRow)
        .where(AuditReaderRow.audit_id == audit_id, col(AuditReaderRow.reviews))
    ).one()
    some = [_in_doubt()] if reviewers > 1 else []
    return session.exec(
        select(func.count())
        .select_from(SeatRow)
        .where(SeatRow.audit_id == audit_id, SeatRow.state == SeatState.FREE, *some, ~_somebody())
    ).one()


def _in_doubt() -> "ColumnElement[bool]":
    conflict = exists().where(col(ConflictRow.audit_chart_id) == SeatRow.audit_chart_id)
    return or_(col(SeatRow.place) < 0, conflict)


def _somebody() -> "ColumnElement[bool]":
    of_chart = aliased(SeatRow)
    reader = col(AuditReaderRow.account_id)
    has_one = (
        exists()
        .where(col(of_chart.audit_chart_id) == SeatRow.audit_chart_id, col(of_chart.account_id) == reader)
        .correlate(SeatRow, AuditReaderRow)
    )
    conflicts = (
        exists()
        .where(
            col(ConflictRow.audit_chart_id) == SeatRow.audit_chart_id, col(ConflictRow.account_id) == reader
        )
        .correlate(SeatRow, AuditReaderRow)
    )
    set_to = or_(
        and_(col(AuditReaderRow.reviews), col(SeatRow.place) > 0),
        and_(col(AuditReaderRow.adjudicates), col(SeatRow.place) < 0),
    )
    return exists().where(col(AuditReaderRow.audit_id) == SeatRow.audit_id, set_to, ~has_one, ~conflicts)
