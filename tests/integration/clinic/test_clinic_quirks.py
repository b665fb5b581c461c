"""Each way of misbehaving that other tests may ask for, shown on the wire."""

import json
from typing import Any

import httpx
import pytest

from fixtures.clinic.quirks import QUIRKS, Quirk, parse_quirk
from fixtures.clinic.running import running_clinic
from fixtures.stories import tale

STORIES = [
    tale(one).her2_positive_mbc("2022-01-10", "liver").visit("2022-01-10").visit("2022-02-10").told()
    for one in ("first", "second")
]


def ask(quirk: str, *addresses: str, most: int = 200) -> list[httpx.Response]:
    with running_clinic(STORIES, quirks=[quirk], most=most) as url, httpx.Client(base_url=url) as client:
        return [client.get(address) for address in addresses]


def links(answer: httpx.Response) -> dict[str, str]:
    return {link["relation"]: link["url"] for link in answer.json()["link"]}


def entries(answer: httpx.Response) -> list[Any]:
    return list(answer.json()["entry"])


def test_next_loop_points_at_the_same_page() -> None:
    with running_clinic(STORIES, quirks=["next-loop"]) as url, httpx.Client(base_url=url) as client:
        first = client.get("/Encounter?patient=first")
        second = client.get(links(first)["next"])
    assert links(second)["next"] == links(first)["next"]
    assert entries(second) == entries(first)


def test_endless_pages_never_repeat_an_address() -> None:
    with running_clinic(STORIES, quirks=["endless-pages"]) as url, httpx.Client(base_url=url) as client:
        answer = client.get("/Encounter?patient=first")
        seen = set()
        for _ in range(20):
            seen.add(links(answer)["next"])
            answer = client.get(links(answer)["next"])
    assert len(seen) == 20
    assert len(entries(answer)) == 2


def test_next_foreign_host_points_elsewhere() -> None:
    (answer,) = ask("next-foreign-host", "/Encounter?patient=first")
    assert httpx.URL(links(answer)["next"]).host == "elsewhere.invalid"


def test_relative_next_resolves_against_the_base() -> None:
    with (
        running_clinic(STORIES, quirks=["relative-next"], most=1) as url,
        httpx.Client(base_url=url) as client,
    ):
        first = client.get("/Encounter?patient=first")
        assert links(first)["next"].startswith("Encounter?_page=")
        second = client.get(f"{url}/{links(first)['next']}")
    assert entries(second)[0]["resource"]["id"] == "first-visit-2"
    assert "next" not in links(second)


def test_foreign_patient_slips_into_a_search() -> None:
    (answer,) = ask("foreign-patient", "/Encounter?patient=first")
    subjects = [one["resource"]["subject"]["reference"] for one in entries(answer)]
    assert subjects == ["Patient/first", "Patient/first", "Patient/second"]


def test_null_entry() -> None:
    (answer,) = ask("null-entry", "/Encounter?patient=first")
    assert entries(answer)[-1] is None


def test_entry_without_resource() -> None:
    (answer,) = ask("entry-without-resource", "/Encounter?patient=first")
    assert "resource" not in entries(answer)[-1]


def test_outcome_entry_says_that_something_is_withheld() -> None:
    (answer,) = ask("outcome-entry", "/Encounter?patient=first")
    last = entries(answer)[-1]
    assert last["search"]["mode"] == "outcome"
    assert last["resource"]["issue"][0]["details"]["coding"][0]["code"] == "59204"
    assert answer.json()["total"] == 2


def test_html_login() -> None:
    (answer,) = ask("html-login", "/Encounter?patient=first")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")


def test_outcome_as_200() -> None:
    (answer,) = ask("outcome-as-200", "/Encounter?patient=first")
    assert (answer.status_code, answer.json()["resourceType"]) == (200, "OperationOutcome")


def test_refuse_type_refuses_one_type() -> None:
    refused, served = ask("refuse-type=Encounter", "/Encounter?patient=first", "/Condition?patient=first")
    assert (refused.status_code, refused.json()["issue"][0]["code"]) == (403, "forbidden")
    assert served.status_code == 200


def test_refuse_type_means_administrations_unless_told() -> None:
    assert parse_quirk("refuse-type").touches("MedicationAdministration")
    assert not parse_quirk("refuse-type").touches("Encounter")


def test_throttle_once_then_serves() -> None:
    first, second = ask("throttle-once", "/Encounter?patient=first", "/Encounter?patient=first")
    assert (first.status_code, first.headers["retry-after"]) == (429, "0")
    assert second.status_code == 200


def test_error_500_twice_then_serves() -> None:
    answers = ask("error-500-twice", *["/Encounter?patient=first"] * 3)
    assert [one.status_code for one in answers] == [500, 500, 200]


def test_truncated_json() -> None:
    (answer,) = ask("truncated-json", "/Encounter?patient=first")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_wrong_content_is_json_and_no_fhir() -> None:
    (answer,) = ask("wrong-content", "/Encounter?patient=first")
    assert "resourceType" not in answer.json()


def test_quirks_leave_the_cohort_alone_unless_told() -> None:
    cohort, metadata, patients = ask("html-login", "/Group/all", "/metadata", "/Patient")
    assert [one.json()["resourceType"] for one in (cohort, metadata, patients)] == [
        "Group",
        "CapabilityStatement",
        "Bundle",
    ]
    (login,) = ask("html-login=metadata", "/metadata")
    assert login.headers["content-type"].startswith("text/html")


def test_an_unknown_quirk_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match=r"no quirk is called sulk; there are: .*next-loop"):
        parse_quirk("sulk")
    assert parse_quirk("null-entry=Condition") == Quirk("null-entry", "Condition")


def test_every_quirk_has_a_test_of_its_name() -> None:
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    untested = [
        quirk for quirk in QUIRKS if not any(name.startswith(quirk.replace("-", "_")) for name in tests)
    ]
    assert untested == []
