"""The manifest that a tool kept beside the files: what it lists and is not here is missing."""

import json
from pathlib import Path
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.fhir.files import passed_over
from tests.unit.fhir_read.charting import condition, order
from tests.unit.fhir_read.exports import (
    END,
    GOOD,
    KICKOFF,
    NO_CONDITION,
    NOTHING,
    URL,
    WHOLE,
    complete,
    event,
    exported,
    manifest,
    of,
    requested,
    seen,
    write,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return exported(tmp_path)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"output": [of("Condition", 2), of("MedicationRequest", 1)]}, WHOLE),
        ({"output": [of("Condition", 3), of("MedicationRequest")]}, NO_CONDITION),
        ({"output": [of("MedicationRequest"), of("Condition"), of("Condition")]}, NO_CONDITION),
        ({"output": [of("Condition", 1), of("Condition"), of("MedicationRequest")]}, NO_CONDITION),
        ({"output": [of("Condition", 2)], "error": [], "deleted": []}, WHOLE),
        ({"output": [], "error": [of("OperationOutcome", 0)]}, NOTHING),
        ({"output": [], "deleted": [of("Bundle")]}, NOTHING),
    ],
    ids=["as told", "fewer", "a file less", "one of two", "all that there is", "no errors", "no deletions"],
)
def test_a_manifest_tells_what_there_is(folder: Path, told: Any, expected: Any) -> None:
    (folder / "log.ndjson").unlink()
    manifest(folder, **told)
    assert seen(folder) == expected


NEXT = {"output": [of("Condition", 2)], "link": [{"relation": "next", "url": "https://x.example/2"}]}
LAST = {"output": [of("MedicationRequest", 1)]}


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({"manifest.json": NEXT}, NOTHING),
        ({"manifest.json": {**NEXT, "link": [{"relation": "self", "url": "x"}]}}, WHOLE),
        ({"manifest.json": {**NEXT, "link": []}}, WHOLE),
        ({"manifest.json": {**NEXT, "link": "next"}}, NOTHING),
        ({"manifest.json": NEXT, "manifest-2.json": LAST}, WHOLE),
        ({"manifest.json": NEXT, "manifest-2.json": {**NEXT, **LAST}}, NOTHING),
        ({"manifest.json": NEXT, "manifest-2.json": {"output": [of("Condition", 1)]}}, NO_CONDITION),
        ({"manifest.json": NEXT, "manifest-2.json": {"name": "North"}}, NOTHING),
    ],
    ids=["one", "no next", "no link", "odd", "both", "a third one", "all of both", "somebody else's"],
)
def test_a_manifest_that_goes_on_tells_of_more_than_it_lists(
    folder: Path, pages: dict[str, Any], expected: Any
) -> None:
    (folder / "log.ndjson").unlink()
    for name, told in pages.items():
        (folder / name).write_text(json.dumps({"transactionTime": "2026-01-01T00:00:00Z", **told}))
    assert seen(folder) == expected
    assert passed_over([folder]) == ()


def test_files_of_a_later_manifest_are_known_by_the_log(folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps(NEXT))
    assert seen(folder) == WHOLE, "more was asked for than this manifest lists"
    write(folder, "log.ndjson", KICKOFF, requested("Condition"), complete("Condition", 2), END)
    assert seen(folder) == NOTHING


def test_of_a_log_and_a_manifest_the_one_that_tells_of_more_is_believed(folder: Path) -> None:
    manifest(folder, output=[of("Condition", 1), of("MedicationRequest")])
    assert seen(folder) == WHOLE
    manifest(folder, output=[of("Condition", 3), of("MedicationRequest")])
    assert seen(folder) == NO_CONDITION


def test_an_empty_file_of_whatever_type_may_be_the_one_that_is_told(folder: Path) -> None:
    (folder / "log.ndjson").unlink()
    manifest(folder, output=[of("Condition"), of("Condition"), of("MedicationRequest")])
    write(folder, "0c1e.ndjson")
    assert seen(folder) == WHOLE


