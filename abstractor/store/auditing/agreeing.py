"""What counting the agreement of an audit needs beside the ratings: when reviews were locked, and where the
charts are from.
"""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.store.auditing.tables import AuditChartRow, ReviewLockRow, ReviewRow, SeatRow
from abstractor.store.tables import LineClinicianRow

__all__ = ["locks", "sites"]


def locks(session: Session, audit_id: int) -> dict[int, datetime]:
    """When each locked review of that audit was locked, by its number."""
    found = session.exec(
        select(ReviewLockRow.review_id, ReviewLockRow.locked_at)
        .join(ReviewRow, col(ReviewRow.id) == col(ReviewLockRow.review_id))
        .join(SeatRow, col(SeatRow.id) == col(ReviewRow.seat_id))
        .where(SeatRow.audit_id == audit_id)
    )
    return {int(review): at for review, at in found}


def sites(session: Session, audit_id: int) -> dict[int, str]:
    """Of each chart, by its number in the audit, the organisation that gave its latest line, where one is on
    record.
    """
    latest = (
        select(LineClinicianRow.abstract_id, func.max(col(LineClinicianRow.number)).label("number"))
        .where(LineClinicianRow.setting == "palliative")
        .group_by(col(LineClinicianRow.abstract_id))
        .subquery()
    )
    found = session.exec(
        select(AuditChartRow.id, LineClinicianRow.site)
        .join(latest, latest.c.abstract_id == col(AuditChartRow.abstract_id))
        .join(
            LineClinicianRow,
            (col(LineClinicianRow.abstract_id) == latest.c.abstract_id)
            & (col(LineClinicianRow.number) == latest.c.number),
        )
        .where(AuditChartRow.audit_id == audit_id, LineClinicianRow.setting == "palliative")
    )
    return {int(chart or 0): site for chart, site in found if site}
