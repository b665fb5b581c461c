"""What readers and leads do with seats, as the pages ask for it: refused with a word, told in the trail."""

from datetime import timedelta

import pytest
from sqlmodel import select

from abstractor.errors import OptionError, SeatRefused
from abstractor.store import accounts, trail
from abstractor.store.auditing.seat_log import events_of
from abstractor.store.auditing.seats import finish
from abstractor.store.auditing.tables import ChartAuditRow, SeatEventRow
from abstractor.store.auditing.values import Seat, SeatHappening, SeatState
from abstractor.store.values import Account, Role
from abstractor.workflow.acting import By
from abstractor.workflow.auditing import seats
from abstractor.workflow.auditing.audits import set_reader
from abstractor.workflow.services import Services
from tests.integration.keeping import NOW, after
from tests.integration.seated import DESIGN, Seated, seated

LEASE = timedelta(minutes=DESIGN.lease_minutes)
NAMES = ["ann", "ben"]
WORDS = "Ask the canary of ward nine"


def an_audit(services: Services, charts: list[int], reviewers: list[str] = NAMES) -> Seated:
    with services.store.writing() as session:
        return seated(session, charts, reviewers=reviewers)


def who(audit: Seated, name: str, role: Role = Role.AUDITOR) -> Account:
    return Account(id=audit.readers[name], name=name, roles=frozenset({role}), sites=None)


def got(seat: Seat | None) -> Seat:
    assert seat is not None
    return seat


def happened(services: Services, seat_id: int) -> list[SeatHappening]:
    with services.store.reading() as session:
        return [event.what for event in events_of(session, seat_id)]


def test_the_chart_of_a_second_reader_does_not_disappear_after_the_first(services: Services) -> None:
    audit = an_audit(services, [2, 1])
    first = got(seats.claim_next(services, audit.audit_id, who(audit, "ann"), NOW))
    second = got(seats.claim_next(services, audit.audit_id, who(audit, "ben"), NOW))
    assert (first.chart_id, first.number) == (second.chart_id, 1)
    assert second.number == 2
    assert got(seats.claim_next(services, audit.audit_id, who(audit, "ann"), NOW)).place == 2


def test_a_lease_that_ran_out_is_the_next_ones_and_told(services: Services) -> None:
    audit = an_audit(services, [1])
    ann, ben = who(audit, "ann"), who(audit, "ben")
    seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
    assert seat.lease_until == NOW + LEASE
    assert seats.claim_next(services, audit.audit_id, ben, NOW + LEASE) is None
    later = NOW + LEASE + timedelta(seconds=1)
    assert [view.ran_out for view in seats.my_seats(services, ann, later)] == [True]
    assert got(seats.claim_next(services, audit.audit_id, ben, later)).account_id == ben.id
    assert happened(services, seat.id) == ["claimed", "expired", "claimed"]
    with pytest.raises(SeatRefused, match="after your lease ran out"):
        seats.renew(services, seat.id, ann, now=later)
    assert seats.my_seats(services, ann, later) == ()


def test_a_lease_goes_on_only_where_less_than_half_is_left(services: Services) -> None:
    audit = an_audit(services, [1])
    ann = who(audit, "ann")
    seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
    assert seats.renew(services, seat.id, ann, now=after(60)) == seat
    assert seats.renew(services, seat.id, ann, now=NOW + LEASE * 0.6).lease_until == NOW + LEASE * 1.6
    assert seats.renew(services, seat.id, ann, now=NOW + LEASE * 3).lease_until == NOW + LEASE * 4
    assert happened(services, seat.id) == ["claimed", "renewed", "renewed"]
    with services.store.writing() as session:
        session.get_one(ChartAuditRow, audit.audit_id).state = "closed"
    with pytest.raises(SeatRefused, match="this audit is not open"):
        seats.renew(services, seat.id, ann, now=NOW + LEASE * 3)


def test_a_held_chart_keeps_its_reader_without_a_lease_until_it_is_resumed(services: Services) -> None:
    audit = an_audit(services, [1])
    ann, ben = who(audit, "ann"), who(audit, "ben")
    seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
    seats.hold(services, seat.id, ann, reason="awaiting-record", words=WORDS, now=NOW)
    years_later = NOW + timedelta(days=800)
    assert seats.claim_next(services, audit.audit_id, ben, years_later) is None
    assert [view.ran_out for view in seats.my_seats(services, ann, years_later)] == [False]
    with pytest.raises(SeatRefused, match="resume it first"):
        seats.renew(services, seat.id, ann, now=NOW)
    assert seats.resume(services, seat.id, ann, now=years_later).lease_until == years_later + LEASE
    with services.store.reading() as session:
        held = events_of(session, seat.id)[1]
        sealed = session.exec(select(SeatEventRow.sealed).where(SeatEventRow.what == "held")).one()
    assert (held.reason, held.words) == ("awaiting-record", WORDS)
    assert sealed is not None and WORDS.encode() not in sealed


