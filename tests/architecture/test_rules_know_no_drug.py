"""The engine knows no drug, no code and no gap in days by itself; those are data of the guidelines' room."""

import csv
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, modules

GUIDELINES = ROOT / "abstractor" / "guidelines"
RULES = modules("abstractor/rules")
SHORTEST_NAME = 3  # "tc" and "ac" are regimens, and also ordinary parts of words
LONGEST_MONTH = 31  # a larger whole number can be a number of days, and those are policy
CODES = {
    "RxNorm or SNOMED CT": r"(?<![\w.])\d{5,}(?![\w.])",
    "HCPCS": r"\b[A-Z]\d{4}\b",
    "LOINC": r"\b(?:\d{3,5}-\d|L[AP]\d+-\d)\b",
    "ICD-10-CM": r"\b[A-TV-Z]\d[0-9AB](?:\.[0-9A-Z]{1,4})?\b",
}


def words(module: Path) -> Iterator[tuple[int, str]]:
    """Every name, string and comment with its line: whatever in a file of Python can name a drug."""
    wanted = {tokenize.NAME, tokenize.STRING, tokenize.COMMENT, tokenize.NUMBER}
    source = io.StringIO((ROOT / module).read_text(encoding="utf-8"))
    for token in tokenize.generate_tokens(source.readline):
        if token.type in wanted:
            yield token.start[0], token.string


@cache
def drug_names() -> re.Pattern[str]:
    """Agents by generic name, and every brand, abbreviation and misspelling that data maps to one."""
    agents = tomllib.loads((GUIDELINES / "agents.toml").read_text(encoding="utf-8"))["agents"]
    with (GUIDELINES / "value_sets" / "names.csv").open(encoding="utf-8", newline="") as table:
        names = {row["name"] for row in csv.DictReader(table)} | set(agents)
    long = sorted(name for name in names if len(name) >= SHORTEST_NAME)
    return re.compile("|".join(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in long), re.IGNORECASE)


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{module}:{line}: {said}" for module in RULES for line, said in words(module) if pattern.search(said)
    ]


def test_no_drug_is_named() -> None:
    assert found(drug_names()) == []


@pytest.mark.parametrize("system", CODES)
def test_no_code_is_named(system: str) -> None:
    assert found(re.compile(CODES[system])) == []


def test_no_number_of_days_is_named() -> None:
    numbers = [said.rsplit(": ", 1) for said in found(re.compile(r"^\d[\d_]*$"))]
    assert [where for where, number in numbers if int(number) > LONGEST_MONTH] == []


@pytest.mark.parametrize(
    "line", ["# as with trastuzumab", "docetaxel_days = 3", '"Herceptin"', "given = 't-dm1'", "x = 'TCHP'"]
)
def test_a_named_drug_would_be_found(line: str) -> None:
    assert drug_names().search(line)


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("RxNorm or SNOMED CT", "224905"),
        ("HCPCS", "J9355"),
        ("LOINC", "85319-2"),
        ("LOINC", "LA6111-4"),
        ("ICD-10-CM", "C50"),
        ("ICD-10-CM", "C79.51"),
    ],
)
def test_a_code_would_be_found(system: str, code: str) -> None:
    assert re.search(CODES[system], f'"{code}"')
