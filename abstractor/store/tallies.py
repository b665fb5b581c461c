"""Counts that only go up, kept in the database because many processes add to them."""

from collections.abc import Mapping

from sqlmodel import Session, col, select, update

from abstractor.store.connection_tables import TallyRow
from abstractor.store.rows import add_new, changed

__all__ = ["add", "tallies"]


def add(session: Session, clinic_id: int, numbers: Mapping[str, int]) -> None:
    """So many more of each; a row stays locked until the end of the transaction."""
    for what, number in sorted(numbers.items()):
        if number:
            add_new(session, TallyRow, [{"clinic_id": clinic_id, "what": what, "number": 0}])
            mine = update(TallyRow).where(col(TallyRow.clinic_id) == clinic_id, col(TallyRow.what) == what)
            changed(session, mine.values(number=col(TallyRow.number) + number))


def tallies(session: Session) -> tuple[tuple[int, str, int], ...]:
    """(clinic, what, number), in that order."""
    rows = session.exec(select(TallyRow).order_by(col(TallyRow.clinic_id), col(TallyRow.what)))
    return tuple((row.clinic_id, row.what, row.number) for row in rows)
