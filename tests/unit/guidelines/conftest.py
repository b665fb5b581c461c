"""The shelf that tests of the knowledge spoil."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.guidelines.read_once import ReadOnce
from tests.unit.guidelines.shelves import Shelf, copied


@pytest.fixture(scope="session")
def read_once() -> Iterator[ReadOnce]:
    held = ReadOnce()
    yield held
    held.refuse_changed()


@pytest.fixture(scope="module", autouse=True)
def unchanged_files_are_read_once(read_once: ReadOnce) -> Iterator[None]:
    with read_once.in_place():
        yield


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return copied(tmp_path)
