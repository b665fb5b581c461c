"""Taking a patient out of the audits that drew their chart. Called within the door for purging."""

from collections import Counter

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from abstractor.store.auditing.tables import (
    AuditChartRow,
    ConflictRow,
    LeftOutRow,
    RatingRow,
    ReviewLockRow,
    ReviewRow,
    ReviewStepRow,
    SeatEventRow,
    SeatRow,
)
from abstractor.store.rows import erase

__all__ = ["AUDIT_TABLES", "erase_audited", "erase_left_out"]

AUDIT_TABLES = (
    "rating",
    "review_lock",
    "review_step",
    "review",
    "seat_conflict",
    "seat_event",
    "seat",
    "audit_chart",
    "audit_left_out",
)


def erase_audited(session: Session, which: "ColumnElement[bool]") -> "Counter[str]":
    """The charts of audits for which that holds, with all that readers did and said of them."""
    charts = select(col(AuditChartRow.id)).where(which).scalar_subquery()
    seats = select(col(SeatRow.id)).where(col(SeatRow.audit_chart_id).in_(charts)).scalar_subquery()
    reviews = select(col(ReviewRow.id)).where(col(ReviewRow.seat_id).in_(seats)).scalar_subquery()
    return (
        erase(session, RatingRow, col(RatingRow.audit_chart_id).in_(charts))
        + erase(session, ReviewLockRow, col(ReviewLockRow.review_id).in_(reviews))
        + erase(session, ReviewStepRow, col(ReviewStepRow.review_id).in_(reviews))
        + erase(session, ReviewRow, col(ReviewRow.seat_id).in_(seats))
        + erase(session, ConflictRow, col(ConflictRow.audit_chart_id).in_(charts))
        + erase(session, SeatEventRow, col(SeatEventRow.seat_id).in_(seats))
        + erase(session, SeatRow, col(SeatRow.audit_chart_id).in_(charts))
        + erase(session, AuditChartRow, which)
    )


def erase_left_out(session: Session, which: "ColumnElement[bool]") -> "Counter[str]":
    return erase(session, LeftOutRow, which)
