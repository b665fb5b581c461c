"""A review from its beginning to its notes: who may write, what is refused, and that locked is locked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import text

from abstractor.errors import AbstractorError, Conflict, OptionError, SeatRefused, Unanswered
from abstractor.store import trail
from abstractor.store.auditing import reviews as kept
from abstractor.store.auditing.holding import hold, release
from abstractor.store.auditing.seat_log import Said as Told
from abstractor.store.auditing.values import SeatState, StepKind
from abstractor.store.database import Store
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.reviews import add_note, lock, save, undo
from tests.integration.keeping import after
from tests.integration.reviews.room import Room, room_with, told_charts

WINDOWS = 6
VISIT = "criterion:visit-in-period"
LINES = "criterion:her2-lines"
AGREE = Answer(Said.AGREE)
CANNOT = Answer(Said.CANNOT_TELL, missing=("visit",))
OVERRULE = Answer(Said.OVERRULE, right="not-met", reason="record-misread", text="It was a phone call.")


@pytest.fixture
def room(store: Store) -> Room:
    return room_with(store, told_charts())


def test_a_review_begins_by_looking_and_is_saved_step_by_step(room: Room) -> None:
    seat = room.sit("ann")
    page = room.page("ann", seat)
    assert (page.expected, page.locked_at, page.takes_back) == (0, None, None)
    assert page.unanswered == tuple(seen.item.key for seen in page.items)
    assert [room.save("ann", seat, VISIT, AGREE, 0), room.save("ann", seat, VISIT, OVERRULE, 1)] == [1, 2]
    page = room.page("ann", seat)
    answered = {seen.item.key: seen.answer for seen in page.items if seen.answer is not None}
    assert answered == {VISIT: OVERRULE}
    assert (page.expected, page.takes_back) == (2, VISIT)
    assert VISIT not in page.unanswered


def test_who_comes_with_an_old_number_is_refused_and_loses_nothing(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    room.save("ann", seat, VISIT, AGREE, 0)
    for expected in (0, 2, -1):
        with pytest.raises(Conflict):
            room.save("ann", seat, LINES, AGREE, expected)
        with pytest.raises(Conflict):
            undo(room.services, seat, room.readers["ann"], expected=expected, now=after(4))
    assert room.page("ann", seat).expected == 1


def test_of_two_windows_at_once_one_is_kept(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    start = Barrier(WINDOWS)

    def click(number: int) -> int:
        start.wait()
        try:
            return room.save("ann", seat, VISIT if number % 2 else LINES, AGREE, 0)
        except Conflict:
            return 0

    with ThreadPoolExecutor(WINDOWS) as windows:
        assert sorted(windows.map(click, range(WINDOWS))) == [*[0] * (WINDOWS - 1), 1]
    assert room.page("ann", seat).expected == 1


def test_undo_takes_back_step_after_step(room: Room) -> None:
    seat, reader = room.sit("ann"), room.readers["ann"]
    room.page("ann", seat)
    room.save("ann", seat, VISIT, AGREE, 0)
    room.save("ann", seat, VISIT, OVERRULE, 1)
    room.save("ann", seat, LINES, CANNOT, 2)
    room.save("ann", seat, LINES, None, 3)
    seen = []
    for expected in range(4, 8):
        undo(room.services, seat, reader, expected=expected, now=after(5))
        page = room.page("ann", seat)
        seen.append({one.item.key: one.answer for one in page.items if one.answer is not None})
    assert seen == [{VISIT: OVERRULE, LINES: CANNOT}, {VISIT: OVERRULE}, {VISIT: AGREE}, {}]
    with pytest.raises(OptionError, match="nothing to take back"):
        undo(room.services, seat, reader, expected=8, now=after(6))


def test_the_lock_says_what_has_no_answer_yet(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    room.save("ann", seat, VISIT, AGREE, 0)
    with pytest.raises(Unanswered, match="8 of the questions") as refused:
        lock(room.services, seat, room.readers["ann"], expected=1, now=after(4))
    assert set(refused.value.items) == set(room.page("ann", seat).unanswered)


def locked(room: Room) -> int:
    seat = room.sit("ann")
    number = room.answer_all("ann", seat)
    missed = Answer(
        Said.OWN, right="not-met", reason="record-not-used", rule="CDK-CBC", text="No count was taken."
    )
    number = room.save("ann", seat, "missed:1", missed, number)
    number = room.save("ann", seat, VISIT, CANNOT, number)
    number = room.save("ann", seat, LINES, OVERRULE, number)
    lock(room.services, seat, room.readers["ann"], expected=number, now=after(4))
    return seat


def test_the_lock_rates_every_item_in_codes_and_ends_the_seat(room: Room) -> None:
    seat = locked(room)
    with room.services.store.reading() as session:
        rated = {one.item: one for one in kept.ratings(session, room.audit_id)}
    page = room.page("ann", seat)
    assert set(rated) == {seen.item.key for seen in (*page.items, *page.added)}
    said = {key: (one.answer, one.rating, one.program, one.reason) for key, one in rated.items()}
    assert said[VISIT] == ("cannot-tell", None, "met", "visit")
    assert said[LINES] == ("overrule", "not-met", "met", "record-misread")
    assert said["line:palliative:1"] == ("agree", "right", "right", None)
    assert said["finding:ILD-ACT:palliative:2:-:FDA"] == ("agree", "not-met", "not-met", None)
    assert said["missed:1"] == ("own", "not-met", None, "record-not-used")
    assert (rated["missed:1"].rule, rated["missed:1"].kind) == ("CDK-CBC", "missed")
    assert page.state is SeatState.DONE
    assert page.locked_at == after(4)


def test_after_the_lock_there_are_notes_alone(room: Room) -> None:
    seat, reader = locked(room), room.readers["ann"]
    before = room.page("ann", seat)
    for refused in (
        lambda: room.save("ann", seat, VISIT, AGREE, before.expected),
        lambda: undo(room.services, seat, reader, expected=before.expected, now=after(5)),
        lambda: lock(room.services, seat, reader, expected=before.expected, now=after(5)),
    ):
        with pytest.raises(AbstractorError):
            refused()
    for item, words in ((None, "Ask the pharmacy."), (VISIT, "Seen in the ward.")):
        expected = room.page("ann", seat).expected
        add_note(room.services, seat, reader, item=item, text=words, expected=expected, now=after(6))
    page = room.page("ann", seat)
    assert [(note.item, note.text) for note in page.notes] == [
        (None, "Ask the pharmacy."),
        (VISIT, "Seen in the ward."),
    ]
    assert replace(page, notes=(), expected=before.expected) == before


def test_the_store_itself_keeps_nothing_but_notes_after_the_lock(room: Room) -> None:
    seat = locked(room)
    with room.services.store.reading() as session:
        review = kept.review_on(session, seat, room.readers["ann"].id)
    assert review is not None
    last = review.steps[-1].number
    for kind in (StepKind.ANSWER, StepKind.UNDO):
        with pytest.raises(Conflict), room.services.store.writing() as session:
            kept.append(session, review.id, kind, item=VISIT, body=None, expected=last, now=after(5))
    with pytest.raises(Conflict), room.services.store.writing() as session:
        kept.append_many(session, review.id, {VISIT: "{}"}, expected=last, now=after(5))
    with pytest.raises(Conflict), room.services.store.writing() as session:
        kept.lock(session, review.id, [], expected=last, now=after(5))


def test_no_note_before_the_lock(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    with pytest.raises(SeatRefused, match="locked review"):
        add_note(room.services, seat, room.readers["ann"], text="Early.", expected=0, now=after(4))


def test_what_was_said_cannot_be_changed_by_sql(room: Room) -> None:
    locked(room)
    for statement in (
        "UPDATE review_step SET item = 'criterion:her2-lines'",
        "DELETE FROM review_step",
        "UPDATE review_lock SET steps = 99",
        "DELETE FROM review_lock",
        "UPDATE rating SET rating = 'met'",
        "DELETE FROM rating",
        "UPDATE review SET account_id = account_id",
    ):
        with pytest.raises(Conflict), room.services.store.writing() as session:
            session.connection().execute(text(statement))


def test_a_step_slipped_in_after_the_lock_is_no_answer(room: Room) -> None:
    seat = locked(room)
    before = room.page("ann", seat)
    slipped = (
        "INSERT INTO review_step (review_id, number, kind, item, at) "
        "SELECT review_id, max(number) + 1, 'answer', 'criterion:visit-in-period', max(at) "
        "FROM review_step GROUP BY review_id"
    )
    with room.services.store.writing() as session:
        session.connection().execute(text(slipped))
    assert room.page("ann", seat) == before


def test_only_who_holds_the_seat_reads_and_writes(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    for name in ("ben", "cid"):
        with pytest.raises(SeatRefused):
            room.page(name, seat)
        with pytest.raises(SeatRefused):
            room.save(name, seat, VISIT, AGREE, 0)
        with pytest.raises(SeatRefused):
            lock(room.services, seat, room.readers[name], expected=0, now=after(4))
    free = room.seat(1, 1)
    with pytest.raises(SeatRefused):
        room.page("ann", free)
    with pytest.raises(SeatRefused):
        room.page("ann", 10**6)


def test_a_locked_review_is_read_by_its_reader_alone(room: Room) -> None:
    seat = locked(room)
    for name in ("ben", "cid"):
        with pytest.raises(SeatRefused):
            room.page(name, seat)


def test_no_note_in_a_closed_audit(room: Room) -> None:
    seat = locked(room)
    expected = room.page("ann", seat).expected
    with room.services.store.writing() as session:
        session.connection().execute(text("UPDATE chart_audit SET state = 'closed'"))
    with pytest.raises(SeatRefused, match="closed"):
        add_note(room.services, seat, room.readers["ann"], text="Late.", expected=expected, now=after(6))
    assert room.page("ann", seat).expected == expected


def test_a_seat_given_back_is_begun_anew_by_the_next(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    room.save("ann", seat, VISIT, OVERRULE, 0)
    with room.services.store.writing() as session:
        release(session, seat, room.readers["ann"].id, said=Told("other", "words"), now=after(4))
    with pytest.raises(SeatRefused):
        room.save("ann", seat, VISIT, AGREE, 1)
    room.sit("ben")
    page = room.page("ben", seat)
    assert page.expected == 0
    assert not any(seen.answer for seen in page.items)


def test_who_comes_back_by_the_other_seat_finds_what_they_answered(store: Store) -> None:
    """Somebody else has taken the seat that they gave up, and begins with nothing of theirs."""
    room = room_with(store, told_charts()[:1], readers=2)
    ann, seat = room.readers["ann"], room.sit("ann", 0, 1)
    page = room.page("ann", seat)
    number = room.save("ann", seat, page.items[0].item.key, AGREE, 0)
    number = room.save("ann", seat, page.items[1].item.key, AGREE, number)
    undo(room.services, seat, room.readers["ann"], expected=number, now=after(3))
    with room.services.store.writing() as session:
        release(session, seat, room.readers["ann"].id, said=Told("other", "words"), now=after(4))
    theirs = room.page("ben", room.sit("ben", 0, 1))
    assert (theirs.expected, [each.answer for each in theirs.items if each.answer]) == (0, [])
    other = room.page("ann", room.sit("ann", 0, 2))
    assert [each.item.key for each in other.items if each.answer] == [page.items[0].item.key]
    assert (other.items[0].answer, other.expected) == (AGREE, 1)
    with room.services.store.reading() as session:
        told = next(each for each in trail.newest(session) if each.action == "answer-saved")
    assert told.detail == f"seat {other.seat_id}, taken-along=1"

    # And back: what they said last stands, an answer that they took away does not.
    first, second, third = (seen.item.key for seen in page.items[:3])
    number = other.expected
    for item, answer in ((second, CANNOT), (third, AGREE), (first, None)):
        number = save(
            room.services, other.seat_id, ann, item=item, answer=answer, expected=number, now=after(4)
        )
    with room.services.store.writing() as session:
        release(session, other.seat_id, ann.id, said=Told("other", "words"), now=after(4))
        release(session, seat, room.readers["ben"].id, said=Told("other", "words"), now=after(4))
    room.sit("ann", 0, 1)
    back = room.page("ann", seat, after(5))
    assert {each.item.key: each.answer for each in back.items if each.answer} == {
        second: CANNOT,
        third: AGREE,
    }
    again = save(room.services, seat, ann, item=first, answer=AGREE, expected=back.expected, now=after(6))
    assert room.page("ann", seat, after(7)).expected == again


def test_on_hold_it_is_read_and_not_written(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    with room.services.store.writing() as session:
        hold(session, seat, room.readers["ann"].id, said=Told("other", "words"), now=after(4))
    assert room.page("ann", seat).state is SeatState.HELD
    with pytest.raises(SeatRefused, match="resume"):
        room.save("ann", seat, VISIT, AGREE, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE chart_audit SET state = 'closed'",
        "DELETE FROM audit_reader",
        "UPDATE audit_reader SET reviews = NOT reviews",
    ],
)
def test_neither_in_a_closed_audit_nor_by_who_is_no_reader(room: Room, statement: str) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    with room.services.store.writing() as session:
        session.connection().execute(text(statement))
    with pytest.raises(SeatRefused):
        room.save("ann", seat, VISIT, AGREE, 0)
    with pytest.raises(SeatRefused):
        room.page("ann", seat)


def test_what_is_not_asked_or_does_not_fit_is_refused_and_not_kept(room: Room) -> None:
    seat = room.sit("ann")
    room.page("ann", seat)
    for item, answer in (
        ("criterion:other", AGREE),
        ("missed:0", AGREE),
        ("missed:1", AGREE),
        (VISIT, Answer(Said.OWN, right="met")),
        (VISIT, None),
    ):
        with pytest.raises(OptionError):
            room.save("ann", seat, item, answer, 0)
    assert room.page("ann", seat).expected == 0


def test_words_are_sealed_and_the_trail_tells_who_did_what(room: Room) -> None:
    seat = locked(room)
    with room.services.store.reading() as session:
        bodies = session.connection().scalars(text("SELECT sealed FROM review_step")).all()
        entries = trail.newest(session)
    assert not any(b"phone" in bytes(body) for body in bodies if body is not None)
    told = [str(entry.action) for entry in entries if f"seat {seat}" in (entry.detail or "")]
    assert {"chart-opened", "review-started", "answer-saved", "review-locked"} <= set(told)
    assert not any("phone" in (entry.detail or "") for entry in entries)
