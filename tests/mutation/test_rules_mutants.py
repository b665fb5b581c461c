"""The tool itself: which changes it makes, which a test kills, which no test can, and the same draw twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.code_changes import changes_of, mutated
from tests.mutation.rules import RULES, drawn

ROOT = Path(__file__).resolve().parents[2]
RULE = '''
"""When a gap is a break."""

LIMIT = 90


def is_break(days: int) -> bool:
    """Longer than the limit."""
    return days > LIMIT


def longer(one: int, other: int) -> int:
    return one if one > other else other


def forever(days: int) -> int:
    while days > LIMIT:
        days -= 1
    return days
'''
CASES = """
import gap

def test_the_day_of_and_the_day_after():
    assert not gap.is_break(90)
    assert gap.is_break(91)

def test_longer():
    assert (gap.longer(1, 2), gap.longer(2, 1), gap.longer(2, 2)) == (2, 2, 2)

def test_forever():
    assert gap.forever(93) == 90
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the tool says of the rule above and its cases, every mutant of it."""
    top = tmp_path_factory.mktemp("mutants")
    (top / "rules").mkdir()
    (top / "rules" / "gap.py").write_text(RULE, encoding="utf-8")
    (top / "test_gap.py").write_text(CASES, encoding="utf-8")
    options = ["--sample", "0", "--patience", "1", "--report", str(top / "tables.md")]
    run = subprocess.run(
        [sys.executable, "-m", "tests.mutation.rules", str(top), "--folder", str(top / "rules"), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(top / "rules")},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    written = (top / "tables.md").read_text(encoding="utf-8")
    assert written in run.stdout
    return written


def test_a_bad_mutant_is_killed_and_an_equivalent_one_is_not(tables: str) -> None:
    survivors = [line.split(" | ") for line in tables.splitlines() if "gap.py:" in line]
    assert [(change, after.strip(" `|")) for _, change, _, after in survivors] == [
        ("comparison", "one >= other"),
    ]


def test_one_that_does_not_end_is_stopped(tables: str) -> None:
    row = next(line for line in tables.splitlines() if line.startswith("| all |"))
    _, killed, survived, timed_out, errors = row.strip("| ").split(" | ")
    assert (survived, errors) == ("1", "0")
    assert int(timed_out) >= 1
    assert int(killed) >= 8


def test_what_only_a_reader_reads_is_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "gap.py"
    file.write_text(RULE, encoding="utf-8")
    owners = {change.owner for change in changes_of(file)}
    assert owners == {"LIMIT", "is_break", "longer", "forever"}
    assert not [change for change in changes_of(file) if "gap is a break" in change.before]


def test_every_change_of_the_rules_can_be_made() -> None:
    for change in drawn(ROOT / RULES, 300, 3):
        compile(mutated(change), str(change.file), "exec")
        assert change.before != change.after, change


def test_the_same_seed_draws_the_same() -> None:
    assert drawn(ROOT / RULES, 50, 3) == drawn(ROOT / RULES, 50, 3)
    assert drawn(ROOT / RULES, 50, 3) != drawn(ROOT / RULES, 50, 4)
    assert len(drawn(ROOT / RULES, 50, 3)) == 50
