"""Both reviews and the program beside the card that settles them; differences first."""

from collections.abc import Sequence
from dataclasses import replace

from abstractor.web.auditing.cards import Card, Section, answer_in_words, because_in_words
from abstractor.web.wording import capfirst
from abstractor.workflow.auditing.adjudicating import Reading, SideBySide, SideRow

__all__ = ["settled_in"]


def settled_in(cards: Sequence[Card], sides: SideBySide) -> tuple[Section, ...]:
    """The cards in three parts: readers differ; they agree and the program does not; all agree."""
    rows = {row.item.item.key: row for row in sides.rows}
    whole = [_beside(card, rows[card.item.key]) if card.item.key in rows else card for card in cards]
    order = {row.item.item.key: place for place, row in enumerate(sides.rows)}
    ordered = sorted(whole, key=lambda card: order.get(card.item.key, len(order)))
    differ = tuple(card for card in ordered if card.differs)
    against = tuple(c for c in ordered if not c.differs and _against(c, rows))
    rest = tuple(card for card in ordered if not card.differs and not _against(card, rows))
    parts = (
        Section("The readers differ", differ),
        Section("The readers agree, the program says otherwise", against),
        Section("No difference", rest, folded=True),
    )
    return tuple(part for part in parts if part.cards)


def _against(card: Card, rows: dict[str, SideRow]) -> bool:
    row = rows.get(card.item.key)
    return row is not None and row.against_program


def _beside(card: Card, row: SideRow) -> Card:
    said = [_said(reading) for reading in row.readings]
    if card.shown is not None:
        program = "right as it stands" if card.item.kind == "line" else _verdict(card.shown)
        said.append(("The program", program, ""))
    return replace(card, beside=tuple(said), differs=row.differ)


def _said(reading: Reading) -> tuple[str, str, str]:
    who = f"Reader {reading.seat_number}"
    if reading.answer is None:
        return who, "did not say so", ""
    return who, capfirst(answer_in_words(reading.answer)), because_in_words(reading.answer)


def _verdict(code: str) -> str:
    return capfirst(str(code).replace("-", " "))
