"""The law of a pull, on stories of the sample clinic: of a type that is called whole nothing is missing."""

import pytest

from abstractor.fhir.about import about
from abstractor.fhir.endpoint import Connection, connect
from abstractor.fhir.types import TYPES_READ
from fixtures.clinic.door import Door
from fixtures.clinic.personalities.loading import PERSONALITIES
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.pull.clinics import quick

STORIES = list(all_stories())[::3]


@pytest.mark.parametrize("name", PERSONALITIES)
def test_of_a_type_called_whole_nothing_is_missing(name: str) -> None:
    with open_clinic(STORIES, personality=name) as door, connect(quick(door.url, page_size=10)) as clinic:
        patients = door.members()
        assert len(patients) >= len(STORIES)
        assert {one: missed(clinic, door, one) for one in patients} == {one: set() for one in patients}


def missed(clinic: Connection, door: Door, patient: str) -> set[str]:
    """What is held of the types that the pull calls whole, and did not come."""
    pulled = clinic.pull(f"Patient/{patient}", TYPES_READ)
    whole = {one.type for one in pulled.answers if one.state.whole}
    known = [about(one.body) for one in pulled.received]
    came = {f"{one.resourceType}/{one.id}" for one in known if one is not None}
    # Some clinics serve a drug inside of the order alone: then there is no Medication of its own.
    held = {one for one in door.live(patient) if not one.startswith("Medication/")}
    assert held & came, "something comes of everybody"
    return {one for one in held - came if one.partition("/")[0] in whole}
