"""Folders that other tools exported: their logs are no records, and what they say is missing is missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.fhir.bulk.beside import unread_beside
from abstractor.fhir.files import passed_over
from tests.unit.fhir_read.charting import condition, order
from tests.unit.fhir_read.exports import (
    END,
    GOOD,
    KICKOFF,
    NO_CONDITION,
    NOTHING,
    WHOLE,
    complete,
    conditions,
    event,
    exported,
    failed,
    held,
    manifest,
    of,
    read,
    requested,
    seen,
    write,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return exported(tmp_path)


def test_the_log_of_a_whole_export_is_no_record_and_costs_nothing(folder: Path) -> None:
    assert len(read(folder)) == 3
    assert seen(folder) == WHOLE
    assert passed_over([folder]) == ()


OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "fatal", "code": "exception"}]}
EPICS = {"coding": [{"system": "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369", "code": "59204"}]}


def remark(severity: str, code: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code, **more}]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (OUTCOME, NOTHING),
        ("no outcome", NOTHING),
        (remark("information", "informational"), WHOLE),
        (remark("information", "incomplete"), NOTHING),
        (remark("warning", "suppressed"), NOTHING),
        (remark("warning", "forbidden"), NOTHING),
        (remark("information", "informational", details=EPICS), NOTHING),
    ],
)
@pytest.mark.parametrize("name", ["OperationOutcome.001.ndjson", "Condition.ndjson"])
def test_an_error_file_lowers_what_is_called_whole(folder: Path, name: str, line: Any, expected: Any) -> None:
    write(folder / "error", name, line)
    assert seen(folder) == expected
    assert passed_over([folder]) == ()


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([KICKOFF, requested("Condition"), failed("Condition"), END], NO_CONDITION),
        ([KICKOFF, requested("Condition"), failed("Condition"), *GOOD[1:]], WHOLE),
        ([KICKOFF, requested("Condition"), END], NO_CONDITION),
        ([KICKOFF, requested("Condition"), complete("Condition", 3), END], NO_CONDITION),
        ([KICKOFF, requested("Condition"), complete("Condition", 1), END], WHOLE),
        ([KICKOFF, requested("OperationOutcome", item="error"), END], NOTHING),
        (GOOD[:-1], NOTHING),
        ([event("status_error", code=500)], WHOLE),
    ],
    ids=[
        "failed",
        "failed and tried again",
        "never finished",
        "a file is gone since",
        "more than told",
        "an error file is missing",
        "the export did not end",
        "no export at all",
    ],
)
def test_what_the_log_says_is_missing_is_missing(folder: Path, events: list[Any], expected: Any) -> None:
    write(folder, "log.ndjson", *events)
    assert seen(folder) == expected


def test_a_log_is_one_whatever_the_case_of_its_name_is(folder: Path) -> None:
    (folder / "log.ndjson").unlink()
    write(folder, "LOG.NDJSON", *GOOD[:-1])
    assert len(held(folder).quarantined()) == 1
    assert seen(folder) == NOTHING


def listed(name: str = "status_complete", **counts: int) -> dict[str, Any]:
    return event(name, transactionTime="2026-01-01T00:00:00Z", **counts)


TWO_FILES = listed(outputFileCount=2, errorFileCount=0, deletedFileCount=0)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([KICKOFF, TWO_FILES, *GOOD[1:]], WHOLE),
        ([KICKOFF, listed(outputFileCount=9), *GOOD[1:]], NOTHING),
        ([KICKOFF, listed("status_page_complete", errorFileCount=1), *GOOD[1:]], NOTHING),
        ([KICKOFF, listed("manifest_complete", totalDeletedFileCount=1), *GOOD[1:]], NOTHING),
        ([KICKOFF, TWO_FILES, TWO_FILES, *GOOD[1:]], WHOLE),
        ([KICKOFF, listed(outputFileCount=9), KICKOFF, TWO_FILES, *GOOD[1:]], WHOLE),
        ([*GOOD, KICKOFF, event("status_error", code=500)], NOTHING),
        ([KICKOFF, event("status_error", code=500), *GOOD], WHOLE),
        ([*GOOD, *GOOD], WHOLE),
    ],
    ids=[
        "as told",
        "files that nobody asked for",
        "an error file that nobody asked for",
        "deletions that nobody asked for",
        "taken up again",
        "begun anew",
        "a second one failed",
        "the first one failed",
        "two that ended",
    ],
)
def test_each_export_of_a_log_is_held_to_what_it_was_told(
    folder: Path, events: list[Any], expected: Any
) -> None:
    write(folder, "log.ndjson", *events)
    assert seen(folder) == expected


def test_who_told_of_what_is_not_here_is_named(folder: Path) -> None:
    manifest(folder, output=[of("Condition", 3)])
    assert [one.origin for one in held(folder).quarantined()] == [
        "manifest.json: Condition that it tells of is not here"
    ]
    write(folder, "log.ndjson", KICKOFF, requested("Condition"), complete("Condition", 4), END)
    assert [one.origin for one in held(folder).quarantined()] == [
        "log.ndjson: Condition that it tells of is not here"
    ]
    (folder / "log.ndjson").unlink()
    manifest(folder, output=[], error=[of("OperationOutcome")])
    assert [one.origin for one in held(folder).quarantined()] == [
        "manifest.json: a file of what is error is not here"
    ]


def test_a_file_of_records_with_the_name_of_a_log_is_read(tmp_path: Path) -> None:
    write(tmp_path, "log.ndjson", condition())
    assert len(read(tmp_path)) == 1


def linked(top: Path, make: Callable[[Path], None]) -> Path:
    """A folder above two exports, with links to their files, as SMART Fetch keeps one."""
    for number, kind, record in (("001", "Condition", condition()), ("002", "MedicationRequest", order())):
        export = top / f"{number}.2026-01-0{number[-1]}"
        write(export, f"{kind}.001.ndjson", record)
        write(export, "log.ndjson", KICKOFF, requested(kind), complete(kind, 1), END)
        (top / f"{kind}.001.ndjson").symlink_to(export / f"{kind}.001.ndjson")
    make(top / "002.2026-01-02")
    return top


def test_links_into_several_exports_bring_what_those_say(tmp_path: Path) -> None:
    folder = linked(tmp_path, lambda _: None)
    assert seen(folder) == WHOLE
    assert passed_over([folder]) == ()
    write(folder / "001.2026-01-01" / "error", "OperationOutcome.001.ndjson", OUTCOME)
    assert seen(folder) == NOTHING


def deleted(*names: str) -> dict[str, Any]:
    entries = [{"request": {"method": "DELETE", "url": name}} for name in names]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def test_deletions_that_a_later_export_tells_are_told(tmp_path: Path) -> None:
    folder = linked(
        tmp_path, lambda later: write(later / "deleted", "Bundle.001.ndjson", deleted("Condition/1"))
    )
    assert seen(folder) == NO_CONDITION


def test_a_record_that_is_told_as_deleted_is_not_used_and_costs_its_own_patient_alone(folder: Path) -> None:
    """Nobody tells whether the deletion came before this copy or after it."""
    other = condition(id="3", subject={"reference": "Patient/2"})
    write(folder, "Condition.002.ndjson", other)
    write(folder / "deleted", "1.Bundle.ndjson", deleted("Condition/2", "Condition/elsewhere"))
    records = held(folder)
    assert [(one.reference, str(one.reason)) for one in records.quarantined()] == [("Condition/2", "deleted")]
    assert conditions(records, "Patient/1") == Seen.PARTIAL
    assert conditions(records, "Patient/2") == Seen.COMPLETE


def test_nothing_is_used_of_a_patient_who_is_told_as_deleted(folder: Path) -> None:
    write(folder, "Condition.002.ndjson", condition(id="3", subject={"reference": "Patient/2"}))
    write(folder / "deleted", "1.Bundle.ndjson", deleted("Patient/1"))
    records = held(folder)
    assert {one.patient for one in records.quarantined()} == {"Patient/1"}
    assert len(records.quarantined()) == 3
    assert conditions(records, "Patient/2") == Seen.COMPLETE


def test_a_deletion_of_what_is_not_here_costs_nothing(folder: Path) -> None:
    write(folder / "deleted", "1.Bundle.ndjson", deleted("Condition/elsewhere"))
    assert seen(folder) == WHOLE


@pytest.mark.parametrize(
    "line",
    [
        "no bundle",
        {"resourceType": "Bundle", "entry": [{"request": {"method": "DELETE"}}]},
        {"resourceType": "Condition", "id": "1"},
    ],
)
def test_a_deletion_that_is_not_clear_may_be_of_anything(folder: Path, line: Any) -> None:
    write(folder / "deleted", "1.Bundle.ndjson", line)
    assert seen(folder) == NOTHING


def test_what_lies_beside_files_that_are_named_by_themselves_is_told(folder: Path) -> None:
    """Their folder would have brought it."""
    write(folder / "error", "OperationOutcome.001.ndjson", OUTCOME)
    (folder / "deleted").mkdir()
    (folder / "manifest.json").write_text('{"output": []}')
    files = [each for each in folder.iterdir() if each.name.startswith(("C", "M"))]
    beside = [folder / "error", folder / "log.ndjson", folder / "manifest.json"]
    assert unread_beside(files) == tuple(beside), "an empty folder tells nothing"
    assert unread_beside([*files, folder]) == ()
    assert unread_beside([*files, folder / "log.ndjson"]) == (beside[0], beside[2])
    (folder / "manifest.json").write_text('{"name": "North"}')
    assert unread_beside(files) == (beside[0], beside[1])


def test_beside_a_link_lies_what_is_beside_its_file(tmp_path: Path) -> None:
    folder = linked(tmp_path, lambda later: write(later / "deleted", "1.ndjson", deleted("Condition/1")))
    (link,) = folder.glob("Condition.*")
    assert unread_beside([link]) == (folder / "001.2026-01-01" / "log.ndjson",)
    assert unread_beside([tmp_path / "not there"]) == ()
