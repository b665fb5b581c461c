"""Reading a chart: a review is begun by looking, saved change by change, taken back step by step, and locked.

Each of these is one transaction with its entry in the audit trail. Who comes with an old step number gets a
`Conflict` and loses nothing: what is kept is what the newer window saved.
"""

from dataclasses import replace
from datetime import datetime

from abstractor.errors import Conflict, OptionError, SeatRefused, Unanswered
from abstractor.store.auditing import reviews as kept
from abstractor.store.auditing import seats
from abstractor.store.auditing.values import Rating, Review, SeatState, StepKind
from abstractor.store.database import Session
from abstractor.store.values import Account, Action
from abstractor.workflow.auditing.answers import (
    Answer,
    answer_to_json,
    check_answer,
    check_words,
    rated,
    same_judgement,
)
from abstractor.workflow.auditing.folding import (
    answers_in,
    changed_between,
    next_number,
    stood_before,
    to_take_back,
)
from abstractor.workflow.auditing.items import Item
from abstractor.workflow.auditing.reading import AtSeat, note_in_trail, require_open, to_read, to_write
from abstractor.workflow.auditing.review_page import ReviewPage, page_of
from abstractor.workflow.clinic.pages import unseen_of_chart
from abstractor.workflow.services import Services

__all__ = ["ReviewPage", "add_note", "changed_since", "lock", "review_of", "save", "undo"]


def review_of(services: Services, seat_id: int, reader: Account, now: datetime) -> ReviewPage:
    """The chart as this reader may see it, with what they have said of it; their review begins here."""
    with services.store.writing() as session:
        here = to_read(session, services, seat_id, reader)
        if here.review is None and here.seat.state is not SeatState.DONE:
            here = _begun(session, here, reader, now)
        if here.seat.state is SeatState.CLAIMED and not here.adjudicates:
            here = _gone_on(session, here, reader, now)
        note_in_trail(session, here, Action.CHART_OPENED, reader, now)
        seen = here.blinded(session)
    view = here.of.view
    unseen = unseen_of_chart(services, view.cycle.id, view.patient_id, view.abstract)
    titles = {measure.id: measure.title for measure in services.library.measures}
    return page_of(here, seen, unseen, titles)


def changed_since(
    services: Services, seat_id: int, reader: Account, *, since: int, until: int
) -> frozenset[str]:
    """The items that a page of step `since` shows otherwise than one of step `until`. Nothing of the chart is
    read here, so nothing stands in the trail.
    """
    with services.store.reading() as session:
        review = to_read(session, services, seat_id, reader).review
    return frozenset() if review is None else changed_between(review, since, until)


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
    """The number of the new step, or of the last where that is the item's answer already, so that an undo
    takes back what is seen; no answer takes the item's away. `OptionError` says what the answer lacks,
    `Conflict` that the review has gone on or is locked, `SeatRefused` that the chart is not theirs.
    """
    with services.store.writing() as session:
        here = to_write(session, services, seat_id, reader)
        review = _review(here)
        asked = here.item(item)
        if asked is None:
            raise OptionError("this is not asked of this chart")
        body = _body(here, asked, answer)
        stands = here.answers.get(item)
        if stands is not None and answer_to_json(stands) == body and next_number(review) == expected:
            return expected
        number = kept.append(
            session,
            review.id,
            StepKind.ANSWER,
            item=item,
            body=body,
            expected=expected,
            now=now,
        )
        note_in_trail(session, here, Action.ANSWER_SAVED, reader, now, f"step {number}")
        return number


def undo(services: Services, seat_id: int, reader: Account, *, expected: int, now: datetime) -> int:
    """Takes back the last answer that is not taken back yet; the number of the new step."""
    with services.store.writing() as session:
        here = to_write(session, services, seat_id, reader)
        review = _review(here)
        if next_number(review) != expected:
            raise Conflict("this review has gone on meanwhile: look at it again before you take back")
        taken = to_take_back(review.steps)
        if taken is None:
            raise OptionError("there is nothing to take back")
        number = kept.append(
            session,
            review.id,
            StepKind.UNDO,
            item=taken.item,
            body=stood_before(review.steps),
            expected=expected,
            undoes=taken.number,
            now=now,
        )
        note_in_trail(session, here, Action.ANSWER_UNDONE, reader, now, f"step {number}")
        return number


def lock(services: Services, seat_id: int, reader: Account, *, expected: int, now: datetime) -> None:
    """Signs the review off: it is rated, and the seat is done. `Unanswered` names the items that have no
    answer yet.
    """
    with services.store.writing() as session:
        here = to_write(session, services, seat_id, reader)
        review = _review(here)
        left = here.unanswered()
        if left:
            raise Unanswered(left)
        _require_once(here)
        kept.lock(session, review.id, _ratings(here, review), expected=expected, now=now)
        seats.finish(session, seat_id, now=now)
        note_in_trail(session, here, Action.REVIEW_LOCKED, reader, now, f"{expected} steps")


