"""Folders that other tools exported: their logs are no records, and what they say is missing is missing."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.fhir.files import passed_over, read_files
from abstractor.fhir.received import Received
from tests.unit.fhir_read.charting import condition, order, record_set

URL = "https://clinic.example/bulk/1"


def event(name: str, **detail: Any) -> dict[str, Any]:
    return {"exportId": "x", "timestamp": "2026-01-01T00:00:00Z", "eventId": name, "eventDetail": detail}


def requested(kind: str, *, item: str = "output") -> dict[str, Any]:
    return event("download_request", fileUrl=f"{URL}/{kind}", itemType=item, resourceType=kind)


def complete(kind: str, count: int) -> dict[str, Any]:
    return event("download_complete", fileUrl=f"{URL}/{kind}", resourceCount=count, fileSize=1)


def failed(kind: str) -> dict[str, Any]:
    return event("download_error", fileUrl=f"{URL}/{kind}", code=500, body=None, message="broken")


KICKOFF, END = event("kickoff", exportUrl=URL), event("export_complete", files=2, resources=3)
GOOD = [KICKOFF, requested("Condition"), complete("Condition", 2), requested("MedicationRequest")]
GOOD += [complete("MedicationRequest", 1), END]


def write(folder: Path, name: str, *records: Any) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    body = "".join(json.dumps(one) + "\n" for one in records).encode()
    (folder / name).write_bytes(gzip.compress(body) if name.endswith(".gz") else body)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As bulk-data-client and SMART Fetch lay an export out."""
    write(tmp_path, "Condition.001.ndjson.gz", condition(), condition(id="2"))
    write(tmp_path, "MedicationRequest.001.ndjson", order())
    write(tmp_path, "log.ndjson", *GOOD)
    return tmp_path


def read(folder: Path) -> list[Received]:
    return list(read_files([folder]))


def seen(folder: Path) -> dict[str, Seen]:
    records = record_set()
    for received in read(folder):
        records.add(received)
    rows = records.chart("Patient/1").completeness
    return {row.type: row.state for row in rows if row.type in ("Condition", "MedicationRequest")}


WHOLE = {"Condition": Seen.COMPLETE, "MedicationRequest": Seen.COMPLETE}
NO_CONDITION = {**WHOLE, "Condition": Seen.PARTIAL}
NOTHING = dict.fromkeys(WHOLE, Seen.PARTIAL)


def test_the_log_of_a_whole_export_is_no_record_and_costs_nothing(folder: Path) -> None:
    assert len(read(folder)) == 3
    assert seen(folder) == WHOLE
    assert passed_over([folder]) == ()


OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "fatal", "code": "exception"}]}
REMARK = {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "processing"}]}


@pytest.mark.parametrize(("line", "expected"), [(OUTCOME, NOTHING), (REMARK, WHOLE), ("no outcome", NOTHING)])
def test_an_error_file_lowers_what_is_called_whole(folder: Path, line: Any, expected: Any) -> None:
    write(folder / "error", "OperationOutcome.001.ndjson", line)
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


def test_a_manifest_tells_how_many_there_are(folder: Path) -> None:
    (folder / "log.ndjson").unlink()
    output = [{"type": "Condition", "url": URL, "count": 3}, {"type": "MedicationRequest", "url": URL}]
    (folder / "manifest.json").write_text(
        json.dumps({"transactionTime": "2026-01-01T00:00:00Z", "output": output})
    )
    assert seen(folder) == NO_CONDITION
    (folder / "manifest.json").write_text("no manifest")
    assert seen(folder) == WHOLE


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


def test_deletions_that_a_later_export_tells_are_told(tmp_path: Path) -> None:
    gone = {"resourceType": "Bundle", "entry": [{"request": {"method": "DELETE", "url": "Condition/1"}}]}
    folder = linked(tmp_path, lambda later: write(later / "deleted", "Bundle.001.ndjson", gone))
    assert seen(folder) == NO_CONDITION
