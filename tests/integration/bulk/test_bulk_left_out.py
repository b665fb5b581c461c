"""A patient whom the clinic leaves out of its exports is searched: that silence is not "there is none"."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from abstractor.errors import ClinicMisbehaved
from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.bulk.lines import Line
from abstractor.fhir.bulk.manifest import Manifest, ManifestFile
from abstractor.store.connection_values import RunState
from abstractor.workflow import Services
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import carried_out, entries, open_at, states
from tests.integration.bulk.test_bulk_incomplete import with_files, with_manifests
from tests.integration.clinic.shared import record
from tests.integration.pull.clinics import BASE, scripted

PEOPLE = ("p1", "p2", "p3")
RECORDS: list[dict[str, Any]] = [
    *(record("Patient", one) for one in PEOPLE),
    *(record("Condition", f"{one}-c{n}", patient=one) for one in PEOPLE for n in range(2)),
]


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(bulk=Bulk(polls=0)) as opened:
        opened.reset(RECORDS)
        opened.set_group(PEOPLE)
        opened.advance(86_400.0)
        yield opened


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services()


def leave_out(monkeypatch: pytest.MonkeyPatch, *, patient: str, kinds: tuple[str, ...] = ()) -> None:
    """No export says anything of that patient; of these types alone, where they are named."""
    lines = Exporter.lines

    def others(self: Exporter, file: ManifestFile) -> Iterator[Line]:
        for line in lines(self, file):
            told = json.loads(line.body)
            whose = told["id"] if file.type == "Patient" else told["subject"]["reference"].partition("/")[2]
            if whose != patient or (kinds and file.type not in kinds):
                yield line

    monkeypatch.setattr(Exporter, "lines", others)
    with_manifests(monkeypatch, uncounted)


def uncounted(manifest: Manifest) -> Manifest:
    return with_files(manifest, [replace(one, count=None) for one in manifest.files])


def searched_now(make_services: MakeServices, door: Door) -> dict[str, str]:
    other = make_services()
    carried_out(other, open_at(other, door, way="search"))
    return states(other)


def ways(services: Services, run: Any, patient: str) -> set[str | None]:
    """How its Conditions were asked for."""
    return {one.asked for one in entries(services, run, patient) if one.type == "Condition"}


@pytest.mark.parametrize("kinds", [(), ("Patient",)], ids=["everything", "the Patient alone"])
def test_a_member_whom_an_export_of_everything_leaves_out_is_searched(
    make_services: MakeServices, door: Door, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...]
) -> None:
    services = make_services()
    leave_out(monkeypatch, patient="p2", kinds=kinds)
    run = carried_out(services, open_at(services, door))
    assert [ways(services, run, one) for one in PEOPLE] == [{"export"}, {"patient"}, {"export"}]
    assert states(services) == searched_now(make_services, door)


def test_who_is_left_out_is_searched_where_the_files_of_patients_are_lost(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_patients(manifest: Manifest) -> Manifest:
        lost = [replace(one, url=f"{one.url}-nowhere") for one in manifest.files if one.type == "Patient"]
        return with_files(manifest, [*lost, *(one for one in manifest.files if one.type != "Patient")])

    leave_out(monkeypatch, patient="p2")
    with_manifests(monkeypatch, lambda one: lose_patients(uncounted(one)))
    run = carried_out(services, open_at(services, door))
    assert [ways(services, run, one) for one in PEOPLE] == [{"export"}, {"patient"}, {"export"}]


def test_the_changes_of_who_was_left_out_are_searched_too(
    make_services: MakeServices, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export of changes is silent about whom nothing changed of, and about whom it leaves out."""
    services = make_services()
    leave_out(monkeypatch, patient="p2")
    registered = open_at(services, door)
    carried_out(services, registered)
    for _ in range(2):
        door.advance(86_400.0)
        door.edit(record("Condition", "p2-c1", patient="p2", code={"text": "spread to the liver"}))
        door.heard(forget=True)
        run = carried_out(services, registered)
        assert any("_since" in one.query for one in door.heard())
        assert [ways(services, run, one) for one in ("p1", "p3")] == [{"export"}] * 2
        assert "export" not in ways(services, run, "p2")
        assert states(services) == searched_now(make_services, door)


@pytest.mark.parametrize("manifest", ["{%s}", '{%s,"output":null}'])
def test_a_manifest_without_its_list_of_files_is_an_error(manifest: str) -> None:
    told = manifest % '"transactionTime":"2026-01-01T00:00:00Z","requiresAccessToken":false'
    with scripted({"job": told.encode()}) as (clinic, _), pytest.raises(ClinicMisbehaved, match="`output`"):
        clinic.exporter().look(f"{BASE}/job")


def test_an_export_of_nothing_has_an_empty_list() -> None:
    told = b'{"transactionTime":"2026-01-01T00:00:00Z","requiresAccessToken":false,"output":[]}'
    with scripted({"job": told}) as (clinic, _):
        assert isinstance(clinic.exporter().look(f"{BASE}/job"), Manifest)


def test_a_round_whose_manifest_lists_nothing_fails_and_says_so(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abstractor.fhir.bulk.exporter._lists_output", lambda _: False)
    run = carried_out(services, open_at(services, door))
    assert (run.state, run.error_code) == (RunState.FAILED, "ClinicMisbehaved")
