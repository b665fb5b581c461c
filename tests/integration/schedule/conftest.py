"""Real databases, a real queue of each test's own, no clinic yet."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from abstractor.guidelines import load_library, load_value_sets
from abstractor.jobs import embedded_server, open_queue
from abstractor.settings import Settings
from abstractor.store.database import open_store
from abstractor.workflow import Services
from tests.integration.keeping import SEALER
from tests.integration.schedule.house import House


@pytest.fixture
def queue_url() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="s-"))
    with embedded_server(folder) as url:
        yield url
    shutil.rmtree(folder)


@pytest.fixture
def house(tmp_path: Path, database_url: str, queue_url: str) -> Iterator[House]:
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(queue_url),
        timezone="America/New_York",
    )
    services = Services(
        settings=settings,
        store=open_store(database_url, SEALER),
        queue=open_queue(queue_url, retry_delays=(1,)),
        library=load_library(),
        value_sets=load_value_sets(),
    )
    made = House(services)
    yield made
    made.services.close()
