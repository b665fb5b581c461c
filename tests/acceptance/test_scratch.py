"""What `abstract` lays aside while it reads: a file that no one else can see, gone at every end."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.stories import all_stories, write_ndjson
from tests.acceptance.running import ROOT

ASKED = ("--period", "2022-01-01/2022-12-31", "--workers", "2")
SMALL = 20_000  # bytes that a file may have: less than one part


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export")
    write_ndjson(made, all_stories()[:6])
    return made


def run(folder: Path, scratch: Path, most: int) -> "subprocess.CompletedProcess[bytes]":
    """The command where no file may grow beyond so many bytes, as on a disk that is full."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.run(
        [sys.executable, "-m", "abstractor", "abstract", str(folder), *ASKED],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(scratch)},
        capture_output=True,
        preexec_fn=limited,
        check=False,
    )


def test_nothing_is_left_behind(folder: Path, tmp_path: Path) -> None:
    done = run(folder, tmp_path, 2**30)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 6
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_in_one_line(folder: Path, tmp_path: Path) -> None:
    done = run(folder, tmp_path, SMALL)
    said = done.stderr.decode().strip().splitlines()
    assert done.returncode == 1
    assert said[-1].startswith(f"abstractor: no temporary file in {tmp_path} (")
    assert "TMPDIR" in said[-1]
    assert done.stdout == b""
    assert list(tmp_path.iterdir()) == []
