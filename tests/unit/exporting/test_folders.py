"""A folder of results is there whole, or not at all; what a killed run left is removed by the next."""

import os
import stat
from pathlib import Path

import pytest

from abstractor.errors import InputError
from abstractor.workflow.exporting.folders import whole_folder

LONG_AGO = (0.0, 0.0)


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with whole_folder(target) as folder:
        (folder / "a.csv").write_text("a", "utf-8")
        assert not target.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert stat.S_IMODE((target / "a.csv").stat().st_mode) == 0o600


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "out") as folder:
        (folder / "a.csv").touch()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    with whole_folder(tmp_path / "empty") as folder:
        (folder / "a.csv").touch()
    for name in ("file", "empty"):
        with pytest.raises(InputError, match="is there already"), whole_folder(tmp_path / name):
            pass
    with pytest.raises(InputError, match="cannot be made"), whole_folder(tmp_path / "no" / "such"):
        pass


def test_what_a_killed_run_left_is_removed_and_what_is_written_stays(tmp_path: Path) -> None:
    left, other = tmp_path / ".out.abcd1234", tmp_path / ".outer.abcd1234"
    for folder in (left, other):
        folder.mkdir()
        os.utime(folder, LONG_AGO)
    with whole_folder(tmp_path / "out") as written:
        os.utime(written, LONG_AGO)
        with whole_folder(tmp_path / "out2"):
            pass
        with pytest.raises(InputError, match="cannot be named so"), whole_folder(tmp_path / "out") as beside:
            (beside / "b.csv").touch()
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "c.csv").touch()
        assert written.exists()
        (tmp_path / "out" / "c.csv").unlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".outer.abcd1234", "out", "out2"]
