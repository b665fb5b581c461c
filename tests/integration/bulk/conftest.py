"""Services over a real database and a real Valkey, for each test their own."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from abstractor.jobs import embedded_server
from abstractor.store.database import sqlite_url
from abstractor.workflow import Services
from tests.integration.bulk.rounds import services_for

MakeServices = Callable[..., Services]


@pytest.fixture(scope="session")
def queue_url() -> Iterator[str]:
    """One for all: nothing is taken from it here. Its folder is short, because a socket's path may not be
    long.
    """
    folder = Path(tempfile.mkdtemp(prefix="q-"))
    with embedded_server(folder) as url:
        yield url
    shutil.rmtree(folder)


@pytest.fixture
def make_services(tmp_path: Path, migrated_sqlite: Path, queue_url: str) -> Iterator[MakeServices]:
    """Each time over another empty SQLite."""
    made: list[Services] = []

    def make(**settings: object) -> Services:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        database = shutil.copy(migrated_sqlite, folder)
        made.append(services_for(folder, sqlite_url(Path(database)), queue_url, **settings))
        return made[-1]

    yield make
    for services in made:
        services.close()


@pytest.fixture
def services(tmp_path: Path, database_url: str, queue_url: str) -> Iterator[Services]:
    """On each engine in turn."""
    opened = services_for(tmp_path, database_url, queue_url)
    yield opened
    opened.close()
