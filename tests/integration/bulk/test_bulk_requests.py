"""A manifest that says it was asked for less than it was: what it says is less, is not called whole."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.bulk.manifest import Manifest
from abstractor.store.connection_values import PullRun, RunState
from abstractor.workflow import Services
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import carried_out, entries, open_at
from tests.integration.clinic.shared import record

RECORDS = [record("Patient", "p1"), record("Condition", "c1", patient="p1")]


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(bulk=Bulk(polls=0)) as opened:
        opened.reset(RECORDS)
        yield opened


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services()


def telling(monkeypatch: pytest.MonkeyPatch, request_told: str) -> None:
    look = Exporter.look

    def told(self: Exporter, status_address: str) -> object:
        got = look(self, status_address)
        return replace(got, request=request_told) if isinstance(got, Manifest) else got

    monkeypatch.setattr(Exporter, "look", told)


def said(services: Services, run: PullRun) -> dict[str, tuple[str, str | None]]:
    rows = entries(services, run, "p1")
    return {one.type: (one.said, one.detail) for one in rows if one.asked == "export"}


def test_the_request_as_it_was_made_costs_nothing(services: Services, door: Door) -> None:
    run = carried_out(services, open_at(services, door, group=None))
    told = said(services, run)
    assert told["Condition"] == ("answered", None)
    assert run.listing_gap is None


def test_a_type_that_it_says_nobody_asked_for_is_told(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling(monkeypatch, "https://x.example/Patient/$export?_type=Patient,Encounter")
    run = carried_out(services, open_at(services, door, group=None))
    told = said(services, run)
    assert (told["Patient"], told["Condition"]) == (("answered", None), ("ignored", "ignored:_type"))
    assert run.listing_gap is None, "Patients were asked for"


@pytest.mark.parametrize(
    ("request_told", "what"),
    [
        ("https://x.example/Patient/$export?_since=2024-06-01T00:00:00Z", "_since"),
        ("https://x.example/Group/other/$export", "Group"),
    ],
)
def test_another_time_or_group_is_less_of_everything_and_of_everybody(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch, request_told: str, what: str
) -> None:
    with monkeypatch.context() as once:
        telling(once, request_told)
        run = carried_out(services, open_at(services, door, group=None))
    assert {detail for _, detail in said(services, run).values()} == {f"narrowed:{what}"}
    assert f"of less than was asked for ({what})" in (run.listing_gap or "")
    assert run.state is RunState.INCOMPLETE
