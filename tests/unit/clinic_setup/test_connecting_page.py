"""docs/connecting.md says of every setting what it is, and its examples are files that are taken."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from abstractor.cli.clinic import clinic
from abstractor.fhir.clinic_setup import CHOICES, ClinicSetup
from abstractor.fhir.setup_reading import setup_from

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "connecting.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", PAGE, flags=re.M | re.S)
HELP = "".join(re.findall(r"^ +(\w+ = .*\n)", str(clinic.info.help), flags=re.M))
ROWS = {
    cells[1].strip("` "): cells
    for line in PAGE.splitlines()
    if line.startswith("| `") and len(cells := re.split(r"(?<!\\)\|", line)) == 5
}


def test_every_setting_has_its_row_in_the_order_of_the_value() -> None:
    assert list(ROWS) == [one.name for one in fields(ClinicSetup)]


@pytest.mark.parametrize("key", CHOICES)
def test_every_choice_is_named(key: str) -> None:
    assert [word for word in CHOICES[key] if word not in "".join(ROWS[key])] == []


def test_the_defaults_are_the_ones_told() -> None:
    told = {one.name: one.default for one in fields(ClinicSetup) if one.default not in (MISSING, None, False)}
    assert [name for name, default in told.items() if str(default) not in ROWS[name][3]] == []


@pytest.mark.parametrize("example", [*EXAMPLES, HELP])
def test_an_example_is_taken_and_short(tmp_path: Path, example: str) -> None:
    setup_from(example, name="example", folder=tmp_path)
    assert len(example.splitlines()) <= 12


def test_page_and_help_have_an_example() -> None:
    assert EXAMPLES
    assert HELP
