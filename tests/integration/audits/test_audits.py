"""An audit from its definition to its end, on both databases: what is drawn, logged, refused and traced."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import text

from abstractor.abstract import Severity
from abstractor.errors import Conflict, OptionError, StoreError
from abstractor.store import runs, trail
from abstractor.store.auditing import audits as kept
from abstractor.store.auditing.seats import make_seats
from abstractor.store.auditing.values import AuditState, Why
from abstractor.store.connection_values import PullKind, PullWay, RunState
from abstractor.store.database import Store
from abstractor.store.purging import purge_cycle, purge_patient
from abstractor.store.values import Account, Action, Role
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.auditing import audits
from abstractor.workflow.auditing.design import Charts, Design, Stratify, design_from_json
from tests.integration.audits.conftest import CHARTS, NORTH, SOUTH
from tests.integration.audits.leading import FLAGGED, NAMED, SAMPLE, defined, opened, read_by
from tests.integration.framed import Told, abstracted, account
from tests.integration.keeping import NOW, after


def test_from_the_definition_to_the_end(
    services: Services, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    audit = defined(services, cycle, FLAGGED, by=lead)
    assert (audit.title, audit.state, audit.created_by) == ("Base line", AuditState.DRAFT, lead.id)
    assert design_from_json(audit.design) == FLAGGED
    assert audits.drawn(services, audit.id).charts == ()
    read_by(services, audit, readers, lead)
    now_open = audits.open_audit(services, audit.id, lead=lead, now=after(60))
    assert (now_open.state, now_open.opened_at) == (AuditState.OPEN, after(60))
    log = audits.drawn(services, audit.id)
    assert {one.patient_id for one in log.charts} == {1, 2, 3, 7, 10}
    assert [one.place for one in log.charts] == [1, 2, 3, 4, 5]
    assert Counter(one.why for one in log.left_out) == {Why.NOT_FLAGGED: 5, Why.NOT_ABSTRACTED: 1}
    assert (log.unchanged, log.again) == (True, True)
    closed = audits.close_audit(services, audit.id, lead=lead, now=after(120))
    assert (closed.state, closed.closed_at) == (AuditState.CLOSED, after(120))
    assert audits.audits(services) == (closed,)
    assert audits.audit_by_id(services, audit.id) == closed
    assert audits.audit_by_id(services, 99) is None
    told = [(one.name, one.reviews, one.adjudicates) for one in audits.readers_of(services, audit.id)]
    assert told == [("ann", True, False), ("bea", True, False), ("cat", False, True)]


def test_a_sample_is_spread_and_says_before_what_it_draws(
    services: Services, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    seen = audits.preview(services, cycle, SAMPLE)
    assert [(one.name, one.frame, one.drawn) for one in seen.strata] == [
        (f"site:{NORTH}", 6, 3),
        (f"site:{SOUTH}", 2, 1),
    ]
    assert (seen.charts, seen.frame, seen.drawn, seen.reviews, seen.adjudications) == (11, 8, 4, 6, 2)
    audit = opened(services, cycle, SAMPLE, readers, by=lead)
    log = audits.drawn(services, audit.id)
    assert Counter(one.stratum for one in log.charts) == {f"site:{NORTH}": 3, f"site:{SOUTH}": 1}
    assert sorted(one.readers for one in log.charts) == [1, 1, 2, 2]
    assert Counter(one.why for one in log.left_out) == dict(seen.left_out)
    assert len(log.charts) + len(log.left_out) == len(CHARTS)
    with services.store.reading() as session:
        seats = session.connection().execute(text("SELECT number, place FROM seat ORDER BY id")).all()
    wanted = [(number, one.place) for one in log.charts for number in range(1, one.readers + 1)]
    assert [tuple(seat) for seat in seats] == wanted


def test_what_is_reviewed_is_the_latest_abstract_of_the_opening(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    with store.writing() as session:
        abstracted(session, cycle, 4, Told(site=NORTH, worst=Severity.CRITICAL), again=1)
        abstracted(session, cycle, 1, Told(site=NORTH), again=1)
    audit = opened(services, cycle, replace(FLAGGED, strata=(Stratify.VERDICT,)), readers, by=lead)
    before = audits.drawn(services, audit.id)
    assert {one.patient_id: one.stratum for one in before.charts} == {
        2: "verdict:discordant",
        3: "verdict:discordant",
        4: "verdict:critical",
        7: "verdict:critical",
        10: "verdict:review",
    }
    with store.writing() as session:
        abstracted(session, cycle, 4, Told(site=NORTH), again=2)
    assert audits.drawn(services, audit.id) == before


def test_a_list_is_of_the_cycle_and_who_was_purged_since_is_told(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    with pytest.raises(OptionError, match="not of cycle 1: 12, 99"):
        defined(services, cycle, Design(Charts.LISTED, 1, listed=(1, 12, 99)), by=lead)
    audit = defined(services, cycle, Design(Charts.LISTED, 1, listed=(1, 9, 11)), by=lead)
    read_by(services, audit, readers, lead)
    purge_patient(store, 9, by=By("it"), now=NOW)
    audits.open_audit(services, audit.id, lead=lead, now=NOW)
    log = audits.drawn(services, audit.id)
    assert [one.patient_id for one in log.charts] == [1]
    whys = {one.patient_id: one.why for one in log.left_out}
    assert (whys[9], whys[11], whys[2]) == (Why.PURGED, Why.NOT_ABSTRACTED, Why.NOT_LISTED)
    assert log.unchanged and log.again


def test_an_audit_goes_with_its_cycle(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    audit = opened(services, cycle, SAMPLE, readers, by=lead)
    purge_cycle(store, cycle, by=By("it"), now=NOW)
    assert audits.audits(services) == ()
    assert audits.audit_by_id(services, audit.id) is None
    with pytest.raises(StoreError, match="there is no audit 1"):
        audits.draw_log(services, audit.id, lead=lead, now=NOW)


def test_what_cannot_be_opened(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    audit = defined(services, cycle, FLAGGED, by=lead)
    audits.set_reader(services, audit.id, readers["ann"].id, **NAMED, lead=lead, now=NOW)
    with pytest.raises(OptionError, match="read by 2, and the audit has 1 who review"):
        audits.open_audit(services, audit.id, lead=lead, now=NOW)
    read_by(services, audit, readers, lead)
    with store.writing() as session:
        session.connection().execute(text("UPDATE work SET state = 'leased' WHERE patient_id = 11"))
    with pytest.raises(StoreError, match="cycle 1 is not finished"):
        audits.open_audit(services, audit.id, lead=lead, now=NOW)
    with store.writing() as session:
        session.connection().execute(text("UPDATE work SET state = 'failed' WHERE patient_id = 11"))
        listing = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, cycle_id=cycle, now=NOW)
    with pytest.raises(StoreError, match="cycle 1 is not finished"):
        audits.open_audit(services, audit.id, lead=lead, now=NOW)
    with store.writing() as session:
        runs.end_run(session, listing, RunState.FAILED, now=NOW)
    assert audits.audit_by_id(services, audit.id) == audit
    audits.open_audit(services, audit.id, lead=lead, now=NOW)
    with pytest.raises(OptionError, match="opened before"):
        audits.open_audit(services, audit.id, lead=lead, now=NOW)
    nobody = defined(services, cycle, Design(Charts.LISTED, 1, listed=(11,)), by=lead)
    with pytest.raises(OptionError, match="can be drawn: 1 not-abstracted, 10 not-listed"):
        audits.open_audit(services, nobody.id, lead=lead, now=NOW)
    given_up = audits.close_audit(services, nobody.id, lead=lead, now=NOW)
    assert (given_up.state, given_up.opened_at) == (AuditState.CLOSED, None)
    with pytest.raises(OptionError, match="closed already"):
        audits.close_audit(services, nobody.id, lead=lead, now=NOW)
    with pytest.raises(OptionError, match="its readers stay"):
        audits.set_reader(services, nobody.id, readers["ann"].id, **NAMED, lead=lead, now=NOW)


def test_two_who_open_at_once_draw_once(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    audit = defined(services, cycle, FLAGGED, by=lead)
    with store.writing() as session:
        kept.mark_opened(session, audit.id, now=NOW)
    with pytest.raises(Conflict), store.writing() as session:
        kept.mark_opened(session, audit.id, now=NOW)
        make_seats(session, audit.id, [], now=NOW)


def test_a_title_can_be_read(services: Services, cycle: int, lead: Account) -> None:
    for title in ("", "  ", "x" * 121, "a\x00b"):
        with pytest.raises(OptionError, match="title"):
            defined(services, cycle, FLAGGED, by=lead, title=title)
    assert audits.audits(services) == ()


def test_a_rule_that_is_none_is_refused(services: Services, cycle: int, lead: Account) -> None:
    with pytest.raises(OptionError, match="no such rule: lvef-baselin"):
        defined(services, cycle, replace(FLAGGED, rules=("sequencing", "lvef-baselin")), by=lead)
    with pytest.raises(OptionError, match="no such rule"):
        audits.preview(services, cycle, replace(FLAGGED, rules=("lvef-baselin",)))


def test_who_may_read_is_set_by_role_and_clinic(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    audit = defined(services, cycle, FLAGGED, by=lead)
    elsewhere = account(store, "eva", Role.AUDITOR, sites=[])
    for reader, does in (
        (readers["cat"], NAMED),
        (readers["ann"], {"reviews": False, "adjudicates": True}),
        (elsewhere, NAMED),
        (lead, NAMED),
    ):
        with pytest.raises(OptionError, match="may not"):
            audits.set_reader(services, audit.id, reader.id, **does, lead=lead, now=NOW)
    with pytest.raises(OptionError, match="no account 99"):
        audits.set_reader(services, audit.id, 99, **NAMED, lead=lead, now=NOW)
    ann = readers["ann"].id
    audits.set_reader(services, audit.id, ann, **NAMED, lead=lead, now=NOW)
    audits.set_reader(services, audit.id, ann, reviews=False, adjudicates=False, lead=lead, now=NOW)
    assert audits.readers_of(services, audit.id) == ()


def test_a_lead_of_another_clinic_finds_no_audit(services: Services, store: Store, cycle: int) -> None:
    other = account(store, "lou", Role.QI_LEAD, sites=[])
    auditor = account(store, "ada", Role.AUDITOR)
    audit = defined(services, cycle, FLAGGED, by=By("it"))
    for who in (other, auditor):
        with pytest.raises(StoreError, match="there is no cycle 1"):
            defined(services, cycle, FLAGGED, by=who)
        for asks in (audits.open_audit, audits.close_audit, audits.draw_log):
            with pytest.raises(StoreError, match=f"there is no audit {audit.id}"):
                asks(services, audit.id, lead=who, now=NOW)
        with pytest.raises(StoreError, match="there is no audit"):
            audits.set_reader(services, audit.id, who.id, **NAMED, lead=who, now=NOW)


def test_who_reads_blinded_is_not_told_which_chart_is_behind_a_code(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account]
) -> None:
    both = account(store, "bob", Role.QI_LEAD, Role.AUDITOR)
    audit = opened(services, cycle, FLAGGED, {**readers, "bob": both}, by=both)
    with pytest.raises(OptionError, match="for another lead"):
        audits.draw_log(services, audit.id, lead=both, now=NOW)
    audits.close_audit(services, audit.id, lead=both, now=NOW)
    assert len(audits.draw_log(services, audit.id, lead=both, now=NOW).charts) == 5


def test_the_trail_says_who_did_what(
    services: Services, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    audit = opened(services, cycle, FLAGGED, readers, by=lead)
    audits.draw_log(services, audit.id, lead=By("it"), now=NOW)
    audits.close_audit(services, audit.id, lead=lead, now=NOW)
    with services.store.reading() as session:
        told = [one for one in reversed(trail.newest(session)) if one.cycle_id == cycle]
    assert [one.action for one in told] == [
        Action.AUDIT_DEFINED,
        *[Action.AUDIT_READER_SET] * 3,
        Action.AUDIT_OPENED,
        Action.DRAW_READ,
        Action.AUDIT_CLOSED,
    ]
    assert [one.account_id for one in told] == [*[lead.id] * 5, None, lead.id]
    digest = audits.drawn(services, audit.id).digest
    assert told[4].detail == f"by=lea audit=1 drawn=5 left-out=6 seats=10 {digest}"
    assert told[5].detail == "by=it audit=1 charts=5"
