"""One export over real HTTP: asked for as the clinic wants it, waited for, read, deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest

from abstractor.errors import ClinicMisbehaved, ClinicRefused, OptionError
from abstractor.fhir.bulk.asked import asked_in
from abstractor.fhir.bulk.download import ToRead, downloaded
from abstractor.fhir.bulk.exporter import Exporter, Wait
from abstractor.fhir.bulk.manifest import Manifest
from abstractor.fhir.endpoint import connect
from abstractor.fhir.smart.scopes import granted_by
from abstractor.fhir.types import TYPES_READ
from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import record
from tests.integration.pull.clinics import quick

PEOPLE = [record("Patient", one) for one in ("p1", "p2")]
RECORDS = [*PEOPLE, *(record("Condition", f"c{one}", patient="p1") for one in range(7))]


@contextmanager
def exporting(
    personality: str = "plain", *, polls: int = 0, **bulk: object
) -> Iterator[tuple[Door, Exporter]]:
    setup = Bulk(polls=polls, retry_after=0, **bulk)  # type: ignore[arg-type] # settings by name
    with open_clinic(personality=personality, bulk=setup) as door:
        door.reset(RECORDS)
        with connect(quick(door.url)) as connection:
            yield door, connection.exporter()


def begun(exporter: Exporter, group: str | None = "all") -> str:
    status = exporter.begin(exporter.asked(TYPES_READ, group=group))
    assert isinstance(status, str)
    return status


def finished(exporter: Exporter, status: str) -> Manifest:
    for _ in range(5):
        got = exporter.look(status)
        if isinstance(got, Manifest):
            return got
    raise AssertionError("not done after five looks")


def kick_off(door: Door) -> tuple[str, dict[str, list[str]]]:
    (asked,) = [one for one in door.heard() if one.path.endswith("$export")]
    return asked.path, parse_qs(asked.query)


@pytest.mark.parametrize(
    ("personality", "group", "path"),
    [
        ("plain", "all", "/Group/all/$export"),
        ("plain", None, "/Patient/$export"),
        ("oracle", "Group/all", "/Group/all/$export"),
        ("epic", "all", "/Group/all/$export"),
    ],
)
def test_types_are_asked_for_in_one_list_and_only_those_that_a_search_asks_for(
    personality: str, group: str | None, path: str
) -> None:
    with exporting(personality) as (door, exporter):
        asked = exporter.asked(TYPES_READ, group=group)
        begun(exporter, group)
        told, parameters = kick_off(door)
    assert told.endswith(path)
    assert parameters["_type"] == [",".join(asked.types)]
    assert {*asked.types, *asked.unasked} == set(TYPES_READ)
    assert {name for name, why in asked.unasked.items() if why is None} == {
        "Organization",
        "Practitioner",
        "PractitionerRole",
    }
    assert asked_in(asked.document()) == asked


def test_what_a_vendor_has_not_in_bulk_is_not_asked_for_and_why_is_known() -> None:
    with exporting("oracle") as (_, exporter):
        unasked = exporter.asked(TYPES_READ, group="all").unasked
    assert unasked["MedicationAdministration"] == "not-in-bulk"
    assert unasked["AdverseEvent"] == "not-listed"


def test_an_endpoint_without_that_kind_of_export_is_told_before_anything_is_asked() -> None:
    with (
        exporting("epic") as (_, exporter),
        pytest.raises(OptionError, match="name one as the clinic's group"),
    ):
        exporter.asked(TYPES_READ, group=None)


def test_a_type_that_the_token_does_not_allow_is_not_taken_for_empty() -> None:
    scope = " ".join(f"system/{name}.rs" for name in TYPES_READ if name not in ("Condition", "Observation"))
    granted = granted_by(f"{scope} system/Observation.rs?category=laboratory", TYPES_READ)
    with exporting() as (_, exporter):
        asked = exporter.asked(TYPES_READ, group="all", granted=granted)
    assert asked.unasked["Condition"] == "not-granted"
    assert asked.partly == ("Observation",)
    assert "Observation" in asked.types or asked.unasked["Observation"] == "not-listed"


def test_changes_are_asked_for_by_the_instant_that_is_given() -> None:
    with exporting() as (door, exporter):
        status = exporter.begin(exporter.asked(["Patient"], group=None, since="2026-01-01T00:00:00+00:00"))
        assert isinstance(status, str)
        assert kick_off(door)[1]["_since"] == ["2026-01-01T00:00:00+00:00"]


def test_it_is_waited_for_as_long_as_the_clinic_says() -> None:
    with exporting(polls=2) as (_, exporter):
        status = begun(exporter)
        assert [exporter.look(status) for _ in range(2)] == [Wait(0.0, "in-progress")] * 2
        assert isinstance(exporter.look(status), Manifest)
        assert exporter.delete(status)
        with pytest.raises(ClinicRefused, match="has no such export any more"):
            exporter.look(status)
        assert exporter.delete(status), "gone is as good as deleted"


def test_a_refused_export_is_an_error_that_names_the_codes() -> None:
    with exporting() as (_, exporter), pytest.raises(ClinicRefused, match="http-404:not-found"):
        exporter.begin(exporter.asked(TYPES_READ, group="nobody"))


def test_files_come_line_by_line() -> None:
    with exporting(file_records=100) as (_, exporter):
        files = finished(exporter, begun(exporter)).files
        (file,) = [one for one in files if one.type == "Condition"]
        found = [line.number for line in exporter.lines(file)]
    assert found == list(range(1, 8))


def test_several_files_are_read_at_once_and_nothing_is_lost() -> None:
    with exporting(file_records=2) as (_, exporter):
        files = finished(exporter, begun(exporter)).files
        wanted = [ToRead(number, file) for number, file in enumerate(files)]
        batches = list(downloaded(exporter, wanted))
    assert sum(len(one.lines) for one in batches) == len(RECORDS)
    assert sorted(one.number for one in batches if one.finished) == list(range(len(files)))
    assert not [one for one in batches if one.lost]


def test_one_who_stops_listening_stops_the_download() -> None:
    with exporting(file_records=1) as (_, exporter):
        files = finished(exporter, begun(exporter)).files
        batches = downloaded(exporter, [ToRead(number, file) for number, file in enumerate(files)])
        next(batches)
        batches.close()


def test_an_answer_that_is_no_manifest_is_not_believed() -> None:
    with exporting() as (door, exporter):
        with pytest.raises(ClinicMisbehaved, match="something else than its manifest"):
            exporter.look(f"{door.url}/metadata")
