"""Rounds by bulk export: the whole cohort, changes, new members, deletions, and what the ledger says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from abstractor.errors import ClinicMisbehaved
from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.bulk.manifest import ManifestSaid
from abstractor.store.connection_values import BulkPhase, RunState
from abstractor.workflow import Services, begin_round
from abstractor.workflow.rounds.bulk import rounds as bulk_rounds
from abstractor.workflow.rounds.bulk.asking import FULL_EVERY
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import carried_out, entries, open_at, phase_of, pulled, states
from tests.integration.clinic.shared import record

DRUG = {"medicationReference": {"reference": "Medication/drug"}}
DAY = 86_400.0


def chart(patient: str) -> list[dict[str, Any]]:
    return [
        record("Patient", patient),
        *(record("Condition", f"{patient}-c{one}", patient=patient) for one in range(3)),
        record("MedicationRequest", f"{patient}-order", patient=patient, intent="order", **DRUG),
    ]


RECORDS = [*chart("p1"), *chart("p2"), *chart("p3"), record("Medication", "drug", code={"text": "letrozole"})]


@pytest.fixture
def door() -> Iterator[Door]:
    """A Group of two out of three patients."""
    with open_clinic(bulk=Bulk(polls=1, retry_after=0, file_records=2)) as opened:
        opened.reset(RECORDS)
        opened.set_group(["p1", "p2"])
        opened.advance(DAY)
        yield opened


def since(door: Door) -> list[str | None]:
    """From when on each kick-off asked for changes."""
    asked = [one.query for one in door.heard(forget=True) if one.path.endswith("$export")]
    return [next(iter(parse_qs(one).get("_since", ())), None) for one in asked]


def searched_now(make_services: MakeServices, door: Door, **setup: Any) -> dict[str, str]:
    """What a first, full pull by search would hold now."""
    other = make_services()
    carried_out(other, open_at(other, door, way="search", **setup))
    return states(other)


def test_everybody_of_the_group_is_pulled_and_the_export_is_deleted(services: Services, door: Door) -> None:
    run = carried_out(services, open_at(services, door))
    assert set(pulled(services, run)) == {"p1", "p2"}
    assert (run.patients, run.unlisted, run.listing_gap, run.error_code) == (2, 0, None, None)
    assert phase_of(services, run) is BulkPhase.DELETED
    assert [one.method for one in door.heard()].count("DELETE") == 1
    counts = {one.type: one.count for one in entries(services, run, "p1") if one.said == "answered"}
    assert counts == {"Condition": 3, "Medication": 1, "MedicationRequest": 1, "Patient": 1}


@pytest.mark.parametrize("group", ["all", None])
def test_changes_and_deletions_lead_to_the_state_of_a_full_pull(
    make_services: MakeServices, door: Door, group: str | None
) -> None:
    services = make_services()
    registered = open_at(services, door, group=group)
    door.set_group(["p1", "p2", "p3"])
    carried_out(services, registered)
    door.advance(DAY)
    door.edit(record("Condition", "p1-c0", patient="p1", code={"text": "changed"}))
    door.add(record("Condition", "p1-new", patient="p1"))
    door.add(record("MedicationRequest", "p2-new", patient="p2", intent="order", **DRUG))
    door.delete("Condition", "p2-c1")
    door.heard(forget=True)
    run = carried_out(services, registered)
    (asked_since,) = since(door)
    assert asked_since is not None
    assert states(services) == searched_now(make_services, door, group=group)
    changed = {one.type: one.count for one in entries(services, run, "p1") if one.since and one.count}
    assert changed == {"Condition": 2}
    assert {one.since for one in entries(services, run, "p1") if one.asked == "export"} == {asked_since}


def test_a_new_member_gets_the_whole_history(make_services: MakeServices, door: Door) -> None:
    """What is older than `_since` is in no export of changes."""
    services = make_services()
    registered = open_at(services, door)
    carried_out(services, registered)
    door.advance(DAY)
    door.set_group(["p1", "p2", "p3"])
    door.heard(forget=True)
    run = carried_out(services, registered)
    assert [one is not None for one in since(door)] == [True]
    assert states(services) == searched_now(make_services, door)
    asked = {one.asked for one in entries(services, run, "p3") if one.type == "Condition"}
    assert asked == {"patient"}


def test_where_most_are_new_all_is_asked_for(make_services: MakeServices, door: Door) -> None:
    services = make_services()
    registered = open_at(services, door)
    door.set_group(["p1"])
    carried_out(services, registered)
    door.set_group(["p1", "p2", "p3"])
    door.heard(forget=True)
    carried_out(services, registered)
    assert since(door) == [None]


def test_every_seventh_round_asks_for_everything(make_services: MakeServices, door: Door) -> None:
    services = make_services()
    registered = open_at(services, door)
    for _ in range(FULL_EVERY + 2):
        carried_out(services, registered)
    assert [one is None for one in since(door)] == [n % FULL_EVERY == 0 for n in range(FULL_EVERY + 2)]


def test_a_full_round_can_be_asked_for(make_services: MakeServices, door: Door) -> None:
    services = make_services()
    registered = open_at(services, door)
    carried_out(services, registered)
    carried_out(services, registered, full=True)
    assert since(door) == [None, None]


def test_an_endpoint_that_keeps_no_time_of_change_is_always_asked_for_everything(
    make_services: MakeServices,
) -> None:
    services = make_services()
    with open_clinic(personality="epic", bulk=Bulk(polls=0)) as door:
        door.reset(RECORDS)
        registered = open_at(services, door)
        carried_out(services, registered)
        carried_out(services, registered)
        assert since(door) == [None, None]


def test_deletions_that_are_not_told_are_told_not_to_be(
    make_services: MakeServices, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services()
    registered = open_at(services, door)
    carried_out(services, registered)
    monkeypatch.setattr(bulk_rounds, "ManifestSaid", lambda *_: ManifestSaid(tells_deletions=False))
    run = carried_out(services, registered)
    told = [one for one in entries(services, run, "p1") if one.asked == "export"]
    assert {one.detail for one in told} == {"notice:deletions-not-told"}
    assert {one.said for one in told} <= {"answered", "empty"}


def test_a_member_who_is_gone_is_told_as_a_search_tells_it(make_services: MakeServices, door: Door) -> None:
    services = make_services()
    door.delete_patient("p2")
    run = carried_out(services, open_at(services, door))
    other = make_services()
    by_search = carried_out(other, open_at(other, door, way="search"))
    told = [
        {(one.type, one.said, one.detail) for one in entries(at, round_, "p2")}
        for at, round_ in ((services, run), (other, by_search))
    ]
    assert told[0] == told[1]
    assert any(one[:2] == ("Patient", "refused") for one in told[0])


def test_a_patient_of_another_group_is_not_taken_in(make_services: MakeServices, door: Door) -> None:
    """Of a Patient export everybody is; of a Group's, its members alone."""
    services = make_services()
    run = carried_out(services, open_at(services, door))
    assert set(states(services)) == {"p1", "p2"}
    assert run.state in (RunState.DONE, RunState.INCOMPLETE)


