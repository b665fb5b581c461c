"""The page `docs/it-path.md`, followed to the letter over TLS: from keys to a pull by night."""

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from abstractor.errors import OptionError, QueueError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.settings import Settings
from abstractor.store.connection_values import RunState
from abstractor.workflow import (
    Services,
    add_clinic,
    clinic_from_file,
    clinic_named,
    open_services,
    rounds_of,
    try_clinic,
)
from tests.acceptance.console import PATIENCE, Shell, as_shown
from tests.acceptance.kept_secrets import keeps_its_secrets
from tests.documented import Run, Told, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "it-path.md"
CLINIC, CONTROL, PAGES, MAIL = "8090", "8091", "8080", "1025"
TABLE: list[str] = re.findall(
    r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8").partition("## What goes wrong")[2], re.M
)
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """As the page wants it, but for free ports and short waits."""
    ports = dict(zip((CLINIC, CONTROL, PAGES, MAIL), free_ports(), strict=True))
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("ABSTRACTOR_", "SSL_CERT"))
    }
    env = {
        **ours,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{ours.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "ABSTRACTOR_HTTP_BACKOFF": "0.05",
        "ABSTRACTOR_PORT": ports[PAGES],
    }
    shell = Shell(
        tmp_path_factory.mktemp("it-path"), env, {f":{old}": f":{new}" for old, new in ports.items()}
    )
    shell.names |= {f"{old} --tls": f"{new} --tls" for old, new in ports.items()}
    shell.names |= {f"SMTP_PORT={MAIL}": f"SMTP_PORT={ports[MAIL]}"}
    try:
        yield shell
    finally:
        shell.close()


@pytest.fixture(scope="module")
def followed(shell: Shell) -> Shell:
    """Every block of the page, in its order."""
    for step in steps(PAGE.read_text(encoding="utf-8")):
        shell.follow(step)
    return shell


@pytest.fixture(scope="module")
def services(followed: Shell) -> Iterator[Services]:
    made = open_services(Settings(_env_file=None, data_dir=followed.folder / "data", http_backoff=0.01))
    yield made
    made.close()


def test_every_command_says_what_the_page_shows(followed: Shell) -> None:
    told = [step for step in steps(PAGE.read_text(encoding="utf-8")) if isinstance(step, Run | Told)]
    assert len(told) > 25
    assert len(followed.logs) == 4


def test_a_night_is_pulled_beside_it(services: Services) -> None:
    """By a worker: no cycle asked for it, and the three pulls by hand came before."""
    end = time.monotonic() + PATIENCE
    while not any(
        run.id > 3 and run.cycle_id is None and run.state is RunState.INCOMPLETE
        for run in rounds_of(services, 1)
    ):
        assert time.monotonic() < end, "no night was pulled"
        time.sleep(0.2)


# What in the table's first column tells a row from the others, and how to come there.
WRONG: Mapping[str, Callable[[ClinicSetup], ClinicSetup]] = {
    "SSL_CERT_FILE": lambda setup: setup,
    "Connection refused": lambda setup: replace(setup, base_url="https://127.0.0.1:9"),
    "token endpoint": lambda setup: replace(setup, base_url=f"{setup.base_url}/nowhere"),
    "invalid_client": lambda setup: replace(setup, client_id="another"),
    "not-found": lambda setup: replace(setup, group="nobody"),
    "http-403": lambda setup: replace(setup, scopes="system/Patient.rs"),
}


def row_about(words: str) -> str:
    return next(each for each in TABLE if words in each)


@pytest.mark.parametrize("about", WRONG)
def test_what_goes_wrong_says_what_the_table_says(
    services: Services, followed: Shell, monkeypatch: pytest.MonkeyPatch, about: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(followed.folder / "tls" / "ca.pem"))
    if about == "SSL_CERT_FILE":
        monkeypatch.delenv("SSL_CERT_FILE")
    setup = replace(clinic_named(services, "North Hospital").setup, name="Wrong", nightly=None, tell=None)
    tried = try_clinic(services, add_clinic(services, WRONG[about](setup)))
    said = [step.said for step in tried if not step.ok]
    assert any(row_about(about) in each for each in said), said


def test_a_mistake_in_the_file_and_a_queue_that_is_not_there_say_what_the_table_says(tmp_path: Path) -> None:
    file = tmp_path / "north.toml"
    file.write_text('name = "North"\nbase_url = "https://north.example/r4"\ngrop = "all"\n')
    with pytest.raises(OptionError, match=row_about("did you mean")):
        clinic_from_file(file)
    alone = open_services(Settings(_env_file=None, data_dir=tmp_path / "data"))
    with pytest.raises(QueueError, match=re.escape(row_about("the queue cannot be reached"))):
        alone.queue.ping()
    alone.close()
    assert len(TABLE) == len(WRONG) + 2


def test_no_secret_was_told_or_left_behind(followed: Shell) -> None:
    said = [*followed.told, *(log.read_text(encoding="utf-8") for log in followed.logs)]
    keeps_its_secrets(followed.folder / "data", "".join(said))


def test_a_page_that_shows_what_is_not_so_is_found_out(tmp_path: Path) -> None:
    shell = Shell(tmp_path, os.environ, {})
    try:
        shell.follow(Run("echo 1; false", "1\n[exit code 1]\n"))
        with pytest.raises(AssertionError, match="echo 1"):
            shell.follow(Run("echo 1", "2\n"))
        shell.follow(Run("echo later &", "late...\n"))
        shell.follow(Told("later\n"))
    finally:
        shell.close()
    assert as_shown("a\n[...]\nb ... d\n").fullmatch("a\nx\ny\nb c d\n")
    assert not as_shown("a\n[...]\nb\n").fullmatch("a\nb\nc\n")


def test_every_file_of_the_repository_that_it_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (PAGE.parent / link).exists()] == []


def free_ports() -> list[str]:
    """Four of four digits, as the page has them, since a fifth would break lines elsewhere; in a row, since
    the second is the one after the first.
    """
    for port in range(8200 + os.getpid() % 1000, 9990):
        row = range(port, port + 4)
        if all(map(is_free, row)):
            return list(map(str, row))
    raise AssertionError("no four ports in a row are free")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
