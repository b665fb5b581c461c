"""F47 to F54: what goes wrong with a bulk export."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.exporting import export, kick_off, lines
from tests.integration.clinic.shared import code_of, record


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(bulk=Bulk(polls=0, retry_after=0)) as opened:
        people = [record("Patient", one) for one in ("p1", "p2")]
        opened.reset([*people, *(record("Condition", f"c{one}", patient="p1") for one in range(3))])
        yield opened


def counts(manifest: dict[str, Any]) -> dict[str, int]:
    return {one["type"]: one["count"] for one in manifest["output"]}


def test_f47_never_ready(door: Door) -> None:
    door.arm("never-ready")
    status = kick_off(door.url, "Group/all/$export").headers["content-location"]
    assert {httpx.get(status).status_code for _ in range(20)} == {202}


def test_f48_a_link_has_expired(door: Door) -> None:
    manifest = export(door.url, "Group/all/$export")
    door.arm("expired-file")
    file = manifest["output"][0]["url"]
    assert [httpx.get(file).status_code for _ in range(2)] == [410, 200]


def test_f49_a_job_is_running(door: Door) -> None:
    door.arm("job-in-progress")
    answers = [kick_off(door.url, "Group/all/$export") for _ in range(3)]
    assert [one.status_code for one in answers] == [429, 429, 202]
    assert code_of(answers[0]) == (429, "throttled")


@pytest.mark.parametrize(
    ("fault", "wrong"), [("count-mismatch", "Condition"), ("count-mismatch=Patient", "Patient")]
)
def test_f50_the_manifest_counts_wrong(door: Door, fault: str, wrong: str) -> None:
    door.arm(fault)
    manifest = export(door.url, "Group/all/$export")
    came = {kind: len(each) for kind, each in lines(manifest).items()}
    assert {kind for kind, count in counts(manifest).items() if count != came[kind]} == {wrong}


def test_f51_a_record_of_another_type_in_a_file(door: Door) -> None:
    door.arm("wrong-type-in-file=Condition")
    conditions = lines(export(door.url, "Group/all/$export"))["Condition"]
    assert [one["resourceType"] for one in conditions] == ["Condition", "Condition", "Basic"]


def test_f52_a_line_of_10_mb(door: Door) -> None:
    door.arm("long-line=Patient")
    manifest = export(door.url, "Group/all/$export")
    sizes = [len(httpx.get(one["url"]).content) for one in manifest["output"]]
    assert sorted(size > 10_000_000 for size in sizes) == [False, True]


def test_f53_an_error_file(door: Door) -> None:
    door.arm("error-file")
    (told,) = lines(export(door.url, "Group/all/$export"), "error")["OperationOutcome"]
    assert told["issue"][0]["severity"] == "fatal"


def test_f54_files_come_slowly(door: Door) -> None:
    file = export(door.url, "Group/all/$export?_type=Condition")["output"][0]["url"]
    door.arm("slow-files")
    started = time.monotonic()
    with httpx.stream("GET", file, headers={"Accept-Encoding": "identity"}) as slow:
        pieces = slow.iter_raw()
        first = next(pieces)
        assert time.monotonic() - started < 2
        rest = b"".join(pieces)
    assert time.monotonic() - started > 2
    assert 0 < len(first) < len(rest)
    door.disarm()
    assert httpx.get(file).content == first + rest
