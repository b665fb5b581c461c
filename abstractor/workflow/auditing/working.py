"""What a reader writes keeps the chart theirs: whoever works on it does not lose it for the clock."""

from contextlib import suppress
from datetime import datetime

from abstractor.errors import SeatRefused
from abstractor.store.values import Account
from abstractor.workflow.auditing import reviews, seats
from abstractor.workflow.auditing.answers import Answer
from abstractor.workflow.services import Services

__all__ = ["save", "undo"]


def save(
    services: Services,
    seat_id: int,
    reader: Account,
    *,
    item: str,
    answer: Answer | None,
    expected: int,
    now: datetime,
) -> int:
    """As `reviews.save`, and the lease goes on."""
    step = reviews.save(services, seat_id, reader, item=item, answer=answer, expected=expected, now=now)
    _renew(services, seat_id, reader, now=now)
    return step


def undo(services: Services, seat_id: int, reader: Account, *, expected: int, now: datetime) -> int:
    """As `reviews.undo`, and the lease goes on."""
    step = reviews.undo(services, seat_id, reader, expected=expected, now=now)
    _renew(services, seat_id, reader, now=now)
    return step


def _renew(services: Services, seat_id: int, reader: Account, *, now: datetime) -> None:
    """What was written is kept, whether the seat was handed over in that moment or not."""
    with suppress(SeatRefused):
        seats.renew(services, seat_id, reader, now=now)
