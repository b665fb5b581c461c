"""With equal shares no reviewer reads two more than another, as far as the charts allow it."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session

from abstractor.errors import SeatRefused
from abstractor.store import accounts
from abstractor.store.auditing.claiming import claim, claim_next, has_reviewed_all
from abstractor.store.auditing.holding import declare_conflict, hand_over
from abstractor.store.auditing.seat_log import Said
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.shares import PATIENCE
from abstractor.store.auditing.tables import AuditReaderRow, ChartAuditRow
from abstractor.store.auditing.values import Seat
from abstractor.store.database import Store
from abstractor.store.values import Account, Role
from abstractor.workflow.auditing import seats
from abstractor.workflow.auditing.design import Hidden, design_to_json
from abstractor.workflow.services import Services
from tests.integration.beside import beside
from tests.integration.keeping import NOW, after
from tests.integration.seated import DESIGN, Seated, lock, seated, seats_of

NAMES = ("ann", "ben", "cid")
REFUSED = "share of the audit is read"


def given(
    session: Session, audit: Seated, name: str, *, among: frozenset[int] | None = None, at: datetime = NOW
) -> Seat | None:
    """The next chart, for an hour."""
    who, until = audit.readers[name], at + timedelta(hours=1)
    return claim_next(session, audit.audit_id, who, among=among or all_of(audit), now=at, until=until)


def handed(session: Session, audit: Seated, seat: Seat, *, to: str) -> Seat:
    """By the reader who has it, for an hour."""
    said, until, who = Said("spread-load", None), NOW + timedelta(hours=1), audit.readers[to]
    among = all_of(audit)
    return hand_over(session, seat.id, seat.account_id, to=who, said=said, among=among, now=NOW, until=until)


def places(seats: Iterable[Seat | None]) -> list[int | None]:
    return [seat and seat.place for seat in seats]


def next_of(session: Session, audit: Seated, name: str) -> int | None:
    """The place of the next chart, read and locked at once."""
    seat = given(session, audit, name)
    if seat is None:
        return None
    lock(session, seat, {"criterion:a": "met"})
    finish(session, seat.id, now=NOW)
    return seat.place


def all_of(audit: Seated) -> frozenset[int]:
    return frozenset(audit.readers.values())


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
            claim(session, free or 0, audit.readers["ann"], among=all_of(audit), now=NOW, until=after(60))
        assert not has_reviewed_all(session, audit.audit_id, audit.readers["ann"], now=NOW)
        assert [next_of(session, audit, "ben") for _ in range(3)] == [5, 6, 7]
        with pytest.raises(SeatRefused, match=REFUSED):
            next_of(session, audit, "ben")
        assert [next_of(session, audit, "cid") for _ in range(4)] == [8, 9, 10, None]
        assert has_reviewed_all(session, audit.audit_id, audit.readers["ann"], now=NOW)


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
        seat = claim_next(session, audit.audit_id, ben, among=all_of(audit), now=NOW, until=after(60))
        assert seat is not None
        assert [next_of(session, audit, "ann") for _ in range(2)] == [2, 3]
        with pytest.raises(SeatRefused, match=REFUSED):
            next_of(session, audit, "ann")
        said, among = Said("spread-load", None), all_of(audit)
        with pytest.raises(SeatRefused, match="that reader's share is read or in work"):
            hand_over(session, seat.id, ben, to=ann, said=said, among=among, now=NOW, until=after(60))
        hand_over(session, seat.id, ben, to=ann, said=said, now=NOW, until=after(60))
        assert had(session, audit) == {"ann": 3}
        away = session.get_one(AuditReaderRow, (audit.audit_id, ben))
        away.reviews = False
        session.add(away)
        assert next_of(session, audit, "ann") == 4


def test_what_somebody_let_lapse_goes_back_to_everybody(store: Store) -> None:
    """Of twelve charts ann lets five lapse and does not come back: ben, who has had his six, gets them."""
    with store.writing() as session:
        audit = seated(session, [1] * 12, reviewers=NAMES[:2])
        assert places(given(session, audit, "ann") for _ in range(5)) == [*range(1, 6)]
        assert [next_of(session, audit, "ben") for _ in range(6)] == [*range(6, 12)]
        late = NOW + timedelta(hours=2)
        assert places(given(session, audit, "ben", at=late) for _ in range(5)) == [*range(1, 6)]


def test_what_a_reader_let_lapse_stays_of_their_share_while_they_can_go_on_with_it(store: Store) -> None:
    """Else whoever lets leases run out has five charts more than the others."""
    with store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        late, later = NOW + timedelta(hours=2), NOW + timedelta(hours=4)
        assert places(given(session, audit, "ann") for _ in range(2)) == [1, 2]
        assert places(given(session, audit, "ann", at=late) for _ in range(2)) == [1, 2]
        assert places([given(session, audit, "ann", at=later)]) == [1]
        free = seats_of(session, audit.audit_id)[2].id or 0
        with pytest.raises(SeatRefused, match=REFUSED):
            claim(session, free, audit.readers["ann"], among=all_of(audit), now=later, until=later)


def test_who_has_had_no_chart_in_hand_for_a_week_is_not_waited_for(store: Store) -> None:
    """Ben never came: ann gets what waits for him, until he does."""
    with store.writing() as session:
        audit = seated(session, [1] * 8, reviewers=NAMES[:2])
        assert [next_of(session, audit, "ann") for _ in range(4)] == [1, 2, 3, 4]
        week = NOW + PATIENCE
        with pytest.raises(SeatRefused, match=REFUSED):
            given(session, audit, "ann", at=week)
        week += timedelta(seconds=1)
        assert places(given(session, audit, name, at=week) for name in ("ann", "ben")) == [5, 6]
        with pytest.raises(SeatRefused, match=REFUSED):
            given(session, audit, "ann", at=week)


def test_for_whom_charts_wait_is_told(services: Services) -> None:
    """Nobody before ann has had her half; then ben, until charts wait for him no more."""
    with services.store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        design = design_to_json(replace(DESIGN, equal_shares=True))
        session.get_one(ChartAuditRow, audit.audit_id).design = design
        assert next_of(session, audit, "ann") == 1
    later = NOW + timedelta(hours=2)

    def waited(now: datetime) -> list[tuple[str, datetime, datetime]]:
        told = seats.audit_progress(services, audit.audit_id, now, waits=True).waited_for
        return [(one.name, one.since, one.until) for one in told]

    assert waited(NOW) == []
    with services.store.writing() as session:
        assert next_of(session, audit, "ann") == 2
    assert waited(NOW) == [("ben", NOW, NOW + PATIENCE)]
    assert waited(NOW + PATIENCE + timedelta(seconds=1)) == []
    with services.store.writing() as session:
        assert given(session, audit, "ben", at=later) is not None
    assert waited(later) == [("ben", later, later + PATIENCE)]
    with services.store.writing() as session:
        assert given(session, audit, "ben", at=later) is not None
    assert waited(later) == []


def test_a_reader_hands_over_to_who_has_not_had_their_share(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 6, reviewers=NAMES)
        assert [next_of(session, audit, "ben") for _ in range(2)] == [1, 2]
        third = given(session, audit, "ann")
        assert third is not None
        with pytest.raises(SeatRefused, match="that reader's share is read or in work"):
            handed(session, audit, third, to="ben")
        assert handed(session, audit, third, to="cid").account_id == audit.readers["cid"]


def test_who_comes_back_after_a_lease_that_ran_out_is_waited_for_again(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        assert given(session, audit, "ann") is not None
        assert [next_of(session, audit, "ben") for _ in range(2)] == [2, 3]
        late = NOW + timedelta(hours=2)
        assert places([given(session, audit, "ann", at=late)]) == [1]
        with pytest.raises(SeatRefused, match=REFUSED):
            given(session, audit, "ben", at=late)
        assert places(given(session, audit, "ann", at=late) for _ in range(2)) == [4, None]


def test_who_has_no_room_for_another_chart_is_not_waited_for(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 12, reviewers=NAMES[:2])
        assert places(given(session, audit, "ann") for _ in range(5)) == [*range(1, 6)]
        assert [next_of(session, audit, "ben") for _ in range(8)] == [*range(6, 13), None]


def test_who_may_not_read_here_any_more_has_no_share(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 6, reviewers=NAMES[:2])
        assert [next_of(session, audit, "ann") for _ in range(3)] == [1, 2, 3]
        with pytest.raises(SeatRefused, match=REFUSED):
            next_of(session, audit, "ann")
        alone = frozenset({audit.readers["ann"]})
        assert places(given(session, audit, "ann", among=alone) for _ in range(4)) == [4, 5, 6, None]


def test_who_is_to_read_the_charts_blind_elsewhere_is_not_waited_for(store: Store) -> None:
    with store.writing() as session:
        audit = seated(session, [1] * 6, reviewers=NAMES)
        waiting = {audit.readers[name]: True for name in ("ben", "cid")}
        beside(session, audit.audit_id, waiting, hides=(Hidden.VERDICT,), now=NOW)
        assert [next_of(session, audit, name) for name in ("ben", "cid")] == [None, None]
        assert [next_of(session, audit, "ann") for _ in range(7)] == [*range(1, 7), None]


def test_a_chart_that_only_who_has_had_their_share_may_read_is_theirs(store: Store) -> None:
    """Ben may read the second and not the first: he is waited for with the second alone."""
    with store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        ann, ben = (audit.readers[name] for name in NAMES[:2])
        first, second, *others = (row.id or 0 for row in seats_of(session, audit.audit_id))
        claim(session, first, ben, now=NOW, until=after(60))
        declare_conflict(session, first, ben, reason="own-patient", words=None, now=NOW)
        for seat_id in others:
            claim(session, seat_id, ann, among=all_of(audit), now=NOW, until=after(60))
        with pytest.raises(SeatRefused, match=REFUSED):
            claim(session, second, ann, among=all_of(audit), now=NOW, until=after(60))
        assert next_of(session, audit, "ann") == 1
        with pytest.raises(SeatRefused, match=REFUSED):
            next_of(session, audit, "ann")


def test_accounts_count_as_they_are_now(services: Services) -> None:
    """Ben is disabled, then back without the role: either way ann reads on; with both he is waited for."""
    with services.store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        design = design_to_json(replace(DESIGN, equal_shares=True))
        session.get_one(ChartAuditRow, audit.audit_id).design = design
        assert [next_of(session, audit, "ann") for _ in range(2)] == [1, 2]
    ann, ben = (audit.readers[name] for name in NAMES[:2])
    reader = Account(id=ann, name="ann", roles=frozenset({Role.AUDITOR}), sites=None)
    with pytest.raises(SeatRefused, match=REFUSED):
        seats.claim_next(services, audit.audit_id, reader, NOW)
    with services.store.writing() as session:
        accounts.disable(session, ben, now=NOW)
    third = seats.claim_next(services, audit.audit_id, reader, NOW)
    with services.store.writing() as session:
        accounts.enable(session, ben)
        accounts.set_roles(session, ben, [Role.VIEWER])
    fourth = seats.claim_next(services, audit.audit_id, reader, NOW)
    assert third is not None and fourth is not None
    assert [third.place, fourth.place] == [3, 4]


def test_a_lead_alone_hands_over_beyond_the_shares(services: Services) -> None:
    """Ann has read her half; ben claims, and would give it to her."""
    with services.store.writing() as session:
        audit = seated(session, [1] * 4, reviewers=NAMES[:2])
        design = design_to_json(replace(DESIGN, equal_shares=True))
        session.get_one(ChartAuditRow, audit.audit_id).design = design
        assert [next_of(session, audit, "ann") for _ in range(2)] == [1, 2]
    (ann, ben), auditor = (audit.readers[name] for name in NAMES[:2]), frozenset({Role.AUDITOR})
    reader = Account(id=ben, name="ben", roles=auditor, sites=None)
    lead = replace(reader, roles=auditor | {Role.QI_LEAD})
    seat = seats.claim_next(services, audit.audit_id, reader, NOW)
    assert seat is not None
    with pytest.raises(SeatRefused, match="that reader's share is read or in work: choose a reader who"):
        seats.hand_over(services, seat.id, reader, to=ann, reason="spread-load", now=NOW)
    given = seats.hand_over(services, seat.id, lead, to=ann, reason="spread-load", now=NOW)
    assert given.account_id == ann
