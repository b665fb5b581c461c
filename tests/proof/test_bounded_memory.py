"""Four times as many patients take no more memory, in any process: parts are read one at a time.

By hand: `make proof`. The seed is fixed; the numbers stand in docs/speed.md.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.generate import write_charts
from tests.acceptance.running import ROOT

SEED = 20261122
FEW, MANY = 570, 2_280  # about 100 and 400 MB
MOST = 250 * 1024  # in KiB, of any one process
GROWTH = 1.25  # caches of a fixed size are still filling at the smaller size

PERIOD = ("--period", "2022-01-01/2022-12-31", "--timezone", "America/New_York")


def peak(folder: Path, workers: int) -> int:
    """The peak of the largest process in KiB, the command itself or one of its workers."""
    command = [
        sys.executable,
        "-m",
        "abstractor",
        "abstract",
        str(folder),
        *PERIOD,
        "--workers",
        str(workers),
    ]
    with (folder / "abstracts.out").open("wb") as out:
        running = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return used.ru_maxrss


@pytest.mark.proof
@pytest.mark.parametrize("workers", [1, 2])
def test_memory_does_not_grow_with_the_input(tmp_path: Path, workers: int) -> None:
    peaks = []
    for patients in (FEW, MANY):
        folder = tmp_path / str(patients)
        write_charts(folder, patients=patients, seed=SEED)
        peaks.append(peak(folder, workers))
    assert max(peaks) < MOST
    assert peaks[1] < peaks[0] * GROWTH, peaks