def test_what_a_reader_had_in_work_goes_back_with_the_reader(services: Services) -> None:
    audit = an_audit(services, [1, 1, 1])
    ann, ben, lead = who(audit, "ann"), who(audit, "ben"), By("it")
    held, locked, claimed = (got(seats.claim_next(services, audit.audit_id, ann, NOW)) for _ in range(3))
    seats.hold(services, held.id, ann, reason="awaiting-record", now=NOW)
    with services.store.writing() as session:
        finish(session, locked.id, now=NOW)
    none = {"reviews": False, "adjudicates": False}
    set_reader(services, audit.audit_id, ben.id, **none, lead=lead, now=after(1))
    assert {view.seat.id for view in seats.my_seats(services, ann, after(1))} == {held.id, claimed.id}
    set_reader(services, audit.audit_id, ann.id, **none, lead=lead, now=after(1))
    assert seats.my_seats(services, ann, after(1)) == ()
    assert happened(services, held.id) == ["claimed", "held", "released"]
    assert happened(services, locked.id) == ["claimed", "done"]


def test_nobody_hoards_charts(services: Services) -> None:
    audit = an_audit(services, [1] * 12, ["ann", "ben"])
    ann, ben = who(audit, "ann"), who(audit, "ben")
    for _ in range(5):
        seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
        seats.hold(services, seat.id, ann, reason="interrupted", now=NOW)
    with pytest.raises(SeatRefused, match="finish, release or hand over"):
        seats.claim_next(services, audit.audit_id, ann, NOW)
    other = got(seats.claim_next(services, audit.audit_id, ben, NOW))
    with pytest.raises(SeatRefused, match="5 charts in work"):
        seats.hand_over(services, other.id, ben, to=ann.id, reason="spread-load", now=NOW)
    seats.release(services, seat.id, ann, reason="no-time", now=NOW)
    assert got(seats.claim_next(services, audit.audit_id, ben, NOW)).id == seat.id


def test_who_claims_in_turn_gets_as_much_as_the_others(services: Services) -> None:
    audit = an_audit(services, [2] * 6, ["ann", "ben", "cid"])
    for turn in range(12):
        got(seats.claim_next(services, audit.audit_id, who(audit, ["ann", "ben", "cid"][turn % 3]), NOW))
    assert [load.claimed for load in seats.audit_progress(services, audit.audit_id, NOW).readers] == [4, 4, 4]


def test_what_is_skipped_comes_last_for_that_reader_and_at_once_for_others(services: Services) -> None:
    audit = an_audit(services, [2, 1])
    ann, ben = who(audit, "ann"), who(audit, "ben")
    for place in (1, 2, 1, 2):  # the one that was skipped the longest ago comes first
        seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
        assert seat.place == place
        seats.skip(services, seat.id, ann, reason="outside-field", now=NOW)
    assert got(seats.claim_next(services, audit.audit_id, ben, NOW)).place == 1
    assert seats.audit_progress(services, audit.audit_id, NOW).skipped == 1


def test_who_has_a_conflict_of_interest_never_gets_the_chart(services: Services) -> None:
    audit = an_audit(services, [2])
    ann, ben, lead = who(audit, "ann"), who(audit, "ben"), who(audit, "ben", Role.QI_LEAD)
    seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
    assert (
        seats.declare_conflict(services, seat.id, ann, reason="own-patient", now=NOW).state is SeatState.FREE
    )
    assert seats.claim_next(services, audit.audit_id, ann, NOW) is None
    with pytest.raises(SeatRefused, match="conflict of interest"):
        seats.claim(services, seat.id, ann, NOW)
    with pytest.raises(SeatRefused, match="conflict of interest"):
        seats.hand_over(services, seat.id, lead, to=ann.id, reason="spread-load", now=NOW)
    with pytest.raises(SeatRefused, match="ask them"):
        seats.declare_conflict(services, seat.id, ann, reason="known-person", of=ben.id, now=NOW)
    seats.declare_conflict(services, seat.id, lead, reason="known-person", of=ben.id, now=NOW)
    assert seats.claim_next(services, audit.audit_id, ben, NOW) is None


