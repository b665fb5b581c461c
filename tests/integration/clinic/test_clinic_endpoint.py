"""The sample clinic over real HTTP: what it says about itself, reading, searching, paging, refusing."""

import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from fixtures.clinic.running import running_clinic
from fixtures.stories import all_stories, story

STORIES = all_stories()


@pytest.fixture(scope="module")
def clinic() -> Iterator[httpx.Client]:
    with running_clinic(STORIES) as url, httpx.Client(base_url=url) as client:
        yield client


def pages(client: httpx.Client, address: str) -> Iterator[dict[str, Any]]:
    following: str | None = address
    while following is not None:
        bundle = client.get(following).raise_for_status().json()
        yield bundle
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        following = links.get("next")


def token(body: str) -> str:
    return base64.urlsafe_b64encode(body.encode()).decode()


def parameters(resource: dict[str, Any]) -> list[str]:
    return [one["name"] for one in resource["searchParam"]]


def found(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    return [entry["resource"] for page in pages(client, address) for entry in page.get("entry", ())]


def test_it_says_what_it_serves(clinic: httpx.Client) -> None:
    answer = clinic.get("/metadata")
    assert answer.headers["content-type"].startswith("application/fhir+json")
    told = answer.json()
    get_fhir_model_class("CapabilityStatement").model_validate(told)
    assert told["software"]["name"] == "abstractor sample clinic"
    assert told["fhirVersion"] == "4.0.1"
    resources = {one["type"]: one for one in told["rest"][0]["resource"]}
    assert {"Patient", "Group", "MedicationAdministration", "Observation", "Procedure"} <= set(resources)
    assert parameters(resources["Condition"]) == ["_id", "patient", "subject", "_lastUpdated", "code"]
    assert parameters(resources["Patient"]) == ["_id", "identifier", "_lastUpdated"]
    assert resources["MedicationAdministration"]["documentation"] == "Search needs patient, subject or _id."


def test_it_reads_one_resource_with_its_version(clinic: httpx.Client) -> None:
    answer = clinic.get("/MedicationRequest/v22-order-1")
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.json() == next(one for one in story("v22").resources if one["id"] == "v22-order-1")


@pytest.mark.parametrize("count", [1, 7, 50, 200, 5000])
def test_paging_gives_each_patient_exactly_once(clinic: httpx.Client, count: int) -> None:
    wanted = sorted(
        one["id"] for told in STORIES for one in told.resources if one["resourceType"] == "Patient"
    )
    got = [one["id"] for one in found(clinic, f"/Patient?_count={count}")]
    assert Counter(got) == Counter(wanted)


@pytest.mark.parametrize("count", [3, 50, 200])
def test_paging_gives_each_dose_of_a_patient_exactly_once(clinic: httpx.Client, count: int) -> None:
    address = f"/MedicationAdministration?patient=ann&_count={count}"
    wanted = [
        one["id"] for one in story("ann").resources if one["resourceType"] == "MedicationAdministration"
    ]
    sizes = [len(page["entry"]) for page in pages(clinic, address)]
    assert [one["id"] for one in found(clinic, address)] == wanted
    assert all(size == count for size in sizes[:-1])
    assert {page["total"] for page in pages(clinic, address)} == {len(wanted)}


def test_everything_that_is_told_comes_out_by_patient(clinic: httpx.Client) -> None:
    told = story("xenia")
    of_nobody = {"Medication", "Organization", "Practitioner", "PractitionerRole"}
    wanted = {one["id"]: one for one in told.resources if one["resourceType"] not in of_nobody | {"Patient"}}
    types = {one["resourceType"] for one in wanted.values()}
    got = [one for name in types for one in found(clinic, f"/{name}?patient=xenia&_count=200")]
    assert {one["id"]: one for one in got} == wanted


def test_a_page_is_a_valid_searchset(clinic: httpx.Client) -> None:
    bundle = clinic.get("/Observation?patient=ann&_count=2").json()
    get_fhir_model_class("Bundle").model_validate(bundle)
    assert bundle["type"] == "searchset"
    assert {entry["search"]["mode"] for entry in bundle["entry"]} == {"match"}
    assert bundle["entry"][0]["fullUrl"] == f"{str(clinic.base_url).rstrip('/')}/Observation/ann-her2-1"


def test_a_page_token_is_opaque(clinic: httpx.Client) -> None:
    link = next(
        one
        for one in clinic.get("/Observation?patient=ann&_count=2").json()["link"]
        if one["relation"] == "next"
    )
    assert "ann" not in link["url"].split("_page=")[1]


@pytest.mark.parametrize(
    ("address", "used"),
    [
        ("/Condition?patient=ann", "patient=ann&_count=50"),
        ("/Condition?subject=Patient/ann", "patient=ann&_count=50"),
        ("/Condition?patient=Patient/ann&_count=9999", "patient=ann&_count=200"),
        ("/Condition?patient=ann&status=active&_sort=-date", "patient=ann&_count=50"),
        ("/Practitioner?patient=ann", "_count=50"),
        ("/Patient?_id=ann,beth&_count=10", "_id=ann%2Cbeth&_count=10"),
    ],
)
def test_the_self_link_shows_what_was_used(clinic: httpx.Client, address: str, used: str) -> None:
    links = {one["relation"]: one["url"] for one in clinic.get(address).json()["link"]}
    assert links["self"].split("?")[1] == used


def test_a_search_by_post_finds_the_same(clinic: httpx.Client) -> None:
    by_get = clinic.get("/Condition?patient=v19").json()
    by_post = clinic.post("/Condition/_search", data={"patient": "v19"}).json()
    assert by_post == by_get
    assert by_post["total"] == 3


@pytest.mark.parametrize(
    ("address", "total", "entries"),
    [
        ("/Condition?patient=nobody", 0, 0),
        ("/Condition?patient=ann,nora", 4, 4),
        ("/Condition?patient=ann&_id=ann-cancer-1", 1, 1),
        ("/Condition?_id=ann-cancer-1,nora-cancer-1,gone", 2, 2),
        ("/Condition?patient=ann,ann", 2, 2),
        ("/Condition?patient=ann&_count=0", 2, 0),
        ("/MedicationAdministration?_id=ann-dose-1", 1, 1),
    ],
)
def test_what_a_search_finds(clinic: httpx.Client, address: str, total: int, entries: int) -> None:
    bundle = clinic.get(address).json()
    assert bundle["total"] == total
    assert len(bundle.get("entry", ())) == entries
    assert all(link["relation"] == "self" for link in bundle["link"])


def test_one_group_holds_every_patient(clinic: httpx.Client) -> None:
    (group,) = found(clinic, "/Group")
    assert group == clinic.get("/Group/all").json()
    get_fhir_model_class("Group").model_validate(group)
    members = [one["entity"]["reference"] for one in group["member"]]
    assert members == [told.patient for told in STORIES]
    assert group["quantity"] == len(STORIES)


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/Patient/nobody", 404, "not-found"),
        ("GET", "/Immunization?patient=ann", 404, "not-supported"),
        ("GET", "/Immunization/1", 404, "not-supported"),
        ("GET", "/MedicationAdministration", 400, "required"),
        ("GET", "/MedicationAdministration?_count=5", 400, "required"),
        ("GET", "/Condition?patient=ann&_count=many", 400, "invalid"),
        ("GET", "/Condition?patient=ann&_count=-1", 400, "invalid"),
        ("GET", "/Condition?patient=ann&_count=%C2%B2", 400, "invalid"),
        ("GET", f"/Condition?patient=ann&_count={'9' * 5000}", 400, "invalid"),
        ("GET", "/Condition?_page=made-up", 400, "invalid"),
        ("GET", f"/Condition?_page={token('[null, null, 5, -5, 0]')}", 400, "invalid"),
        ("GET", f"/Condition?_page={token('[1, null, 5, 0, 0]')}", 400, "invalid"),
        ("GET", f"/Condition?_page={token('[' * 5000)}", 400, "invalid"),
        ("GET", "/Condition?_page=%C3%A9", 400, "invalid"),
        ("GET", "/", 404, "not-found"),
        ("GET", "/Patient/ann/_history/7", 404, "not-found"),
        ("DELETE", "/Patient/ann", 405, "not-supported"),
        ("POST", "/Patient", 405, "not-supported"),
    ],
)
def test_refusals_are_operation_outcomes(
    clinic: httpx.Client, method: str, address: str, status: int, code: str
) -> None:
    answer = clinic.request(method, address)
    assert answer.status_code == status
    get_fhir_model_class("OperationOutcome").model_validate(answer.json())
    assert answer.json()["issue"][0]["code"] == code
    assert "ann" not in answer.json()["issue"][0]["diagnostics"]
