"""Pulled again: what changed is asked for, or all of it, and the ledger says why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from abstractor.fhir.endpoint import Pulled, Unpulled, connect
from abstractor.fhir.held import Held, HeldType, Kind, Wanted
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.pull.clinics import PATIENT, bundle, quick, record, scripted

TYPES = ("Condition", "Medication", "MedicationRequest", "Observation", "Patient")
START = datetime(2023, 5, 1, 8, 0, tzinfo=UTC)
PULLED = START + timedelta(minutes=10)
LABS = 12
CODED: Any = {"category": [{"coding": [{"code": "laboratory"}]}]}
ORDER: Any = {"intent": "order", "medicationReference": {"reference": "Medication/m1"}}


def beginning() -> list[dict[str, Any]]:
    return [
        record("Patient", "p1"),
        record("Patient", "p2"),
        *(record("Observation", f"o{at}", **CODED) for at in range(LABS)),
        record("Condition", "c1"),
        record("MedicationRequest", "r1", **ORDER),
        record("Medication", "m1", patient=None, code={"text": "letrozole"}),
    ]


@contextmanager
def clinic_of(personality: str) -> Iterator[Door]:
    """Its records are ten minutes old."""
    with open_clinic(personality=personality, clock=START) as opened:
        opened.reset(beginning())
        opened.advance(600)
        yield opened


@pytest.fixture
def door() -> Iterator[Door]:
    with clinic_of("plain") as opened:
        yield opened


def pull(door: Door, held: Held | None = None, **more: Any) -> Pulled:
    given = {"few": 0, "page_size": 4, "tries": 1, **{k: v for k, v in more.items() if k != "dialect"}}
    with connect(quick(door.url, **given), now=door.now, dialect=more.get("dialect", "auto")) as clinic:
        clinic.capability()
        door.heard(forget=True)
        return clinic.pull(PATIENT, TYPES, held or Held())


def held_after(pulled: Pulled) -> Held:
    """What is held once this first pull is kept."""
    ids: dict[str, set[str]] = defaultdict(set)
    for name, identity in (one.split("/") for one in came(pulled)):
        ids[name].add(identity)
    types = {name: HeldType(at, frozenset(ids[name]), at) for name, at in pulled.through.items()}
    return Held(types, {"MedicationRequest/r1": "Medication/m1"})


def asked(door: Door, kind: str) -> list[dict[str, list[str]]]:
    return [parse_qs(one.query) for one in door.heard() if one.path == f"/{kind}"]


def came(pulled: Pulled) -> set[str]:
    return {"/".join(one.origin.rsplit("/", 2)[1:]) for one in pulled.received}


def notices(pulled: Pulled) -> Mapping[str, str | None]:
    return {row.type: row.detail for row in pulled.rows if (row.detail or "").startswith("notice:")}


def test_only_what_changed_comes(door: Door) -> None:
    first = pull(door)
    door.advance(3600)
    door.edit(record("Observation", "o3", **CODED, status="amended"))
    again = pull(door, held_after(first))
    assert (first.kind, again.kind) == (Kind.FULL, Kind.INCREMENTAL)
    assert came(again) == {"Observation/o3", "Patient/p1", "Medication/m1"}
    # A page holds four, so the twelve records were three pages; a search for changes and a count are two.
    assert [sorted(one) for one in asked(door, "Observation")] == [
        ["_count", "_lastUpdated", "patient"],
        ["_summary", "patient"],
    ]
    assert again.whole == {"Medication", "Patient"}
    assert set(again.through) == set(TYPES)
    assert set(again.through.values()) == {PULLED + timedelta(hours=1)}


def test_the_ledger_says_of_which_time_it_was_asked(door: Door) -> None:
    held = held_after(pull(door))
    door.advance(3600)
    (row,) = (one for one in pull(door, held).rows if one.type == "Observation")
    assert (row.since, row.until) == ("2023-05-01T08:05:00Z", "2023-05-01T09:10:00Z")
    assert (row.asked, row.said, row.count) == ("patient+_lastUpdated", "empty", 0)


def test_what_was_written_a_while_before_the_mark_is_asked_for_again(door: Door) -> None:
    held = held_after(pull(door))
    for minutes, name in ((4, "o3"), (6, "o4")):
        door.stop_clock(PULLED - timedelta(minutes=minutes))
        door.edit(record("Observation", name, **CODED))
    door.stop_clock(PULLED + timedelta(hours=1))
    again = came(pull(door, held))
    assert "Observation/o3" in again and "Observation/o4" not in again


@pytest.mark.parametrize("more", [0, 1], ids=["deleted", "deleted, and another added"])
def test_a_deletion_is_noticed_by_the_count(door: Door, more: int) -> None:
    held = held_after(pull(door))
    door.advance(3600)
    door.delete("Observation", "o5")
    for at in range(more):
        door.add(record("Observation", f"new{at}", **CODED))
    again = pull(door, held)
    assert "Observation" in again.whole
    assert notices(again) == {"Observation": "notice:count-differs"}
    assert len([one for one in came(again) if one.startswith("Observation")]) == LABS - 1 + more


def test_an_edited_drug_of_an_order_that_did_not_change_comes(door: Door) -> None:
    held = held_after(pull(door))
    door.advance(3600)
    door.edit(record("Medication", "m1", patient=None, code={"text": "anastrozole"}))
    again = pull(door, held)
    assert "MedicationRequest/r1" not in came(again)
    (drug,) = (one.body for one in again.received if one.origin.endswith("Medication/m1"))
    assert b"anastrozole" in drug


def test_a_drug_that_no_order_names_any_more_is_not_read(door: Door) -> None:
    held = held_after(pull(door))
    door.advance(3600)
    door.edit(record("MedicationRequest", "r1", intent="order", medicationCodeableConcept={"text": "x"}))
    again = pull(door, held)
    assert "Medication/m1" not in came(again)
    assert "Medication" in again.whole


@pytest.mark.parametrize("fault", ["forbidden-type=Observation", "page-expired=Observation@2"])
def test_a_type_that_fails_is_neither_whole_nor_marked(door: Door, fault: str) -> None:
    held = held_after(pull(door))
    door.advance(3600)
    door.delete("Observation", "o1")
    door.arm(fault)
    again = pull(door, held)
    assert "Observation" not in {*again.whole, *again.through}
    assert {"Condition", "Patient"} <= set(again.through)


def test_a_clinic_that_passes_the_time_over_is_asked_for_all_of_it_from_then_on() -> None:
    with clinic_of("epic") as door:
        held = held_after(pull(door, dialect="plain"))
        door.advance(3600)
        again = pull(door, held, dialect="plain")
        told = {row.type: row for row in again.rows if row.said == "answered"}
    assert told["Condition"].detail == "notice:since-ignored"
    assert told["Condition"].since is None
    assert next(one for one in again.answers if one.type == "Condition").state.whole
    assert "Condition" in again.whole


def test_what_is_learned_of_one_patient_holds_for_the_next() -> None:
    with clinic_of("epic") as door:
        held = held_after(pull(door, dialect="plain"))
        with connect(quick(door.url, few=0), now=door.now, dialect="plain") as clinic:
            clinic.pull(PATIENT, ["Condition", "Patient"], held)
            door.heard(forget=True)
            again = clinic.pull(PATIENT, ["Condition", "Patient"], held)
        assert [sorted(one) for one in asked(door, "Condition")] == [["_count", "patient"]]
        assert notices(again) == {"Condition": "notice:since-ignored"}


def test_oracle_is_told_a_time_with_ge_and_orders_are_asked_for_whole() -> None:
    """Drugs come inside of their orders there: one that is edited does not touch the order."""
    with clinic_of("oracle") as door:
        held = held_after(pull(door))
        door.advance(3600)
        again = pull(door, held)
        first, count = asked(door, "Observation")
        assert first["_lastUpdated"] == ["ge2023-05-01T08:05:00Z"]
        assert "date" not in first and count["_summary"] == ["count"]
        assert all("_lastUpdated" not in one for one in asked(door, "MedicationRequest"))
        assert not any("+" in one.query for one in door.heard())
    assert notices(again) == {"MedicationRequest": "notice:drugs-inside"}
    assert "Observation" in again.through and "Observation" not in again.whole


def test_few_records_are_asked_for_whole_in_one_search(door: Door) -> None:
    held = held_after(pull(door))
    door.advance(3600)
    again = pull(door, held, few=2)
    assert {"Condition", "MedicationRequest"} <= again.whole
    assert len(asked(door, "Condition")) == 1


@pytest.mark.parametrize("change", ["merge", "delete"])
@pytest.mark.parametrize("name", ["plain", "epic", "oracle", "athena"])
def test_of_a_patient_who_is_gone_or_merged_nothing_is_known_any_more(name: str, change: str) -> None:
    with clinic_of(name) as door:
        held = held_after(pull(door))
        door.advance(3600)
        if change == "merge":
            door.merge("p1", "p2")
        else:
            door.delete_patient("p1")
        again = pull(door, held)
    assert again.through == {}
    assert not any(one.state.whole for one in again.answers if one.type in ("Condition", "Observation"))
    assert {"Condition", "Observation"} <= again.whole
    stays = change == "merge" and name in ("plain", "oracle")
    assert again.deleted == ({} if stays else {"Patient": {"p1"}})


@pytest.mark.parametrize(
    ("date", "ahead", "notice"),
    [
        (None, timedelta(), "clock-not-told"),
        ("Mon, 01 May 2023 08:00:00 GMT", timedelta(hours=1), "clock-set-back"),
        ("Mon, 01 May 2023 08:00:00 GMT", timedelta(), None),
    ],
)
def test_a_clock_that_is_not_told_or_was_set_back_costs_a_whole_search(
    date: str | None, ahead: timedelta, notice: str | None
) -> None:
    """`ahead`: how much more the clinic's clock was ahead of ours when the type was marked."""
    dated = {} if date is None else {"Date": date}
    page = bundle(record("Condition", "c1"), total=1)
    replies = {
        "metadata": httpx.Response(200, content=b'{"resourceType":"CapabilityStatement"}', headers=dated),
        "Condition": lambda _: httpx.Response(200, content=page, headers=dated),
    }
    with scripted(replies, few=0) as (clinic, requests):
        now = datetime.now(UTC)
        marked = now - timedelta(days=1)
        offset = START - now if date is not None else timedelta()
        held = HeldType(marked + offset + ahead, frozenset({"c1"}), marked)
        pulled = clinic.pull(PATIENT, ["Condition"], Held({"Condition": held}))
        since = [one.url.params.get("_lastUpdated") for one in requests if "Condition" in one.url.path]
    assert notices(pulled) == ({} if notice is None else {"Condition": f"notice:{notice}"})
    assert (since[0] is None) is (notice is not None)
    assert set(pulled.through) == (set() if date is None else {"Condition"})


