"""Where results go: a file that appears whole or not at all, and never one that they are made from."""

import fcntl
import os
import sys
from pathlib import Path

import pytest

from abstractor.cli.output import refuse_overwriting, results_to
from abstractor.cli.whole_file import whole_file
from abstractor.errors import InputError, OptionError

PART = ".x.jsonl.abcd_123.part"


@pytest.fixture(params=["nameless", "no such files", "no such links"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a file system can do."""
    if request.param == "no such files":
        monkeypatch.delattr(os, "O_TMPFILE")
    if request.param == "no such links":

        def forbidden(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", forbidden)
    return str(request.param)


@pytest.mark.usefixtures("system")
def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    target.write_text("before")
    target.chmod(0o640)
    with results_to(target) as stream:
        stream.write("äfter\n")
        assert target.read_text() == "before"
    assert target.read_text("utf-8") == "äfter\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["x.jsonl"]


@pytest.mark.usefixtures("system")
def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    with results_to(tmp_path / "x.jsonl") as stream:
        stream.write("new\n")
    assert (tmp_path / "x.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("system")
def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("before")
    with pytest.raises(ZeroDivisionError), results_to(tmp_path / "x.jsonl") as stream:
        stream.write("half")
        raise ZeroDivisionError
    assert os.listdir(tmp_path) == ["x.jsonl"]
    assert (tmp_path / "x.jsonl").read_text() == "before"


def test_until_then_it_has_no_name(tmp_path: Path) -> None:
    with results_to(tmp_path / "x.jsonl") as stream:
        stream.write("half")
        stream.flush()
        assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"), results_to(tmp_path / "no" / "x.jsonl"):
        pass


def stale(folder: Path, name: str = PART, *, seconds: float = 60) -> Path:
    part = folder / name
    part.write_text("half")
    moment = part.stat().st_mtime - seconds
    os.utime(part, (moment, moment))
    return part


def test_the_part_of_a_killed_run_is_removed_and_told(tmp_path: Path) -> None:
    part, said = stale(tmp_path), list[str]()
    with whole_file(tmp_path / "x.jsonl", tell=said.append) as stream:
        stream.write("new\n")
    assert os.listdir(tmp_path) == ["x.jsonl"]
    assert said == [f"removed {part}: the half result of a run that was killed"]


def test_a_part_that_somebody_writes_stays(tmp_path: Path) -> None:
    part = stale(tmp_path)
    with part.open("a") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        with whole_file(tmp_path / "x.jsonl", tell=pytest.fail):
            pass
    assert part.exists()


def test_two_runs_at_once_where_parts_have_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE")
    with whole_file(tmp_path / "x.jsonl", tell=pytest.fail) as first:
        (part,) = tmp_path.iterdir()
        os.utime(part, (0, 0))
        with whole_file(tmp_path / "x.jsonl", tell=pytest.fail) as second:
            second.write("second\n")
        first.write("first\n")
    assert (tmp_path / "x.jsonl").read_text() == "first\n"


@pytest.mark.parametrize(
    "name", [".y.jsonl.abcd_123.part", ".x.jsonl.part", ".x.jsonl.my-notes.part", "x.jsonl.abcd_123.part"]
)
def test_what_is_no_part_of_that_file_stays(tmp_path: Path, name: str) -> None:
    part = stale(tmp_path, name)
    with whole_file(tmp_path / "x.jsonl", tell=pytest.fail):
        pass
    assert part.exists()


def test_a_part_of_just_now_stays(tmp_path: Path) -> None:
    """It may not be locked yet."""
    part = stale(tmp_path, seconds=0)
    with whole_file(tmp_path / "x.jsonl", tell=pytest.fail):
        pass
    assert part.exists()


def test_a_hyphen_is_stdout(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **_: None, raising=False)
    with results_to(Path("-")) as stream:
        stream.write("line\n")
    assert capsys.readouterr().out == "line\n"
    assert not Path("-").exists()


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with results_to(Path(f"/proc/self/fd/{writing}")) as stream:
        stream.write("line\n")
    os.close(writing)
    assert os.read(reading, 99) == b"line\n"
    os.close(reading)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name in (
        "fold/Condition.ndjson",
        "fold/completeness.json",
        "fold/b.json",
        "one.json",
        "site/codes.csv",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("held")
    (tmp_path / "link").symlink_to("fold")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "one.json",
        "fold/Condition.ndjson",
        "fold/New.NDJSON",
        "fold/New.ndjson.gz",
        "fold/completeness.json",
        "fold/Completeness.json",
        "fold/b.json",
        "link/completeness.json",
        "fold/../one.json",
        "site/codes.csv",
        "site/completeness.json",
        "site/names.csv",
        "site/editions/more.toml",
        "site/Condition.ndjson",
    ],
)
def test_results_never_replace_what_they_are_made_from(folders: Path, name: str) -> None:
    inputs = (folders / "fold", folders / "one.json")
    with pytest.raises(OptionError, match=r"^-o .*: is among .*; choose another file$"):
        refuse_overwriting(folders / name, inputs, site=folders / "site")


@pytest.mark.parametrize("name", ["x.jsonl", "fold/x.jsonl", "fold/x.json", "site/x.jsonl", "-"])
def test_results_may_lie_beside(folders: Path, name: str) -> None:
    inputs = (folders / "fold", folders / "one.json")
    refuse_overwriting(folders / name, inputs, site=folders / "site")
