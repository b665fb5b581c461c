"""Records from files: what can be opened is read, what cannot is said in one line."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from abstractor.chart import Seen
from abstractor.errors import InputError
from abstractor.fhir.files import passed_over, read_files
from abstractor.fhir.quarantine import Defect
from abstractor.fhir.received import Received
from tests.unit.fhir_read.charting import condition, order, record_set, row

ONE = json.dumps(condition()).encode()
TWO = json.dumps(condition(id="2")).encode()
BREAKS_OFF = ": the gzip breaks off there, fetch it again"


def read(*inputs: Path) -> list[Received]:
    return list(read_files(inputs))


def origins(*inputs: Path) -> list[str]:
    return [received.origin for received in read(*inputs)]


def refused(*inputs: Path) -> str:
    with pytest.raises(InputError) as said:
        read(*inputs)
    assert "\n" not in str(said.value)
    return str(said.value)


def test_an_ndjson_file_is_its_lines_as_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "Condition.ndjson"
    file.write_bytes(b"\xef\xbb\xbf" + ONE + b"\r\n\n   \nnot json\n" + TWO)
    assert [(r.body, r.origin) for r in read(file)] == [
        (ONE, "Condition.ndjson:1"),
        (b"not json", "Condition.ndjson:4"),
        (TWO, "Condition.ndjson:5"),
    ]


def test_a_folder_is_all_its_ndjson_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "Condition.000.ndjson").write_bytes(ONE)
    (tmp_path / "Condition.001.ndjson.gz").write_bytes(gzip.compress(TWO) + gzip.compress(b"\n" + ONE))
    (tmp_path / "completeness.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "old").mkdir()
    assert origins(tmp_path) == [
        "Condition.000.ndjson:1",
        "Condition.001.ndjson.gz:1",
        "Condition.001.ndjson.gz:2",
    ]


def test_several_inputs_are_one_set(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(ONE)
    (tmp_path / "b.json").write_bytes(TWO)
    assert origins(tmp_path / "a.ndjson", tmp_path / "b.json") == ["a.ndjson:1", "b.json"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (ONE, ["x.json"]),
        (json.dumps(condition(), indent=2).encode(), ["x.json"]),
        (ONE + b"\n" + TWO, ["x.json:1", "x.json:2"]),
        (b"\n \r\n" + ONE + b"\n" + TWO, ["x.json:3", "x.json:4"]),
        (b"\xef\xbb\xbf\n" + ONE + b"\n" + TWO, ["x.json:2", "x.json:3"]),
        (b"\n\n" + ONE + b"\n\n", ["x.json"]),
        (b"\n" + json.dumps(condition(), indent=2).encode(), ["x.json"]),
        (gzip.compress(ONE, mtime=0), ["x.json"]),
        (b"\xef\xbb\xbf" + ONE, ["x.json"]),
    ],
)
def test_a_json_file_is_one_document_or_ndjson_under_another_name(
    tmp_path: Path, content: bytes, found: list[str]
) -> None:
    (tmp_path / "x.json").write_bytes(content)
    assert origins(tmp_path / "x.json") == found


def missing(at: Path) -> None:
    """Nothing is there."""


def dangling(at: Path) -> None:
    at.symlink_to(at.with_name("nowhere"))


def a_circle(at: Path) -> None:
    at.symlink_to(at)


def pipe(at: Path) -> None:
    os.mkfifo(at)


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("Condition.ndjson", missing, "does not exist"),
        ("Condition.ndjson", dangling, "is a link to nothing"),
        ("Condition.ndjson", a_circle, "is a link to nothing"),
        ("Condition.ndjson", Path.mkdir, "is a folder with the name of a file"),
        ("bundle.json", Path.mkdir, "is a folder with the name of a file"),
        ("pipe", pipe, "is neither a file nor a folder"),
        ("Condition.ndjson", Path.touch, "no FHIR resource in"),
        ("bundle.json", Path.touch, "no FHIR resource in"),
        ("Condition.ndjson.gz", Path.touch, "no FHIR resource in"),
        ("folder", Path.mkdir, "no FHIR resource in"),
        ("f" * 300, missing, "cannot be read (File name too long)"),
        ("f/" * 2_500, missing, "cannot be read (File name too long)"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else value.__name__,
)
def test_an_input_that_cannot_be_used(
    tmp_path: Path, name: str, make: Callable[[Path], None], said: str
) -> None:
    make(tmp_path / name)
    assert said in refused(tmp_path / name)


@pytest.mark.parametrize("make", [dangling, Path.mkdir, pipe])
def test_nor_may_it_hide_in_a_folder(tmp_path: Path, make: Callable[[Path], None]) -> None:
    (tmp_path / "Condition.ndjson").write_bytes(ONE)
    make(tmp_path / "MedicationAdministration.ndjson")
    assert "MedicationAdministration.ndjson" in refused(tmp_path)


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        ("open", "x.ndjson", "x.ndjson cannot be read (Permission denied)"),
        ("stat", "x.ndjson", "x.ndjson cannot be read (Permission denied)"),
        ("open", "", "x.ndjson cannot be read (Permission denied)"),
        ("stat", "", "cannot be read (Permission denied)"),
        ("iterdir", "", "cannot be listed (Permission denied)"),
    ],
)
def test_what_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str, name: str, said: str
) -> None:
    """Root may read everything, so the system's refusal is made up."""
    (tmp_path / "x.ndjson").write_bytes(ONE)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, question, denied)
        assert said in refused(tmp_path / name)


