"""What counting the agreement of an audit needs: what locked reviews say, when they were locked, and where
the charts are from.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from abstractor.store.auditing.differing import WRONG, judged
from abstractor.store.auditing.tables import AuditChartRow, RatingRow, ReviewLockRow, ReviewRow, SeatRow
from abstractor.store.tables import LineClinicianRow

__all__ = ["LockedReview", "LockedReviews", "Said", "State", "locked_reviews", "sites", "state"]

# Between the columns of a rating, and between ratings: neither is in a code.
_COLUMN, _RATING = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class State:
    """Reviews are only added, or purged with their patient: where these are the same, nothing has changed."""

    reviews: int
    last: int
    locked_at: datetime | None
    charts: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a rating says, as its columns do."""

    item: str
    kind: str
    rule: str
    line: str | None
    rating: str | None
    program: str | None


@dataclass(frozen=True, slots=True)
class LockedReview:
    """`said` by its places in what all of them say, in the order of the items."""

    review_id: int
    chart_id: int
    seat_number: int
    account_id: int
    locked_at: datetime
    said: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LockedReviews:
    """Equal ratings are one: of 400,000 there are some hundreds."""

    said: tuple[Said, ...]
    reviews: tuple[LockedReview, ...]


def state(session: Session, audit_id: int) -> State:
    """What a count of the audit's agreement is good for."""
    reviews, last, locked_at = (
        session.connection()
        .execute(
            columns(func.count(), func.max(ReviewLockRow.review_id), func.max(ReviewLockRow.locked_at))
            .join(ReviewRow, col(ReviewRow.id) == col(ReviewLockRow.review_id))
            .join(SeatRow, col(SeatRow.id) == col(ReviewRow.seat_id))
            .where(col(SeatRow.audit_id) == audit_id)
        )
        .one()
    )
    charts = select(func.count()).select_from(AuditChartRow).where(AuditChartRow.audit_id == audit_id)
    return State(reviews, last or 0, locked_at, session.exec(charts).one())


def locked_reviews(session: Session, audit_id: int) -> LockedReviews:
    """All of an audit, by chart and seat: a row a review, with its ratings joined into one text, for a row a
    rating would take seconds. Each rating is as it is `judged`.
    """
    rating = RatingRow
    joined: ColumnElement[str] = col(rating.item) + _COLUMN + col(rating.kind) + _COLUMN + col(rating.rule)
    wrong = case((col(rating.rating) == WRONG, rating.reason), else_=None)
    for column in (rating.line, rating.rating, rating.program, wrong):
        joined = joined + _COLUMN + func.coalesce(column, "")
    texts = (
        columns(col(rating.review_id), func.aggregate_strings(joined, _RATING).label("said"))
        .where(col(rating.audit_id) == audit_id)
        .group_by(col(rating.review_id))
        .subquery()
    )
    told = (col(ReviewRow.id), col(SeatRow.audit_chart_id), col(SeatRow.number), col(ReviewRow.account_id))
    rows = session.connection().execute(
        columns(*told, col(ReviewLockRow.locked_at), texts.c.said)
        .join(texts, texts.c.review_id == col(ReviewRow.id))
        .join(ReviewLockRow, col(ReviewLockRow.review_id) == col(ReviewRow.id))
        .join(SeatRow, col(SeatRow.id) == col(ReviewRow.seat_id))
        .order_by(*told[1:3], told[0])
    )
    places: dict[str, int] = {}
    reviews = []
    for review, chart, seat, account, locked_at, text in rows:
        said = tuple([places.setdefault(one, len(places)) for one in sorted(text.split(_RATING))])
        reviews.append(LockedReview(review, chart, seat, account, locked_at, said))
    return LockedReviews(tuple(map(_said, places)), tuple(reviews))


def _said(text: str) -> Said:
    item, kind, rule, line, rating, program, reason = text.split(_COLUMN)
    return Said(item, kind, rule, line or None, judged(item, rating or None, reason), program or None)


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
