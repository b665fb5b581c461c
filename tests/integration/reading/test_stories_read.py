"""The sample clinic's patients read from files: the same charts from a folder, gzip and a Bundle."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from abstractor.chart import Chart, Seen, Standing
from abstractor.fhir.files import read_files
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets
from fixtures.stories import all_stories, write_ndjson

RESOURCES = [resource for story in all_stories() for resource in story.resources]


def read(*inputs: Path) -> RecordSet:
    records = RecordSet(Reading(load_value_sets(), ZoneInfo("America/New_York")))
    for received in read_files(inputs):
        records.add(received)
    return records


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export")
    write_ndjson(made, all_stories())
    return made


@pytest.fixture(scope="module")
def records(folder: Path) -> RecordSet:
    return read(folder)


def charts(records: RecordSet, patients: Iterable[str]) -> list[Chart]:
    return [records.chart(patient) for patient in patients]


def test_every_line_is_counted_and_every_patient_is_there(folder: Path, records: RecordSet) -> None:
    lines = sum(len(file.read_text().splitlines()) for file in folder.iterdir())
    counts = records.counts().values()
    assert sum(each.read for each in counts) == lines
    assert set(records.patients()) == {story.patient for story in all_stories()}


def test_a_folder_of_gzip_in_pieces_gives_the_same_charts(
    tmp_path: Path, folder: Path, records: RecordSet
) -> None:
    for file in folder.iterdir():
        lines = file.read_bytes().splitlines(keepends=True)
        for piece in range(3):
            packed = gzip.compress(b"".join(reversed(lines[piece::3])))
            (tmp_path / f"{file.stem}.{piece:03d}.ndjson.gz").write_bytes(packed)
    again = read(tmp_path)
    assert again.counts() == records.counts()
    assert charts(again, records.patients()) == charts(records, records.patients())


def test_one_bundle_gives_the_same_charts(tmp_path: Path, records: RecordSet) -> None:
    entries = [{"resource": resource} for resource in RESOURCES]
    (tmp_path / "all.json").write_text(json.dumps({"resourceType": "Bundle", "entry": entries}, indent=1))
    assert charts(read(tmp_path / "all.json"), records.patients()) == charts(records, records.patients())


def test_the_same_folder_twice_changes_no_fact(folder: Path, records: RecordSet) -> None:
    """What could not be read is counted twice, and nothing else is."""
    again = read(folder, folder)
    assert again.counts()["Encounter"].used == 2 * records.counts()["Encounter"].used
    assert list(map(facts, charts(again, records.patients()))) == list(
        map(facts, charts(records, records.patients()))
    )


def facts(chart: Chart) -> Chart:
    return replace(chart, completeness=(), issues=())


def test_one_dose_in_two_systems_is_one_dose(records: RecordSet) -> None:
    doses = records.chart("Patient/quinn").administrations
    first = next(dose for dose in doses if dose.agents == ("fam-trastuzumab deruxtecan",))
    assert str(first.when) in ("2022-07-11", "2022-07-12")
    assert len({source.resource for source in first.sources}) == 2


def test_an_order_for_a_medication_that_is_not_served_is_known_by_its_display(records: RecordSet) -> None:
    assert ("ado-trastuzumab emtansine",) in [order.agents for order in records.chart("Patient/ruth").orders]


def test_a_late_visit_without_a_zone_stays_in_its_year(records: RecordSet) -> None:
    chart = records.chart("Patient/sara")
    assert str(chart.visits[-1].starts) == "2022-12-31"
    assert [issue.code for issue in chart.issues] == ["date-repaired"]


def test_what_was_a_mistake_is_not_there_and_what_was_not_given_is_against(records: RecordSet) -> None:
    chart = records.chart("Patient/uma")
    mistaken = ("fam-trastuzumab deruxtecan",)
    assert mistaken not in [order.agents for order in chart.orders]
    assert mistaken not in [dose.agents for dose in chart.administrations]
    against = [dose.status for dose in chart.administrations if dose.standing is Standing.AGAINST]
    assert against == ["not-done"]


def test_what_cannot_be_read_is_said_and_the_rest_stands(records: RecordSet) -> None:
    chart = records.chart("Patient/xenia")
    assert [issue.code for issue in chart.issues] == ["resource-quarantined"] * 4
    assert {row.type for row in chart.completeness if row.state is Seen.PARTIAL} >= {
        "Condition",
        "MedicationAdministration",
        "MedicationRequest",
        "Observation",
    }
    assert len(chart.administrations) > 50


def test_a_patient_known_from_references_alone(records: RecordSet) -> None:
    chart = records.chart("Patient/zoe")
    assert (chart.patient.birth, chart.seen("Patient")) == (None, Seen.EMPTY)
    assert chart.orders