@pytest.mark.parametrize(
    ("changes", "count", "notice"),
    [
        (httpx.Response(400), None, "since-refused"),
        (bundle(total=0), httpx.Response(400), "not-counted"),
        (bundle(total=0), bundle(), "not-counted"),
        (bundle({"resource": None}, total=1), bundle(total=1), "changes-in-doubt"),
    ],
)
def test_what_the_clinic_will_not_tell_is_asked_for_whole(changes: Any, count: Any, notice: str) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        told = bundle(record("Condition", "c1"), total=1)
        given = changes if "_lastUpdated" in request.url.params else told
        given = count if "_summary" in request.url.params else given
        return httpx.Response(200, content=given) if isinstance(given, bytes) else given

    dated = {"Date": "Mon, 01 May 2023 08:00:00 GMT"}
    metadata = httpx.Response(200, content=b'{"resourceType":"CapabilityStatement"}', headers=dated)
    with scripted({"metadata": metadata, "Condition": reply}, few=0) as (clinic, _):
        held = HeldType(START - timedelta(days=9), frozenset({"c1"}), datetime.now(UTC))
        pulled = clinic.pull(PATIENT, ["Condition"], Held({"Condition": held}))
    assert notices(pulled) == {"Condition": f"notice:{notice}"}
    assert pulled.whole == {"Condition"}
    assert [one.body for one in pulled.received] != []


