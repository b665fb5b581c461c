"""Many patients at once over one connection: the same as one after the other, and no thread learns alone."""

from operator import attrgetter

import httpx
import pytest

from abstractor.errors import ClinicRefused
from abstractor.fhir.endpoint import Pulled, Unpulled, connect
from abstractor.fhir.held import Wanted
from abstractor.fhir.types import TYPES_READ
from fixtures.clinic.personalities.loading import PERSONALITIES
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.pull.alike import alike
from tests.integration.pull.clinics import bundle, quick, record, scripted

STORIES = list(all_stories())[::5]


@pytest.mark.parametrize("name", PERSONALITIES)
def test_at_once_as_one_after_the_other(name: str) -> None:
    with open_clinic(STORIES, personality=name, latency_ms=2) as door:
        patients = [f"Patient/{one}" for one in door.members()]
        with connect(quick(door.url, at_once=8, read_timeout=20)) as clinic:
            together = [
                one for one in clinic.pull_each(map(Wanted, patients), TYPES_READ) if isinstance(one, Pulled)
            ]
        with connect(quick(door.url, read_timeout=20)) as clinic:
            apart = [clinic.pull(one, TYPES_READ) for one in patients]
    key = attrgetter("patient")
    assert sorted(map(alike, together), key=key) == sorted(map(alike, apart), key=key)


def reply(request: httpx.Request) -> httpx.Response:
    patient = request.url.params["patient"]
    if patient == "p2":
        return httpx.Response(503)
    return httpx.Response(200, content=bundle(record("Condition", f"c-{patient}", patient=patient)))


def test_an_outage_costs_the_patient_it_met() -> None:
    with scripted({"Condition": reply}, at_once=4) as (clinic, _):
        found = list(clinic.pull_each([Wanted(f"Patient/p{n}") for n in range(1, 5)], ["Condition"]))
    assert [one.patient for one in found if isinstance(one, Unpulled)] == ["Patient/p2"]
    assert sorted(one.patient for one in found if isinstance(one, Pulled)) == [
        "Patient/p1",
        "Patient/p3",
        "Patient/p4",
    ]


def test_where_we_are_not_known_nobody_else_is_asked_for() -> None:
    with scripted({"Condition": httpx.Response(401)}, at_once=2) as (clinic, asked):
        with pytest.raises(ClinicRefused):
            list(clinic.pull_each((Wanted(f"Patient/p{n}") for n in range(500)), ["Condition"]))
        assert len(asked) < 50
