"""The services over each database in turn, without a clinic and without a queue."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from abstractor.codes import ValueSets
from abstractor.guidelines import load_library, load_value_sets
from abstractor.jobs import open_queue
from abstractor.rules.library import Library
from abstractor.settings import Settings
from abstractor.store.database import Store
from abstractor.workflow.services import Services


@pytest.fixture(scope="module")
def knowledge() -> tuple[Library, ValueSets]:
    return load_library(), load_value_sets()


@pytest.fixture
def services(
    store: Store, database_url: str, tmp_path: Path, knowledge: tuple[Library, ValueSets]
) -> Iterator[Services]:
    queue = open_queue("redis://127.0.0.1:1", retry_delays=())
    yield Services(
        settings=Settings(_env_file=None, data_dir=tmp_path, database_url=SecretStr(database_url)),
        store=store,
        queue=queue,
        library=knowledge[0],
        value_sets=knowledge[1],
    )
    queue.close()