@pytest.mark.parametrize("text", ['{"name": "North", "version": 3}', "[]", "7", '{"output_format": 1}'])
def test_another_file_with_the_name_of_a_manifest_tells_nothing(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    assert seen(folder) == WHOLE


def listing(count: str, before: str = "", after: str = "") -> str:
    """A manifest of one file with that count, as text."""
    return f'{{{before}"output": [{{"type": "Condition", "url": "u", "count": {count}}}{after}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no manifest", NOTHING),
        ("", NOTHING),
        (listing("7", '"transactionTime": "2026-01-01T00:00:00Z", ', ","), NOTHING),
        (listing("2", after="]}"), WHOLE),
        (listing("3", after="]}"), NO_CONDITION),
        (listing("3", '"transactionTime": 5, ', "]}"), NO_CONDITION),
        (listing('"2"', after="]}"), WHOLE),
        (listing('"3"', after="]}"), NO_CONDITION),
        (listing('"three"', after="]}"), NOTHING),
        (listing("-1", after="]}"), NOTHING),
        (listing("2", after=", null]}"), NOTHING),
        ('{"output": [{"url": "u", "count": 2}]}', NOTHING),
        ('{"output": {"Condition": 2}}', NOTHING),
        (listing("3", after='], "output": []}'), NOTHING),
        ('{"output": null, "error": []}', NOTHING),
        ('{"request": "x", "error": "there was one"}', NOTHING),
        ("\ufeff" + listing("3", after="]}"), NO_CONDITION),
    ],
)
def test_a_manifest_is_read_as_far_as_it_can_be_and_the_rest_is_missing(
    folder: Path, text: str, expected: Any
) -> None:
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    assert seen(folder) == expected


def asked_for(folder: Path, request: Any) -> None:
    """A manifest that says so; no log."""
    (folder / "log.ndjson").unlink()
    told = {"transactionTime": "2026-01-01T00:00:00Z", "request": request, "output": []}
    (folder / "manifest.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("request_told", "expected"),
    [
        (URL, WHOLE),
        (7, WHOLE),
        (f"{URL}?_type=Condition,MedicationRequest", WHOLE),
        (f"{URL}?_since=1970-01-01T00:00:00Z", WHOLE),
        (f"{URL}?_since=2025-01-01T00:00:00Z", NOTHING),
        (f"{URL}?_type=Condition&_since=2025-01-01T00:00:00Z", NO_CONDITION),
    ],
)
def test_what_changed_since_a_time_is_not_all_there_is(
    folder: Path, request_told: Any, expected: Any
) -> None:
    asked_for(folder, request_told)
    assert seen(folder) == expected


CHANGES = f"{URL}?_since=2025-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"exportUrl": CHANGES}, NOTHING),
        ({"exportUrl": f"{CHANGES}&_type=Condition"}, NO_CONDITION),
        ({"exportUrl": URL, "requestParameters": {"_since": "2025-01-01T00:00:00Z"}}, NOTHING),
        (
            {
                "exportUrl": URL,
                "requestParameters": {"_since": "2025-01-01T00:00:00Z", "_type": ["Condition", "Patient"]},
            },
            NO_CONDITION,
        ),
        ({"exportUrl": URL, "requestParameters": {"_type": "Condition"}}, WHOLE),
        ({"exportUrl": URL, "requestParameters": None}, WHOLE),
    ],
)
def test_the_kick_off_of_a_log_tells_it_too(folder: Path, told: dict[str, Any], expected: Any) -> None:
    write(folder, "log.ndjson", event("kickoff", **told), *GOOD[1:])
    assert seen(folder) == expected


@pytest.mark.parametrize(
    ("kickoffs", "request_told", "expected"),
    [
        ([URL, CHANGES], None, WHOLE),
        ([URL, CHANGES], CHANGES, WHOLE),
        ([f"{URL}?_type=Condition", CHANGES], None, {**WHOLE, "MedicationRequest": Seen.PARTIAL}),
        ([URL], CHANGES, NOTHING),
        ([CHANGES], URL, NOTHING),
    ],
    ids=["all, then changes", "and its manifest", "all of one type", "another than was asked for", "bare"],
)
def test_changes_are_whole_beside_all_of_it(
    folder: Path, kickoffs: list[str], request_told: str | None, expected: Any
) -> None:
    events = [one for url in kickoffs for one in (event("kickoff", exportUrl=url), *GOOD[1:])]
    write(folder, "log.ndjson", *events)
    if request_told is not None:
        told = {"request": request_told, "output": [of("Condition", 2)]}
        (folder / "manifest.json").write_text(json.dumps(told))
    assert seen(folder) == expected


def test_links_into_all_of_it_and_into_changes_are_whole(tmp_path: Path) -> None:
    """As SMART Fetch keeps them; the changes alone are not."""
    for number, url in (("001", URL), ("002", CHANGES)):
        export = tmp_path / number
        write(export, f"Condition.{number}.ndjson", condition(id=number))
        write(export, f"MedicationRequest.{number}.ndjson", order(id=number))
        write(export, "log.ndjson", event("kickoff", exportUrl=url), END)
        for name in (f"Condition.{number}.ndjson", f"MedicationRequest.{number}.ndjson"):
            (tmp_path / name).symlink_to(export / name)
    assert seen(tmp_path) == WHOLE
    assert seen(tmp_path / "001") == WHOLE
    assert seen(tmp_path / "002") == NOTHING
