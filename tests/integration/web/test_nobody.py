"""A type that is offered and that no patient of a round has is told: by the round's page and the doctor."""

import html
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.workflow import add_clinic
from abstractor.workflow.clinic.doctor import doctor_of_clinic
from abstractor.workflow.clinic.nobody import nobody_at_clinic, nobody_has
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.web.rounds import pull_a_round
from tests.integration.web.site import Site, open_site

TOLD = "no patient of 20 has any {}: ask the EHR team whether they are served to this client"
NAMED = "CarePlan, CareTeam, Immunization or ServiceRequest"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Round 2 is of one patient fewer than it takes."""
    with open_site({}) as site, some_clinic(20) as door:
        pull_a_round(site.services, door)
        with some_clinic(19) as few:
            pull_a_round(site.services, few, name="Few")
        yield site


def some_clinic(patients: int) -> AbstractContextManager[Door]:
    return open_clinic(all_stories()[:patients], personality="oracle")


def test_what_nobody_has_is_one_sentence_until_somebody_has_it() -> None:
    with open_site({}) as site, some_clinic(20) as door:
        pull_a_round(site.services, door)
        assert nobody_has(site.services, 1) == (TOLD.format(NAMED),)
        patient = {"reference": f"Patient/{door.members()[3]}"}
        door.add({"resourceType": "CareTeam", "id": "t", "subject": patient})
        pull_a_round(site.services, door)
        assert nobody_has(site.services, 2) == (TOLD.format(NAMED.replace("CareTeam, ", "")),)
        assert nobody_at_clinic(site.services, 1) == (2, nobody_has(site.services, 2))
        assert nobody_at_clinic(site.services, 99) is None


def test_of_fewer_than_twenty_patients_nothing_is_said(site: Site) -> None:
    assert nobody_has(site.services, 2) == ()


def test_the_page_of_the_round_says_it(site: Site) -> None:
    with site.browser() as reader:
        page = html.unescape(reader.get("/rounds/1").text)
        assert f'<p class="alert">N{TOLD.format(NAMED)[1:]}.</p>' in page
        assert "ask the EHR team" not in reader.get("/rounds/2").text


def test_the_doctor_says_it_from_the_last_round_and_asks_for_it(site: Site) -> None:
    add_clinic(site.services, ClinicSetup("Away", "http://127.0.0.1:9/fhir"))
    report = doctor_of_clinic(site.services, "North")
    last = report.steps[-1]
    assert (last.name, last.mark) == ("last round", "look")
    assert last.found.startswith("in round 1 no patient of 20 has any CarePlan, ")
    assert "In our last round no patient of 20 has any CarePlan, " in report.ticket
    assert "last round" not in {step.name for step in doctor_of_clinic(site.services, "Away").steps}
