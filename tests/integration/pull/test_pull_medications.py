"""Medications that orders refer to are read, once each; one that is not there is said to be missing."""

import json
from typing import Any

import httpx
import pytest

from abstractor.chart import Seen
from tests.integration.pull.clinics import BASE, PATIENT, answer, bundle, record, scripted, statement

TYPES = ["MedicationRequest", "Medication"]
M1 = {"resourceType": "Medication", "id": "m1", "code": {"text": "trastuzumab"}}


def order(identity: str, reference: str) -> dict[str, Any]:
    return record("MedicationRequest", identity, medicationReference={"reference": reference})


def body(resource: dict[str, Any]) -> bytes:
    return json.dumps(resource).encode()


@pytest.mark.parametrize(
    "reference",
    [
        "Medication/m1",
        f"{BASE}/Medication/m1",
        "Medication/m1/_history/2",
        f"{BASE}/Medication/m1/_history/2",
    ],
)
def test_a_reference_to_this_endpoint_is_read(reference: str) -> None:
    with scripted({"MedicationRequest": bundle(order("o1", reference)), "Medication/m1": body(M1)}) as (
        clinic,
        _,
    ):
        pulled = clinic.pull(PATIENT, TYPES)
    assert body(M1) in {one.body for one in pulled.received}
    assert (answer(pulled, "Medication").state, answer(pulled, "Medication").count) == (Seen.COMPLETE, 1)


def test_it_is_asked_once_for_all_orders_and_all_patients() -> None:
    orders = bundle(order("o1", "Medication/m1"), order("o2", "Medication/m1"))
    replies = {"MedicationRequest": orders, "Medication/m1": [body(M1)]}
    with scripted(replies) as (clinic, asked):
        first, second = clinic.pull(PATIENT, TYPES), clinic.pull(PATIENT, TYPES)
    assert first == second
    assert sum(one.url.path.endswith("/m1") for one in asked) == 1


@pytest.mark.parametrize(
    ("reference", "replies", "detail"),
    [
        ("Medication/m9", {"Medication/m9": httpx.Response(404)}, "unresolved-reference:http-404"),
        ("Medication/m9", {"Medication/m9": httpx.Response(410)}, "unresolved-reference:http-410"),
        ("Medication/m9", {"Medication/m9": body(M1)}, "unresolved-reference"),
        ("Medication/m9", {"Medication/m9": body(record("Condition", "m9"))}, "unresolved-reference"),
        ("https://evil.example/Medication/m9", {}, "unresolved-reference"),
        ("urn:uuid:00000000-0000-0000-0000-000000000000", {}, "unresolved-reference"),
        ("Medication/..", {}, "unresolved-reference"),
    ],
)
def test_one_that_is_not_there_leaves_the_order_and_says_so(
    reference: str, replies: dict[str, Any], detail: str
) -> None:
    found = {
        "MedicationRequest": bundle(order("o1", reference), order("o2", "Medication/m1")),
        "Medication/m1": body(M1),
    }
    with scripted({**found, **replies}) as (clinic, _):
        pulled = clinic.pull(PATIENT, TYPES)
    given = answer(pulled, "Medication")
    assert (given.state, given.count, given.detail) == (Seen.PARTIAL, 1, detail)
    assert answer(pulled, "MedicationRequest").state is Seen.COMPLETE
    assert len(pulled.received) == 3


@pytest.mark.parametrize("status", [404, 503])
def test_only_a_lasting_no_is_remembered(status: int) -> None:
    missing = [httpx.Response(status)] * (1 if status == 404 else 3) + [body(M1)]
    replies = {"MedicationRequest": bundle(order("o1", "Medication/m1")), "Medication/m1": missing}
    with scripted(replies) as (clinic, _):
        states = [answer(clinic.pull(PATIENT, TYPES), "Medication").state for _ in range(2)]
    assert states == [Seen.PARTIAL, Seen.PARTIAL if status == 404 else Seen.COMPLETE]


def test_contained_and_included_ones_are_not_asked_for() -> None:
    included = {"resource": M1, "search": {"mode": "include"}}
    page = bundle(order("o1", "#med"), order("o2", "Medication/m1"), included)
    with scripted({"MedicationRequest": page}) as (clinic, asked):
        pulled = clinic.pull(PATIENT, TYPES)
    given = answer(pulled, "Medication")
    assert (given.state, given.count, len(asked)) == (Seen.COMPLETE, 1, 2)


def test_there_is_a_cap_for_one_patient() -> None:
    orders = bundle(*(order(f"o{n}", f"Medication/m{n}") for n in range(4)))
    medications = {f"Medication/m{n}": body({**M1, "id": f"m{n}"}) for n in range(4)}
    with scripted({"MedicationRequest": orders, **medications}, max_references=3) as (clinic, _):
        given = answer(clinic.pull(PATIENT, TYPES), "Medication")
    assert (given.state, given.count, given.detail) == (Seen.PARTIAL, 3, "reference-cap")


def test_the_memory_is_bounded() -> None:
    orders = bundle(*(order(f"o{n}", f"Medication/m{n}") for n in range(3)))
    medications = {f"Medication/m{n}": body({**M1, "id": f"m{n}"}) for n in range(3)}
    with scripted({"MedicationRequest": orders, **medications}, cached_references=2) as (clinic, asked):
        for _ in range(2):
            assert answer(clinic.pull(PATIENT, TYPES), "Medication").state is Seen.COMPLETE
    assert sum("/Medication/" in one.url.path for one in asked) > 3


@pytest.mark.parametrize(
    ("orders", "listed", "expected"),
    [
        (bundle(), {}, (Seen.EMPTY, None)),
        (bundle(), {"MedicationRequest": ()}, (Seen.EMPTY, None)),
        (bundle(order("o1", "Medication/m1")), {"MedicationRequest": ()}, (Seen.REFUSED, "not-listed")),
        (bundle(total=4), {}, (Seen.PARTIAL, "orders-not-whole")),
        (httpx.Response(403), {}, (Seen.PARTIAL, "orders-not-whole")),
    ],
)
def test_what_is_said_where_nothing_is_referred_to(
    orders: object, listed: dict[str, tuple[str, ...]], expected: tuple[Seen, str | None]
) -> None:
    with scripted({"metadata": statement(listed), "MedicationRequest": orders}) as (clinic, _):
        given = answer(clinic.pull(PATIENT, TYPES), "Medication")
    assert (given.state, given.detail) == expected
