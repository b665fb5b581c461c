"""The services of a doctor's visit: real, embedded, with the clock of the wall."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from abstractor.jobs import open_queue
from abstractor.settings import Settings
from abstractor.store import schema
from abstractor.store.database import open_store, sqlite_url
from abstractor.workflow import Services
from tests.integration.connecting.places import Wall
from tests.integration.keeping import SEALER
from tests.integration.web.site import knowledge, meanings


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder: Path = tmp_path_factory.mktemp("doctor")
    url = sqlite_url(folder / "abstractor.db")
    store = open_store(url, SEALER)
    schema.upgrade(store)
    made = Services(
        settings=Settings(
            _env_file=None, data_dir=folder, database_url=SecretStr(url), http_tries=1, http_backoff=0.01
        ),
        store=store,
        queue=open_queue("redis://127.0.0.1:1", retry_delays=(60,)),
        library=knowledge(),
        value_sets=meanings(),
        clock=Wall(),
    )
    yield made
    made.close()
