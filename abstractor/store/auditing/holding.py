"""What becomes of a seat that somebody has: renewed, held, given back, skipped, handed over, or never theirs
to read.

Who takes hold of a reader's row and of a seat does it in this order, so that no two wait for each other.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.errors import SeatRefused
from abstractor.store.auditing.claiming import require_may_have, require_open, require_share, taker
from abstractor.store.auditing.conflicts import in_work_of_patient, keep_conflict
from abstractor.store.auditing.seat_log import NOTHING_SAID, Said, note
from abstractor.store.auditing.seats import OPEN, held_by, locked_row, seat_by_id, value_of
from abstractor.store.auditing.tables import AuditReaderRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, Seat, SeatHappening, SeatState
from abstractor.store.rows import kept

__all__ = ["declare_conflict", "give_back", "hand_over", "hold", "release", "renew", "resume", "skip"]

_THEIR_SHARE = (
    "the reviews of this audit are shared equally, and that reader's share is read or in work: choose a "
    "reader who has not had theirs, or release the chart; its lead can hand it over beyond the shares"
)


def renew(session: Session, seat_id: int, account_id: int, *, now: datetime, until: datetime) -> Seat:
    """A claim goes on; one that ran out too, where nobody has taken the seat meanwhile."""
    row = _own(session, seat_id, account_id, SeatState.CLAIMED)
    return _set(session, row, SeatHappening.RENEWED, state=SeatState.CLAIMED, until=until, now=now)


def hold(session: Session, seat_id: int, account_id: int, *, said: Said, now: datetime) -> Seat:
    """It waits for something and keeps its reader, without a lease."""
    row = _own(session, seat_id, account_id, SeatState.CLAIMED)
    return _set(session, row, SeatHappening.HELD, state=SeatState.HELD, said=said, now=now)


def resume(session: Session, seat_id: int, account_id: int, *, now: datetime, until: datetime) -> Seat:
    row = _own(session, seat_id, account_id, SeatState.HELD)
    return _set(session, row, SeatHappening.RESUMED, state=SeatState.CLAIMED, until=until, now=now)


def release(session: Session, seat_id: int, account_id: int | None, *, said: Said, now: datetime) -> Seat:
    """Free for whoever claims next, the one who had it too. Null: whoever's it is."""
    row = _in_work(session, seat_id, account_id)
    return _free(session, row, SeatHappening.RELEASED, said=said, now=now)


def give_back(session: Session, audit_id: int, account_id: int, *, said: Said, now: datetime) -> int:
    """What this account has in work in that audit and may not read there any more is free again; how many."""
    reader = session.get(AuditReaderRow, (audit_id, account_id), populate_existing=True)
    wanted = select(SeatRow.id, SeatRow.number).where(
        SeatRow.audit_id == audit_id, SeatRow.account_id == account_id, col(SeatRow.state).in_(OPEN)
    )
    given = 0
    for seat_id, number in session.exec(wanted.order_by(col(SeatRow.id))).all():
        if reader is None or not (reader.adjudicates if number == ADJUDICATION else reader.reviews):
            release(session, kept(seat_id), account_id, said=said, now=now)
            given += 1
    return given


def skip(session: Session, seat_id: int, account_id: int, *, said: Said, now: datetime) -> Seat:
    """Free for others at once; this reader gets the chart again when nothing else is left."""
    row = _own(session, seat_id, account_id, SeatState.CLAIMED, SeatState.HELD)
    row.skips += 1
    return _free(session, row, SeatHappening.SKIPPED, said=said, now=now)


def hand_over(
    session: Session,
    seat_id: int,
    account_id: int | None,
    *,
    to: int,
    said: Said,
    among: Collection[int] | None = None,
    now: datetime,
    until: datetime,
) -> Seat:
    """Reader `to` has it from now on, with a lease of its own. Null: whoever's it is, and nobody's too.
    `among`: as of a claim, to whose share this holds too.
    """
    found = _there(session, seat_id)
    reader = taker(session, found.audit_id, to)
    if account_id is not None:
        held_by(session, seat_id, account_id)
    row = locked_row(session, seat_id)
    if row.state == SeatState.DONE:
        raise SeatRefused("the review of this chart is locked: there is nothing left to hand over")
    if row.account_id == to:
        raise SeatRefused("this reader has the chart already: choose another")
    require_may_have(session, row, reader)
    require_share(session, row, reader, among, now=now, refusal=_THEIR_SHARE)
    before = row.account_id
    row.account_id = to
    row.state, row.lease_until, row.changed_at = SeatState.CLAIMED.value, until, now
    what = SeatHappening.HANDED_OVER
    note(session, seat_id, what, account_id=before, to_account_id=to, said=said, now=now)
    session.flush()
    return value_of(row)


