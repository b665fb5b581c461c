"""What `draw --check` holds against the opening: the audit, the log of its draw, its seats, its codes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import text

from abstractor.store.auditing.tables import SeatRow
from abstractor.store.auditing.values import Why
from abstractor.store.database import Store
from abstractor.store.purging import purge_patient
from abstractor.store.values import Account
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.auditing import audits
from tests.integration.audits.leading import FLAGGED, SAMPLE, opened
from tests.integration.keeping import NOW, after


def test_a_log_that_was_changed_is_told(
    services: Services, store: Store, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    audit = opened(services, cycle, SAMPLE, readers, by=lead)
    left = next(one for one in audits.drawn(services, audit.id).left_out if one.why is Why.NOT_DRAWN)
    purge_patient(store, left.patient_id, by=By("it"), now=NOW)
    assert not audits.drawn(services, audit.id).unchanged
    other = opened(services, cycle, FLAGGED, readers, by=lead)
    seeded = {"design": other.design.replace('"seed":7', '"seed":8'), "audit": other.id}
    with store.writing() as session:
        change = text("UPDATE chart_audit SET design = :design WHERE id = :audit")
        session.connection().execute(change, seeded)
    told = audits.drawn(services, other.id)
    assert (told.unchanged, told.again) == (False, False)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chart_audit SET title = 'Another'",
        "UPDATE chart_audit SET opened_at = closed_at",
        "UPDATE audit_reader SET audit_id = audit_id",
    ],
    ids=["title", "opened", "nothing"],
)
def test_what_the_digest_of_a_draw_is_of(
    change: str,
    services: Services,
    store: Store,
    cycle: int,
    readers: Mapping[str, Account],
    lead: Account,
) -> None:
    audit = opened(services, cycle, FLAGGED, readers, by=lead)
    audits.close_audit(services, audit.id, lead=lead, now=after(9))
    with store.writing() as session:
        session.connection().execute(text(change))
    assert audits.drawn(services, audit.id).whole == change.startswith("UPDATE audit_reader")


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_seat_that_no_draw_made_is_told(
    number: int,
    services: Services,
    store: Store,
    cycle: int,
    readers: Mapping[str, Account],
    lead: Account,
) -> None:
    audit = opened(services, cycle, replace(FLAGGED, readers=1), readers, by=lead)
    assert audits.drawn(services, audit.id).whole
    chart = audits.drawn(services, audit.id).charts[0]
    with store.writing() as session:
        told = {"audit_id": audit.id, "audit_chart_id": chart.id, "number": number, "place": chart.place}
        session.add(SeatRow(**told, state="free", changed_at=NOW))
    log = audits.drawn(services, audit.id)
    assert (log.unchanged, log.again, log.seated) == (True, True, False)


def test_two_audits_of_one_seed_share_no_code(
    services: Services, cycle: int, readers: Mapping[str, Account], lead: Account
) -> None:
    one, other = (
        audits.drawn(services, opened(services, cycle, FLAGGED, readers, by=lead).id).charts for _ in range(2)
    )
    assert {chart.patient_id for chart in one} == {chart.patient_id for chart in other}
    assert {chart.code for chart in one}.isdisjoint(chart.code for chart in other)
