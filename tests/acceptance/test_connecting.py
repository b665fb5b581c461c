"""A clinic is connected from the command line, over TLS and with signing in; and no secret is ever told."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from abstractor.settings import Settings
from abstractor.store import signing_keys
from abstractor.workflow import Services, open_services
from abstractor.workflow.clinics import SealedShelf
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from fixtures.stories import all_stories
from tests.acceptance.running import ROOT, Said, abstractor

CHARTS = 12
PERIOD = ("--period", "2022-01-01/2022-12-31")
PATIENCE = 90.0


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

    def services(self) -> Services:
        return open_services(Settings(_env_file=None, data_dir=self.folder / "data"))


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
    with open_clinic(stories, smart=smart, tls=machine.folder / "tls", latency_ms=20) as door:
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


def test_from_a_file_of_five_lines_to_pulled_charts(machine: Machine, clinic: Door) -> None:
    tried = machine.run("clinic", "test", "North")
    assert tried.code == 0, tried
    assert [line.split()[0] for line in tried.out.splitlines()] == ["ok"] * 4
    assert f"{CHARTS} in the cohort (group all)" in tried.out
    first = machine.run("pull")
    assert first.code == 0, first.err
    assert {"clinic": "North", "kind": "full", "way": "search", "pulled": CHARTS} == {
        key: summary(first)[key] for key in ("clinic", "kind", "way", "pulled")
    }
    second = machine.run("pull", "North", "--json")
    assert (second.code, summary(second)["kind"]) == (0, "incremental")
    assert {"type", "said", "count"} == set(json.loads(second.out.splitlines()[0]))
    keeps_its_secrets(machine)


def test_a_cycle_is_run_on_a_clinic_by_its_name(machine: Machine, clinic: Door) -> None:
    judged = machine.run("run", "--clinic", "North", *PERIOD)
    assert judged.code == 0, judged.err
    assert summary(judged)["patients"] == CHARTS
    shown = machine.run("clinic", "show", "North", "--json")
    assert json.loads(shown.out)["last_pulled"] is not None
    keeps_its_secrets(machine)


def test_a_clinic_that_is_away_or_knows_us_not_is_told_in_one_line(machine: Machine, clinic: Door) -> None:
    stranger = machine.run("clinic", "test", "North", SSL_CERT_FILE="")
    assert stranger.code == 1
    assert "name a file with the authority of your hospital" in stranger.out
    for _ in range(2):  # the key that signs then is one that the clinic never saw
        assert machine.run("clinic", "keys", "rotate", "--algorithm", "RS384", "--now").code == 0
    unknown = machine.run("clinic", "test", "North")
    assert unknown.code == 1
    assert [line.split()[0] for line in unknown.out.splitlines()] == ["ok", "failed"]
    pulled = machine.run("pull", "North")
    assert (pulled.code, len(pulled.err.splitlines())) == (1, 1), pulled.err
    keeps_its_secrets(machine)


def test_ctrl_c_leaves_a_pull_that_the_next_one_ends(machine: Machine, clinic: Door) -> None:
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
    resumed = machine.run("pull")
    assert resumed.code == 0, resumed.err
    assert "pull 1 of North is under way already" in resumed.err
    ended = summary(resumed)
    assert (ended["run"], ended["patients"], ended["pulled"]) == (1, CHARTS, CHARTS)
    keeps_its_secrets(machine)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "that did not happen"
        time.sleep(0.02)


def test_what_is_removed_is_pulled_no_more_and_stays_until_it_is_purged(
    machine: Machine, clinic: Door
) -> None:
    assert machine.run("pull").code == 0
    gone = machine.run("clinic", "remove", "North")
    assert "abstractor data purge clinic 1" in gone.out
    again = machine.run("pull", "North")
    assert (again.code, again.out) == (2, "")
    assert "no clinic 'North'" in again.err
    purged = machine.run("data", "purge", "clinic", "1", "--yes")
    assert purged.code == 0, purged.err
    assert f"{CHARTS} patients forgotten" in purged.out


MISTAKES = {
    "a word": ('way = "bulkk"', ":6: way must be one of search, bulk"),
    "a secret": ('client_secret = "canary-secret"', ":6: client_secret is no setting, and no secret belongs"),
    "a misspelling": ('grop = "all"', ":6: grop is no setting: did you mean group?"),
    "a number in quotes": ('at_once = "16"', ":6: at_once must be a whole number, without quotes"),
    "a second cohort": ("by_diagnosis = true", ":6: by_diagnosis the cohort is chosen by group already"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_told_by_line_and_mend(tmp_path: Path, mistake: str) -> None:
    machine = Machine(tmp_path)
    settings = {"name": "North", "base_url": "https://north.example/r4", "group": "all"}
    written(machine, {**settings, "auth": "backend-services", "client_id": "abstractor"})
    line, said = MISTAKES[mistake]
    with (tmp_path / "north.toml").open("a") as file:
        file.write(f"{line}\n")
    done = machine.run("clinic", "add", tmp_path / "north.toml")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert f"north.toml{said}" in done.err
    assert "canary" not in done.err


def keeps_its_secrets(machine: Machine) -> None:
    """Nothing that was said, and no file of the data folder, holds a token or a part of a private key."""
    services = machine.services()
    with services.store.reading() as session:
        keys = [one for one in signing_keys.signing_keys(session) if one.role != "retired"]
        private = [json.loads(signing_keys.private_jwk(session, one.kid)) for one in keys]
    token = SealedShelf(services, 1).read()
    services.close()
    secrets = [one[part] for one in private for part in ("d", "p", "q", "dp", "dq", "qi") if part in one]
    assert len(secrets) == 2 * 6 + 2
    secrets += [token.access] if token is not None else []
    files = [file for file in (machine.folder / "data").rglob("*") if file.is_file()]
    held = b"".join(file.read_bytes() for file in files) + "".join(machine.told).encode()
    for secret in secrets:
        assert secret.encode() not in held
    assert not re.search(rb"eyJ[\w-]{8,}\.", held), "a token or an assertion, as a JWT"
