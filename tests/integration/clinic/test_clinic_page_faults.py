"""F21 to F40: what is wrong with pages, and with the records on them."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import ids, link, record

TIMES = ["2026-01-01T10:00:00Z", "2026-01-02T23:30:00+01:00", "2026-01-03"]


def records() -> list[dict[str, Any]]:
    drug = {"medicationReference": {"reference": "Medication/drug"}}
    return [
        *(record("Patient", one) for one in ("p1", "p2", "p3")),
        *(record("Encounter", f"e{one}", patient="p1", period={"start": TIMES[one % 3]}) for one in range(5)),
        record("Encounter", "other", patient="p2"),
        record("Medication", "drug"),
        record("MedicationRequest", "order", patient="p1", **drug),
    ]


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(most=2) as opened:
        opened.reset(records())
        yield opened


def get(door: Door, address: str = "Encounter?patient=p1") -> httpx.Response:
    return httpx.get(f"{door.url}/{address}")


def pages(door: Door, address: str = "Encounter?patient=p1") -> list[httpx.Response]:
    """Until there is no next link; twelve at most."""
    found = [get(door, address)]
    while len(found) < 12 and (following := link(found[-1], "next")) is not None:
        found.append(httpx.get(str(httpx.URL(f"{door.url}/").join(following))))
    return found


def every(found: list[httpx.Response]) -> list[str]:
    return [one for page in found for one in ids(page)]


def test_without_a_fault_everything_comes_once(door: Door) -> None:
    assert every(pages(door)) == ["e0", "e1", "e2", "e3", "e4"]


def test_f21_the_next_page_is_the_same_page(door: Door) -> None:
    door.arm("next-loop")
    assert every(pages(door))[:6] == ["e0", "e1", "e0", "e1", "e0", "e1"]


def test_f22_the_next_page_is_somewhere_else(door: Door) -> None:
    door.arm("next-foreign-host")
    assert httpx.URL(str(link(get(door), "next"))).host == "elsewhere.invalid"


def test_f23_the_next_link_is_relative(door: Door) -> None:
    door.arm("relative-next")
    assert str(link(get(door), "next")).startswith("Encounter?_page=")
    assert every(pages(door)) == ["e0", "e1", "e2", "e3", "e4"]


def test_f24_no_next_link_although_there_is_more(door: Door) -> None:
    door.arm("missing-next@2")
    found = pages(door)
    assert (every(found), found[-1].json()["total"]) == (["e0", "e1", "e2", "e3"], 5)


def test_f25_the_last_record_of_a_page_comes_again(door: Door) -> None:
    door.arm("duplicate-ids")
    assert every(pages(door)) == ["e0", "e1", "e1", "e2", "e3", "e3", "e4"]


def test_f26_the_pages_are_sorted_anew(door: Door) -> None:
    door.arm("page-reorder")
    found = every(pages(door))
    assert len(found) == 5
    assert len(set(found)) < 5


def test_f27_an_empty_list_and_a_next_link(door: Door) -> None:
    door.arm("empty-entries")
    found = pages(door)
    assert found[0].json()["entry"] == []
    assert every(found) == ["e0", "e1", "e2", "e3", "e4"]


def test_f28_null_among_the_entries(door: Door) -> None:
    door.arm("null-entry")
    assert get(door).json()["entry"][-1] is None


@pytest.mark.parametrize(("fault", "code"), [("outcome-entry", "59204"), ("outcome-entry-4119", "4119")])
def test_f29_an_outcome_entry(door: Door, fault: str, code: str) -> None:
    door.arm(fault)
    last = get(door).json()["entry"][-1]
    assert last["search"]["mode"] == "outcome"
    assert last["resource"]["issue"][0]["details"]["coding"][0]["code"] == code


def test_f30_a_type_that_nobody_knows(door: Door) -> None:
    door.arm("unknown-type")
    answer = get(door).json()
    assert answer["entry"][-1]["resource"]["resourceType"] == "Quibble"
    assert answer["total"] == 6


def test_f31_a_contained_type_that_nobody_knows(door: Door) -> None:
    door.arm("unknown-contained")
    first = get(door).json()["entry"][0]["resource"]
    assert (first["id"], first["contained"][0]["resourceType"]) == ("e0", "Quibble")


def test_f32_a_record_of_another_patient(door: Door) -> None:
    door.arm("foreign-patient")
    assert ids(get(door)) == ["e0", "e1", "other"]


def test_f33_a_merged_patient(door: Door) -> None:
    door.arm("merged-patient=p2")
    assert get(door, "Patient/p2").json()["link"][0]["other"]["reference"] == "Patient/p1"
    assert door.members() == ["p1", "p3"]
    assert ids(get(door, "Encounter?patient=p2")) == []


def test_f34_a_member_of_the_group_was_deleted(door: Door) -> None:
    door.arm("deleted-patient")
    assert door.members() == ["p1", "p2", "p3"]
    assert get(door, "Patient/p3").status_code == 410


def test_f35_includes_are_ignored(door: Door) -> None:
    address = "MedicationRequest?patient=p1&_include=MedicationRequest:medication"
    assert ids(get(door, address), "include") == ["drug"]
    door.arm("include-ignored")
    answer = get(door, address)
    assert ids(answer, "include") == []
    assert "_include" not in str(link(answer, "self"))


def test_f36_references_to_drugs_are_absolute(door: Door) -> None:
    door.arm("absolute-medication")
    found = get(door, "MedicationRequest?patient=p1").json()["entry"][0]["resource"]
    assert found["medicationReference"]["reference"] == f"{door.url}/Medication/drug"
    assert get(door, "MedicationRequest/order").json() == found


def test_f37_records_that_refer_to_each_other(door: Door) -> None:
    door.arm("circular-references")
    live = door.live()
    one, other = live["Observation/circle-1"], live["Observation/circle-2"]
    assert one["hasMember"][0]["reference"] == "Observation/circle-2"
    assert other["hasMember"][0]["reference"] == "Observation/circle-1"
    assert live["MedicationRequest/circle-order"]["subject"]["reference"] == "Patient/p1"


def test_f38_a_note_of_10_mb(door: Door) -> None:
    door.arm("large-note=p2")
    answer = get(door, "DocumentReference?patient=p2")
    assert len(answer.content) > 13_000_000
    assert ids(answer) == ["large-note"]


def test_f39_a_thousand_pages(door: Door) -> None:
    door.arm("thousand-pages")
    first = get(door, "Observation?patient=p1&_count=50")
    assert (first.json()["total"], len(ids(first))) == (1000, 1)
    assert len(every(pages(door, "Observation?patient=p1"))) == 12
    door.disarm()
    assert len(ids(get(door, "Observation?patient=p1"))) == 2


def test_f40_every_record_in_another_zone(door: Door) -> None:
    plain = [one for page in pages(door) for one in starts(page)]
    door.arm("mixed-zones")
    mixed = [one for page in pages(door) for one in starts(page)]
    assert list(map(moment, mixed)) == list(map(moment, plain))
    assert len(Counter(re.sub(r".*T.{8}", "", one) for one in mixed if "T" in one)) > 1


def starts(page: httpx.Response) -> list[str]:
    return [one["resource"]["period"]["start"] for one in page.json()["entry"]]


def moment(words: str) -> datetime | str:
    return datetime.fromisoformat(words) if "T" in words else words


def test_the_records_of_a_fault_come_back_after_a_reset(door: Door) -> None:
    door.arm("deleted-patient=p2")
    door.reset(records())
    assert get(door, "Patient/p2").status_code == 410
