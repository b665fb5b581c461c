"""The shelf that tests of the knowledge spoil."""

from pathlib import Path

import pytest

from tests.unit.guidelines.shelves import Shelf, copied


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return copied(tmp_path)
