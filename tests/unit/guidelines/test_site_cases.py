"""The folder of a site's worked cases: what is wrong in it is told by the check, and nothing passed over."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from abstractor.guidelines import check
from tests.unit.guidelines.test_site_mistakes import SOUND, circle, dangling, directory, pipe, refusals

CASE = """measure = "SITE-EF-30"
[[case]]
says = "No line"
why = "there is no line"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "site"))


def written(site: Path, name: str, text: str) -> None:
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text(text, encoding="utf-8")


def told(site: Path) -> list[str]:
    problems = check(site, on=date(2026, 11, 22))
    return [each.message.removeprefix(f"{site}/") for each in problems if each.refused]


def test_every_wrong_case_is_told_at_once(site: Path) -> None:
    written(site, "cases/measures/a.toml", CASE.replace("SITE-EF-30", "SITE-NO"))
    written(site, "cases/measures/b.toml", f"{CASE}gender = 'woman'\nher2 = 'five'\n")
    written(site, "cases/measures/c.toml", f"{CASE}born = 1966\n[[case]]\nsays = 'x'\nwhy = ''\n")
    written(site, "cases/editions/d.toml", "edition = 'site-pathway-2021'\n")
    assert told(site) == [
        "cases/editions/d.toml, line 1: 'case' is missing; add it",
        "cases/measures/c.toml, line 5, case 'No line', born: not a date (2022-05-31); write it as one",
        "cases/measures/c.toml, line 8, case 'x': why is empty; say it",
        "cases/measures/a.toml, line 1, case 'No line': unknown measure 'SITE-NO'; name one of measures/",
        "cases/measures/b.toml, line 5, case 'No line': unknown gender 'woman'; use one of female, male, "
        "other, unknown",
        "cases/measures/b.toml, line 6, case 'No line': unknown IHC score 'five'; use one of 0, 1+, 2+, 3+",
    ]


@pytest.mark.parametrize(
    ("fact", "line", "says"),
    [
        ("kind = 'result'", 8, "result of nothing; say what it means"),
        (
            "kind = 'diagnosis'\nmeans = 'fatigue'\nuntil = 2019-01-01",
            12,
            "until before on; put the dates in order",
        ),
        (
            "kind = 'sentence'\nmeans = 'er'\nassertion = 'perhaps'",
            12,
            "unknown assertion 'perhaps'; use one of ",
        ),
        ("kind = 'result'\nmeans = 'evf'", 11, "unknown concept 'evf'; name one of concepts.toml"),
    ],
)
def test_a_fact_that_no_record_could_say(site: Path, fact: str, line: int, says: str) -> None:
    """The first fact is sound: what is wrong with the second is told by its own line."""
    visit, day = "[[case.facts]]\non = 2020-01-01\nkind = 'visit'\n", "[[case.facts]]\non = 2020-01-01\n"
    written(site, "cases/measures/a.toml", f"{CASE}{visit}{day}{fact}\n")
    (said,) = told(site)
    assert said.startswith(f"cases/measures/a.toml, line {line}, case 'No line': {says}")


@pytest.mark.parametrize("name", ["cases", "cases/editions", "cases/measures"])
@pytest.mark.parametrize("make", [Path.touch, circle, dangling, pipe])
def test_what_is_no_folder_of_cases(site: Path, name: str, make: Callable[[Path], None]) -> None:
    (site / name).parent.mkdir(exist_ok=True)
    make(site / name)
    assert any(each.startswith(f"{name}: ") for each in refusals(site))


@pytest.mark.parametrize("make", [directory, circle, dangling, pipe])
def test_what_is_no_file_of_cases(site: Path, make: Callable[[Path], None]) -> None:
    (site / "cases" / "editions").mkdir(parents=True)
    make(site / "cases" / "editions" / "a.toml")
    assert any(each.startswith("cases/editions/a.toml: ") for each in refusals(site))


@pytest.mark.parametrize("folder", ["editions", "measures", "cases/editions"])
def test_a_hidden_file_is_left_alone(site: Path, folder: str) -> None:
    """An editor's lock is a link to nothing."""
    (site / folder).mkdir(parents=True, exist_ok=True)
    (site / folder / ".#heart.toml").symlink_to("ada@host.4711")
    assert told(site) == []
