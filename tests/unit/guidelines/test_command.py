"""`abstractor guidelines`: what a clinician sees on the screen."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from abstractor.cli.guidelines import guidelines
from abstractor.errors import KnowledgeError
from abstractor.guidelines import load_library

SOUND = Path(__file__).with_name("site") / "sound"


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
    assert f"{count} of {count} not clinically signed" in lines[-2]
    assert lines[-1].endswith(": ascocap-2007, ascocap-2013, ascocap-2018")


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


def test_the_criteria_for_her2_in_tissue() -> None:
    output = run("show", "ascocap-2018").output
    assert "ascocap-2018; in force from 2018-05-30 and still open, affirmed on 2023-06-07\n" in output
    assert "\nSigned: not clinically signed. " in output
    assert "\n  IHC 2+: equivocal\n" in output
    criteria = load_library().inclusion.her2
    for each in criteria.editions:
        shown = run("show", each.id).output
        assert each.citation in shown
        for cell in (*each.dual_probe, *each.single_probe):
            assert f"\n  {cell.name}: {cell.result}" in shown


def case_folder(site: Path, text: str) -> Path:
    (site / "cases" / "measures").mkdir(parents=True)
    (site / "cases" / "measures" / "ours.toml").write_text(text, "utf-8")
    return site


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('measure = "BMA"\n[[case]]\nsays = "x"\nbogus = 1\n', "line 4, case 'x': unknown key 'bogus'"),
        ('measure = "BMB"\n[[case]]\nsays = "x"\nwhy = "y"\n', "line 1, case 'x': unknown measure 'BMB'"),
        ('measure = "BMA"\n', "line 1: 'case' is missing; add it"),
    ],
)
def test_the_check_reads_a_sites_cases(tmp_path: Path, text: str, says: str) -> None:
    site = case_folder(tmp_path, text)
    result = run("check", "--site", str(site), "--on", "2026-11-22")
    assert f"refused: {site}/cases/measures/ours.toml, {says}" in result.output
    assert isinstance(result.exception, KnowledgeError)


def test_the_check_of_sound_cases(tmp_path: Path) -> None:
    site = case_folder(tmp_path, 'measure = "BMA"\n[[case]]\nsays = "x"\nwhy = "y"\n')
    assert run("check", "--site", str(site), "--on", "2026-11-22").exit_code == 0


def test_a_signature_of_a_day_to_come(tmp_path: Path) -> None:
    """A start cannot know what day it is; the check is asked by one."""
    site = Path(shutil.copytree(SOUND, tmp_path / "site"))
    file = site / "editions" / "heart.toml"
    signed = 'checked_by = "A clinician"\nchecked_on = 2027-03-01'
    file.write_text(file.read_text("utf-8").replace('checked_by = ""', signed), "utf-8")
    early = run("check", "--site", str(site), "--on", "2027-02-28")
    assert "heart.toml, line 13, edition 'site-heart-2020': checked_on is a day to come" in early.output
    assert isinstance(early.exception, KnowledgeError)
    assert run("check", "--site", str(site), "--on", "2027-03-01").exit_code == 0
