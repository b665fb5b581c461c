"""Seats are made in the order of the draw; two reviews that differ make a seat to settle them."""

from collections.abc import Mapping

import pytest
from sqlmodel import Session

from abstractor.errors import SeatRefused
from abstractor.store.auditing.seat_log import events_of
from abstractor.store.auditing.seats import finish, held_by, seat_by_id, value_of
from abstractor.store.auditing.tables import SeatRow
from abstractor.store.auditing.values import SeatHappening, SeatState
from abstractor.store.database import Store
from tests.integration.keeping import NOW, after
from tests.integration.seated import lock, seated, seats_of

MET = {"criterion:a": "met", "criterion:b": "met"}


def test_a_seat_is_made_for_each_reading_in_the_order_of_the_draw(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1, 2, 2], reviewers=["ann"])
        made = [(seat.place, seat.number, seat.state) for seat in seats_of(session, audit.audit_id)]
    assert made == [(1, 1, "free"), (2, 1, "free"), (2, 2, "free"), (3, 1, "free"), (3, 2, "free")]


@pytest.mark.parametrize(
    ("second", "settled_first"),
    [
        (MET, None),
        ({"criterion:a": "met", "criterion:b": "not-met"}, -1),
        ({"criterion:a": None, "criterion:b": "not-met"}, -2),
        ({**MET, "missed:1": "not-met"}, -1),
    ],
)
def test_two_reviews_that_differ_make_an_adjudication(
    store: Store, second: Mapping[str, str | None], settled_first: int | None
) -> None:
    with store.writing() as session:
        audit = seated(session, [2], reviewers=["ann", "ben"])
        for row, name, ratings in zip(
            seats_of(session, audit.audit_id), ["ann", "ben"], [MET, second], strict=True
        ):
            taken(session, row, audit.readers[name])
            lock(session, value_of(row), ratings)
            assert finish(session, value_of(row).id, now=after(5)).state is SeatState.DONE
        places = [seat.place for seat in seats_of(session, audit.audit_id) if seat.number == 3]
    assert places == ([] if settled_first is None else [settled_first])


@pytest.mark.parametrize(("line", "settled_first"), [("palliative:1", None), ("palliative:2", -2)])
def test_what_both_add_as_missed_is_the_same_where_its_line_is(
    store: Store, line: str, settled_first: int | None
) -> None:
    with store.writing() as session:
        audit = seated(session, [2], reviewers=["ann", "ben"])
        for row, name, of in zip(
            seats_of(session, audit.audit_id), ["ann", "ben"], ["palliative:1", line], strict=True
        ):
            taken(session, row, audit.readers[name])
            lock(session, value_of(row), {**MET, "missed:1": "not-met"}, line=of)
            finish(session, value_of(row).id, now=after(5))
        places = [seat.place for seat in seats_of(session, audit.audit_id) if seat.number == 3]
    assert places == ([] if settled_first is None else [settled_first])


def test_what_both_cannot_tell_needs_nobody_to_settle_it(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [2], reviewers=["ann", "ben"])
        for row, name in zip(seats_of(session, audit.audit_id), ["ann", "ben"], strict=True):
            taken(session, row, audit.readers[name])
            lock(session, value_of(row), {"criterion:a": None})
            finish(session, value_of(row).id, now=after(5))
        assert [seat.number for seat in seats_of(session, audit.audit_id)] == [1, 2]


def test_a_chart_read_once_has_nothing_to_settle(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1], reviewers=["ann"])
        (row,) = seats_of(session, audit.audit_id)
        taken(session, row, audit.readers["ann"])
        lock(session, value_of(row), MET)
        done = finish(session, value_of(row).id, now=after(5))
        assert len(seats_of(session, audit.audit_id)) == 1
        assert [event.what for event in events_of(session, done.id)] == [SeatHappening.DONE]


def test_only_a_seat_in_work_is_done(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1], reviewers=["ann"])
        (row,) = seats_of(session, audit.audit_id)
        with pytest.raises(SeatRefused, match="claim it"):
            finish(session, value_of(row).id, now=after(5))
        with pytest.raises(SeatRefused, match="open the queue"):
            held_by(session, value_of(row).id, audit.readers["ann"])
        with pytest.raises(SeatRefused, match="no such seat"):
            finish(session, 99, now=after(5))
        taken(session, row, audit.readers["ann"])
        assert held_by(session, value_of(row).id, audit.readers["ann"]) == seat_by_id(
            session, value_of(row).id
        )


def taken(session: Session, row: SeatRow, account_id: int) -> None:
    row.state, row.account_id, row.lease_until = "claimed", account_id, NOW
    session.flush()
