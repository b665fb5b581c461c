"""The seats of an audit: made when its charts are drawn, done when the review on them is locked.

free -> claimed <-> held -> done. The third seat of a chart, its adjudication, is made when two reviews are
locked that differ; its place is less than nothing by the number of items on which they do, so that the
chart with the most to settle comes first of all.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.errors import SeatRefused
from abstractor.store.auditing.differing import differing
from abstractor.store.auditing.seat_log import note
from abstractor.store.auditing.tables import AuditChartRow, RatingRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, DrawnChart, Seat, SeatHappening, SeatState
from abstractor.store.rows import add_all, kept

__all__ = [
    "OPEN",
    "as_drawn",
    "finish",
    "held_by",
    "locked_row",
    "make_seats",
    "ran_out",
    "seat_by_id",
    "value_of",
]

# The states in which a seat is somebody's work.
OPEN = (SeatState.CLAIMED.value, SeatState.HELD.value)


def make_seats(session: Session, audit_id: int, charts: Sequence[DrawnChart], *, now: datetime) -> None:
    """A free seat for each reading that the draw asks for, in the order of the draw."""
    add_all(
        session,
        SeatRow,
        [
            _new(audit_id, chart.id, number=number, place=chart.place, now=now)
            for chart in sorted(charts, key=lambda chart: chart.place)
            for number in range(1, chart.readers + 1)
        ],
    )


def as_drawn(session: Session, audit_id: int, charts: Iterable[DrawnChart]) -> bool:
    """The audit has the seats that the draw made, each at its chart's place, and besides them adjudications
    of charts alone that two have read.
    """
    wanted = {(chart.id, number): chart.place for chart in charts for number in range(1, chart.readers + 1)}
    rows = session.exec(
        select(SeatRow.audit_chart_id, SeatRow.number, SeatRow.place, SeatRow.state).where(
            SeatRow.audit_id == audit_id
        )
    ).all()
    done = {(chart, number) for chart, number, _, state in rows if state == SeatState.DONE.value}
    settled = {(chart, number, place) for chart, number, place, _ in rows if number == ADJUDICATION}
    made = {(chart, number): place for chart, number, place, _ in rows if number != ADJUDICATION}
    return made == wanted and all(
        place < 0 and {(chart, 1), (chart, 2)} <= done for chart, _, place in settled
    )


def finish(session: Session, seat_id: int, *, now: datetime) -> Seat:
    """The review on that seat is locked and its ratings are written, in this transaction: the seat is done.
    Where it was the second of two that differ, the adjudication seat becomes free.
    """
    row = locked_row(session, seat_id)
    if row.state not in OPEN:
        raise SeatRefused("nobody has this seat, or it is done: claim it, or open the queue for another")
    row.state, row.lease_until, row.changed_at = SeatState.DONE.value, None, now
    note(session, seat_id, SeatHappening.DONE, account_id=row.account_id, now=now)
    session.flush()
    if row.number != ADJUDICATION:
        _settle(session, row, now=now)
    return value_of(row)


def held_by(session: Session, seat_id: int, account_id: int) -> Seat:
    """That seat, if this account has it in work; locked until the transaction ends. One whose lease ran out
    is still its reader's until somebody else claims it.
    """
    row = locked_row(session, seat_id)
    if row.account_id != account_id or row.state not in OPEN:
        raise SeatRefused(
            "this chart is not yours to read now: it was released, handed over, claimed by somebody else "
            "after your lease ran out, or is done; open the queue for another"
        )
    return value_of(row)


def seat_by_id(session: Session, seat_id: int) -> Seat | None:
    row = session.get(SeatRow, seat_id)
    return None if row is None else value_of(row)


def holders_of(session: Session, audit_chart_id: int) -> frozenset[int]:
    """The accounts that have a seat of that chart, done ones with them."""
    found = session.exec(select(SeatRow.account_id).where(SeatRow.audit_chart_id == audit_chart_id))
    return frozenset(one for one in found if one is not None)


def locked_row(session: Session, seat_id: int) -> SeatRow:
    """The row as it is now, and as nobody else changes it before this transaction ends."""
    wanted = select(SeatRow).where(SeatRow.id == seat_id).with_for_update()
    row = session.exec(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise SeatRefused("there is no such seat; open the queue for another")
    return row


def ran_out(row: SeatRow, *, now: datetime) -> bool:
    """Its reader's time is over: whoever claims it has it."""
    return row.lease_until is not None and row.lease_until < now


def value_of(row: SeatRow) -> Seat:
    return Seat(
        id=kept(row.id),
        audit_id=row.audit_id,
        chart_id=row.audit_chart_id,
        number=row.number,
        place=row.place,
        state=SeatState(row.state),
        account_id=row.account_id,
        lease_until=row.lease_until,
        skips=row.skips,
        changed_at=row.changed_at,
    )


def _settle(session: Session, done: SeatRow, *, now: datetime) -> None:
    """Two who lock at once wait here for each other: the later one sees the other's ratings. Whoever only
    refers to the chart waits for nobody.
    """
    chart = col(AuditChartRow.id) == done.audit_chart_id
    session.exec(select(AuditChartRow.id).where(chart).with_for_update(key_share=True)).one()
    others = session.exec(
        select(SeatRow.number, SeatRow.state).where(
            SeatRow.audit_chart_id == done.audit_chart_id, SeatRow.id != done.id
        )
    ).all()
    if not others or any(number == ADJUDICATION or state != SeatState.DONE.value for number, state in others):
        return
    ratings = session.exec(select(RatingRow).where(RatingRow.audit_chart_id == done.audit_chart_id)).all()
    differ = differing(*([each for each in ratings if each.seat_number == number] for number in (1, 2)))
    if differ:
        seat = _new(done.audit_id, done.audit_chart_id, number=ADJUDICATION, place=-len(differ), now=now)
        add_all(session, SeatRow, [seat])


def _new(audit_id: int, chart_id: int, *, number: int, place: int, now: datetime) -> dict[str, object]:
    return {
        "audit_id": audit_id,
        "audit_chart_id": chart_id,
        "number": number,
        "place": place,
        "state": SeatState.FREE.value,
        "skips": 0,
        "changed_at": now,
    }
