"""Two reviews that differ, side by side: what differs comes first, what is alike is filled in, and what is
settled is locked like a review.
"""

from dataclasses import replace

import pytest

from abstractor.abstract import LineRef
from abstractor.errors import Conflict, OptionError, SeatRefused, Unanswered
from abstractor.store.auditing import reviews as kept
from abstractor.store.auditing.values import SeatState
from abstractor.store.database import Store
from abstractor.workflow.auditing.adjudicating import SideBySide, side_by_side
from abstractor.workflow.auditing.agreeing import agreement_of
from abstractor.workflow.auditing.answers import NO_FINDING, Answer, Said
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.items import ItemKind
from abstractor.workflow.auditing.reading import AtSeat
from abstractor.workflow.auditing.reviews import lock, undo
from tests.integration.keeping import after
from tests.integration.reviews.room import Room, room_with, told_charts

VISIT = "criterion:visit-in-period"
LINES = "criterion:her2-lines"
ILD = "finding:ILD-ACT:palliative:2:-:FDA"
FIRST = "line:palliative:1"
CANNOT = Answer(Said.CANNOT_TELL, missing=("visit",))
BOTH = Answer(Said.OVERRULE, right="exception", reason="trial", text="Within a trial.")
NOT_MET = Answer(Said.OVERRULE, right="not-met", reason="record-misread")
COUNT = Answer(Said.OWN, right="not-met", reason="record-not-used", rule="CDK-CBC")
ECG = Answer(Said.OWN, right="not-met", reason="record-not-used", rule="CDK-ECG")
WRONG = Answer(Said.OVERRULE, wrong=("start",), text="In May.")


def read(room: Room, name: str, number: int, answers: dict[str, Answer]) -> None:
    seat = room.sit(name, 0, number)
    step = room.answer_all(name, seat)
    for item, answer in answers.items():
        step = room.save(name, seat, item, answer, step)
    lock(room.services, seat, room.readers[name], expected=step, now=after(4))


@pytest.fixture
def room(store: Store) -> Room:
    """Both overrule one finding alike, one cannot tell of the visit, each added something as missed."""
    room = room_with(store, told_charts()[:1], readers=2)
    read(room, "ann", 1, {ILD: BOTH, VISIT: CANNOT, "missed:1": COUNT, FIRST: WRONG})
    read(room, "ben", 2, {ILD: BOTH, "missed:1": ECG, "missed:2": COUNT, FIRST: WRONG})
    return room


def side(room: Room) -> tuple[int, SideBySide]:
    seat = room.sit("cid", 0, 3)
    return seat, side_by_side(room.services, seat, room.readers["cid"], after(5))


def test_what_differs_comes_first_then_what_is_against_the_program(room: Room) -> None:
    _, shown = side(room)
    keys = [row.item.item.key for row in shown.rows]
    assert keys[:4] == [VISIT, "missed:2", FIRST, ILD]
    assert [row.differ for row in shown.rows[:5]] == [True, True, False, False, False]
    assert [row.against_program for row in shown.rows[:5]] == [False, False, True, True, False]
    assert shown.differing == 2
    visit = shown.rows[0].readings
    assert [(each.seat_number, each.rated and each.rated.rating) for each in visit] == [(1, None), (2, "met")]


def test_one_rule_that_both_missed_of_different_lines_is_two(store: Store) -> None:
    room = room_with(store, told_charts()[:1], readers=2)
    for name, seat, line in (("ann", 1, LineRef("palliative", 1)), ("ben", 2, LineRef("palliative", 2))):
        read(room, name, seat, {"missed:1": replace(COUNT, line=line)})
    with room.services.store.reading() as session:
        lines = [each.line for each in kept.ratings(session, room.audit_id) if each.kind == ItemKind.MISSED]
    assert lines == ["palliative:1", "palliative:2"]
    _, shown = side(room)
    assert shown.differing == 2
    assert agreement_of(room.services, room.audit_id).unsettled == 2


def test_a_rule_and_line_are_added_once(room: Room) -> None:
    """A second one would stand before nobody who settles, and be counted by the order in which it came."""
    seat, shown = side(room)
    with pytest.raises(OptionError, match="was added already"):
        room.save("cid", seat, shown.page.next_missed, replace(COUNT, right="met"), shown.page.expected)
    line = LineRef("palliative", 1)
    number = room.save("cid", seat, shown.page.next_missed, replace(COUNT, line=line), shown.page.expected)
    changed = room.save("cid", seat, shown.page.next_missed, replace(COUNT, line=line, right="met"), number)
    assert changed == number + 1
    taken = undo(room.services, seat, room.readers["cid"], expected=changed, now=after(6))
    with pytest.raises(OptionError, match="was added already"):
        room.save("cid", seat, "missed:4", replace(COUNT, line=line), taken)


def test_what_was_added_twice_before_is_not_locked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    room = room_with(store, told_charts()[:1], readers=2)
    seat = room.sit("ann", 0, 1)
    number = room.save("ann", seat, "missed:1", COUNT, room.answer_all("ann", seat))
    with monkeypatch.context() as before:
        before.setattr("abstractor.workflow.auditing.reviews.check_answer", lambda answer, asked: None)
        number = room.save("ann", seat, "missed:2", replace(COUNT, right="met"), number)
    with pytest.raises(Conflict, match="of one rule and line"):
        lock(room.services, seat, room.readers["ann"], expected=number, now=after(4))
    number = room.save("ann", seat, "missed:2", None, number)
    lock(room.services, seat, room.readers["ann"], expected=number, now=after(4))


