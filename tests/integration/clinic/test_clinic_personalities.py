"""Each vendor's endpoint as the knowledge base has it (section 8): what it serves, refuses, ignores."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from fixtures.clinic.door import Door
from fixtures.clinic.personalities.loading import PERSONALITIES
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import code_of, ids, link, record, self_link

LABORATORY = {"category": [{"coding": [{"system": "urn:example", "code": "laboratory"}]}]}
SOCIAL = {"category": [{"coding": [{"code": "social-history"}]}]}
STAMP = {"versionId": "3", "lastUpdated": "2026-02-01T10:00:00.000Z"}
DRUG = {"medicationReference": {"reference": "Medication/drug"}}


def records() -> list[dict[str, Any]]:
    labs = [
        record("Observation", f"lab-{day}", patient="p1", effectiveDateTime=f"2026-01-0{day}", **LABORATORY)
        for day in range(1, 6)
    ]
    return [
        record("Patient", "p1", meta=STAMP, identifier=[{"system": "urn:mrn", "value": "17"}]),
        record("Patient", "p2"),
        *labs,
        record("Observation", "smoking-1", patient="p1", **SOCIAL),
        record("Observation", "smoking-2", patient="p1", **SOCIAL),
        record("Observation", "bare", patient="p1"),
        record("Medication", "drug", code={"text": "letrozole"}),
        record("MedicationRequest", "order", patient="p1", intent="order", **DRUG),
        record("MedicationRequest", "proposal", patient="p1", intent="proposal"),
        record("MedicationAdministration", "dose", patient="p1", effectiveDateTime="2026-01-03T08:00:00Z"),
        record("MedicationStatement", "home", patient="p1"),
        record("CareTeam", "team", patient="p1", status="active"),
        record("Encounter", "visit", patient="p2"),
    ]


@pytest.fixture(scope="module")
def doors() -> Iterator[dict[str, Door]]:
    with ExitStack() as stack:
        opened = {name: stack.enter_context(open_clinic(personality=name)) for name in PERSONALITIES}
        for door in opened.values():
            door.reset(records())
        yield opened


@pytest.fixture(scope="module")
def ask(doors: dict[str, Door]) -> Iterator[Any]:
    with httpx.Client() as client:
        yield lambda name, address: client.get(f"{doors[name].url}/{address}")


@pytest.mark.parametrize(
    ("name", "software", "publisher", "missing"),
    [
        ("plain", "abstractor sample clinic", "abstractor", "Procedure"),
        ("epic", "Epic", "Epic Systems Corporation", "MedicationStatement"),
        ("oracle", "Cerner Millennium", "Oracle Health", "Medication"),
        ("athena", "athenahealth", "athenahealth", "MedicationAdministration"),
    ],
)
def test_it_says_whose_it_is(ask: Any, name: str, software: str, publisher: str, missing: str) -> None:
    told = ask(name, "metadata").json()
    get_fhir_model_class("CapabilityStatement").model_validate(told)
    assert (told["software"]["name"], told["publisher"]) == (software, publisher)
    assert missing not in [one["type"] for one in told["rest"][0]["resource"]]
    assert code_of(ask(name, f"{missing}?patient=p1")) == (404, "not-supported")


@pytest.mark.parametrize(
    ("name", "address", "code"),
    [
        ("epic", "Observation?patient=p1", "required"),
        ("epic", "DiagnosticReport?patient=p1", "required"),
        ("epic", "CarePlan?patient=p1", "required"),
        ("epic", "EpisodeOfCare?patient=p1", "required"),
        ("epic", "Condition", "required"),
        ("epic", "Patient?_count=5", "required"),
        ("epic", "Condition?patient=p1,p2", "invalid"),
        ("oracle", "MedicationRequest?status=active", "required"),
        ("oracle", "MedicationAdministration?_count=5", "required"),
        ("oracle", "Observation?category=laboratory", "required"),
        ("oracle", "Encounter", "required"),
        ("oracle", "Observation?patient=p1&_lastUpdated=ge2026-01-01", "invalid"),
        ("oracle", "Observation?patient=p1&_lastUpdated=gt2026-01-01T00:00:00Z", "invalid"),
        ("oracle", "MedicationRequest?patient=p1&-timing-boundsPeriod=2026-01-01T00:00:00Z", "invalid"),
        ("oracle", "MedicationAdministration?patient=p1&effective-time=ge2026-01-01", "invalid"),
        (
            "oracle",
            "Observation?patient=p1&date=ge2026-01-01&_lastUpdated=ge2026-01-01T00:00:00Z",
            "invalid",
        ),
        ("athena", "MedicationRequest?patient=p1", "required"),
        ("athena", "MedicationRequest?patient=p1&intent=proposal", "invalid"),
        ("plain", "MedicationAdministration", "required"),
    ],
)
def test_what_is_refused(ask: Any, name: str, address: str, code: str) -> None:
    assert code_of(ask(name, address)) == (400, code)


@pytest.mark.parametrize(
    ("name", "address", "found", "used"),
    [
        ("plain", "MedicationRequest?patient=p1&intent=order", ["order", "proposal"], "patient=p1&_count=50"),
        ("plain", "Encounter?patient=p1,p2", ["visit"], "patient=p1%2Cp2&_count=50"),
        ("plain", "Patient?identifier=urn:mrn|17", ["p1"], "identifier=urn%3Amrn%7C17&_count=50"),
        ("epic", "MedicationRequest?patient=p1&code=1", ["order", "proposal"], "patient=p1&_count=50"),
        (
            "epic",
            "MedicationRequest?patient=p1&_include=MedicationRequest:medication",
            ["order", "proposal"],
            "patient=p1&_count=50",
        ),
        (
            "epic",
            "Condition?patient=p1&_lastUpdated=ge2026-01-01T00:00:00Z",
            [],
            "patient=p1&_count=50",
        ),
        (
            "epic",
            "Observation?patient=p1&category=laboratory&date=ge2026-01-04",
            ["lab-4", "lab-5"],
            "patient=p1&category=laboratory&date=ge2026-01-04&_count=50",
        ),
        ("oracle", "MedicationRequest?patient=p1&category=x", ["order", "proposal"], "patient=p1&_count=50"),
        (
            "athena",
            "MedicationRequest?patient=p1&intent=order,plan",
            ["order"],
            "patient=p1&intent=order%2Cplan&_count=50",
        ),
    ],
)
def test_what_is_found_and_what_was_used(
    ask: Any, name: str, address: str, found: list[str], used: str
) -> None:
    answer = ask(name, address)
    assert (ids(answer), self_link(answer)) == (found, used)


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ("_lastUpdated=ge2026-02-01T10:00:00Z", ["p1"]),
        ("_lastUpdated=le2026-02-01T10:00:00Z", ["p1"]),
        ("_lastUpdated=ge2026-02-01T10:00:01Z", []),
        ("_lastUpdated=ge2026-02-01T11:00:00%2B01:00", ["p1"]),
        ("_lastUpdated=ge2026-01-01T00:00:00Z&_lastUpdated=le2026-03-01T00:00:00Z", ["p1"]),
    ],
)
def test_search_by_last_updated(ask: Any, bounds: str, found: list[str]) -> None:
    assert ids(ask("oracle", f"Patient?_id=p1&{bounds}")) == found


def test_a_plus_that_is_not_encoded_is_refused(ask: Any) -> None:
    answer = ask("oracle", "Patient?_id=p1&_lastUpdated=ge2026-02-01T11:00:00+01:00")
    assert code_of(answer) == (400, "invalid")


def test_what_never_said_when_it_was_written_is_as_old_as_the_clinic(ask: Any) -> None:
    assert "p2" in ids(ask("plain", "Patient?_lastUpdated=ge2026-11-01"))
    assert "p2" not in ids(ask("plain", "Patient?_lastUpdated=lt2026-11-01"))


def test_a_count_alone(ask: Any) -> None:
    for name, entries in (("plain", 0), ("oracle", 0), ("epic", 2)):
        answer = ask(name, "MedicationRequest?patient=p1&_summary=count").json()
        assert (answer["total"], len(answer.get("entry", ()))) == (2, entries)


def test_includes_where_they_are_honoured(ask: Any) -> None:
    answer = ask("plain", "MedicationRequest?patient=p1&_include=MedicationRequest:medication")
    assert (ids(answer), ids(answer, "include")) == (["order", "proposal"], ["drug"])
    assert answer.json()["total"] == 2
    everything = ask("plain", "Patient?_id=p2&_revinclude=Encounter:patient&_revinclude=Observation:subject")
    assert (ids(everything), ids(everything, "include")) == (["p2"], ["visit"])


def test_epic_keeps_its_stamps_and_says_the_name_of_the_drug(ask: Any) -> None:
    assert ask("epic", "Patient/p1").json()["meta"] == {"versionId": "3"}
    assert ask("oracle", "Patient/p1").json()["meta"] == STAMP
    order = ask("epic", "MedicationRequest?patient=p1").json()["entry"][0]["resource"]
    assert order["medicationReference"] == {"reference": "Medication/drug", "display": "letrozole"}


def test_oracle_has_the_drug_inside_of_the_order(ask: Any) -> None:
    order = ask("oracle", "MedicationRequest/order").json()
    assert order["medicationReference"] == {"reference": "#drug"}
    assert order["contained"] == [record("Medication", "drug", code={"text": "letrozole"})]


def test_oracle_gives_the_newest_first_and_all_social_history_at_once(ask: Any) -> None:
    first = ask("oracle", "Observation?patient=p1&_count=2")
    assert ids(first) == ["smoking-2", "smoking-1", "lab-5", "lab-4"]
    second = httpx.get(str(link(first, "next")))
    assert ids(second) == ["lab-3", "lab-2"]
    assert ids(httpx.get(str(link(second, "next")))) == ["lab-1", "bare"]


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("plain", "Condition", 404),
        ("plain", "Encounter", 200),
        ("epic", "Observation", 200),
        ("epic", "Encounter", 404),
        ("oracle", "Observation", 404),
        ("athena", "Observation", 404),
    ],
)
def test_where_post_searches(doors: dict[str, Door], name: str, kind: str, status: int) -> None:
    told = {"patient": "p1", "category": "laboratory"}
    assert httpx.post(f"{doors[name].url}/{kind}/_search", data=told).status_code == status


@pytest.mark.parametrize(("kind", "code"), [("CareTeam", "4119"), ("Immunization", "59204")])
def test_epic_says_beside_the_matches_that_there_may_be_more(ask: Any, kind: str, code: str) -> None:
    bundle = ask("epic", f"{kind}?patient=p1").json()
    get_fhir_model_class("Bundle").model_validate(bundle)
    last = bundle["entry"][-1]
    assert last["search"]["mode"] == "outcome"
    assert last["resource"]["issue"][0]["details"]["coding"][0]["code"] == code
    assert bundle["total"] == len(bundle["entry"]) - 1


def test_page_links_of_epic_are_sessions_that_end() -> None:
    with open_clinic(personality="epic") as door:
        door.reset(records())
        address = f"{door.url}/Observation?patient=p1&category=laboratory&_count=2"
        first = httpx.get(address)
        following = str(link(first, "next"))
        assert ids(httpx.get(following)) == ["lab-3", "lab-4"]
        assert ids(httpx.get(following)) == ["lab-3", "lab-4"]
        # The rows stay as they were when the search began.
        door.delete("Observation", "lab-3")
        assert ids(httpx.get(following)) == ["lab-3", "lab-4"]
        assert "lab-3" not in ids(httpx.get(address))
        door.advance(601)
        assert code_of(httpx.get(following)) == (410, "not-found")
        assert code_of(httpx.get(f"{door.url}/Observation?_page=made-up")) == (400, "invalid")
