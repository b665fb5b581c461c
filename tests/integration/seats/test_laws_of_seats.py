"""Whatever readers do, in whatever order: the laws of seats hold, and the next seat is the one that a plain
reading of the rules gives.
"""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import pytest
from sqlmodel import Session, col, select

from abstractor.errors import SeatRefused
from abstractor.store.auditing import claiming, holding
from abstractor.store.auditing.seat_log import Said
from abstractor.store.auditing.seats import finish, held_by
from abstractor.store.auditing.shares import MOST_OPEN
from abstractor.store.auditing.tables import ConflictRow, SeatEventRow, SeatRow
from abstractor.store.database import Store
from abstractor.store.rows import kept
from tests.integration.keeping import after
from tests.integration.seated import Seated, lock, seated, seats_of

LEASE = 90
NAMES = ["ann", "ben", "cid", "dot"]
REVIEWERS, ADJUDICATORS = ["ann", "ben", "cid"], ["cid", "dot"]
SAID = Said("other", "words")
OPEN = ("claimed", "held")


class Deed(NamedTuple):
    """`seat`: upon which; `other`: to whom it is handed over."""

    what: str
    who: str
    seat: int
    other: str
    rating: str


KINDS = ("claim", "renew", "hold", "resume", "release", "skip", "hand-over", "conflict", "finish")
OFTEN = ("next", "next", "next", "next", "next", "skip", "finish", "finish", "hold", "hand-over")


@pytest.mark.parametrize("seed", range(6))
def test_the_laws_hold_after_any_history(store: Store, seed: int) -> None:
    chance = Random(seed)
    charts = chance.choices([1, 2], weights=[1, 2], k=chance.randint(1, 12))
    with store.writing() as session:
        audit = seated(session, charts, reviewers=REVIEWERS, adjudicators=ADJUDICATORS)
        now, done = after(0), dict[int | None, int | None]()
        for _ in range(60):
            now += timedelta(seconds=chance.choice([1, 5, 30]))
            tried(session, audit, some_deed(session, audit, chance), now)
            rows = seats_of(session, audit.audit_id)
            assert_lawful(session, audit, rows)
            before, done = done, {row.id: row.account_id for row in rows if row.state == "done"}
            assert before.items() <= done.items(), "what is done stays done, by whom it was"


def some_deed(session: Session, audit: Seated, chance: Random) -> Deed:
    """Upon any seat, more often upon one of the reader's own."""
    who = chance.choice(NAMES)
    rows = seats_of(session, audit.audit_id)
    own = [row for row in rows if row.account_id == audit.readers[who] and row.state in OPEN]
    seat = chance.choice(own if own and chance.random() < 0.8 else rows)
    rating = chance.choice(["met", "not-met"])
    what = chance.choice([*KINDS, *OFTEN]) if own or chance.random() < 0.2 else "next"
    return Deed(what, who, kept(seat.id), chance.choice(NAMES), rating)


def tried(session: Session, audit: Seated, deed: Deed, now: datetime) -> None:
    """As one transaction: what is refused leaves nothing behind."""
    expected = next_by_the_rules(session, audit, deed.who, now) if deed.what == "next" else None
    try:
        with session.begin_nested():
            given = do(session, audit, deed, now)
            assert deed.what != "next" or given == expected
    except SeatRefused as refused:
        assert deed.what != "next" or load_of(session, audit, deed.who) >= MOST_OPEN
        assert any(word in str(refused) for word in (";", ":")), "it says what to do"
    session.expire_all()


def do(session: Session, audit: Seated, deed: Deed, now: datetime) -> int | None:
    who, other = audit.readers[deed.who], audit.readers[deed.other]
    until, seat = now + timedelta(seconds=LEASE), deed.seat
    match deed.what:
        case "next":
            found = claiming.claim_next(session, audit.audit_id, who, now=now, until=until)
            return None if found is None else found.id
        case "claim":
            claiming.claim(session, seat, who, now=now, until=until)
        case "renew":
            holding.renew(session, seat, who, now=now, until=until)
        case "hold":
            holding.hold(session, seat, who, said=SAID, now=now)
        case "resume":
            holding.resume(session, seat, who, now=now, until=until)
        case "release":
            holding.release(session, seat, who, said=SAID, now=now)
        case "skip":
            holding.skip(session, seat, who, said=SAID, now=now)
        case "hand-over":
            holding.hand_over(session, seat, who, to=other, said=SAID, now=now, until=until)
        case "conflict":
            holding.declare_conflict(session, seat, who, reason="own-patient", words=None, now=now)
        case "finish":
            found = held_by(session, seat, who)
            lock(session, found, {"criterion:a": deed.rating, "criterion:b": "met"})
            finish(session, seat, now=now)
    return None


