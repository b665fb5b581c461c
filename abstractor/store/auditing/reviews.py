"""Reviews: begun, written step by step, locked, and read. Steps are numbered without a gap; one is added only
by a writer who knows the last number, so that two windows never write over each other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from abstractor.errors import Conflict
from abstractor.store.auditing import about
from abstractor.store.auditing.tables import RatingRow, ReviewLockRow, ReviewRow, ReviewStepRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, Rating, Review, Step, StepKind
from abstractor.store.rows import add, add_all, add_new, kept
from abstractor.store.sealed import Sealing, opened

__all__ = [
    "append",
    "append_many",
    "left_at_another_seat",
    "lock",
    "locked_of_chart",
    "locked_of_seats",
    "rating_of",
    "ratings",
    "review_on",
    "start",
]

_AT_ONCE = 200  # reviews in one statement


def start(session: Session, seat_id: int, account_id: int, *, now: datetime) -> tuple[int, bool]:
    """The number of that reader's review on that seat, and whether it is begun now."""
    wanted = select(ReviewRow.id).where(ReviewRow.seat_id == seat_id, ReviewRow.account_id == account_id)
    there = session.exec(wanted).first()
    if there is not None:
        return there, False
    add_new(session, ReviewRow, [{"seat_id": seat_id, "account_id": account_id, "started_at": now}])
    return kept(session.exec(wanted).one()), True


def append(
    session: Session,
    review_id: int,
    kind: StepKind,
    *,
    item: str,
    body: str | None,
    expected: int,
    now: datetime,
    undoes: int | None = None,
) -> int:
    """The number of the new step. `Conflict` where `expected` is not the last number, or, unless it is an
    addendum, where the review is locked; an addendum to one that is not is refused too.
    """
    _hold(session, review_id)
    if (kind is StepKind.ADDENDUM) != _is_locked(session, review_id):
        raise Conflict("after the lock a review takes notes alone, and before it answers alone")
    _expect(session, review_id, expected)
    _add(session, review_id, kind, [(item, body)], after=expected, undoes=undoes, now=now)
    return expected + 1


def append_many(
    session: Session, review_id: int, answers: Mapping[str, str | None], *, expected: int, now: datetime
) -> int:
    """Answers by item (null: none any more), one step each, in one statement; the last number."""
    _hold(session, review_id)
    if _is_locked(session, review_id):
        raise Conflict("the review is locked")
    _expect(session, review_id, expected)
    _add(session, review_id, StepKind.ANSWER, list(answers.items()), after=expected, now=now)
    return expected + len(answers)


def lock(session: Session, review_id: int, rated: Sequence[Rating], *, expected: int, now: datetime) -> None:
    """From now on its answers are its ratings; `Conflict` where it is locked already or has gone on."""
    _hold(session, review_id)
    if _is_locked(session, review_id):
        raise Conflict("the review is locked already")
    _expect(session, review_id, expected)
    add(session, ReviewLockRow(review_id=review_id, steps=expected, locked_at=now))
    add_all(session, RatingRow, [_rating_row(each) for each in rated])


def review_on(session: Session, seat_id: int, account_id: int) -> Review | None:
    """That reader's review on that seat, with all its steps."""
    found = _read(session, (col(ReviewRow.seat_id) == seat_id) & (col(ReviewRow.account_id) == account_id))
    return next(iter(found), None)


def left_at_another_seat(
    session: Session, audit_chart_id: int, account_id: int, *, but: int
) -> Review | None:
    """Of the reviews that this reader wrote at the other seats of that chart and gave up, the one that they
    wrote last.
    """
    of_chart = (col(SeatRow.audit_chart_id) == audit_chart_id) & (col(SeatRow.number) != ADJUDICATION)
    seats = select(SeatRow.id).where(of_chart, SeatRow.id != but)
    which = col(ReviewRow.seat_id).in_(seats) & (col(ReviewRow.account_id) == account_id)
    if session.exec(select(ReviewRow.id).where(which)).first() is None:
        return None
    left = [each for each in _read(session, which) if each.locked_at is None and each.steps]
    return max(left, key=lambda each: each.steps[-1].at, default=None)


def locked_of_chart(session: Session, audit_chart_id: int) -> tuple[tuple[int, Review], ...]:
    """The locked reviews of a chart with the numbers of their seats, in that order; each of the reader who
    finished the seat.
    """
    seats = {
        kept(number): place
        for number, place in session.exec(
            select(SeatRow.id, SeatRow.number).where(SeatRow.audit_chart_id == audit_chart_id)
        )
    }
    found = [(seats[each.seat_id], each) for each in locked_of_seats(session, list(seats))]
    return tuple(sorted(found, key=lambda each: each[0]))


def locked_of_seats(session: Session, seat_ids: Sequence[int]) -> Iterator[Review]:
    """The locked reviews on these seats, some hundreds at a time."""
    for at in range(0, len(seat_ids), _AT_ONCE):
        some = seat_ids[at : at + _AT_ONCE]
        reviews = _read(session, col(ReviewRow.seat_id).in_(some))
        yield from (each for each in reviews if each.locked_at is not None)