def test_only_its_reader_or_a_lead_gives_a_chart_away(services: Services) -> None:
    audit = an_audit(services, [1], ["ann", "ben", "cid"])
    ann, ben, cid = (who(audit, name) for name in ["ann", "ben", "cid"])
    lead = who(audit, "cid", Role.QI_LEAD)
    seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
    with pytest.raises(SeatRefused, match="not yours"):
        seats.release(services, seat.id, cid, reason="reader-absent", now=NOW)
    with pytest.raises(SeatRefused, match="not yours"):
        seats.hand_over(services, seat.id, cid, to=cid.id, reason="reader-absent", now=NOW)
    assert (
        seats.hand_over(services, seat.id, ann, to=ben.id, reason="knows-field", now=NOW).account_id == ben.id
    )
    assert seats.release(services, seat.id, lead, reason="reader-absent", now=NOW).account_id is None
    assert (
        seats.hand_over(services, seat.id, lead, to=cid.id, reason="spread-load", now=NOW).account_id
        == cid.id
    )
    with services.store.reading() as session:
        given = events_of(session, seat.id)[1]
    assert (given.account_id, given.to_account_id) == (ann.id, ben.id)


def test_nobody_gives_a_chart_to_who_may_not_read_it(services: Services) -> None:
    """Who is disabled, lost the role or the clinic is still a reader of the audit by name."""
    audit = an_audit(services, [1], ["ann", "ben", "cid", "dan"])
    ann = who(audit, "ann")
    seat = got(seats.claim_next(services, audit.audit_id, ann, NOW))
    with services.store.writing() as session:
        accounts.disable(session, audit.readers["ben"], now=NOW)
        accounts.set_roles(session, audit.readers["cid"], [Role.ADJUDICATOR])
        accounts.set_sites(session, audit.readers["dan"], [])
    for name in ("ben", "cid", "dan"):
        with pytest.raises(SeatRefused, match="may not read here"):
            seats.hand_over(services, seat.id, ann, to=audit.readers[name], reason="spread-load", now=NOW)
    assert [one.seat.id for one in seats.my_seats(services, ann, NOW)] == [seat.id]


def test_only_readers_of_an_open_audit_claim(services: Services) -> None:
    audit = an_audit(services, [1])
    stranger = Account(id=99, name="eve", roles=frozenset({Role.AUDITOR}), sites=None)
    with pytest.raises(SeatRefused, match="ask its lead to add"):
        seats.claim_next(services, audit.audit_id, stranger, NOW)
    with pytest.raises(SeatRefused, match="list of audits"):
        seats.claim_next(services, 99, stranger, NOW)
    seat = got(seats.claim_next(services, audit.audit_id, who(audit, "ann"), NOW))
    with services.store.writing() as session:
        session.get_one(ChartAuditRow, audit.audit_id).state = "closed"
    with pytest.raises(SeatRefused, match="not open"):
        seats.claim_next(services, audit.audit_id, who(audit, "ben"), NOW)
    with pytest.raises(SeatRefused, match="not open"):
        seats.release(services, seat.id, who(audit, "ann"), reason="no-time", now=NOW)
    assert seats.my_seats(services, who(audit, "ann"), NOW) == ()


@pytest.mark.parametrize(
    ("reason", "words", "told"),
    [
        ("because", None, "choose one of: awaiting-record"),
        ("other", "  ", "say which"),
        ("other", "x" * 2001, "make it shorter"),
    ],
)
def test_a_reason_is_of_the_list_and_another_one_has_words(
    services: Services, reason: str, words: str | None, told: str
) -> None:
    audit = an_audit(services, [1])
    seat = got(seats.claim_next(services, audit.audit_id, who(audit, "ann"), NOW))
    with pytest.raises(OptionError, match=told):
        seats.hold(services, seat.id, who(audit, "ann"), reason=reason, words=words, now=NOW)


def test_the_trail_tells_each_of_these_once_without_a_word_of_theirs(services: Services) -> None:
    audit = an_audit(services, [1])
    ann, ben = who(audit, "ann"), who(audit, "ben")
    seat = got(seats.claim_next(services, audit.audit_id, ann, NOW)).id
    seats.hold(services, seat, ann, reason="other", words=WORDS, now=NOW)
    seats.resume(services, seat, ann, now=NOW)
    seats.renew(services, seat, ann, now=NOW + LEASE)
    seats.hand_over(services, seat, ann, to=ben.id, reason="other", words=WORDS, now=NOW)
    seats.skip(services, seat, ben, reason="other", words=WORDS, now=NOW)
    seats.claim(services, seat, ben, NOW)
    seats.release(services, seat, ben, reason="other", words=WORDS, now=NOW)
    seats.declare_conflict(services, seat, ben, reason="other", words=WORDS, now=NOW)
    with services.store.reading() as session:
        told = [entry for entry in trail.newest(session, limit=20) if entry.action.startswith("seat-")]
    assert [entry.action.removeprefix("seat-") for entry in reversed(told)] == [
        *[
            "claimed",
            "held",
            "resumed",
            "renewed",
            "handed-over",
            "skipped",
            "claimed",
            "released",
            "conflict",
        ]
    ]
    assert {entry.patient_id for entry in told} == {audit.charts[0].patient_id}
    assert not any(WORDS in str(entry) for entry in told)
