"""What an export lacks once is not lost for good: files that are lost, links and clocks that change."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from abstractor.fhir.bulk.exporter import Exporter, Wait
from abstractor.fhir.bulk.lines import Line
from abstractor.fhir.bulk.manifest import FileKind as OutputKind
from abstractor.fhir.bulk.manifest import Manifest, ManifestFile
from abstractor.fhir.endpoint import connect
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.http import BrokenOff
from abstractor.store.connection_values import BulkFile, FileKind, RunState
from abstractor.workflow import Services
from abstractor.workflow.rounds.bulk.links import renewed_files
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import carried_out, entries, open_at, pulled, states
from tests.integration.clinic.shared import record
from tests.integration.pull.clinics import quick

PEOPLE = [f"p{n}" for n in range(4)]
RECORDS: list[dict[str, Any]] = [
    *(record("Patient", one) for one in PEOPLE),
    *(record("Condition", f"{one}-c{n}", patient=one) for one in PEOPLE for n in range(3)),
]


@pytest.fixture
def door() -> Iterator[Door]:
    """Two Patients in a file."""
    with open_clinic(bulk=Bulk(polls=0, file_records=2)) as opened:
        opened.reset(RECORDS)
        opened.advance(86_400.0)
        yield opened


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services()


def with_manifests(
    monkeypatch: pytest.MonkeyPatch, *changes: Callable[[Manifest], Manifest]
) -> list[Manifest]:
    """The nth manifest is changed by the nth of these, the later ones by the last; those that came."""
    look = Exporter.look
    came: list[Manifest] = []

    def changed(self: Exporter, status_address: str) -> Manifest | Wait:
        got = look(self, status_address)
        if isinstance(got, Wait):
            return got
        change = changes[min(len(came), len(changes) - 1)]
        came.append(change(got))
        return came[-1]

    monkeypatch.setattr(Exporter, "look", changed)
    return came


def lose_last(manifest: Manifest, kind: str = "Patient") -> Manifest:
    """Its last file of that type is nowhere."""
    last = [one for one in manifest.files if one.type == kind][-1]
    return with_files(manifest, [_nowhere(one) if one == last else one for one in manifest.files])


def with_files(manifest: Manifest, files: list[ManifestFile]) -> Manifest:
    return replace(manifest, files=tuple(files))


def _nowhere(one: ManifestFile) -> ManifestFile:
    return replace(one, url=one.url + "-nowhere")


def test_who_was_in_a_lost_file_is_in_the_next_round(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered = open_at(services, door, group=None)
    carried_out(services, registered)
    with monkeypatch.context() as lost:
        with_manifests(lost, lose_last)
        half = carried_out(services, registered, full=True)
    assert len(pulled(services, half)) == 2
    assert (half.state, "not had whole" in (half.listing_gap or "")) == (RunState.INCOMPLETE, True)
    run = carried_out(services, registered)
    assert set(pulled(services, run)) == set(PEOPLE)
    assert run.listing_gap is None


def test_a_first_export_that_lost_patients_is_no_base_for_changes(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered = open_at(services, door, group=None)
    with monkeypatch.context() as lost:
        with_manifests(lost, lose_last)
        carried_out(services, registered)
    door.heard(forget=True)
    run = carried_out(services, registered)
    assert not any("_since" in one.query for one in door.heard())
    assert set(pulled(services, run)) == set(PEOPLE)


def test_who_is_in_a_whole_export_no_more_is_not_asked_for_again(services: Services, door: Door) -> None:
    registered = open_at(services, door, group=None)
    carried_out(services, registered)
    door.delete_patient("p3")
    carried_out(services, registered, full=True)
    assert set(pulled(services, carried_out(services, registered))) == set(PEOPLE) - {"p3"}
    assert set(states(services)) == set(PEOPLE)


def timed(manifest: Manifest, moment: str) -> Manifest:
    return replace(manifest, transaction_time=moment)


def test_a_time_ahead_of_the_clinics_clock_is_not_gone_by(
    services: Services, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered = open_at(services, door, group=None)
    with monkeypatch.context() as ahead:
        with_manifests(ahead, lambda one: timed(one, "2091-01-01T00:00:00Z"))
        carried_out(services, registered)
    door.add(record("Condition", "p1-new", patient="p1"))
    door.heard(forget=True)
    run = carried_out(services, registered)
    assert not any("_since" in one.query for one in door.heard(forget=True))
    told = {one.detail for one in entries(services, run, "p1") if one.asked == "export"}
    assert told == {"notice:clock-set-back"}
    carried_out(services, registered)
    assert any("_since" in one.query for one in door.heard()), "from that one on all is well again"


def test_a_clinic_whose_clock_is_set_back_is_asked_for_everything(services: Services, door: Door) -> None:
    registered = open_at(services, door, group=None)
    carried_out(services, registered)
    door.advance(-86_400.0)
    door.add(record("Condition", "p1-new", patient="p1"))
    door.heard(forget=True)
    carried_out(services, registered)
    assert not any("_since" in one.query for one in door.heard())


def expired(one: ManifestFile) -> ManifestFile:
    return replace(one, url=one.url + "-expired")


def expire_first(manifest: Manifest) -> Manifest:
    first = next(one for one in manifest.files if one.type == "Condition")
    return with_files(manifest, [expired(one) if one == first else one for one in manifest.files])


def in_another_order(manifest: Manifest) -> Manifest:
    return with_files(manifest, [replace(one, url=one.url + "?again") for one in manifest.files[::-1]])


@pytest.mark.parametrize("change", [expire_first, lambda one: expire_first(in_another_order(one))])
def test_a_link_that_has_expired_is_not_taken_for_that_of_another_file(
    make_services: MakeServices,
    door: Door,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Manifest], Manifest],
) -> None:
    whole = make_services()
    carried_out(whole, open_at(whole, door, group=None))
    with_manifests(monkeypatch, change, in_another_order)
    services = make_services()
    run = carried_out(services, open_at(services, door, group=None))
    assert states(services) == states(whole)
    assert not [one.detail for one in entries(services, run, "p1") if "file:" in (one.detail or "")]


def bulk_file(number: int, address: str, expected: int | None = 2, lines: int = 0) -> BulkFile:
    return BulkFile(number, FileKind.OUTPUT, "Condition", address, expected, lines, finished=lines > 0)


A, B = bulk_file(1, "https://x.example/a"), bulk_file(2, "https://x.example/b", lines=2)


@pytest.mark.parametrize(
    ("now", "read"),
    [
        (["b?s=2", "a?s=2"], {1: "a?s=2"}),
        (["c", "d"], {1: "c", 3: "d"}),
        (["b", "c"], {1: "b", 3: "c"}),
        (["f?n=1", "f?n=2"], {1: "f?n=1", 3: "f?n=2"}),
        ([], {1: "a"}),
    ],
)
def test_a_renewed_link_is_matched_by_its_path_or_all_are_read(now: list[str], read: dict[int, str]) -> None:
    there = [bulk_file(n, f"https://x.example/{one}") for n, one in enumerate(now, start=1)]
    renewed, more = renewed_files([A], [A, B], there)
    assert {one.number: one.address.rpartition("/")[2] for one in (*renewed, *more)} == read


@pytest.mark.parametrize("again", ["cba", "abc", "c", "bac"])
def test_a_file_that_is_made_anew_after_it_broke_off_is_read_from_its_first_line(
    monkeypatch: pytest.MonkeyPatch, door: Door, again: str
) -> None:
    answers = iter(["ab!", *[again] * 3])

    def once(*_: object) -> Iterator[Line]:
        for number, one in enumerate(next(answers), start=1):
            if one == "!":
                raise BrokenOff(Failure(Reason.BROKEN_TRANSFER))
            yield Line(number, one.encode())

    monkeypatch.setattr(Exporter, "_once", once)
    with connect(quick(door.url)) as connection:
        file = ManifestFile(OutputKind.OUTPUT, "Condition", "https://x.example/a", None, signed=False)
        came = [line.body.decode() for line in connection.exporter().lines(file)]
    assert came == list("abc" if again == "abc" else "ab" + again)
