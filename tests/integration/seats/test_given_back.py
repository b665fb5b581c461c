"""What an account has in work is free for others once it may not read there: disabled, or without its role or
clinic; on both databases.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from abstractor.errors import SeatRefused
from abstractor.store import claims, trail
from abstractor.store.auditing.seat_log import events_of
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.values import Seat
from abstractor.store.values import Account, Action, Role
from abstractor.workflow import accounts as giving
from abstractor.workflow.acting import By
from abstractor.workflow.auditing import seats
from abstractor.workflow.provider import Person, sign_in_by_provider
from abstractor.workflow.services import Services
from tests.integration.keeping import NOW
from tests.integration.seated import Seated, seated

BY = By("it")


def an_audit(services: Services, charts: list[int]) -> Seated:
    with services.store.writing() as session:
        return seated(session, charts, reviewers=["ann", "ben"], adjudicators=["ann"])


def who(audit: Seated, name: str) -> Account:
    return Account(audit.readers[name], name, frozenset({Role.AUDITOR}), None)


def claimed(services: Services, audit: Seated, name: str) -> Seat:
    seat = seats.claim_next(services, audit.audit_id, who(audit, name), NOW)
    assert seat is not None
    return seat


def disable(services: Services) -> None:
    giving.disable_account(services, "ann", by=BY)


def take_role(services: Services) -> None:
    giving.set_account_roles(services, "ann", [Role.ADJUDICATOR, Role.QI_LEAD], by=BY)


def take_clinic(services: Services) -> None:
    giving.set_account_sites(services, "ann", [], by=BY)


WAYS = [disable, take_role, take_clinic]


@pytest.mark.parametrize("take", WAYS)
def test_what_may_not_be_read_any_more_is_free_and_told(
    services: Services, take: Callable[[Services], None]
) -> None:
    audit = an_audit(services, [1] * 4)
    held, reading, done, other = (claimed(services, audit, name) for name in ("ann", "ann", "ann", "ben"))
    seats.hold(services, held.id, who(audit, "ann"), reason="interrupted", now=NOW)
    with services.store.writing() as session:
        finish(session, done.id, now=NOW)
    take(services)
    assert seats.my_seats(services, who(audit, "ann"), NOW) == ()
    assert [one.seat.id for one in seats.my_seats(services, who(audit, "ben"), NOW)] == [other.id]
    with services.store.reading() as session:
        last = [events_of(session, seat.id)[-1] for seat in (held, reading)]
        kept = events_of(session, done.id)[-1]
        told = trail.newest(session)
    assert {(event.what, event.reason, event.account_id) for event in last} == {
        ("released", "may-not-read", audit.readers["ann"])
    }
    assert kept.what == "done"
    released = [one for one in told if one.action == Action.SEAT_RELEASED]
    assert {one.detail for one in released} == {
        f"seat {seat.id} by=it of={audit.readers['ann']} reason=may-not-read" for seat in (held, reading)
    }
    assert all(one.patient_id and one.cycle_id for one in released)
    assert (told[0].detail or "").endswith("given-back=2")
    assert claimed(services, audit, "ben").id in {held.id, reading.id}


def test_what_may_still_be_read_stays(services: Services) -> None:
    audit = an_audit(services, [1])
    seat = claimed(services, audit, "ann")
    giving.set_account_roles(services, "ann", [Role.AUDITOR, Role.VIEWER], by=BY)
    assert [one.seat.id for one in seats.my_seats(services, who(audit, "ann"), NOW)] == [seat.id]


@pytest.mark.parametrize("take", WAYS)
def test_a_request_that_was_let_in_before_claims_nothing_after(
    services: Services, take: Callable[[Services], None]
) -> None:
    """`who` is as the door saw the account."""
    audit = an_audit(services, [1, 1])
    mine = claimed(services, audit, "ben")
    take(services)
    for act in (
        lambda: seats.claim_next(services, audit.audit_id, who(audit, "ann"), NOW),
        lambda: seats.claim(services, mine.id + 1, who(audit, "ann"), NOW),
        lambda: seats.hand_over(
            services, mine.id, who(audit, "ben"), to=audit.readers["ann"], reason="knows-field", now=NOW
        ),
    ):
        with pytest.raises(SeatRefused):
            act()
    assert seats.my_seats(services, who(audit, "ann"), NOW) == ()


def test_what_the_groups_at_the_provider_take_away_is_free_too(services: Services) -> None:
    """At the next sign-in: the account has what its groups say then."""
    audit = an_audit(services, [1])
    seat = claimed(services, audit, "ann")
    with services.store.writing() as session:
        claims.bind(session, audit.readers["ann"], "https://provider.example", "s-1", now=NOW)
    person = Person("https://provider.example", "s-1", None, groups=("left the clinic",))
    assert sign_in_by_provider(services, person, NOW) is None
    assert seats.my_seats(services, who(audit, "ann"), NOW) == ()
    assert claimed(services, audit, "ben").id == seat.id
    with services.store.reading() as session:
        told = [one.detail for one in trail.newest(session) if one.action == Action.SEAT_RELEASED]
    assert told == [f"seat {seat.id} by=provider of={audit.readers['ann']} reason=may-not-read"]


def test_no_claim_slips_through_while_the_account_is_disabled(services: Services) -> None:
    audit = an_audit(services, [1] * 8)
    now = datetime.now(UTC)

    def claim() -> None:
        for _ in range(4):
            with suppress(SeatRefused):
                seats.claim_next(services, audit.audit_id, who(audit, "ann"), now)

    with ThreadPoolExecutor(3) as pool:
        claims = [pool.submit(claim) for _ in range(2)]
        pool.submit(disable, services).result(30)
        for each in claims:
            each.result(30)
    assert seats.my_seats(services, who(audit, "ann"), now) == ()