@pytest.mark.parametrize(
    "content",
    [
        b"not json\n{}\n[]",
        b'{"id": 1}',
        b"\x00\x01\x02",
        b'{"resourceType": "Bundle", "entry": [',
        b"\n\n  \n",
        b'{"resourceType": "Coverage", "note": "\xe9"}',
    ],
)
def test_inputs_without_any_fhir_resource(tmp_path: Path, content: bytes) -> None:
    for name in ("x.ndjson", "x.json"):
        (tmp_path / name).write_bytes(content)
    said = refused(tmp_path / "x.ndjson", tmp_path / "x.json")
    assert said.startswith("no FHIR resource in")
    assert "x.ndjson" in said


def test_an_empty_file_beside_others_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "Condition.ndjson").write_bytes(ONE)
    (tmp_path / "Observation.ndjson").touch()
    assert origins(tmp_path) == ["Condition.ndjson:1"]


def many(count: int) -> bytes:
    return b"".join(
        json.dumps(condition(id=f"{n}", note=os.urandom(40).hex())).encode() + b"\n" for n in range(count)
    )


def test_a_gzip_that_breaks_off_gives_what_was_before_and_says_that_more_is_missing(tmp_path: Path) -> None:
    whole = gzip.compress(many(2_000))
    (tmp_path / "Condition.ndjson.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "MedicationRequest.ndjson").write_text(json.dumps(order()))
    found = read(tmp_path)
    held = record_set(*found)
    (lost,) = held.quarantined()
    assert (lost.type, lost.origin) == ("(unknown)", f"Condition.ndjson.gz:{len(found) - 1}{BREAKS_OFF}")
    assert 100 < held.counts()["Condition"].used < 2_000
    chart = held.chart("Patient/1")
    assert row(chart, "Condition").state is Seen.PARTIAL
    assert row(chart, "MedicationRequest").state is Seen.COMPLETE


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.ndjson.gz", gzip.compress(ONE)[:15]),
        ("x.json.gz", gzip.compress(many(100))[:900]),
        ("x.ndjson.gz", b"\x1f\x8bnot gzip after all"),
    ],
    ids=["cut in its head", "cut in its body", "no gzip"],
)
def test_a_gzip_of_which_nothing_can_be_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert "is a damaged gzip file" in refused(tmp_path / name)


@pytest.mark.parametrize("name", ["x.ndjson.gz", "x.json.gz", "X.NDJSON.GZ"])
def test_a_name_that_promises_gzip(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(ONE)
    assert "is not gzip, though its name says so" in refused(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("Condition.ndjson.gz", "Condition.ndjson.gz:1"),
        ("Condition.json.gz", "Condition.json.gz"),
        ("CONDITION.Condition.NDJSON.GZ", "CONDITION.Condition.NDJSON.GZ:1"),
    ],
)
def test_a_gzip_that_was_cut_to_nothing_is_not_an_empty_file(tmp_path: Path, name: str, origin: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / "MedicationRequest.ndjson").write_text(json.dumps(order()))
    held = record_set(*read(tmp_path / name, tmp_path / "MedicationRequest.ndjson"))
    (lost,) = held.quarantined()
    assert (lost.origin, lost.reason) == (f"{origin}{BREAKS_OFF}", Defect.NOT_JSON)
    chart = held.chart("Patient/1")
    assert row(chart, "Condition").state is Seen.PARTIAL
    assert row(chart, "MedicationRequest").state is Seen.COMPLETE


def test_a_gzip_of_nothing_is_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "Condition.ndjson.gz").write_bytes(gzip.compress(b""))
    (tmp_path / "MedicationRequest.ndjson").write_text(json.dumps(order()))
    assert origins(tmp_path) == ["MedicationRequest.ndjson:1"]


def test_a_corrupt_gzip_is_a_broken_one(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(many(2_000)))
    whole[-8:] = b"\x00" * 8  # the checksum and the length at its end
    (tmp_path / "Condition.ndjson.gz").write_bytes(whole)
    held = record_set(*read(tmp_path))
    assert (held.counts()["Condition"].used, held.counts()["(unknown)"].quarantined) == (2_000, 1)


def test_a_line_without_end_is_cut_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abstractor.fhir.lines._LONGEST_LINE", len(ONE) + 1)
    file = tmp_path / "x.ndjson"
    file.write_bytes(ONE + b"\n" + b"x" * 3 * len(ONE) + b"\n" + TWO + b"\n" + b"y" * 2 * len(ONE))
    found = [received.body[:5] for received in read(file)]
    assert found == [ONE[:5], b"xxxxx", TWO[:5], b"yyyyy"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"resourceType":"Bundle","entry":[{"resource":' + ONE, " (x.json is no JSON, or is cut off)"),
        (b"\x89PNG", " (x.json is no JSON, or is cut off)"),
        (b"[1, 2]", ""),
        (b"", ""),
        (b'{"resourceType":"Bundle","type":"collection"}', ""),
    ],
)
def test_no_resource_in_all_of_it_and_why(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    said = refused(tmp_path / "x.json")
    assert said.startswith(f"no FHIR resource in {tmp_path}/x.json{why}: give a Bundle, ")


def test_what_a_folder_holds_and_is_not_read(tmp_path: Path) -> None:
    bundle = b'{"resourceType":"Bundle","entry":[{"resource":' + ONE + b"}]}"
    held = {
        "Condition.ndjson": ONE,
        "b.json": bundle,
        "b.json.gz": gzip.compress(bundle),
        "more.jsonl": ONE,
        "results.jsonl": b'{"schema":"abstractor.abstract/1"}',
        "completeness.json": b'{"Condition": "partial"}',
        "notes.txt": bundle,
        "inner/Observation.ndjson": ONE,
        "other/notes.txt": ONE,
    }
    for name, content in held.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    found = [path.relative_to(tmp_path).as_posix() for path in passed_over((tmp_path, tmp_path / "b.json"))]
    assert found == ["b.json", "b.json.gz", "inner", "more.jsonl"]