def test_a_group_that_is_not_there_ends_the_round_with_its_reason(
    make_services: MakeServices, door: Door
) -> None:
    services = make_services()
    run = carried_out(services, open_at(services, door, group="nobody"))
    assert (run.state, run.error_code) == (RunState.FAILED, "ClinicRefused")


@pytest.mark.parametrize("happens", ["merged", "deleted"])
def test_a_patient_who_is_merged_or_deleted_is_told_and_the_others_are_as_they_are(
    make_services: MakeServices, door: Door, happens: str
) -> None:
    services = make_services()
    registered = open_at(services, door)
    carried_out(services, registered)
    door.advance(DAY)
    if happens == "merged":
        door.merge("p2", "p1")
    else:
        door.delete_patient("p2")
    run = carried_out(services, registered)
    held, found = states(services), searched_now(make_services, door)
    assert {one: held[one] for one in found} == found
    if "p2" in pulled(services, run):
        rows = [one for one in entries(services, run, "p2") if one.type == "Condition"]
        assert {one.said for one in rows} & {"refused", "truncated", "not-asked"}


def test_an_export_that_fails_is_deleted_too(
    make_services: MakeServices, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misbehave(*_: object) -> None:
        raise ClinicMisbehaved("no manifest")

    monkeypatch.setattr(Exporter, "look", misbehave)
    services = make_services()
    run = carried_out(services, open_at(services, door))
    assert (run.state, run.error_code) == (RunState.FAILED, "ClinicMisbehaved")
    assert phase_of(services, run) is BulkPhase.FAILED
    assert [one.method for one in door.heard()].count("DELETE") == 1


def test_one_round_at_a_time_is_followed(make_services: MakeServices, door: Door) -> None:
    services = make_services()
    registered = open_at(services, door)
    first = begin_round(services, registered)
    again = begin_round(services, registered)
    assert (again.run_id, again.followed) == (first.run_id, True)
