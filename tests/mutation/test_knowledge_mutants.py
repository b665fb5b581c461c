"""The tool itself: what it changes, what a case finds and what it does not, and the same draw twice."""

import subprocess
import sys
from pathlib import Path

import pytest

from abstractor.guidelines import load_library
from tests.mutation.knowledge_changes import Change, changes

ROOT = Path(__file__).resolve().parents[2]
CASE = """
from tests.asking import library

def test_grace():
    assert library().grace_days == {days}
"""

READ_FROM_THE_DATA = """
import pytest
from tests.asking import library

@pytest.mark.parametrize("days", [library().grace_days])
def test_grace(days):
    assert library().grace_days == days
"""


def asked(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.mutation.knowledge", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def made() -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes(load_library()):
        found.setdefault(change.where, []).append(change)
    return found


@pytest.mark.parametrize(
    ("where", "kind", "said"),
    [
        (
            "editions.asco-her2-2022.valid_from",
            "date",
            ["2022-05-31 to 2022-05-30", "2022-05-31 to 2022-06-01"],
        ),
        ("line_policy.restart_gap_days", "number", ["180 to 179", "180 to 181"]),
        ("line_policy.equivalent.1.docetaxel", "agent left out", ["left out"]),
        ("line_policy.late_partner_days.pertuzumab", "number", ["42 to 41", "42 to 43"]),
        ("measures.CONTRA.rule.who.Who 1.gender", "word", ["female to female-other"]),
        ("measures.CONTRA.rule.first_type", "word", ["Observation to Condition"]),
        ("measures.CAPE-DPYD.rule.asked.Asking 2.duty", "choice", ["advisory to none"]),
        ("measures.CAPE-DPYD.rule.asked.Asking 2.after", "number left out", ["14 left out"]),
        ("editions.asco-hbv-2015.confidence", "confidence", ["high to low"]),
        ("editions.asco-hbv-2015.valid_to", "date left out", ["2020-07-26 left out"]),
    ],
)
def test_what_is_changed(made: dict[str, list[Change]], where: str, kind: str, said: list[str]) -> None:
    assert [each.said for each in made[where] if each.kind == kind] == said


def test_a_change_is_one_change(made: dict[str, list[Change]]) -> None:
    library = load_library()
    earlier, _ = made["editions.asco-her2-2022.valid_from"]
    assert earlier.library != library
    others = [edition for edition in earlier.library.editions if edition.id != "asco-her2-2022"]
    assert others == [edition for edition in library.editions if edition.id != "asco-her2-2022"]


def test_provenance_is_not_changed(made: dict[str, list[Change]]) -> None:
    assert not [where for where in made if where.endswith(("retrieved_on", "checked_on"))]


def test_a_case_that_asks_finds_the_change(tmp_path: Path) -> None:
    case = tmp_path / "test_grace.py"
    case.write_text(CASE.format(days=90), encoding="utf-8")
    run = asked(str(case), "--only", "grace_days")
    assert "2 changes of the knowledge asked of 1 cases" in run.stdout
    assert "2 found, 0 not" in run.stdout
    assert run.returncode == 0, run.stderr


def test_a_change_that_no_case_asks_about_is_listed(tmp_path: Path) -> None:
    case, tables = tmp_path / "test_nothing.py", tmp_path / "tables.md"
    case.write_text("def test_nothing():\n    assert True\n", encoding="utf-8")
    run = asked(str(case), "--only", "grace_days", "--report", str(tables))
    assert run.returncode == 1
    assert "| `grace_days` | number | 90 to 91 |" in tables.read_text(encoding="utf-8")
    assert tables.read_text(encoding="utf-8") in run.stdout


def test_a_case_that_is_read_from_the_data_does_not_prove_them(tmp_path: Path) -> None:
    case = tmp_path / "test_grace.py"
    case.write_text(READ_FROM_THE_DATA, encoding="utf-8")
    run = asked(str(case), "--only", "grace_days")
    assert "0 found, 2 not" in run.stdout, run.stderr


@pytest.mark.parametrize("text", [CASE.format(days=91), "import nothing_of_that_name\n"])
def test_cases_that_fail_as_they_are_find_nothing(tmp_path: Path, text: str) -> None:
    case = tmp_path / "test_grace.py"
    case.write_text(text, encoding="utf-8")
    run = asked(str(case), "--only", "grace_days")
    assert run.returncode not in (0, None)
    assert "the cases fail as they are" in run.stderr


def test_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    case = tmp_path / "test_nothing.py"
    case.write_text("def test_nothing():\n    assert True\n", encoding="utf-8")
    tables = [
        asked(str(case), "--sample", "5", "--seed", seed).stdout.split("| not found")[-1] for seed in "778"
    ]
    assert tables[0] == tables[1] != tables[2]
    assert tables[0].count("`") == 10
