"""Fifty readers ask for charts at once, over connections of their own: nobody ever gets another's seat."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event
from time import sleep
from typing import TypeVar

import pytest

from abstractor.errors import SeatRefused
from abstractor.store import trail
from abstractor.store.auditing.claiming import claim, claim_next
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.shares import MOST_OPEN
from abstractor.store.auditing.values import Seat
from abstractor.store.database import Store, open_store
from abstractor.store.values import Account, Role
from abstractor.workflow.auditing import seats
from abstractor.workflow.services import Services
from tests.integration.keeping import SEALER, after
from tests.integration.seated import Seated, lock, seated, seats_of

CLAIMERS = 50
# Each with up to 15 connections: none of the fifty waits for one.
STORES = 5
T = TypeVar("T")
READERS = [f"reader {number}" for number in range(CLAIMERS)]


@pytest.fixture
def stores(store: Store, database_url: str) -> Iterator[list[Store]]:
    opened = [open_store(database_url, SEALER) for _ in range(STORES)]
    yield opened
    for each in opened:
        each.close()


def test_every_seat_goes_to_one_of_fifty(store: Store, stores: list[Store], services: Services) -> None:
    """Twice as much room as there are seats, so that none is left over."""
    each = [replace(services, store=one) for one in stores]
    with store.writing() as session:
        audit = seated(session, [2] * 60, reviewers=READERS)
    start = Barrier(CLAIMERS)

    def claim_all(number: int) -> list[Seat]:
        mine: list[Seat] = []
        start.wait()
        while len(mine) < MOST_OPEN:
            name = READERS[number]
            reader = Account(audit.readers[name], name, frozenset({Role.AUDITOR}), sites=None)
            seat = seats.claim_next(each[number % STORES], audit.audit_id, reader, after(1))
            if seat is None:
                break
            mine.append(seat)
        return mine

    claimed = [seat for mine in at_once(claim_all) for seat in mine]
    assert Counter(seat.id for seat in claimed) == Counter(range(1, 121))
    assert_kept(store, audit, claimed)
    with store.reading() as session:
        told = trail.newest(session, limit=200)
    assert Counter(entry.action for entry in told)["seat-claimed"] == 120


def test_one_chart_that_fifty_want_goes_to_one(store: Store, stores: list[Store]) -> None:
    with store.writing() as session:
        audit = seated(session, [1], reviewers=READERS)
    start = Barrier(CLAIMERS)

    def claim_it(number: int) -> Seat | None:
        start.wait()
        try:
            with stores[number % STORES].writing() as session:
                return claim(session, 1, audit.readers[READERS[number]], now=after(1), until=after(60))
        except SeatRefused:
            return None

    assert len([seat for seat in at_once(claim_it) if seat is not None]) == 1


def test_one_reader_in_fifty_tabs_gets_no_more_than_one_may_have(store: Store, stores: list[Store]) -> None:
    with store.writing() as session:
        audit = seated(session, [2] * 30, reviewers=["ann"])
    start = Barrier(CLAIMERS)

    def claim_one(number: int) -> Seat | None:
        start.wait()
        try:
            with stores[number % STORES].writing() as session:
                reader = audit.readers["ann"]
                return claim_next(session, audit.audit_id, reader, now=after(1), until=after(60))
        except SeatRefused:
            return None

    claimed = [seat for seat in at_once(claim_one) if seat is not None]
    assert sorted(seat.place for seat in claimed) == list(range(1, MOST_OPEN + 1))
    assert_kept(store, audit, claimed)


def test_two_who_lock_at_once_are_settled_by_one_third(store: Store, stores: list[Store]) -> None:
    """The second asks whether they differ while the first is not yet kept."""
    with store.writing() as session:
        audit = seated(session, [2], reviewers=READERS[:2])
        held = [
            claim_next(session, audit.audit_id, audit.readers[name], now=after(1), until=after(60))
            for name in READERS[:2]
        ]
    written = Event()

    def lock_it(number: int) -> None:
        seat = held[number]
        assert seat is not None and (number == 0 or written.wait(10))
        with stores[number].writing() as session:
            lock(session, seat, {"criterion:a": ["met", "not-met"][number]})
            finish(session, seat.id, now=after(2))
            if number == 0:  # so long the other must wait before it looks, or it does not see this one
                written.set()
                sleep(0.3)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lock_it, range(2)))
    with store.reading() as session:
        assert [row.place for row in seats_of(session, audit.audit_id)] == [1, 1, -1]


def at_once(ask: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(CLAIMERS) as pool:
        return list(pool.map(ask, range(CLAIMERS)))


def assert_kept(store: Store, audit: Seated, claimed: list[Seat]) -> None:
    """The database says of each seat what its claimer was told, and nobody has two of a chart."""
    with store.reading() as session:
        kept = {row.id: row.account_id for row in seats_of(session, audit.audit_id) if row.account_id}
    assert kept == {seat.id: seat.account_id for seat in claimed}
    assert max(Counter((seat.chart_id, seat.account_id) for seat in claimed).values()) == 1
