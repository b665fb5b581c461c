"""The clinic goes on while it is read: versions, deletions, merged patients, groups, and its clock."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from fixtures.clinic.changes import Wrong
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import code_of, ids, record

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(clock=NOON) as opened:
        opened.reset(
            [
                record("Patient", "p1"),
                record("Patient", "p2"),
                record("Condition", "c1", patient="p1"),
                record("Condition", "c2", patient="p2"),
            ]
        )
        yield opened


def get(door: Door, address: str) -> httpx.Response:
    return httpx.get(f"{door.url}/{address}")


def test_what_is_added_is_found_at_once_with_the_clinics_time(door: Door) -> None:
    door.advance(60)
    assert door.add(record("Condition", "c3", patient="p1")) == "1"
    found = get(door, "Condition?patient=p1&_lastUpdated=ge2026-03-01T12:01:00Z")
    assert ids(found) == ["c3"]
    meta = found.json()["entry"][0]["resource"]["meta"]
    assert meta == {"versionId": "1", "lastUpdated": "2026-03-01T12:01:00.000Z"}
    with pytest.raises(Wrong, match="is there already"):
        door.add(record("Condition", "c3", patient="p1"))


def test_an_edit_is_a_new_version_and_the_old_one_can_be_read(door: Door) -> None:
    door.advance(60)
    assert door.edit(record("Condition", "c1", patient="p1", recordedDate="2026-01-01")) == "2"
    assert get(door, "Condition/c1").headers["etag"] == 'W/"2"'
    assert get(door, "Condition/c1/_history/1").json() == record("Condition", "c1", patient="p1")
    assert get(door, "Condition/c1/_history/2").json()["recordedDate"] == "2026-01-01"
    history = get(door, "Condition/c1/_history").json()
    get_fhir_model_class("Bundle").model_validate(history)
    assert [one["request"]["method"] for one in history["entry"]] == ["PUT", "POST"]
    with pytest.raises(Wrong, match="there is no Condition/c9"):
        door.edit(record("Condition", "c9", patient="p1"))


def test_what_never_changed_has_one_version(door: Door) -> None:
    history = get(door, "Condition/c1/_history").json()
    get_fhir_model_class("Bundle").model_validate(history)
    assert history["total"] == 1
    assert get(door, "Condition/c1/_history/1").status_code == 200


def test_what_is_deleted_is_gone_and_may_come_back(door: Door) -> None:
    door.delete("Condition", "c1")
    assert code_of(get(door, "Condition/c1")) == (410, "deleted")
    assert code_of(get(door, "Condition/c1/_history/2")) == (410, "deleted")
    assert ids(get(door, "Condition?patient=p1")) == []
    methods = [one["request"]["method"] for one in get(door, "Condition/c1/_history").json()["entry"]]
    assert methods == ["DELETE", "POST"]
    assert door.add(record("Condition", "c1", patient="p1")) == "3"
    assert get(door, "Condition/c1").status_code == 200


def test_a_patient_is_deleted_with_everything(door: Door) -> None:
    door.delete_patient("p1")
    assert [code_of(get(door, one))[0] for one in ("Patient/p1", "Condition/c1")] == [410, 410]
    assert door.members() == ["p2"]
    assert set(door.live()) == {"Patient/p2", "Condition/c2", "Group/all"}


def test_the_group_of_all_follows_the_patients_until_somebody_chooses(door: Door) -> None:
    door.add(record("Patient", "p3"))
    assert door.members() == ["p1", "p2", "p3"]
    door.set_group(["p2"])
    door.add(record("Patient", "p4"))
    group = get(door, "Group/all").json()
    assert [one["entity"]["reference"] for one in group["member"]] == ["Patient/p2"]
    assert (group["quantity"], group["meta"]["versionId"]) == (1, "3")
    door.set_group(["p1"], group="few")
    assert door.members("few") == ["p1"]
    assert door.members() == ["p2"]


@pytest.mark.parametrize(
    ("personality", "status", "of_old", "patients"),
    [
        ("plain", 200, [], ["p1"]),
        ("oracle", 200, [], ["p1"]),
        ("epic", 301, ["c2", "c1"], []),
        ("athena", 404, [], []),
    ],
)
def test_a_merged_patient(personality: str, status: int, of_old: list[str], patients: list[str]) -> None:
    with open_clinic(personality=personality) as door:
        door.reset(
            [record("Patient", one) for one in ("p1", "p2")]
            + [record("Condition", f"c{one}", patient=f"p{one}") for one in (1, 2)]
        )
        door.merge("p1", into="p2")
        read = get(door, "Patient/p1")
        assert read.status_code == status
        if status == 200:
            assert read.json()["link"] == [{"other": {"reference": "Patient/p2"}, "type": "replaced-by"}]
            assert read.json()["active"] is False
        if status == 301:
            assert read.headers["location"] == f"{door.url}/Patient/p2"
        assert ids(get(door, "Condition?patient=p2")) == ["c2", "c1"]
        assert ids(get(door, "Condition?patient=p1")) == of_old
        assert ids(get(door, "Patient?_id=p1")) == patients
        assert door.members() == ["p2"]


def test_the_clock_goes_only_when_it_is_moved(door: Door) -> None:
    assert door.now() == NOON
    door.advance(0.5)
    assert (door.now() - NOON).total_seconds() == 0.5
    assert get(door, "metadata").headers["date"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    door.stop_clock(datetime(2027, 1, 1, tzinfo=UTC))
    assert door.now() == datetime(2027, 1, 1, tzinfo=UTC)


def test_it_goes_down_and_comes_up_at_the_same_address(door: Door) -> None:
    assert get(door, "Condition/c1").status_code == 200
    door.go_down()
    with pytest.raises(httpx.ConnectError):
        get(door, "Condition/c1")
    door.come_up()
    assert get(door, "Condition/c1").status_code == 200


def test_it_tells_what_it_was_asked(door: Door) -> None:
    door.heard(forget=True)
    get(door, "Condition?patient=p1&_count=5")
    (one,) = door.heard()
    assert (one.method, one.path, one.query) == ("GET", "/Condition", "patient=p1&_count=5")


def test_it_tells_how_many_requests_there_were_at_once() -> None:
    with open_clinic(latency_ms=200) as door, ThreadPoolExecutor(5) as pool:
        door.busiest()
        list(pool.map(lambda _: get(door, "metadata"), range(5)))
        assert 1 < door.busiest() <= 5
        get(door, "metadata")
        assert door.busiest() == 1


def test_a_hundred_small_histories_take_a_moment(door: Door) -> None:
    started = datetime.now(UTC)
    for turn in range(100):
        door.reset([record("Patient", "p1"), record("Condition", "c1", patient="p1")])
        door.advance(1)
        door.edit(record("Condition", "c1", patient="p1", recordedDate="2026-01-01"))
        door.add(record("Condition", f"new-{turn}", patient="p1"))
        door.delete("Condition", "c1")
        assert set(door.live()) == {"Patient/p1", f"Condition/new-{turn}", "Group/all"}
    assert (datetime.now(UTC) - started).total_seconds() < 10