@pytest.mark.parametrize("name", ["plain", "oracle"])
def test_the_second_round_asks_for_a_fraction_of_the_first(name: str) -> None:
    """Six patients of 450 observations and a few other records; one record of each is edited in between.

    Measured: at a plain clinic, by lists, 24 requests and 352 kB of records, then 12 and 3 kB; at Oracle 37
    requests, then 31.
    """
    people = [f"p{at}" for at in range(6)]
    with clinic_of(name) as door:
        door.reset([one for person in people for one in chart(person)])
        door.advance(600)
        with connect(quick(door.url, at_once=1), now=door.now) as clinic:
            first = [one for one in clinic.pull_each([Wanted(f"Patient/{p}") for p in people], TYPES)]
        once = cost(door, first)
        door.advance(3600)
        for person in people:
            door.edit(record("Observation", f"{person}-o7", patient=person, status="amended", **CODED))
        held = [Wanted(one.patient, held_after(one)) for one in first if isinstance(one, Pulled)]
        with connect(quick(door.url, at_once=1), now=door.now) as clinic:
            again = cost(door, list(clinic.pull_each(held, TYPES)))
    assert again[0] < once[0]
    assert again[1] * 100 < once[1]


def chart(person: str) -> list[dict[str, Any]]:
    labs = (record("Observation", f"{person}-o{at}", patient=person, **CODED) for at in range(450))
    conditions = (record("Condition", f"{person}-c{at}", patient=person) for at in range(3))
    return [record("Patient", person), *labs, *conditions]


def cost(door: Door, pulled: Sequence[Pulled | Unpulled]) -> tuple[int, int]:
    """Requests, and the bytes of the records that came."""
    came = [one for each in pulled if isinstance(each, Pulled) for one in each.received]
    return len(door.heard(forget=True)), sum(len(one.body) for one in came)
