"""The commands of docker-compose.yml run, on loopback and free ports, and answer their own health checks."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from abstractor.jobs import embedded_server
from abstractor.store.database import sqlite_url
from tests.architecture.compose import Service, services

PATIENCE = 40.0


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the compose file gives each service: here a database, a queue and a port of the test's own."""
    with embedded_server(tmp_path) as queue:
        yield {
            "ABSTRACTOR_DATABASE_URL": sqlite_url(tmp_path / "abstractor.db"),
            "ABSTRACTOR_REDIS_URL": queue,
            "ABSTRACTOR_DATA_DIR": str(tmp_path),
            "ABSTRACTOR_HOST": "127.0.0.1",
            "ABSTRACTOR_PORT": str(free_port()),
            "ABSTRACTOR_WORKERS": "1",
        }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def here(words: tuple[str, ...], replaced: dict[str, str]) -> list[str]:
    """The container's words for this machine: this Python, and this test's addresses."""
    bin_folder = Path(sys.executable).parent
    own = [str(bin_folder / words[0]), *words[1:]]
    return [_replace(word, replaced) for word in own]


def _replace(word: str, replaced: dict[str, str]) -> str:
    for old, new in replaced.items():
        word = word.replace(old, new)
    return word


@contextmanager
def started(words: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def healthy(service: Service, replaced: dict[str, str], env: dict[str, str]) -> bool:
    asked = subprocess.run(
        here(service.check, replaced), env={**os.environ, **env}, capture_output=True, check=False
    )
    return asked.returncode == 0


def becomes_healthy(
    service: Service, process: subprocess.Popen[bytes], replaced: dict[str, str], env: dict[str, str]
) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if healthy(service, replaced, env):
            return True
        time.sleep(0.2)
    return False


@pytest.mark.parametrize("name", ["api", "worker", "clinic"])
def test_a_service_starts_as_written_and_is_found_healthy(name: str, settings: dict[str, str]) -> None:
    upgrade, service = services()["upgrade"], services()[name]
    subprocess.run(here(upgrade.command, {}), env={**os.environ, **settings}, check=True)
    replaced = {
        "8080": settings["ABSTRACTOR_PORT"],
        "8090": str(free_port()),
        "0.0.0.0": "127.0.0.1",  # noqa: S104 - what a container listens on, put on loopback here
    }
    assert not healthy(service, replaced, settings)
    with started(here(service.command, replaced), settings) as process:
        assert becomes_healthy(service, process, replaced, settings)
    assert process.returncode in (0, 130), "told to stop, it must end in order"
