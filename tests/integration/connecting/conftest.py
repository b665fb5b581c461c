"""The services of a command, on SQLite and on PostgreSQL, with a clock that a test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from abstractor.jobs import open_queue
from abstractor.settings import Settings
from abstractor.store.database import open_store
from abstractor.workflow import Services
from tests.integration.connecting.places import Wall
from tests.integration.keeping import SEALER
from tests.integration.web.site import knowledge, meanings


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def services(database_url: str, tmp_path: Path, wall: Wall) -> Iterator[Services]:
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        http_tries=1,
        http_backoff=0.01,
    )
    made = Services(
        settings=settings,
        store=open_store(database_url, SEALER),
        queue=open_queue("redis://127.0.0.1:1", retry_delays=()),
        library=knowledge(),
        value_sets=meanings(),
        clock=wall,
    )
    yield made
    made.close()
