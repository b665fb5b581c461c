"""From a file of record numbers to pulled charts: who is not found, or was merged, is told by line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.acceptance.running import abstractor

CANARY = "MRN-CANARY-77"


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(all_stories()[:6]) as door:
        yield door


def numbers(door: Door) -> list[str]:
    """The record number of each patient, in the order of the Group."""
    return [door.live(one)[f"Patient/{one}"]["identifier"][0]["value"] for one in door.members()]


def test_a_file_of_record_numbers(door: Door, tmp_path: Path) -> None:
    known, members = numbers(door), door.members()
    door.merge(members[0], members[1])
    (tmp_path / "patients.txt").write_text("\n".join([*known[:3], CANARY, f"Patient/{members[3]}"]))
    setup = tmp_path / "north.toml"
    setup.write_text(f'name = "North"\nbase_url = "{door.url}"\npatients_file = "patients.txt"\n')
    env = {"ABSTRACTOR_DATA_DIR": str(tmp_path / "data")}
    assert abstractor("clinic", "add", setup, env=env).code == 0
    tried = abstractor("clinic", "test", "North", env=env)
    assert tried.code == 1 and "no-patient: line 4" in tried.out
    assert "3 found" in tried.out and "merged into another, who is pulled instead: line 1" in tried.out
    pulled = abstractor("pull", "North", env=env)
    summary = json.loads(pulled.out.splitlines()[-1])
    assert (summary["state"], summary["patients"], summary["unlisted"]) == ("incomplete", 3, 1)
    for said in (tried, pulled):
        assert not any(number in said.out + said.err for number in [CANARY, *known])
