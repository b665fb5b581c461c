"""Charts on which damage once stopped the program, each shrunk to the records that it took: abstracted for
good, in every year of them."""

import json
from pathlib import Path

import pytest

from tests.asking import ZONE
from tests.dirty.asking import abstracted

FOUND = sorted((Path(__file__).parent / "found").glob("*.ndjson"))


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2023])
@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.stem)
def test_it_is_abstracted(file: Path, year: int) -> None:
    period = ("--period", f"{year}-01-01/{year}-12-31", "--timezone", ZONE)
    found = abstracted([file], period)
    assert found.code == 0
    assert len(found.abstracts) == 1
    records = {json.loads(line)["subject"]["reference"] for line in file.read_text().splitlines()}
    assert set(found.abstracts) == records
