"""What happened to a seat, row after row; words that somebody wrote are sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.store.auditing import about
from abstractor.store.auditing.tables import SeatEventRow
from abstractor.store.auditing.values import SeatEvent, SeatHappening
from abstractor.store.sealed import Sealing, opened

__all__ = ["Said", "events_of", "note"]


@dataclass(frozen=True, slots=True)
class Said:
    """Why somebody did it: a code, and words of their own."""

    reason: str | None = None
    words: str | None = None


NOTHING_SAID = Said()


def note(
    session: Session,
    seat_id: int,
    what: SeatHappening,
    *,
    account_id: int | None,
    now: datetime,
    to_account_id: int | None = None,
    said: Said = NOTHING_SAID,
) -> None:
    """`account_id`: whose seat it was or became; `to_account_id`: who has it after a handing over."""
    sealed, key_id = None, None
    if said.words:
        sealing = Sealing(session)
        sealed, key_id = sealing.seal(said.words.encode(), about=about.of_seat_event(seat_id)), sealing.key_id
    session.add(
        SeatEventRow(
            seat_id=seat_id,
            at=now,
            what=what.value,
            account_id=account_id,
            to_account_id=to_account_id,
            reason=said.reason,
            sealed=sealed,
            key_id=key_id,
        )
    )


def events_of(session: Session, seat_id: int) -> tuple[SeatEvent, ...]:
    """All that happened to that seat, the first first."""
    rows = session.exec(
        select(SeatEventRow).where(SeatEventRow.seat_id == seat_id).order_by(col(SeatEventRow.id))
    )
    return tuple(_event(session, row) for row in rows)


def _event(session: Session, row: SeatEventRow) -> SeatEvent:
    words = None
    if row.sealed is not None:
        words = opened(session, row.sealed, about=about.of_seat_event(row.seat_id)).decode()
    return SeatEvent(
        seat_id=row.seat_id,
        at=row.at,
        what=SeatHappening(row.what),
        account_id=row.account_id,
        to_account_id=row.to_account_id,
        reason=row.reason,
        words=words,
    )
