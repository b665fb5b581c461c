"""A folder as another tool exports one: its files, its log, its manifest, and what is made of them."""

import gzip
import json
from pathlib import Path
from typing import Any

from abstractor.chart import Seen
from abstractor.fhir.files import read_files
from abstractor.fhir.received import Received
from abstractor.fhir.records import RecordSet
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


def exported(folder: Path) -> Path:
    """As bulk-data-client and SMART Fetch lay an export out."""
    write(folder, "Condition.001.ndjson.gz", condition(), condition(id="2"))
    write(folder, "MedicationRequest.001.ndjson", order())
    write(folder, "log.ndjson", *GOOD)
    return folder


def read(folder: Path) -> list[Received]:
    return list(read_files([folder]))


def held(folder: Path) -> RecordSet:
    records = record_set()
    for received in read(folder):
        records.add(received)
    return records


def conditions(records: RecordSet, patient: str) -> Seen:
    return next(row.state for row in records.chart(patient).completeness if row.type == "Condition")


def seen(folder: Path) -> dict[str, Seen]:
    rows = held(folder).chart("Patient/1").completeness
    return {row.type: row.state for row in rows if row.type in ("Condition", "MedicationRequest")}


WHOLE = {"Condition": Seen.COMPLETE, "MedicationRequest": Seen.COMPLETE}
NO_CONDITION = {**WHOLE, "Condition": Seen.PARTIAL}
NOTHING = dict.fromkeys(WHOLE, Seen.PARTIAL)


def manifest(folder: Path, **files: list[dict[str, Any]]) -> None:
    told = {"transactionTime": "2026-01-01T00:00:00Z", **files}
    (folder / "manifest.json").write_text(json.dumps(told))


def of(kind: str, count: int | None = None) -> dict[str, Any]:
    return {"type": kind, "url": f"{URL}/{kind}", **({} if count is None else {"count": count})}
