"""Who gets which seat: claiming the next one, claiming one by its number.

Every claim first takes hold of its reader's row in the audit, so that one reader's claims come one after the
other; those of different readers pass by each other's rows and never wait.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from abstractor.errors import SeatRefused
from abstractor.store.auditing.elsewhere import telling, waiting, waits_in
from abstractor.store.auditing.seat_log import note
from abstractor.store.auditing.seats import locked_row, ran_out, seat_by_id, value_of
from abstractor.store.auditing.shares import MOST_OPEN, Taker, late, of_share, open_seats
from abstractor.store.auditing.tables import (
    AuditReaderRow,
    ChartAuditRow,
    ConflictRow,
    SeatEventRow,
    SeatRow,
)
from abstractor.store.auditing.values import ADJUDICATION, AuditState, Seat, SeatHappening, SeatState
from abstractor.store.rows import kept

__all__ = [
    "claim",
    "claim_next",
    "has_reviewed_all",
    "is_left",
    "require_may_have",
    "require_open",
    "require_share",
    "take",
    "taker",
]

_SHARE_READ = (
    "this reader's share of the audit is read or in work, and what is left waits for the others: its lead "
    "can hand a chart over, or take out a reader who is away"
)
_FREE = col(SeatRow.state) == SeatState.FREE
_ORDER = (col(SeatRow.place), col(SeatRow.id))


def claim_next(
    session: Session,
    audit_id: int,
    account_id: int,
    *,
    among: Collection[int] | None = None,
    now: datetime,
    until: datetime,
) -> Seat | None:
    """The first seat in the order of the queue that this reader may have; None: there is none now. What the
    reader has skipped comes last, the longest ago first. `among`: the accounts, of those that may read here
    now, among which the reviews are shared equally; null: they are not shared.
    """
    every = taker(session, audit_id, account_id)
    _require_room(session, every)
    reader = of_share(session, every, among, now=now)
    row = _first(session, reader, now=now) or _longest_skipped(session, reader, now=now)
    if row is None and reader.after and is_left(session, every, now=now):
        raise SeatRefused(_SHARE_READ)
    return None if row is None else take(session, row, account_id, now=now, until=until)


def claim(
    session: Session,
    seat_id: int,
    account_id: int,
    *,
    among: Collection[int] | None = None,
    now: datetime,
    until: datetime,
) -> Seat:
    """That very seat. One that is the reader's already stays so, with a new lease."""
    seat = seat_by_id(session, seat_id)
    if seat is None:
        raise SeatRefused("there is no such seat; open the queue for another")
    reader = taker(session, seat.audit_id, account_id)
    row = locked_row(session, seat_id)
    if row.account_id == account_id and row.state == SeatState.CLAIMED:
        row.lease_until, row.changed_at = until, now
        note(session, seat_id, SeatHappening.RENEWED, account_id=account_id, now=now)
        session.flush()
        return value_of(row)
    if row.state != SeatState.FREE and not (row.state == SeatState.CLAIMED and ran_out(row, now=now)):
        raise SeatRefused("this chart is held, done, or in another reader's hands; claim the next one")
    require_may_have(session, row, reader)
    require_share(session, row, reader, among, now=now)
    return take(session, row, account_id, now=now, until=until)


def take(session: Session, row: SeatRow, account_id: int, *, now: datetime, until: datetime) -> Seat:
    """The seat is this reader's from now on. Whose lease ran out on it is told by its log."""
    if row.account_id is not None:
        note(session, kept(row.id), SeatHappening.EXPIRED, account_id=row.account_id, now=now)
    row.state, row.account_id, row.lease_until, row.changed_at = (
        SeatState.CLAIMED.value,
        account_id,
        until,
        now,
    )
    note(session, kept(row.id), SeatHappening.CLAIMED, account_id=account_id, now=now)
    session.flush()
    return value_of(row)


