"""`abstractor guidelines`: what a clinician sees on the screen."""

import json

import pytest
from typer.testing import CliRunner, Result

from abstractor.cli.guidelines import guidelines
from abstractor.guidelines import load_library


def run(*arguments: str) -> Result:
    return CliRunner().invoke(guidelines, arguments)


def test_the_table_tells_each_edition_on_a_line_of_its_own() -> None:
    lines = run("list").output.splitlines()
    for edition in load_library().editions:
        (line,) = [each for each in lines if f" {edition.id} " in each]
        encoded = f"yes, {len(edition.recommendations)} " if edition.encoded else " no "
        assert encoded in line
        assert f" {edition.confidence} " in line
        assert (str(edition.valid_to) if edition.valid_to else " open ") in line
    count = len(load_library().editions)
    assert f"{count} of {count} not clinically signed" in lines[-1]


def test_the_table_as_json() -> None:
    rows = [json.loads(line) for line in run("list", "--json").output.splitlines()]
    by_id = {row["id"]: row for row in rows}
    assert len(rows) == len(load_library().editions)
    assert by_id["fda-neratinib-2017-07-17"] == {
        "id": "fda-neratinib-2017-07-17",
        "authority": "FDA",
        "subject": "label",
        "in_force_from": "2017-07-17",
        "in_force_to": "2020-02-24",
        "encoded": True,
        "recommendations": 0,
        "confidence": "high",
        "next_review": "2020-02-24",
        "signed": "not clinically signed",
        "origin": "program",
    }


def test_one_edition_in_sentences() -> None:
    output = run("show", "fda-tucatinib-2020-04-17").output
    assert output.startswith("FDA label of tucatinib, 2020-04-17\n")
    assert (
        "1. Choosing TXH, after 1 or more HER2-directed regimens for metastatic disease: on-label." in output
    )


@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        ("2026-12-31", 0),
        ("2027-01-01", sum(edition.valid_to is None for edition in load_library().editions)),
    ],
)
def test_the_check_of_a_day(day: str, overdue: int) -> None:
    """Beside the reviews that are due stand the measures that wait for a site's codes."""
    result = run("check", "--on", day)
    assert "guidelines: no refusals" in result.output and result.exit_code == 0
    assert result.output.count(": its review was due on ") == overdue
    waiting = result.output.count("add its codes to codes.csv")
    assert f"{overdue + waiting} warnings" in result.output
