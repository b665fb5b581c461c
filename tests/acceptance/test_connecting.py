"""What goes wrong at the command line with a clinic over TLS and with signing in; no secret is ever told.

How it goes well is followed in `test_it_path.py`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from fixtures.stories import all_stories
from tests.acceptance.kept_secrets import keeps_its_secrets
from tests.acceptance.running import ROOT, Said, abstractor

CHARTS = 12
PATIENCE = 90.0
pytestmark = pytest.mark.timeout(400)


class Machine:
    """A machine of clinic IT: what it has said so far is kept, to be searched for secrets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            "ABSTRACTOR_DATA_DIR": str(folder / "data"),
            "ABSTRACTOR_HTTP_BACKOFF": "0.05",
            "SSL_CERT_FILE": str(folder / "tls" / "ca.pem"),
        }
        self.told: list[str] = []

    def run(self, *words: str | Path, **env: str) -> Said:
        said = abstractor(*words, env={**self.env, **env})
        self.told += [said.out, said.err]
        return said


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """With keys, and the key set as a file: for each test a copy of it."""
    made = Machine(tmp_path_factory.mktemp("installed"))
    assert made.run("clinic", "keys", "create").code == 0
    assert made.run("clinic", "keys", "export", "-o", made.folder / "jwks.json").code == 0
    return made


@pytest.fixture
def machine(installed: Machine, tmp_path: Path) -> Machine:
    shutil.copytree(installed.folder, tmp_path, dirs_exist_ok=True)
    made = Machine(tmp_path)
    made.told += installed.told
    return made


@pytest.fixture
def clinic(machine: Machine) -> Iterator[Door]:
    smart = Smart(jwks=str(machine.folder / "jwks.json"))
    stories = all_stories()[:CHARTS]
    with open_clinic(stories, smart=smart, tls=machine.folder / "tls", latency_ms=60) as door:
        lines = {"name": "North", "base_url": door.url, "auth": "backend-services", "client_id": "abstractor"}
        written(machine, {**lines, "group": "all"})
        assert machine.run("clinic", "add", machine.folder / "north.toml").code == 0
        yield door


def written(machine: Machine, settings: Mapping[str, str]) -> None:
    text = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    (machine.folder / "north.toml").write_text(text)


def summary(said: Said) -> dict[str, object]:
    line: dict[str, object] = json.loads(said.out.splitlines()[-1])
    return line


def test_a_clinic_that_is_away_or_knows_us_not_is_told_in_one_line(machine: Machine, clinic: Door) -> None:
    stranger = machine.run("clinic", "test", "North", SSL_CERT_FILE="")
    assert stranger.code == 1
    assert "name a file with the authority of your hospital" in stranger.out
    file = machine.folder / "north.toml"
    file.write_text(file.read_text().replace('"abstractor"', '"another"'))
    assert machine.run("clinic", "add", file).out.startswith("changed: North")
    unknown = machine.run("clinic", "test", "North")
    assert unknown.code == 1
    assert [line.split()[0] for line in unknown.out.splitlines()] == ["ok", "failed"]
    pulled = machine.run("pull", "North")
    assert (pulled.code, len(pulled.err.splitlines())) == (1, 1), pulled.err
    keeps_its_secrets(machine.folder / "data", "".join(machine.told))


def test_ctrl_c_leaves_a_pull_that_the_next_one_ends_and_a_removed_clinic_is_pulled_no_more(
    machine: Machine, clinic: Door
) -> None:
    machine.env |= {
        "ABSTRACTOR_LEASE": "4",
        "ABSTRACTOR_RECONCILE_EVERY": "1",
        "ABSTRACTOR_PULLS_PER_JOB": "4",
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "abstractor", "pull"],
        cwd=ROOT,
        env={**os.environ, **machine.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: any("Encounter" in one.path for one in clinic.heard()))
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=PATIENCE)
    machine.told += [out, err]
    assert (started.returncode, out) == (130, ""), err
    assert 'to go on with it: abstractor pull "North"' in err.splitlines()
    other = machine.run("pull", "--way", "bulk")
    assert (other.code, other.out) == (1, "")
    assert 'and it is by search: go on with it by `abstractor pull "North"`' in other.err
    resumed = machine.run("pull", "--json")
    assert resumed.code == 0, resumed.err
    assert "pull 1 of North is under way already" in resumed.err
    ended = summary(resumed)
    assert (ended["run"], ended["patients"], ended["pulled"]) == (1, CHARTS, CHARTS)
    assert {"type", "said", "count"} == set(json.loads(resumed.out.splitlines()[0]))
    keeps_its_secrets(machine.folder / "data", "".join(machine.told))
    is_removed_and_purged(machine)


def is_removed_and_purged(machine: Machine) -> None:
    """It is pulled no more, and what was pulled stays until it is purged."""
    shown = machine.run("clinic", "show", "--json")
    assert json.loads(shown.out)["last_pulled"] is not None
    gone = machine.run("clinic", "remove", "North")
    assert "abstractor data purge clinic 1" in gone.out
    again = machine.run("pull", "North")
    assert (again.code, again.out) == (2, "")
    assert "no clinic 'North'" in again.err
    purged = machine.run("data", "purge", "clinic", "1", "--yes")
    assert purged.code == 0, purged.err
    assert f"{CHARTS} patients forgotten" in purged.out


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "that did not happen"
        time.sleep(0.02)


def test_a_mistake_in_the_file_is_told_in_one_line_and_no_secret_in_it_told_back(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    settings = {"name": "North", "base_url": "https://north.example/r4", "group": "all"}
    written(machine, {**settings, "auth": "backend-services", "client_secret": "canary-secret"})
    done = machine.run("clinic", "add", tmp_path / "north.toml")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "north.toml:5: client_secret is no setting, and no secret belongs" in done.err
    assert "canary" not in done.err
