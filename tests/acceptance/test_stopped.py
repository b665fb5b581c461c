"""`abstract` and `export` told to stop, or killed: no process goes on, and no half result is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from abstractor.abstract import to_json
from fixtures.stories import all_stories, write_ndjson
from tests.acceptance.running import ROOT
from tests.unit.exporting.charts import abstract_of

PERIOD = ("--period", "2022-01-01/2022-12-31")
COPIES = 20  # enough patients that nobody is done before the signal comes
PATIENCE = 60.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("export"), COPIES)


def export(made: Path, copies: int) -> Path:
    write_ndjson(made, all_stories())
    for file in made.glob("*.ndjson"):
        text = file.read_text("utf-8")
        several = [
            text.replace('"id":"', f'"id":"c{copy}-').replace('"Patient/', f'"Patient/c{copy}-')
            for copy in range(copies)
        ]
        file.write_text("".join(several), "utf-8")
    return made


def started(
    folder: Path, output: Path, workers: int, *, hup: signal.Handlers = signal.SIG_DFL
) -> "subprocess.Popen[bytes]":
    """`hup`: what it inherits. Whoever runs the tests may have them ignore SIGHUP (nohup)."""
    words = ["abstract", str(folder), *PERIOD, "--workers", str(workers), "-o", str(output)]
    return subprocess.Popen(
        [sys.executable, "-m", "abstractor", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, hup),
    )


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "that did not happen"
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def writes_in(pid: int, folder: Path) -> bool:
    """Has it a file open there, with a name or without?"""
    try:
        open_files = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(each.startswith(f"{folder}/") for each in open_files)


CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -signal.SIGKILL}


@pytest.mark.parametrize(
    ("number", "workers", "everybody"),
    [
        (signal.SIGTERM, 1, False),
        *((number, 2, False) for number in CODES),
        (signal.SIGINT, 2, True),
        (signal.SIGTERM, 2, True),
    ],
    ids=["TERM, one", "INT, two", "TERM, two", "HUP, two", "KILL, two", "INT to all", "TERM to all"],
)
def test_nothing_goes_on_and_nothing_is_left(
    folder: Path, tmp_path: Path, *, number: signal.Signals, workers: int, everybody: bool
) -> None:
    run = started(folder, tmp_path / "results.jsonl", workers)
    forks = workers if workers > 1 else 0
    until(lambda: writes_in(run.pid, tmp_path) and len(children(run.pid)) == forks)
    forked = children(run.pid)
    time.sleep(0.3)  # in the midst of its charts
    assert run.poll() is None, "it was done too soon: the test would show nothing"
    (os.killpg if everybody else os.kill)(run.pid, number)
    said = run.communicate(timeout=PATIENCE)[1].decode()
    assert run.returncode == CODES[number], said
    until(lambda: not any(map(alive, forked)))
    assert list(tmp_path.iterdir()) == []
    assert said in ("", "abstractor: stopped\n")


def test_under_nohup_all_go_on_when_the_terminal_closes(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    few = export(tmp_path_factory.mktemp("few"), 4)
    run = started(few, tmp_path / "results.jsonl", 2, hup=signal.SIG_IGN)
    until(lambda: writes_in(run.pid, tmp_path) and len(children(run.pid)) == 2)
    time.sleep(0.1)
    assert run.poll() is None, "it was done too soon: the test would show nothing"
    os.killpg(run.pid, signal.SIGHUP)
    run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert (tmp_path / "results.jsonl").stat().st_size


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_that_is_stopped_leaves_no_half_folder(tmp_path: Path, number: signal.Signals) -> None:
    abstracts, place = tmp_path / "abstracts.jsonl", tmp_path / "place"
    place.mkdir()
    whole = to_json(abstract_of("0"))
    abstracts.write_text(
        "".join(f"{whole.replace('canary-0', str(each))}\n" for each in range(4000)), "utf-8"
    )
    words = ["export", "fhir", "--from", str(abstracts), "-o", str(place / "out")]
    run = subprocess.Popen(
        [sys.executable, "-m", "abstractor", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    until(lambda: any(each.stat().st_size for each in place.glob(".out.*/Provenance.ndjson")))
    run.send_signal(number)
    said = run.communicate(timeout=PATIENCE)[1].decode()
    assert (run.returncode, said) == (CODES[number], "abstractor: stopped\n")
    assert list(place.iterdir()) == []