def taker(session: Session, audit_id: int, account_id: int) -> Taker:
    """This reader of this open audit, whose other claims wait until the transaction ends."""
    require_open(session, audit_id)
    row = session.exec(
        select(AuditReaderRow)
        .where(AuditReaderRow.audit_id == audit_id, AuditReaderRow.account_id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise SeatRefused("who is no reader of this audit has no seat in it: ask its lead to add the reader")
    blind = telling(session, account_id, audit_id)
    return Taker(audit_id, account_id, row.reviews, row.adjudicates, blind)


def require_open(session: Session, audit_id: int) -> None:
    """And it is not closed before this transaction ends."""
    state = session.exec(
        select(ChartAuditRow.state).where(ChartAuditRow.id == audit_id).with_for_update(read=True)
    ).one_or_none()
    if state != AuditState.OPEN:
        raise SeatRefused("this audit is not open: nothing of it can be claimed or changed; ask its lead")


def require_may_have(session: Session, row: SeatRow, reader: Taker) -> None:
    """Whoever has the seat now. `SeatRefused` says why it is none for this reader."""
    allowed, what = (
        (reader.adjudicates, "adjudicate") if row.number == ADJUDICATION else (reader.reviews, "review")
    )
    if not allowed:
        raise SeatRefused(f"this reader is not set to {what} in this audit: ask its lead")
    others = select(SeatRow.id).where(
        SeatRow.audit_chart_id == row.audit_chart_id, SeatRow.account_id == reader.account_id
    )
    if session.exec(others.where(SeatRow.id != row.id)).first() is not None:
        raise SeatRefused(
            "nobody reads a chart twice, and this reader has another seat of it; claim the next"
        )
    if session.get(ConflictRow, (row.audit_chart_id, reader.account_id)) is not None:
        raise SeatRefused("this reader has a conflict of interest with this chart; claim the next one")
    waits = waits_in(session, reader.account_id, row.audit_chart_id, reader.blind)
    if waits is not None:
        raise SeatRefused(
            f"this chart waits for this reader in audit {waits}, which hides what this one shows: it is read "
            "there first; claim the next one"
        )
    _require_room(session, reader)


def require_share(
    session: Session,
    row: SeatRow,
    reader: Taker,
    among: Collection[int] | None,
    *,
    now: datetime,
    refusal: str = _SHARE_READ,
) -> None:
    """`SeatRefused` where this reader has had their share and somebody who has not could take this very seat
    now: whose it is by now too, as if they gave it back first.
    """
    if row.number == ADJUDICATION:
        return
    shared = of_share(session, reader, among, now=now, given=row)
    if shared.after and session.exec(_for(shared, col(SeatRow.id) == row.id)).first() is None:
        raise SeatRefused(refusal)


def is_left(session: Session, reader: Taker, *, now: datetime) -> bool:
    """A seat is free that this reader may have, or its lease ran out."""
    return any(session.exec(_for(reader, each).limit(1)).first() is not None for each in (_FREE, late(now)))


def has_reviewed_all(session: Session, audit_id: int, account_id: int, *, now: datetime) -> bool:
    """This reader has no chart in work, and none is left that they could review: none either that waits for
    others to have their share.
    """
    reader = Taker(audit_id, account_id, reviews=True, adjudicates=False)
    return not open_seats(session, audit_id, account_id) and not is_left(session, reader, now=now)


def _require_room(session: Session, reader: Taker) -> None:
    if open_seats(session, reader.audit_id, reader.account_id) >= MOST_OPEN:
        raise SeatRefused(
            f"this reader has {MOST_OPEN} charts in work, held ones with them: finish, release or hand over "
            "one of them first"
        )


def _first(session: Session, reader: Taker, *, now: datetime) -> SeatRow | None:
    """In the order of the queue, free ones and those whose lease ran out alike; each found by the index."""
    free, lapsed = _FREE, late(now)
    unskipped = _last_skip(reader).is_(None)
    first_late = session.exec(_for(reader, lapsed, unskipped).order_by(*_ORDER).limit(1)).first()
    if first_late is None:
        return _locked(session, _for(reader, free, unskipped).order_by(*_ORDER))
    earlier = tuple_(*_ORDER) < tuple_(first_late.place, first_late.id)
    tries = ((free, earlier), (lapsed,), (free,))
    found = (_locked(session, _for(reader, *which, unskipped).order_by(*_ORDER)) for which in tries)
    return next((row for row in found if row is not None), None)


def _longest_skipped(session: Session, reader: Taker, *, now: datetime) -> SeatRow | None:
    last_skip = _last_skip(reader)
    wanted = _for(reader, or_(_FREE, late(now)), last_skip.is_not(None))
    return _locked(session, wanted.order_by(last_skip, *_ORDER))


def _locked(session: Session, wanted: "SelectOfScalar[SeatRow]") -> SeatRow | None:
    """The first of them; one that somebody else is just taking is passed over."""
    locked = wanted.limit(1).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.exec(locked).first()


def _for(reader: Taker, *which: "ColumnElement[bool]") -> "SelectOfScalar[SeatRow]":
    """Seats of those that this reader may have, and nobody who comes before them; what was theirs and lapsed
    waits for nobody.
    """
    before = [and_(*_may_have(each)) for each in reader.after]
    left_to = [or_(col(SeatRow.account_id) == reader.account_id, ~or_(*before))] if before else []
    return select(SeatRow).where(SeatRow.audit_id == reader.audit_id, *which, *_may_have(reader), *left_to)


def _may_have(reader: Taker) -> "list[ColumnElement[bool]]":
    """Of a seat in a query: adjudications have places below nought."""
    of_chart = aliased(SeatRow)
    has_one = exists().where(
        col(of_chart.audit_chart_id) == SeatRow.audit_chart_id,
        col(of_chart.account_id) == reader.account_id,
        col(of_chart.id) != SeatRow.id,
    )
    conflicts = exists().where(
        col(ConflictRow.audit_chart_id) == SeatRow.audit_chart_id,
        col(ConflictRow.account_id) == reader.account_id,
    )
    kinds = [
        *([] if reader.reviews else [col(SeatRow.place) < 0]),
        *([] if reader.adjudicates else [col(SeatRow.place) > 0]),
    ]
    elsewhere = [~waiting(reader.account_id, reader.blind)] if reader.blind else []
    return [*kinds, ~has_one, ~conflicts, *elsewhere]


def _last_skip(reader: Taker) -> "ScalarSelect[int | None]":
    """When this reader last skipped the chart, on whichever of its seats."""
    of_chart = aliased(SeatRow)
    return (
        select(func.max(SeatEventRow.id))
        .join(of_chart, col(of_chart.id) == SeatEventRow.seat_id)
        .where(
            col(of_chart.audit_chart_id) == SeatRow.audit_chart_id,
            SeatEventRow.what == SeatHappening.SKIPPED,
            SeatEventRow.account_id == reader.account_id,
        )
        .correlate(SeatRow)
        .scalar_subquery()
    )
