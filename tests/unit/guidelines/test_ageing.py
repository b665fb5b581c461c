"""The age of the tables of codes: what is told when, and that no code system is without a day."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from abstractor.codes import SYSTEMS
from abstractor.guidelines import check
from abstractor.guidelines.ageing import FILE, STALE_AFTER, code_system_days, stale_value_sets
from abstractor.guidelines.shelf import shipped

# Defined by HL7 with FHIR itself; it has no releases that would bring new drugs.
UNDATED = {"act-code"}
WRITTEN = """
[newer]
read_on = 2026-03-01
release = "r2"

[older]
read_on = 2026-02-01
release = "r1"
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    (tmp_path / FILE).write_text(WRITTEN)
    return tmp_path


def test_every_code_system_of_the_tables_has_its_day() -> None:
    tables = Path(str(shipped())) / "value_sets"
    used: set[str] = set()
    for table in tables.glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as lines:
            used |= {line["system"] for line in csv.DictReader(lines) if line.get("system") in SYSTEMS}
    assert used - UNDATED == {each.name for each in code_system_days()}


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (STALE_AFTER, None),
        (STALE_AFTER + 1, "codes of older were last read on 2026-02-01, 91 days ago"),
        (STALE_AFTER + 40, "codes of older, newer were last read on 2026-02-01, 130 days ago"),
    ],
)
def test_what_is_too_old_is_named(written: Path, days: int, told: str | None) -> None:
    said = stale_value_sets(date(2026, 2, 1) + timedelta(days), written)
    assert (said is None) == (told is None)
    assert (told or "") in (said or "")


def test_the_check_of_the_guidelines_warns_and_refuses_nothing() -> None:
    oldest = code_system_days()[0].read_on
    fresh = {each.message for each in check(on=oldest)}
    late = [each for each in check(on=oldest + timedelta(STALE_AFTER + 1)) if each.message not in fresh]
    assert [each.refused for each in late if each.message.startswith("value sets:")] == [False]
    assert not any(message.startswith("value sets:") for message in fresh)
