"""`completeness.json` beside the records: read where it stands, and never passed over in silence."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from abstractor.chart import Seen
from abstractor.errors import InputError
from abstractor.fhir.files import completeness_file


def test_completeness_of_several_folders(tmp_path: Path) -> None:
    for name, said in (
        ("a", '{"Condition": "partial", "Encounter": "complete"}'),
        ("b", '{"Condition": "complete"}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "completeness.json").write_text(said)
    (tmp_path / "c").mkdir()
    folders = [tmp_path / name for name in ("a", "b", "c", "not-there")]
    assert completeness_file(folders) == {"Condition": Seen.PARTIAL, "Encounter": Seen.COMPLETE}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nonsense", "line 1: not JSON .*write a JSON object of resource types"),
        ('{"Condition": "partial"\n"Encounter": "complete"}', "line 2: not JSON"),
        ("[]", "line 1: not a JSON object"),
        ('{"Condition": "mostly"}', "line 1: no such state of 'Condition'; write one of: complete,"),
        ('{"Condition": ["complete"]}', "line 1: no such state of 'Condition'"),
        ('{\n"Condition": "partial",\n"Coverage": "complete"}', "line 3: 'Coverage' is no type that is read"),
        ('{\n"Condition": "partial",\n"Condition": "complete"\n}', "line 3: 'Condition' stands twice"),
        ('{\n"Coverage": "complete",\n"Plan": "complete"}', r"line 2: .*\(and 1 more\)"),
        ("[" * 100_000, "line 1: (lists and objects nest too deep|not JSON)"),
        ('{"Condition": "partial"}' + " " * (1 << 20), "larger than 1 MiB"),
    ],
)
def test_completeness_that_cannot_be_used(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "completeness.json").write_text(content)
    with pytest.raises(InputError, match=said):
        completeness_file([tmp_path])


def dangling(at: Path) -> None:
    at.symlink_to(at.with_name("nowhere"))


def a_circle(at: Path) -> None:
    at.symlink_to(at)


def pipe(at: Path) -> None:
    os.mkfifo(at)


def pipe_behind_a_link(at: Path) -> None:
    os.mkfifo(at.with_name("pipe"))
    at.symlink_to("pipe")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (dangling, "is a link to nothing: mend the link"),
        (a_circle, "is a link to nothing: mend the link"),
        (Path.mkdir, "is a folder with the name of a file: rename it"),
        (pipe, "is neither a file nor a folder"),
        (pipe_behind_a_link, "is neither a file nor a folder"),
    ],
)
def test_what_only_has_the_name_is_not_passed_over(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    make(tmp_path / "completeness.json")
    assert said in refused(tmp_path)


@pytest.mark.parametrize("question", ["stat", "lstat", "open"])
def test_a_file_that_the_system_does_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    """Root may look everywhere, so the system's refusal is made up."""
    (tmp_path / "completeness.json").write_text("{}")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, question, denied)
        assert "cannot be read (Permission denied)" in refused(tmp_path)


@pytest.mark.parametrize("name", ["f" * 300, "f/" * 2_500], ids=["name", "path"])
def test_a_folder_whose_name_is_too_long(tmp_path: Path, name: str) -> None:
    assert "cannot be read (File name too long)" in refused(tmp_path / name)


def test_a_link_to_a_sound_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "ours.json").write_text('{"Condition": "partial"}')
    (tmp_path / "completeness.json").symlink_to("ours.json")
    assert completeness_file([tmp_path]) == {"Condition": Seen.PARTIAL}


def test_an_input_that_is_a_file_has_none(tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").touch()
    assert completeness_file([tmp_path / "x.ndjson"]) == {}


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as said:
        completeness_file([folder])
    assert "\n" not in str(said.value)
    assert "completeness.json" in str(said.value)
    return str(said.value)
