"""`demo`, `run` and `serve` that are killed, which nothing hears coming: what they started ends with them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from abstractor.jobs import embedded_server
from fixtures.clinic.running import running_clinic
from fixtures.stories import all_stories
from tests.acceptance.running import ROOT
from tests.acceptance.test_stopped import alive, children, until

STARTED = {
    "demo": ("fixtures.clinic", "worker", "abstractor.web"),
    "run": ("worker",),
    "serve": ("abstractor.web",),
}


def offspring(pid: int) -> list[int]:
    """Every process under that one, but for the queue, which others may use: whoever comes next ends it."""
    found = [each for child in children(pid) for each in (child, *offspring(child))]
    return [each for each in found if "valkey" not in " ".join(command(each))]


def command(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


@pytest.mark.parametrize("words", STARTED)
def test_what_was_started_ends_with_the_killed_command(words: str, tmp_path: Path) -> None:
    env = {**os.environ, "ABSTRACTOR_WORKERS": "2", "ABSTRACTOR_PORT": "0", "TMPDIR": str(tmp_path)}
    env["ABSTRACTOR_DATA_DIR"] = str(tmp_path / "data")
    with running_clinic(all_stories()) as url:
        asked = ["--clinic-url", url, "--period", "2022-01-01/2022-12-31"] if words == "run" else []
        command_line = [sys.executable, "-m", "abstractor", words, *asked]
        killed = subprocess.Popen(command_line, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        try:
            until(lambda: len(running(killed.pid) & set(STARTED[words])) == len(STARTED[words]))
            started = offspring(killed.pid)
        finally:
            killed.send_signal(signal.SIGKILL)
            killed.wait()
        until(lambda: not any(map(alive, started)))
    for queue in tmp_path.glob("*/queue.users"):
        with embedded_server(queue.parent):
            pass
    assert not list(tmp_path.glob("*/queue.sock"))


def running(pid: int) -> set[str]:
    """The modules that run under that process."""
    return {word for child in offspring(pid) for word in command(child)}
