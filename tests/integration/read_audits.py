"""An audit of which every seat is read and locked, row by row: many charts of many items fast."""

import random
from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from abstractor.store.auditing.tables import RatingRow, ReviewLockRow, ReviewRow, SeatRow
from abstractor.store.rows import add_all, kept
from tests.integration.keeping import NOW, after
from tests.integration.seated import Seated, seats_of

__all__ = ["ITEMS", "read_by_all"]

MEASURE = ("met", "not-met", "excluded", "exception", "unknown")
ITEMS = {
    **{f"criterion:{name}": ("met", "not-met", "unknown") for name in ("a", "b", "c")},
    **{f"line:palliative:{line}": ("right", "wrong") for line in range(1, 6)},
    **{f"finding:M{number}:palliative:1:-:ASCO": MEASURE for number in range(26)},
    **{
        f"finding:sequencing:palliative:{line}:-:{authority}": ("preferred", "acceptable", "not-preferred")
        for line in (1, 2, 3)
        for authority in ("ASCO", "ESMO")
    },
}


def read_by_all(session: Session, audit: Seated, items: Mapping[str, Sequence[str]] = ITEMS) -> None:
    """Each chart by two of the readers; four answers in five are the program's."""
    draw = random.Random(4)
    rows = seats_of(session, audit.audit_id)
    readers = sorted(audit.readers.values())
    pairs = {row.audit_chart_id: draw.sample(readers, 2) for row in rows if row.number == 1}
    for row in rows:
        row.account_id, row.state = pairs[row.audit_chart_id][row.number - 1], "done"
    session.flush()
    reviews = [{"seat_id": row.id, "account_id": kept(row.account_id), "started_at": NOW} for row in rows]
    add_all(session, ReviewRow, reviews)
    program = {(row.audit_chart_id, item): draw.choice(said) for row in rows for item, said in items.items()}
    for number, row in enumerate(rows, start=1):
        add_all(
            session, ReviewLockRow, [{"review_id": number, "steps": len(items), "locked_at": after(number)}]
        )
        add_all(session, RatingRow, list(ratings_of(draw, number, row, items, program)))


def ratings_of(
    draw: random.Random,
    review: int,
    row: SeatRow,
    items: Mapping[str, Sequence[str]],
    program: Mapping[tuple[int, str], str],
) -> Iterator[dict[str, object]]:
    for item, said in items.items():
        kind, rule, *_ = item.split(":")
        told = program[row.audit_chart_id, item]
        yield {
            "review_id": review,
            "item": item,
            "audit_id": row.audit_id,
            "audit_chart_id": row.audit_chart_id,
            "seat_number": row.number,
            "kind": kind,
            "rule": "" if kind == "line" else rule,
            "answer": "agree",
            "rating": told if draw.random() < 0.8 else draw.choice(said),
            "program": told,
        }
