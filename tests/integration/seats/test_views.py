"""What is seen of a queue: its pages, one's own seats, how far all have come, what is overdue."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from abstractor.store import accounts
from abstractor.store.auditing.claiming import claim, claim_next
from abstractor.store.auditing.seat_values import SeatCount, SeatOrder, StuckBecause
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.values import SeatState
from abstractor.store.values import Account, Role
from abstractor.workflow.auditing import seats
from abstractor.workflow.services import Services
from tests.integration.keeping import NOW, after
from tests.integration.seated import Seated, lock, seated, seats_of

READERS = ["ann", "ben"]
DUE = date(2023, 2, 10)
# In New York it is still the tenth.
LATE_ON_THE_DAY = datetime(2023, 2, 11, 4, 0, tzinfo=UTC)
A_DAY_LATER = datetime(2023, 2, 11, 6, 0, tzinfo=UTC)


def who(audit: Seated, name: str) -> Account:
    return Account(id=audit.readers[name], name=name, roles=frozenset({Role.AUDITOR}), sites=None)


@pytest.fixture
def audit(services: Services) -> Seated:
    """Four charts: of the first two, two reviews differ on one item and on two; of the third they do not."""
    with services.store.writing() as session:
        made = seated(session, [2, 2, 2, 1], reviewers=READERS, adjudicators=["zoe"], due_on=DUE)
        read(session, made, place=1, second=["met", "not-met"])
        read(session, made, place=2, second=["not-met", "not-met"])
        read(session, made, place=3, second=["met", "met"])
        return made


def read(session: Session, audit: Seated, *, place: int, second: Sequence[str]) -> None:
    for name, said in zip(READERS, (["met", "met"], second), strict=True):
        seat = claim_next(session, audit.audit_id, audit.readers[name], now=NOW, until=after(60))
        assert seat is not None and seat.place == place
        lock(session, seat, dict(zip(["criterion:a", "criterion:b"], said, strict=True)))
        finish(session, seat.id, now=after(place))


def test_disagreements_come_first_those_on_most_before_the_others(services: Services, audit: Seated) -> None:
    page = seats.seats_page(services, audit.audit_id, now=NOW)
    assert [(view.code, view.differing, view.reader) for view in page.rows[:4]] == [
        ("K2", 2, None),
        ("K1", 1, None),
        ("K1", None, "ann"),
        ("K1", None, "ben"),
    ]
    with services.store.writing() as session:
        first = claim_next(session, audit.audit_id, audit.readers["zoe"], now=NOW, until=after(60))
    assert first is not None and (first.number, first.place) == (3, -2)


def test_a_page_is_bounded_and_past_the_end_is_the_last(services: Services, audit: Seated) -> None:
    last = seats.seats_page(services, audit.audit_id, page=99, size=4, now=NOW)
    assert (last.page, last.pages, last.total, len(last.rows)) == (3, 3, 9, 1)
    assert seats.seats_page(services, audit.audit_id, page=-3, size=-7, now=NOW).pages == 9
    assert seats.seats_page(services, audit.audit_id, size=10**9, now=NOW).pages == 1
    free = seats.seats_page(services, audit.audit_id, state=SeatState.FREE, now=NOW)
    assert [view.code for view in free.rows] == ["K2", "K1", "K4"]


def test_those_in_work_are_seen_the_longest_unchanged_first(services: Services, audit: Seated) -> None:
    with services.store.writing() as session:
        free = [seat.id or 0 for seat in seats_of(session, audit.audit_id) if seat.state == "free"]
        claim(session, free[1], audit.readers["zoe"], now=after(30), until=after(90))
        claim(session, free[0], audit.readers["ann"], now=after(40), until=after(50))
    page = seats.seats_page(services, audit.audit_id, order=SeatOrder.LONGEST, now=after(60))
    assert [(view.seat.id, view.ran_out) for view in page.rows] == [(free[1], False), (free[0], True)]


def test_progress_is_seen_at_a_glance(services: Services, audit: Seated) -> None:
    with services.store.writing() as session:
        claim_next(session, audit.audit_id, audit.readers["ann"], now=NOW, until=after(50))
    seen = seats.audit_progress(services, audit.audit_id, after(60))
    assert seen.by_state == (
        SeatCount(1, SeatState.CLAIMED, 1),
        SeatCount(1, SeatState.DONE, 3),
        SeatCount(2, SeatState.DONE, 3),
        SeatCount(3, SeatState.FREE, 2),
    )
    assert (seen.seats, seen.done, seen.ran_out, seen.overdue) == (9, 6, 1, 0)
    assert (seen.to_settle, seen.settled, seen.agreed) == (2, 0, 1)
    assert [(load.name, load.claimed, load.done, load.ran_out) for load in seen.readers] == [
        ("ann", 1, 3, 1),
        ("ben", 0, 3, 0),
        ("zoe", 0, 0, 0),
    ]


@pytest.mark.parametrize(
    "pairs", [["dd", "do", "od"], ["dd", "dd", "do", "od"], ["od", "od"], ["dd"], ["oo"]]
)
def test_a_chart_counts_as_agreed_once_both_its_reviews_are_done(
    services: Services, pairs: Sequence[str]
) -> None:
    """d: that review is done; o: it is not. Whichever side has fewer, the pairs are the same."""
    states = {"d": SeatState.DONE.value, "o": SeatState.FREE.value}
    with services.store.writing() as session:
        made = seated(session, [2] * len(pairs), reviewers=READERS, adjudicators=["zoe"], due_on=DUE)
        for row in seats_of(session, made.audit_id):
            row.state = states[pairs[row.place - 1][row.number - 1]]
            session.add(row)
    assert seats.audit_progress(services, made.audit_id, NOW).agreed == pairs.count("dd")


def test_an_audit_is_overdue_when_the_day_is_over_where_its_clinic_is(
    services: Services, audit: Seated
) -> None:
    assert seats.audit_progress(services, audit.audit_id, LATE_ON_THE_DAY).overdue == 0
    assert seats.audit_progress(services, audit.audit_id, A_DAY_LATER).overdue == 3
    page = seats.seats_page(services, audit.audit_id, now=A_DAY_LATER)
    assert {view.seat.state for view in page.rows if view.overdue} == {SeatState.FREE}


def test_a_chart_that_no_reader_may_have_is_told(services: Services, audit: Seated) -> None:
    """K4 is for nobody once both reviewers have a conflict, and who reviews K1 cannot settle it."""
    by_name = {name: who(audit, name) for name in [*READERS, "zoe"]}
    assert seats.audit_progress(services, audit.audit_id, NOW).stuck == 0
    with services.store.reading() as session:
        numbers = {(seat.place, seat.number): seat.id or 0 for seat in seats_of(session, audit.audit_id)}
    for name in READERS:
        assert seats.audit_progress(services, audit.audit_id, NOW).stuck == 0
        seats.declare_conflict(services, numbers[4, 1], by_name[name], reason="own-patient", now=NOW)
    assert seats.audit_progress(services, audit.audit_id, NOW).stuck == 1
    seats.declare_conflict(services, numbers[-1, 3], by_name["zoe"], reason="own-patient", now=NOW)
    assert seats.audit_progress(services, audit.audit_id, NOW).stuck == 2


def test_a_chart_that_only_a_disabled_account_could_read_is_told(services: Services) -> None:
    with services.store.writing() as session:
        made = seated(session, [2], reviewers=READERS)
        claim_next(session, made.audit_id, made.readers["ann"], now=NOW, until=after(60))
        accounts.disable(session, made.readers["ben"], now=NOW)
    (seat,) = seats.audit_progress(services, made.audit_id, NOW).stuck_seats
    assert seat.readers == (("ann", StuckBecause.HAS_IT), ("ben", StuckBecause.DISABLED))


def test_a_chart_that_only_an_account_without_the_role_could_read_is_told(services: Services) -> None:
    with services.store.writing() as session:
        made = seated(session, [2], reviewers=READERS)
        claim_next(session, made.audit_id, made.readers["ann"], now=NOW, until=after(60))
        accounts.set_roles(session, made.readers["ben"], [Role.VIEWER])
    (seat,) = seats.audit_progress(services, made.audit_id, NOW).stuck_seats
    assert seat.readers == (("ann", StuckBecause.HAS_IT), ("ben", StuckBecause.NO_ROLE))


def test_one_reviewer_cannot_read_a_chart_twice(services: Services) -> None:
    with services.store.writing() as session:
        made = seated(session, [2, 2, 1], reviewers=["ann"])
        claim_next(session, made.audit_id, made.readers["ann"], now=NOW, until=after(60))
    assert seats.audit_progress(services, made.audit_id, NOW).stuck == 1
