"""What the benchmark says of a run: whole processes, round by round, and nothing that failed."""

import hashlib
import sys
from pathlib import Path

import pytest

from benchmarks.contenders import Contender
from benchmarks.figures import Measured, core_ratios, ratios, spread
from benchmarks.measuring import BenchmarkError, Run, run_command


def python(program: str, tmp_path: Path, *, cores: int = 1) -> Run:
    words = (sys.executable, "-c", program)
    return run_command(words, cwd=tmp_path, cores=cores, to=tmp_path / "out")


def measured(patients: int, *runs: tuple[float, float]) -> Measured:
    who = Contender("x", (), Path(), patients)
    return Measured(who, tuple(Run(wall, cpu, 10.0, "", None, None, None) for wall, cpu in runs))


def test_a_run_is_measured_to_its_closed_output(tmp_path: Path) -> None:
    run = python("held = bytearray(60_000_000); print('done')", tmp_path)
    assert run.digest == hashlib.sha256(b"done\n").hexdigest()
    assert run.peak_mb > 55
    assert 0 < run.cpu <= run.wall * 1.5


def test_times_apart_are_those_of_the_last_line(tmp_path: Path) -> None:
    said = """import sys; sys.stderr.write('warning\\n{"start": 1.5, "load": 2, "execute": 3}\\n')"""
    run = python(said, tmp_path)
    assert (run.start, run.load, run.execute) == (1.5, 2, 3)
    assert python("print(1)", tmp_path).execute is None


def test_a_command_is_held_to_its_cores(tmp_path: Path) -> None:
    python("import os; print(len(os.sched_getaffinity(0)))", tmp_path)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "1\n"


def test_a_command_that_fails_ends_the_benchmark(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="ended with 3: no such"):
        python("import sys; sys.stderr.write('no such'); sys.exit(3)", tmp_path)


def test_ratios_are_taken_round_by_round() -> None:
    """A machine that slows down for a round slows both: the ratio stays."""
    one, other = measured(100, (1, 2), (10, 4), (2, 2)), measured(50, (1, 1), (10, 4), (1, 3))
    assert ratios(one, other) == spread([2, 2, 1])
    assert core_ratios(one, other) == spread([1, 2, 3])


@pytest.mark.parametrize(
    ("values", "shown"),
    [([3.0, 1.0, 2.0], "2.0 (1.0 to 3.0)"), ([2.04], "2.0"), ([1200.0, 1200.01], "1,200.0")],
)
def test_a_spread_shows_its_ends_where_they_differ(values: list[float], shown: str) -> None:
    assert spread(values).shown(1) == shown
