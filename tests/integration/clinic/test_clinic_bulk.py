"""Bulk export of the clinic: kick-off, polling, manifest, files, and what a personality does not do."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from fixtures.stories import all_stories, story
from tests.integration.clinic.exporting import PREFER, export, finished, kick_off, lines
from tests.integration.clinic.shared import code_of, record
from tests.integration.clinic.signing import ask_token, assertion, new_key, public

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUICK = Bulk(polls=0, retry_after=0)


def records() -> list[dict[str, Any]]:
    drug = {"medicationReference": {"reference": "Medication/drug"}}
    return [
        *(record("Patient", one) for one in ("p1", "p2")),
        *(record("Condition", f"c-{one}", patient=one) for one in ("p1", "p2")),
        record("MedicationRequest", "order", patient="p1", status="active", **drug),
        record("MedicationRequest", "stopped", patient="p1", status="stopped"),
        record("MedicationAdministration", "dose", patient="p1", **drug),
        record("Medication", "drug", manufacturer={"reference": "Organization/maker"}),
        record("Medication", "unused"),
        record("Organization", "maker"),
    ]


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(bulk=QUICK, clock=NOON) as opened:
        opened.reset(records())
        yield opened


def names(found: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {f"{kind}/{one['id']}" for kind, each in found.items() for one in each}


def test_a_job_from_its_kick_off_to_its_end() -> None:
    with open_clinic(bulk=Bulk(polls=2, retry_after=7), clock=NOON) as door:
        door.reset(records())
        begun = kick_off(door.url, "Group/all/$export?_type=Patient,Condition")
        assert begun.status_code == 202
        status = begun.headers["content-location"]
        waiting = httpx.get(status)
        assert (waiting.status_code, waiting.headers["retry-after"]) == (202, "7")
        assert waiting.headers["x-progress"]
        manifest = finished(status)
        assert manifest["transactionTime"] == "2026-03-01T12:00:00.000Z"
        assert manifest["request"] == f"{door.url}/Group/all/$export?_type=Patient,Condition"
        assert manifest["requiresAccessToken"] is False
        assert [(one["type"], one["count"]) for one in manifest["output"]] == [
            ("Patient", 2),
            ("Condition", 2),
        ]
        assert manifest["error"] == manifest["deleted"] == []
        file = manifest["output"][1]["url"]
        assert httpx.delete(status).status_code == 202
        assert [httpx.get(one).status_code for one in (status, file)] == [404, 404]
        assert httpx.delete(status).status_code == 404


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        ("Group/all/$export", {"Group/all", "Medication/unused"}),
        ("Patient/$export", {"Group/all", "Medication/unused"}),
        ("$export", set()),
    ],
)
def test_three_levels(door: Door, address: str, missing: set[str]) -> None:
    assert names(lines(export(door.url, address))) == set(door.live()) - missing


def test_a_group_of_some(door: Door) -> None:
    door.set_group(["p2"], group="few")
    assert names(lines(export(door.url, "Group/few/$export"))) == {"Patient/p2", "Condition/c-p2"}
    assert code_of(kick_off(door.url, "Group/nobody/$export")) == (404, "not-found")


def test_files_are_ndjson_with_a_limit_and_compressed_on_demand() -> None:
    with open_clinic([story("ann")], bulk=Bulk(polls=0, file_records=50)) as door:
        manifest = export(door.url, "Group/all/$export?_type=MedicationAdministration")
        assert len(manifest["output"]) > 1
        assert {one["count"] for one in manifest["output"][:-1]} == {50}
        first = manifest["output"][0]["url"]
        with httpx.stream("GET", first, headers={"Accept-Encoding": "gzip"}) as zipped:
            assert zipped.headers["content-encoding"] == "gzip"
            body = gzip.decompress(b"".join(zipped.iter_raw()))
        plain = httpx.get(first, headers={"Accept-Encoding": "identity"})
        assert plain.content == body
        assert plain.headers["content-type"] == "application/fhir+ndjson"


def test_every_story_comes_out_as_the_search_gives_it() -> None:
    with open_clinic(all_stories(), bulk=QUICK) as door:
        exported = lines(export(door.url, "Group/all/$export"))
        live = door.live()
        # Nothing refers to a role: it refers to its clinician.
        wanted = {name for name in live if not name.startswith(("Group/", "PractitionerRole/"))}
        assert names(exported) == wanted
        assert all(live[f"{kind}/{one['id']}"] == one for kind, each in exported.items() for one in each)


def test_what_changed_since_and_what_was_deleted(door: Door) -> None:
    first = export(door.url, "Group/all/$export")["transactionTime"]
    door.advance(60)
    door.edit(record("Condition", "c-p1", patient="p1", recordedDate="2026-01-01"))
    door.delete("Condition", "c-p2")
    manifest = export(door.url, f"Group/all/$export?_since={first}&_type=Condition")
    assert names(lines(manifest)) == {"Condition/c-p1"} | {
        name for name in door.live() if name == "Condition/c-p2"
    }
    (bundle,) = lines(manifest, "deleted")["Bundle"]
    assert bundle["entry"] == [{"request": {"method": "DELETE", "url": "Condition/c-p2"}}]


def test_since_leaves_out_the_history_of_who_came_later(door: Door) -> None:
    door.set_group(["p1"])
    door.advance(60)
    door.set_group(["p1", "p2"])
    assert names(lines(export(door.url, "Group/all/$export?_since=2026-03-01T12:00:30Z"))) == set()


def test_a_filter_of_a_type(door: Door) -> None:
    query = "_typeFilter=MedicationRequest%3Fstatus%3Dactive"
    found = names(lines(export(door.url, f"Group/all/$export?_type=MedicationRequest,Condition&{query}")))
    assert found == {"MedicationRequest/order", "Condition/c-p1", "Condition/c-p2"}


def test_a_kick_off_by_post(door: Door) -> None:
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "_type", "valueString": "Condition"},
            {"name": "_since", "valueInstant": "2026-01-01T00:00:00+01:00"},
        ],
    }
    answer = httpx.post(f"{door.url}/Patient/$export", json=body, headers=PREFER)
    assert names(lines(finished(answer.headers["content-location"]))) == {"Condition/c-p1", "Condition/c-p2"}
    wrong = httpx.post(f"{door.url}/Patient/$export", content=b"[]", headers=PREFER)
    assert code_of(wrong) == (400, "invalid")


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("$export?_type=Immunization", 400, "not-supported"),
        ("$export?_since=2026-01-01", 400, "invalid"),
        ("$export?_outputFormat=text/csv", 400, "invalid"),
        ("$export?_typeFilter=Condition%3Fdate%3Dsoon", 400, "invalid"),
    ],
)
def test_a_kick_off_that_is_refused(door: Door, address: str, status: int, code: str) -> None:
    assert code_of(kick_off(door.url, address)) == (status, code)


def test_a_kick_off_must_be_asynchronous(door: Door) -> None:
    assert code_of(httpx.get(f"{door.url}/$export")) == (400, "required")


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [
        ("epic", "Group/all/$export", 202),
        ("epic", "Patient/$export", 404),
        ("epic", "$export", 404),
        ("oracle", "Patient/$export", 202),
        ("oracle", "Group/all/$export?_type=Condition,Patient", 202),
        ("oracle", "Group/all/$export?_type=Condition&_type=Patient", 400),
        ("oracle", "Group/all/$export?_type=MedicationAdministration", 400),
        ("oracle", "Group/all/$export?_typeFilter=Observation%3F_lastUpdated%3Dge2026-01-01", 400),
        (
            "oracle",
            "Group/all/$export?_typeFilter=Condition%3Fcode%3D1&_typeFilter=Condition%3Fcode%3D2",
            400,
        ),
        ("athena", "Group/all/$export", 202),
    ],
)
def test_what_a_personality_exports(name: str, address: str, status: int) -> None:
    with open_clinic(personality=name, bulk=QUICK) as door:
        door.reset(records())
        assert kick_off(door.url, address).status_code == status


def test_oracle_leaves_out_administrations_and_takes_one_job_at_a_time() -> None:
    with open_clinic(personality="oracle", bulk=QUICK) as door:
        door.reset(records())
        begun = kick_off(door.url, "Group/all/$export")
        refused = kick_off(door.url, "Group/all/$export")
        assert code_of(refused) == (429, "throttled")
        found = lines(finished(begun.headers["content-location"]))
        assert set(found) == {"Condition", "MedicationRequest", "Organization", "Patient"}
        assert found["MedicationRequest"][0]["contained"][0]["id"] == "drug"
        assert kick_off(door.url, "Group/all/$export").status_code == 202


def test_a_deleted_job_makes_room() -> None:
    with open_clinic(personality="epic", bulk=QUICK) as door:
        status = kick_off(door.url, "Group/all/$export").headers["content-location"]
        assert kick_off(door.url, "Group/all/$export").status_code == 429
        httpx.delete(status)
        assert kick_off(door.url, "Group/all/$export").status_code == 202


def test_links_of_files_end_and_are_made_anew(door: Door) -> None:
    status = kick_off(door.url, "Patient/$export").headers["content-location"]
    file = finished(status)["output"][0]["url"]
    assert httpx.get(status).headers["expires"] == "Sun, 01 Mar 2026 13:00:00 GMT"
    door.advance(3601)
    assert httpx.get(file).status_code == 410
    assert httpx.get(finished(status)["output"][0]["url"]).status_code == 200


@pytest.mark.parametrize("needed", [True, False])
def test_files_behind_a_token_and_not(needed: bool) -> None:
    key = new_key("ES384", "now")
    bulk = Bulk(polls=0, files_need_token=needed)
    with open_clinic(bulk=bulk, smart=Smart(jwks=public(key))) as door:
        door.reset(records())
        signed = assertion(key, f"{door.url}/auth/token")
        granted = ask_token(door.url, signed, "system/Patient.rs system/Condition.rs").json()
        token = {"Authorization": f"Bearer {granted['access_token']}"}
        assert kick_off(door.url, "Patient/$export").status_code == 401
        begun = kick_off(door.url, "Patient/$export", **token)
        manifest = finished(begun.headers["content-location"], **token)
        assert manifest["requiresAccessToken"] is needed
        # Only what the scopes allow.
        assert [one["type"] for one in manifest["output"]] == ["Condition", "Patient"]
        file = manifest["output"][0]["url"]
        assert httpx.get(file).status_code == (401 if needed else 200)
        assert httpx.get(file, headers=token).status_code == 200


def test_the_endpoint_says_what_it_exports() -> None:
    with open_clinic(bulk=QUICK) as door:
        rest = httpx.get(f"{door.url}/metadata").json()["rest"][0]
        group = next(one for one in rest["resource"] if one["type"] == "Group")
        assert [one["name"] for one in (*rest["operation"], *group["operation"])] == ["export", "export"]
    with open_clinic() as door:
        assert "operation" not in json.dumps(httpx.get(f"{door.url}/metadata").json())
        assert kick_off(door.url, "Group/all/$export").status_code == 404
