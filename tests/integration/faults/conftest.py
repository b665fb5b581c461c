"""A clinic as a process of its own for each file of tests, services over an empty database for each test."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from abstractor.jobs import embedded_server
from abstractor.store.database import sqlite_url
from abstractor.workflow import Services, public_keys
from abstractor.workflow.clinic import keys
from fixtures.clinic.door import Door, remote_door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from tests.integration.bulk.rounds import services_for
from tests.integration.faults.harness import Round, Site, sample, site_at

NewServices = Callable[..., Services]
PAGE = "4"


@pytest.fixture(scope="module")
def new_services(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, queue_url: str
) -> Iterator[NewServices]:
    """Each time over another empty SQLite; an attempt that fails is made again at once, and once only."""
    made: list[Services] = []
    numbers = count(1)
    root = tmp_path_factory.mktemp("faults")

    def make(**settings: object) -> Services:
        folder = root / str(next(numbers))
        folder.mkdir()
        database = shutil.copy(migrated_sqlite, folder)
        told = {"retry_delays": (), "max_attempts": 2, **settings}
        made.append(services_for(folder, sqlite_url(Path(database)), queue_url, **told))
        return made[-1]

    yield make
    for services in made:
        services.close()


@pytest.fixture(scope="session")
def queue_url() -> Iterator[str]:
    """What is sent there nobody takes: the body of each job is called here. A socket's path must be short."""
    folder = Path(tempfile.mkdtemp(prefix="q-"))
    with embedded_server(folder) as url:
        yield url
    shutil.rmtree(folder)


@contextmanager
def clinic_process(folder: Path, *options: str) -> Iterator[Door]:
    """The sample clinic as a process of its own, with the sample's three charts."""
    with (folder / "sample.ndjson").open("w") as file:
        file.writelines(json.dumps(one) + "\n" for one in sample())
    data = ("--data", str(folder), "--port", "0", "--control")
    words = [sys.executable, "-m", "fixtures.clinic", *data, *options]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = dict(process.stdout.readline().split() for _ in range(2))
        yield remote_door(told["ready"], told["control"])
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with clinic_process(tmp_path_factory.mktemp("clinic"), "--page-limit", PAGE) as opened:
        yield opened


@pytest.fixture(scope="module")
def clean(new_services: NewServices, door: Door) -> Round:
    """The round of a clinic without a fault."""
    return site_at(new_services(), door, None).round()


@pytest.fixture
def site(new_services: NewServices, door: Door, clean: Round) -> Site:
    return site_at(new_services(), door, clean)


@contextmanager
def signed_site(services: Services, **smart: Any) -> Iterator[Site]:
    """A clinic that wants a token, with our key; its clean round is already carried out."""
    keys.make_keys(services)
    with open_clinic(smart=Smart(jwks=public_keys(services), **smart), most=int(PAGE)) as door:
        door.reset(sample())
        made = site_at(services, door, None, auth="backend-services", client_id="abstractor")
        made.clean = made.round()
        yield made