def test_what_is_asked_is_not_missed(room: Room) -> None:
    """It would be counted against the program, which made it."""
    seat, shown = side(room)
    line = LineRef("palliative", 2)
    made = Answer(Said.OWN, right="not-met", reason="record-not-used", rule="ILD-ACT", line=line)
    for asked in (line, None):
        with pytest.raises(OptionError, match="is asked above"):
            room.save("cid", seat, shown.page.next_missed, replace(made, line=asked), shown.page.expected)
    other = replace(made, line=LineRef("palliative", 1))
    number = room.save("cid", seat, shown.page.next_missed, other, shown.page.expected)
    choice = Answer(Said.OWN, right="not-preferred", reason="record-not-used", rule="sequencing", line=line)
    assert room.save("cid", seat, "missed:4", choice, number) == number + 1


def test_what_another_reader_added_can_be_settled_even_where_it_is_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was added before that was refused."""
    room = room_with(store, told_charts()[:1], readers=2)
    line = LineRef("palliative", 2)
    made = Answer(Said.OWN, right="not-met", reason="record-not-used", rule="ILD-ACT", line=line)
    with monkeypatch.context() as before:
        before.setattr(AtSeat, "_found", lambda self: frozenset())
        read(room, "ann", 1, {"missed:1": made})
    read(room, "ben", 2, {})
    seat, shown = side(room)
    assert shown.page.unanswered == ("missed:1",)
    number = room.save("cid", seat, "missed:1", Answer(Said.OWN, right=NO_FINDING), shown.page.expected)
    lock(room.services, seat, room.readers["cid"], expected=number, now=after(7))


def test_it_begins_with_what_both_said_alike(room: Room) -> None:
    _, shown = side(room)
    answers = {seen.item.key: seen.answer for seen in shown.page.items}
    assert shown.page.unanswered == (VISIT, "missed:2")
    assert (answers[ILD], answers[FIRST], answers["missed:1"]) == (BOTH, WRONG, COUNT)
    assert answers[LINES] == Answer(Said.AGREE)
    again = side_by_side(room.services, shown.page.seat_id, room.readers["cid"], after(6))
    assert again.page.expected == shown.page.expected


def test_what_is_settled_is_locked_like_a_review(room: Room) -> None:
    seat, shown = side(room)
    reader = room.readers["cid"]
    with pytest.raises(Unanswered, match="2 of"):
        lock(room.services, seat, reader, expected=shown.page.expected, now=after(6))
    number = room.save("cid", seat, VISIT, NOT_MET, shown.page.expected)
    with pytest.raises(OptionError):
        room.save("cid", seat, "missed:2", Answer(Said.AGREE), number)
    number = room.save("cid", seat, "missed:2", Answer(Said.OWN, right=NO_FINDING), number)
    added = Answer(Said.OWN, right="met", reason="in-free-text", rule="VACC")
    number = room.save("cid", seat, shown.page.next_missed, added, number)
    lock(room.services, seat, reader, expected=number, now=after(7))
    with room.services.store.reading() as session:
        rated = {each.item: each for each in kept.ratings(session, room.audit_id) if each.seat_number == 3}
    assert (rated[VISIT].rating, rated[VISIT].program) == ("not-met", "met")
    assert (rated["missed:1"].rule, rated["missed:1"].rating) == ("CDK-CBC", "not-met")
    assert (rated["missed:2"].rule, rated["missed:2"].rating) == ("CDK-ECG", NO_FINDING)
    assert rated["missed:3"].rule == "VACC"
    assert rated[ILD].rating == "exception"
    assert room.page("cid", seat).state is SeatState.DONE


def test_readers_go_by_number_and_only_the_third_sees_them(room: Room) -> None:
    seat, shown = side(room)
    assert {each.seat_number for row in shown.rows for each in row.readings} == {1, 2}
    for name, number in (("ann", 1), ("ben", 2)):
        with pytest.raises(SeatRefused):
            side_by_side(room.services, room.seat(0, number), room.readers[name], after(6))
        with pytest.raises(SeatRefused):
            side_by_side(room.services, seat, room.readers[name], after(6))
    mine = room.page("ann", room.seat(0, 1))
    assert [seen.item.key for seen in mine.added] == ["missed:1"]


def test_where_the_verdict_is_hidden_it_is_until_what_is_settled_is_locked(store: Store) -> None:
    room = room_with(store, told_charts()[:1], readers=2, hides=(Hidden.OTHER, Hidden.VERDICT))
    read(room, "ann", 1, {})
    read(room, "ben", 2, {ILD: Answer(Said.OWN, right="not-met")})
    seat, shown = side(room)
    assert next(row.item.item.key for row in shown.rows) == ILD
    assert all(row.item.told is None for row in shown.rows)
    assert not any(row.against_program for row in shown.rows if row.item.item.kind is not ItemKind.LINE)
    number = room.save("cid", seat, ILD, Answer(Said.OWN, right="not-met"), shown.page.expected)
    lock(room.services, seat, room.readers["cid"], expected=number, now=after(6))
    after_lock = side_by_side(room.services, seat, room.readers["cid"], after(7))
    told = {row.item.item.key: row.item.told for row in after_lock.rows}
    assert told[ILD] is not None
    with room.services.store.reading() as session:
        rated = [each for each in kept.ratings(session, room.audit_id) if each.item == ILD]
    assert [(each.rating, each.program) for each in rated] == [
        ("met", "not-met"),
        ("not-met", "not-met"),
        ("not-met", "not-met"),
    ]