def declare_conflict(
    session: Session, seat_id: int, account_id: int, *, reason: str, words: str | None, now: datetime
) -> tuple[Seat, ...]:
    """This reader never reads a chart of this patient; what seats of the patient the reader has in work are
    free again, in this audit and in every other open one: this seat, or the reader's own, is the first.
    """
    found = _there(session, seat_id)
    require_open(session, found.audit_id)
    # All of them, in one order: two declarations of one reader do not wait for each other.
    own = select(AuditReaderRow).where(AuditReaderRow.account_id == account_id)
    rows = session.exec(own.order_by(col(AuditReaderRow.audit_id)).with_for_update()).all()
    if found.audit_id not in {row.audit_id for row in rows}:
        raise SeatRefused(
            "who is no reader of this audit reads none of its charts; choose one of its readers"
        )
    of_chart = select(SeatRow.id).where(
        SeatRow.audit_chart_id == found.chart_id, SeatRow.account_id == account_id
    )
    own_id = session.exec(of_chart).first()
    row = locked_row(session, seat_id if own_id is None else own_id)
    if row.account_id == account_id and row.state == SeatState.DONE:
        raise SeatRefused(
            "the review of this chart is locked and stays: write the conflict of interest into an addendum, "
            "and tell the lead of the audit"
        )
    keep_conflict(session, found.chart_id, account_id, reason=reason, now=now)
    said = Said(reason, words)
    if row.account_id == account_id:
        first = _free(session, row, SeatHappening.CONFLICT, said=said, now=now)
    else:
        note(session, kept(row.id), SeatHappening.CONFLICT, account_id=account_id, said=said, now=now)
        first = value_of(row)
    again = [locked_row(session, seat) for seat in in_work_of_patient(session, found.chart_id, account_id)]
    return (first, *(_free(session, row, SeatHappening.CONFLICT, said=said, now=now) for row in again))


def _there(session: Session, seat_id: int) -> Seat:
    found = seat_by_id(session, seat_id)
    if found is None:
        raise SeatRefused("there is no such seat; open the queue for another")
    return found


def _own(session: Session, seat_id: int, account_id: int, *states: SeatState) -> SeatRow:
    """The row of a seat that this reader has in one of these states, in an open audit."""
    seat = held_by(session, seat_id, account_id)
    require_open(session, seat.audit_id)
    if seat.state not in states:
        raise SeatRefused(
            "this chart is on hold: resume it first"
            if seat.state is SeatState.HELD
            else "this chart is not on hold: there is nothing to resume"
        )
    return locked_row(session, seat_id)


def _in_work(session: Session, seat_id: int, account_id: int | None) -> SeatRow:
    if account_id is not None:
        held_by(session, seat_id, account_id)
    row = locked_row(session, seat_id)
    require_open(session, row.audit_id)
    if row.state not in OPEN:
        raise SeatRefused("nobody has this chart in work: there is nothing to give back")
    return row


def _free(session: Session, row: SeatRow, what: SeatHappening, *, said: Said, now: datetime) -> Seat:
    before = row.account_id
    row.account_id = None
    return _set(session, row, what, state=SeatState.FREE, said=said, now=now, of=before)


def _set(
    session: Session,
    row: SeatRow,
    what: SeatHappening,
    *,
    state: SeatState,
    now: datetime,
    until: datetime | None = None,
    said: Said = NOTHING_SAID,
    of: int | None = None,
) -> Seat:
    row.state, row.lease_until, row.changed_at = state.value, until, now
    note(session, kept(row.id), what, account_id=row.account_id if of is None else of, said=said, now=now)
    session.flush()
    return value_of(row)
