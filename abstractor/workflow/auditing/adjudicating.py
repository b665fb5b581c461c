"""Settling what two readers said differently: both locked reviews and the program side by side, for the third
reader or for both readers at one table. What is settled is a review of its own, saved and locked like one.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from abstractor.errors import SeatRefused
from abstractor.store.auditing import seats
from abstractor.store.auditing.values import ADJUDICATION
from abstractor.store.values import Account, Action
from abstractor.workflow.auditing.answers import Answer, Rated, rated, same_judgement
from abstractor.workflow.auditing.items import Item
from abstractor.workflow.auditing.masking import Mask
from abstractor.workflow.auditing.reading import AtSeat, Peer, note_in_trail, to_read
from abstractor.workflow.auditing.review_page import ReviewPage
from abstractor.workflow.auditing.reviews import review_of
from abstractor.workflow.auditing.shown import ItemSeen
from abstractor.workflow.services import Services

__all__ = ["Reading", "SideBySide", "SideRow", "side_by_side"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader said, who goes by the number of their seat; no answer: they did not add this."""

    seat_number: int
    answer: Answer | None
    rated: Rated | None


@dataclass(frozen=True, slots=True)
class SideRow:
    """`differ`: the readers do. `against_program`: they say the same, and the program, where it may be seen,
    something else.
    """

    item: ItemSeen
    readings: tuple[Reading, ...]
    differ: bool
    against_program: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """`page` is the adjudication's own review. Rows: first those that differ, then those that are against the
    program, then the rest; each in the order of the chart.
    """

    page: ReviewPage
    rows: tuple[SideRow, ...]

    @property
    def differing(self) -> int:
        return sum(row.differ for row in self.rows)


def side_by_side(services: Services, seat_id: int, reader: Account, now: datetime) -> SideBySide:
    """The adjudication begins here where it has not yet: with what both readers said alike."""
    with services.store.reading() as session:
        seat = seats.seat_by_id(session, seat_id)
        if seat is None or seat.account_id != reader.id or seat.number != ADJUDICATION:
            raise SeatRefused("this is no adjudication of yours; open the queue for another")
    page = review_of(services, seat_id, reader, now)
    with services.store.writing() as session:
        here = to_read(session, services, seat_id, reader)
        note_in_trail(session, here, Action.REVIEWS_COMPARED, reader, now)
        mask = here.blinded(session).mask
    rows = [_row(here, seen, mask) for seen in page.items]
    return SideBySide(page, tuple(sorted(rows, key=lambda row: (not row.differ, not row.against_program))))


def _row(here: AtSeat, seen: ItemSeen, mask: Mask) -> SideRow:
    item = here.item(seen.item.key) or seen.item
    readings = tuple(_reading(here, item, peer, mask) for peer in here.peers)
    differ = _differ([each.rated for each in readings])
    program = seen.told.verdict if seen.told else seen.item.program
    said = readings[0].rated if readings else None
    apart = said is not None and program is not None and said.rating != program
    return SideRow(seen, readings, differ, against_program=apart and not differ)


def _reading(here: AtSeat, item: Item, peer: Peer, mask: Mask) -> Reading:
    answer = peer.judged.get(item.key)
    if answer is None:
        return Reading(peer.seat_number, None, None)
    shown = replace(answer, text=mask.text(answer.text))
    return Reading(peer.seat_number, shown, rated(answer, here.asked(item)))


def _differ(said: list[Rated | None]) -> bool:
    """Who cannot tell differs from who can, and not from another who cannot."""
    known = [each for each in said if each is not None]
    if len(known) < len(said):
        return True
    first = known[0] if known else None
    return any(
        first is not None
        and not same_judgement(first, each)
        and not (first.rating is None and each.rating is None)
        for each in known[1:]
    )