def add_note(
    services: Services,
    seat_id: int,
    reader: Account,
    *,
    text: str,
    expected: int,
    now: datetime,
    item: str | None = None,
) -> int:
    """A note to a locked review, of an item or of the whole; it changes no answer."""
    check_words(text)
    if not text.strip():
        raise OptionError("a note has words")
    with services.store.writing() as session:
        here = to_read(session, services, seat_id, reader)
        require_open(here)
        if here.review is None or not here.locked:
            raise SeatRefused("a note is added to a locked review; change the answer itself instead")
        if item is not None and here.item(item) is None:
            raise OptionError("this is not asked of this chart")
        number = kept.append(
            session,
            here.review.id,
            StepKind.ADDENDUM,
            item=item or "",
            body=text,
            expected=expected,
            now=now,
        )
        note_in_trail(session, here, Action.REVIEW_NOTED, reader, now, f"step {number}")
        return number


def _begun(session: Session, here: AtSeat, reader: Account, now: datetime) -> AtSeat:
    """An adjudication begins with what both readers said alike."""
    seats.held_by(session, here.seat.id, reader.id)
    review_id, _ = kept.start(session, here.seat.id, reader.id, now=now)
    alike = {key: answer_to_json(answer) for key, answer in _alike(here).items()}
    if alike:
        kept.append_many(session, review_id, alike, expected=0, now=now)
    note_in_trail(session, here, Action.REVIEW_STARTED, reader, now)
    return replace(here, review=kept.review_on(session, here.seat.id, reader.id))


def _gone_on(session: Session, here: AtSeat, reader: Account, now: datetime) -> AtSeat:
    """With what this reader said last of the chart at its other seat, before they gave that up."""
    review = _review(here)
    left = kept.left_at_another_seat(session, here.of.drawn.id, reader.id, but=here.seat.id)
    if left is None or (review.steps and review.steps[-1].at >= left.steps[-1].at):
        return here
    stands, said = here.answers, answers_in(left)
    other = {key: said.get(key) for key in {**stands, **said} if stands.get(key) != said.get(key)}
    if not other:
        return here
    bodies = {key: None if answer is None else answer_to_json(answer) for key, answer in other.items()}
    kept.append_many(session, review.id, bodies, expected=next_number(review), now=now)
    note_in_trail(session, here, Action.ANSWER_SAVED, reader, now, f"taken-along={len(other)}")
    return replace(here, review=kept.review_on(session, here.seat.id, reader.id))


def _alike(here: AtSeat) -> dict[str, Answer]:
    """What two readers judged alike, in the words of the first; what either could not tell is left open."""
    if len(here.peers) < 2:
        return {}
    first, *others = (peer.judged for peer in here.peers)
    found: dict[str, Answer] = {}
    for item in here.items:
        asked = here.asked(item)
        said = [each.get(item.key) for each in (first, *others)]
        known = [answer for answer in said if answer is not None]
        judged = [rated(answer, asked) for answer in known]
        if len(known) == len(said) and all(same_judgement(judged[0], each) for each in judged[1:]):
            found[item.key] = known[0]
    return found


def _review(here: AtSeat) -> Review:
    if here.review is None:
        raise SeatRefused("open the chart first: your review of it begins there")
    return here.review


def _require_once(here: AtSeat) -> None:
    """Also of what was added before a second one was refused. Missed findings alone name a rule."""
    about = [(each.rule, each.line) for each in here.answers.values() if each.rule is not None]
    if len(set(about)) < len(about):
        raise Conflict(
            "two missed findings are of one rule and line: say all of it in one, and take the other away"
        )


def _body(here: AtSeat, item: Item, answer: Answer | None) -> str | None:
    if answer is None:
        if item.key not in here.answers:
            raise OptionError("this has no answer to take away")
        return None
    proposed = here.proposed.get(item.key)
    said = answer if proposed is None else replace(answer, rule=proposed.rule, line=proposed.line)
    check_answer(said, here.asked(item))
    return answer_to_json(said)


def _ratings(here: AtSeat, review: Review) -> list[Rating]:
    answers = here.answers
    return [_rating(here, review, item, answers[item.key]) for item in (*here.items, *here.added())]


def _rating(here: AtSeat, review: Review, item: Item, answer: Answer) -> Rating:
    said = rated(answer, here.asked(item))
    line = answer.line or item.line
    return Rating(
        review_id=review.id,
        audit_id=here.of.audit.id,
        chart_id=here.of.drawn.id,
        seat_number=here.seat.number,
        account_id=review.account_id,
        item=item.key,
        kind=str(item.kind),
        rule=answer.rule or item.rule,
        answer=str(answer.said),
        rating=said.rating,
        program=item.program,
        reason=said.reason,
        line=None if line is None else f"{line.setting}:{line.number}",
    )
