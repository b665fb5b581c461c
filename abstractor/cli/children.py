"""Processes that a command starts beside itself, and takes down with itself: the clinic, the workers, the
pages."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from abstractor.errors import SetupError
from abstractor.settings import Settings

__all__ = ["Child", "child", "environment", "free_port", "wait_for_file", "wait_for_page"]

_PATIENCE = 15.0


class Child:
    """A started process; `name` is what people are told it is."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]") -> None:
        self.name = name
        self.process = process

    def require_alive(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise SetupError(f"{self.name} ended at once (code {code}); its message stands above")


@contextmanager
def child(name: str, module: str, *arguments: str, env: Mapping[str, str]) -> Iterator[Child]:
    """`python -m module`, told to stop (SIGTERM) at the end and killed if it does not. Killed, this process
    takes it down as well: the system tells it to stop.

    It stands in a process group of its own: Ctrl-C reaches the parent alone, which takes things down in
    order.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "abstractor.workflow.tied", str(os.getpid()), module, *arguments],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )
    started = Child(name, process)
    try:
        yield started
    finally:
        _take_down(process)


def _take_down(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment(settings: Settings, **changed: str) -> dict[str, str]:
    """This process's environment with the settings that it was started with, for a child to read."""
    ours = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "WORKERS": str(settings.workers),
        # Workers that end with their command must begin no clinic's night.
        "SCHEDULE": "false",
        **changed,
    }
    return {**os.environ, **{f"ABSTRACTOR_{name}": value for name, value in ours.items()}}


def free_port(wanted: int, host: str) -> int:
    """The wanted port, or any other where somebody listens on it already."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SetupError(f"no port is free on {host}")


def wait_for_file(path: Path, started: Child) -> str:
    """What the child writes there once it is ready."""
    for _ in _tries(started):
        if path.exists() and (text := path.read_text(encoding="utf-8").strip()):
            return text
    raise SetupError(f"{started.name} did not get ready")


def wait_for_page(url: str, started: Child) -> None:
    """Until that address of a child answers."""
    asked = urlsplit(url)
    for _ in _tries(started):
        connection = HTTPConnection(asked.hostname or "", asked.port, timeout=2)
        try:
            connection.request("GET", asked.path)
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            continue
        finally:
            connection.close()
    raise SetupError(f"{started.name} did not answer at {url}")


def _tries(started: Child) -> Iterator[None]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        started.require_alive()
        yield
        time.sleep(0.1)
