"""The ground of the pull's benchmark: everybody brings the same, and the page keeps its other sections."""

from pathlib import Path

import pytest

from benchmarks.contenders import Contender
from benchmarks.figures import Measured
from benchmarks.generate import write_charts
from benchmarks.measuring import Run
from benchmarks.pull import replaced
from benchmarks.pull_reference import digest, first_patients, names_in, reference
from benchmarks.pull_report import Pulls, section
from benchmarks.pulling import PULLERS, TYPES
from fixtures.clinic.running import open_clinic


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    write_charts(folder, patients=6)
    return folder


@pytest.mark.parametrize("name", PULLERS)
def test_every_contender_brings_what_there_is(folder: Path, name: str) -> None:
    file = first_patients(folder, 4)
    patients = file.read_text(encoding="utf-8").split()
    with open_clinic(folder) as door:
        found = sorted(PULLERS[name]()(door.url, patients))
    assert len(patients) == 4 and len(found) == 4 * 111
    assert digest(iter(found)) == reference(folder, file)


def test_who_brings_less_is_found_out(folder: Path) -> None:
    everything = [name for kind in TYPES for name in names_in(folder / f"{kind}.ndjson")]
    assert digest(iter(everything)) == reference(folder, first_patients(folder, 6))
    assert digest(iter(everything[1:])) != reference(folder, first_patients(folder, 6))


def ran(name: str, wall: float, *, yardstick: bool = False) -> Measured:
    run = Run(wall, wall / 2, 50.0, "", 0.5, 0.0, wall - 0.5)
    return Measured(Contender(name, (), Path(), 100, yardstick=yardstick), (run,))


def test_the_section_says_rates_ratios_and_whether_the_goal_is_reached() -> None:
    ours = [ran("lists", 1.0), ran("alone", 2.5)]
    told = section(Pulls([*ours, ran("fhirclient", 20.0, yardstick=True)], [40, 400, 400], 1, 2.5))
    assert "| lists | 100 | 100.0 | 200.0 | 20.0 | 0.40 | 5.0 |" in told
    assert "lists: 200, reached; alone: 50, **missed**" in told


def test_a_section_goes_into_its_place_and_leaves_the_others() -> None:
    page = "# Title\n\n## One\n\na\n\n## The next limit\n\nb\n\n## Last\n\nc\n"
    once = replaced(page, "## The pull\n\nfirst\n")
    assert once == page.replace("## The next limit", "## The pull\n\nfirst\n\n## The next limit")
    assert replaced(once, "## The pull\n\nsecond\n") == once.replace("first", "second")
