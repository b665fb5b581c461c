"""The tutorial `docs/extending.md`, followed to the letter: its files written, its commands run, what they
say compared with what it shows."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.documented import Run, Told, Write, steps

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "extending.md"
BUNDLE = ROOT / "docs" / "extending" / "sample-bundle.json"

PROGRAMS = {"abstractor": [sys.executable, "-m", "abstractor"], "python3": [sys.executable], "sed": ["sed"]}


def said(command: str, folder: Path) -> str:
    """stdout; where it failed, stderr too and the exit code."""
    program, *arguments = shlex.split(command)
    done = subprocess.run(
        [*PROGRAMS[program], *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode == 0:
        return done.stdout
    return f"{done.stdout}{done.stderr}[exit code {done.returncode}]\n"


def as_shown(output: str, shows: str) -> bool:
    """ "..." stands for anything on its line."""
    return re.fullmatch(".*".join(map(re.escape, shows.split("..."))), output) is not None


def test_the_tutorial_runs_as_it_stands(tmp_path: Path) -> None:
    shutil.copy(BUNDLE, tmp_path)
    ran = 0
    for step in steps(TUTORIAL.read_text(encoding="utf-8")):
        match step:
            case Write(file, text):
                (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / file).write_text(text, encoding="utf-8")
            case Run(command, shows):
                output = said(command, tmp_path)
                assert as_shown(output, shows), f"$ {command}\n{output}"
                ran += 1
            case Told(shows):
                raise AssertionError(f"nothing is left running here that could say {shows!r}")
    assert ran > 10


def test_a_tutorial_that_shows_what_is_not_so_is_found_out(tmp_path: Path) -> None:
    step = Run("python3 -c 'print(1)'", "2\n")
    assert not as_shown(said(step.command, tmp_path), step.shows)
    assert as_shown("3 warnings\n", "... warnings\n")
    assert not as_shown("3 warnings\n4 warnings\n", "... warnings\n")


def test_every_file_of_the_repository_that_it_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TUTORIAL.read_text(encoding="utf-8"))
    assert [link for link in links if not (TUTORIAL.parent / link).exists()] == []
