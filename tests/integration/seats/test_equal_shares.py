"""With equal shares no reviewer reads two more than another, as far as the charts allow it."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import Session

from abstractor.errors import SeatRefused
from abstractor.store.auditing.claiming import claim, claim_next, has_reviewed_all
from abstractor.store.auditing.holding import declare_conflict, hand_over
from abstractor.store.auditing.seat_log import Said
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.tables import AuditReaderRow
from abstractor.store.database import Store
from tests.integration.keeping import NOW, after
from tests.integration.seated import Seated, lock, seated, seats_of

NAMES = ("ann", "ben", "cid")
REFUSED = "share of the audit is read"


def next_of(session: Session, audit: Seated, name: str) -> int | None:
    """The place of the next chart, read and locked at once."""
    seat = claim_next(
        session, audit.audit_id, audit.readers[name], equal=True, now=NOW, until=NOW + timedelta(hours=1)
    )
    if seat is None:
        return None
    lock(session, seat, {"criterion:a": "met"})
    finish(session, seat.id, now=NOW)
    return seat.place


def had(session: Session, audit: Seated) -> Counter[str]:
    names = {number: name for name, number in audit.readers.items()}
    return Counter(names[row.account_id] for row in seats_of(session, audit.audit_id) if row.account_id)


def test_who_has_had_their_share_is_told_so(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 10, reviewers=NAMES)
        assert [next_of(session, audit, "ann") for _ in range(4)] == [1, 2, 3, 4]
        with pytest.raises(SeatRefused, match=REFUSED):
            next_of(session, audit, "ann")
        free = next(row.id for row in seats_of(session, audit.audit_id) if row.state == "free")
        with pytest.raises(SeatRefused, match=REFUSED):
            claim(session, free or 0, audit.readers["ann"], equal=True, now=NOW, until=after(60))
        assert has_reviewed_all(session, audit.audit_id, audit.readers["ann"], equal=True)
        assert not has_reviewed_all(session, audit.audit_id, audit.readers["ann"])
        assert not has_reviewed_all(session, audit.audit_id, audit.readers["ben"], equal=True)
        assert [next_of(session, audit, "ben") for _ in range(3)] == [5, 6, 7]
        with pytest.raises(SeatRefused, match=REFUSED):
            next_of(session, audit, "ben")
        assert [next_of(session, audit, "cid") for _ in range(4)] == [8, 9, 10, None]


@pytest.mark.parametrize(("seed", "most", "apart"), [(1, 1, 1), (2, 1, 1), (2, 2, 2), (3, 2, 2)])
def test_in_whatever_order_they_come_the_shares_are_equal(
    store: Store, seed: int, most: int, apart: int
) -> None:
    """Where charts are read twice, the last ones can be those that who is behind has read already."""
    chance = Random(seed)
    with store.writing() as session:
        audit = seated(session, [chance.randint(1, most) for _ in range(11)], reviewers=NAMES)
        for _ in range(80):
            with suppress(SeatRefused):
                next_of(session, audit, chance.choice(NAMES))
        shares = had(session, audit)
        assert {row.state for row in seats_of(session, audit.audit_id)} == {"done"}
        assert max(shares.values()) - min(shares.values()) <= apart


def test_what_no_other_may_read_is_not_kept_from_who_may(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        for row in seats_of(session, audit.audit_id):
            seat = claim(session, row.id or 0, audit.readers["ben"], now=NOW, until=after(60))
            declare_conflict(
                session, seat.id, audit.readers["ben"], reason="own-patient", words=None, now=NOW
            )
        assert [next_of(session, audit, "ann") for _ in range(5)] == [1, 2, 3, 4, None]


def test_the_lead_goes_past_the_shares_by_a_hand_over_or_by_taking_out_who_is_away(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        ann, ben = (audit.readers[name] for name in NAMES[:2])
        seat = claim_next(session, audit.audit_id, ben, equal=True, now=NOW, until=after(60))
        assert seat is not None
        assert [next_of(session, audit, "ann") for _ in range(2)] == [2, 3]
        with pytest.raises(SeatRefused, match=REFUSED):
            next_of(session, audit, "ann")
        hand_over(session, seat.id, ben, to=ann, said=Said("spread-load", None), now=NOW, until=after(60))
        assert had(session, audit) == {"ann": 3}
        away = session.get_one(AuditReaderRow, (audit.audit_id, ben))
        away.reviews = False
        session.add(away)
        assert next_of(session, audit, "ann") == 4