def ratings(session: Session, audit_id: int) -> tuple[Rating, ...]:
    """All of an audit, by chart, item and seat."""
    found = session.exec(
        select(RatingRow, ReviewRow.account_id)
        .join(ReviewRow, col(ReviewRow.id) == col(RatingRow.review_id))
        .where(RatingRow.audit_id == audit_id)
        .order_by(col(RatingRow.audit_chart_id), col(RatingRow.item), col(RatingRow.seat_number))
    )
    return tuple(rating_of(row, account_id) for row, account_id in found)


def _hold(session: Session, review_id: int) -> None:
    """Until the transaction ends nobody else writes to it."""
    session.connection().execute(
        columns(col(ReviewRow.id)).where(col(ReviewRow.id) == review_id).with_for_update()
    ).one()


def _is_locked(session: Session, review_id: int) -> bool:
    return session.exec(select(ReviewLockRow).where(ReviewLockRow.review_id == review_id)).first() is not None


def _expect(session: Session, review_id: int, expected: int) -> None:
    steps = select(func.max(col(ReviewStepRow.number))).where(ReviewStepRow.review_id == review_id)
    if (session.exec(steps).one() or 0) != expected:
        raise Conflict("this review has gone on meanwhile, in another window or by the same click sent twice")


def _add(
    session: Session,
    review_id: int,
    kind: StepKind,
    answers: Sequence[tuple[str, str | None]],
    *,
    after: int,
    now: datetime,
    undoes: int | None = None,
) -> None:
    sealing = Sealing(session)
    add_all(
        session,
        ReviewStepRow,
        [
            {
                "review_id": review_id,
                "number": number,
                "kind": kind.value,
                "item": item,
                "undoes": undoes,
                "at": now,
                "sealed": None
                if body is None
                else sealing.seal(body.encode(), about=about.of_review_step(review_id, number)),
                "key_id": None if body is None else sealing.key_id,
            }
            for number, (item, body) in enumerate(answers, after + 1)
        ],
    )


def _read(session: Session, which: "ColumnElement[bool]") -> tuple[Review, ...]:
    """The reviews for which that holds, in two statements."""
    rows = session.exec(
        select(ReviewRow, ReviewLockRow)
        .join(ReviewLockRow, col(ReviewLockRow.review_id) == col(ReviewRow.id), isouter=True)
        .where(which)
        .order_by(col(ReviewRow.id))
    ).all()
    steps: dict[int, list[Step]] = defaultdict(list)
    numbers = select(ReviewRow.id).where(which)
    written = select(ReviewStepRow).where(col(ReviewStepRow.review_id).in_(numbers))
    for row in session.exec(written.order_by(col(ReviewStepRow.review_id), col(ReviewStepRow.number))):
        steps[row.review_id].append(_step(session, row))
    return tuple(_review(row, lock, steps[kept(row.id)]) for row, lock in rows)


def _review(row: ReviewRow, lock: ReviewLockRow | None, steps: Sequence[Step]) -> Review:
    """What was written after the lock and is no note is not there: whoever wrote it went past the program."""
    return Review(
        id=kept(row.id),
        seat_id=row.seat_id,
        account_id=row.account_id,
        started_at=row.started_at,
        locked_at=None if lock is None else lock.locked_at,
        steps=tuple(
            step
            for step in steps
            if lock is None or step.number <= lock.steps or step.kind is StepKind.ADDENDUM
        ),
    )


def _step(session: Session, row: ReviewStepRow) -> Step:
    body = row.sealed
    return Step(
        number=row.number,
        kind=StepKind(row.kind),
        item=row.item,
        undoes=row.undoes,
        at=row.at,
        body=None
        if body is None
        else opened(session, body, about=about.of_review_step(row.review_id, row.number)).decode(),
    )


def _rating_row(rating: Rating) -> dict[str, object]:
    return {
        "review_id": rating.review_id,
        "item": rating.item,
        "audit_id": rating.audit_id,
        "audit_chart_id": rating.chart_id,
        "seat_number": rating.seat_number,
        "kind": rating.kind,
        "rule": rating.rule,
        "line": rating.line,
        "answer": rating.answer,
        "rating": rating.rating,
        "program": rating.program,
        "reason": rating.reason,
    }


def rating_of(row: RatingRow, account_id: int) -> Rating:
    """As that reader gave it."""
    return Rating(
        review_id=row.review_id,
        audit_id=row.audit_id,
        chart_id=row.audit_chart_id,
        seat_number=row.seat_number,
        account_id=account_id,
        item=row.item,
        kind=row.kind,
        rule=row.rule,
        answer=row.answer,
        rating=row.rating,
        program=row.program,
        reason=row.reason,
        line=row.line,
    )