def assert_lawful(session: Session, audit: Seated, rows: tuple[SeatRow, ...]) -> None:
    conflicts = {(row.audit_chart_id, row.account_id) for row in session.exec(select(ConflictRow))}
    seats_had = Counter((row.audit_chart_id, row.account_id) for row in rows if row.account_id)
    assert max(seats_had.values(), default=0) <= 1
    loads = Counter(row.account_id for row in rows if row.state in OPEN)
    assert max(loads.values(), default=0) <= MOST_OPEN
    log: dict[int, list[SeatEventRow]] = {kept(row.id): [] for row in rows}
    for event in session.exec(select(SeatEventRow).order_by(col(SeatEventRow.id))):
        log[event.seat_id].append(event)
    may = {1: ids(audit, REVIEWERS), 2: ids(audit, REVIEWERS), 3: ids(audit, ADJUDICATORS)}
    for row in rows:
        assert (row.account_id is None) == (row.state == "free")
        assert (row.lease_until is not None) == (row.state == "claimed")
        assert row.account_id is None or row.account_id in may[row.number]
        if row.state in OPEN:
            assert (row.audit_chart_id, row.account_id) not in conflicts
        assert told(log[kept(row.id)]) == (row.state, row.account_id), "its log tells how the seat is"
        if row.number == 3:
            reviews = [each for each in rows if each.audit_chart_id == row.audit_chart_id and each.number < 3]
            assert [each.state for each in reviews] == ["done", "done"]
            assert row.place == -1


def told(events: list[SeatEventRow]) -> tuple[str, int | None]:
    """What the log of a seat comes to."""
    state, account = "free", None
    for event in events:
        match event.what:
            case "claimed":
                assert state == "free", "what a lease that ran out did is told before"
                state, account = "claimed", event.account_id
            case "resumed" | "renewed":
                state = "claimed"
            case "held":
                state = "held"
            case "handed-over":
                state, account = "claimed", event.to_account_id
            case "done":
                state = "done"
            case "conflict" if event.account_id != account:
                pass
            case _:
                state, account = "free", None
    return state, account


def next_by_the_rules(session: Session, audit: Seated, name: str, now: datetime) -> int | None:
    """In plain words, seat by seat, without an index or a lock."""
    who, rows = audit.readers[name], seats_of(session, audit.audit_id)
    conflicts = {row.audit_chart_id for row in session.exec(select(ConflictRow)) if row.account_id == who}
    chart_of = {row.id: row.audit_chart_id for row in rows}
    skipped = {
        chart_of[event.seat_id]: event.id or 0
        for event in session.exec(select(SeatEventRow).order_by(col(SeatEventRow.id)))
        if event.what == "skipped" and event.account_id == who and event.seat_id in chart_of
    }
    mine = {row.audit_chart_id: row.id for row in rows if row.account_id == who}
    kinds = [*([1, 2] if name in REVIEWERS else []), *([3] if name in ADJUDICATORS else [])]
    possible = [
        row
        for row in rows
        if row.number in kinds
        and row.audit_chart_id not in conflicts
        and (row.state == "free" or (row.lease_until is not None and row.lease_until < now))
        and mine.get(row.audit_chart_id, row.id) == row.id
    ]
    order = {row.id: (skipped.get(row.audit_chart_id, 0), row.place, row.id or 0) for row in possible}
    return min(order, key=lambda seat: order[seat], default=None)


def load_of(session: Session, audit: Seated, name: str) -> int:
    who = audit.readers[name]
    return sum(row.account_id == who and row.state in OPEN for row in seats_of(session, audit.audit_id))


def ids(audit: Seated, names: list[str]) -> set[int | None]:
    return {audit.readers[name] for name in names}
