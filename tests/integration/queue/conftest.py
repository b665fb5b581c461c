"""A real Valkey on a unix socket, for each test its own."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from abstractor.jobs import embedded_server
from abstractor.workflow import Services
from tests.integration.queue.slow_clinic import Pace, slow_services

Make = Callable[..., Services]


@pytest.fixture
def queue_folder() -> Iterator[Path]:
    """Short, because a socket's path may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="q-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def queue_url(queue_folder: Path) -> Iterator[str]:
    with embedded_server(queue_folder) as url:
        yield url


@pytest.fixture
def make_services(tmp_path: Path, database_url: str, queue_url: str) -> Iterator[Make]:
    made: list[Services] = []

    def make(*, charts: int, pace: Pace | None = None, **settings: object) -> Services:
        services = slow_services(
            folder=tmp_path,
            database_url=database_url,
            queue_url=queue_url,
            charts=charts,
            pace=pace,
            **settings,
        )
        made.append(services)
        return services

    yield make
    for services in made:
        services.close()
