"""Whatever readers do, in whatever order: equal shares keep a review from a reader only where another could
take it now.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session

from abstractor.errors import SeatRefused
from abstractor.store.auditing import claiming, holding
from abstractor.store.auditing.seat_log import Said
from abstractor.store.auditing.seats import finish, ran_out
from abstractor.store.auditing.shares import PATIENCE
from abstractor.store.auditing.tables import SeatRow
from abstractor.store.database import Store
from abstractor.store.rows import kept
from abstractor.workflow.auditing.design import Hidden
from tests.integration.beside import beside
from tests.integration.keeping import after
from tests.integration.seated import Seated, seated, seats_of

NAMES = ["ann", "ben", "cid"]
LEASE = timedelta(seconds=90)
SAID = Said("other", None)
DEEDS = (
    "next",
    "next",
    "next",
    "next",
    "finish",
    "finish",
    "hold",
    "release",
    "conflict",
    "hand-over",
    "disabled",
    "blind",
)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_waits_for_who_cannot_come(store: Store, seed: int) -> None:
    chance = Random(seed)
    with store.writing() as session:
        audit = seated(session, chance.choices([1, 2], k=6), reviewers=NAMES)
        waiting = {audit.readers[name]: True for name in chance.sample(NAMES, 2)}
        blind, _ = beside(session, audit.audit_id, waiting, hides=(Hidden.SITE,), now=after(0))
        able, now = frozenset(audit.readers.values()), after(0)
        for step in range(24):
            now += PATIENCE if step == 16 else timedelta(seconds=chance.choice([1, 5, 40]))
            who, what = chance.choice(sorted(able)), chance.choice(DEEDS)
            if what == "disabled":
                able = able - {who} if len(able) > 1 and step > 10 else able
            elif what == "blind":
                read_blind(session, blind, chance)
            else:
                tried(session, audit, what, who, chance, able=able, now=now)
            assert_nothing_sticks(session, audit, able, now, thoroughly=step % 12 == 11)


def read_blind(session: Session, blind: int, chance: Random) -> None:
    row = chance.choice(seats_of(session, blind))
    row.state = "done"
    session.flush()


def tried(
    session: Session,
    audit: Seated,
    what: str,
    who: int,
    chance: Random,
    *,
    able: frozenset[int],
    now: datetime,
) -> None:
    own = [
        row for row in seats_of(session, audit.audit_id) if row.account_id == who and row.state == "claimed"
    ]
    try:
        if what == "next" or not own:
            claiming.claim_next(session, audit.audit_id, who, among=able, now=now, until=now + LEASE)
            return
        seat_id = kept(chance.choice(own).id)
    except SeatRefused:
        return
    match what:
        case "finish":
            finish(session, seat_id, now=now)
        case "hold":
            holding.hold(session, seat_id, who, said=SAID, now=now)
        case "release":
            holding.release(session, seat_id, who, said=SAID, now=now)
        case "conflict":
            holding.declare_conflict(session, seat_id, who, reason="own-patient", words=None, now=now)
        case "hand-over":
            to = chance.choice(sorted(able - {who}) or [who])
            with suppress(SeatRefused):
                holding.hand_over(
                    session, seat_id, who, to=to, said=SAID, among=able, now=now, until=now + LEASE
                )


def assert_nothing_sticks(
    session: Session, audit: Seated, able: frozenset[int], now: datetime, *, thoroughly: bool
) -> None:
    """Where no reviewer is given one; `thoroughly`: for each seat that is left, too."""
    if not thoroughly and any(is_given(session, audit, who, able, now) for who in sorted(able)):
        return
    rows = seats_of(session, audit.audit_id)
    left = [
        kept(row.id)
        for row in rows
        if row.state == "free" or (row.state == "claimed" and ran_out(row, now=now))
    ]
    for seat_id in left:
        whose = [who for who in sorted(able) if may_have(session, audit, seat_id, who)]
        taken = [who for who in whose if is_claimed(session, seat_id, who, able, now)]
        assert thoroughly or not whose, "all are refused, and one may have it"
        assert bool(taken) == bool(whose), "who may have it waits for who may not"


def is_given(session: Session, audit: Seated, who: int, able: frozenset[int], now: datetime) -> bool:
    nested = session.begin_nested()
    try:
        return claiming.claim_next(session, audit.audit_id, who, among=able, now=now, until=now) is not None
    except SeatRefused:
        return False
    finally:
        nested.rollback()
        session.expire_all()


def is_claimed(session: Session, seat_id: int, who: int, able: frozenset[int], now: datetime) -> bool:
    nested = session.begin_nested()
    try:
        return claiming.claim(session, seat_id, who, among=able, now=now, until=now).account_id == who
    except SeatRefused:
        return False
    finally:
        nested.rollback()
        session.expire_all()


def may_have(session: Session, audit: Seated, seat_id: int, who: int) -> bool:
    """But for the shares."""
    row = session.get_one(SeatRow, seat_id)
    try:
        claiming.require_may_have(session, row, claiming.taker(session, audit.audit_id, who))
    except SeatRefused:
        return False
    return True
