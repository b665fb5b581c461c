"""Who the patients are: by search or by a Group, all of them, or an error after the last one that came."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from abstractor.errors import ClinicError, ClinicMisbehaved, ClinicRefused, OptionError
from abstractor.fhir.endpoint import connect
from fixtures.clinic.running import running_clinic
from tests.integration.pull.clinics import BASE, bundle, outcome, quick, record, scripted, write

P1, P2 = record("Patient", "p1"), record("Patient", "p2")
BODIES = {f"Patient/{one['id']}": json.dumps(one).encode() for one in (P1, P2)}


def group(*references: str, **more: object) -> bytes:
    members = [{"entity": {"reference": reference}, **more} for reference in references]
    return json.dumps({"resourceType": "Group", "member": members}).encode()


def until_error(listing: Iterator[object]) -> tuple[int, ClinicError | None]:
    """How many came, and the error after them."""
    came = 0
    try:
        for _ in listing:
            came += 1
    except ClinicError as error:
        return came, error
    return came, None


@pytest.mark.parametrize("page_size", [1, 2, 3, 50])
@pytest.mark.parametrize("named", [None, "all", "Group/all"])
def test_the_sample_clinic_lists_every_patient_once(
    tmp_path: Path, page_size: int, named: str | None
) -> None:
    folder = write(tmp_path, [record("Patient", f"p{n}") for n in range(5)])
    with running_clinic(folder) as url, connect(quick(url, page_size=page_size)) as clinic:
        bodies = [json.loads(one.body)["id"] for one in clinic.patients(group=named)]
        references = list(clinic.references(group=named))
    assert bodies == [f"p{n}" for n in range(5)]
    assert references == [f"Patient/p{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("pages", "came", "gap"),
    [
        ([bundle(P1, following="?b"), bundle(P2)], 2, None),
        ([bundle(P1, None)], 2, None),
        ([bundle(P1, total=2)], 1, "total-larger"),
        ([bundle(P1, following="https://evil.example/")], 1, "foreign-host"),
        ([bundle(P1, {"resource": json.loads(outcome("suppressed"))})], 1, "outcome:suppressed"),
        ([bundle(P1, following="?b"), httpx.Response(410)], 1, "page 2: http-410"),
    ],
)
def test_a_search_that_may_lack_patients_ends_in_an_error(
    pages: list[object], came: int, gap: str | None
) -> None:
    with scripted({"Patient": pages}) as (clinic, _):
        number, error = until_error(clinic.patients())
    assert (number, error is None) == (came, gap is None)
    assert gap is None or gap in str(error)


def test_the_first_patients_are_given_while_the_list_still_comes_in() -> None:
    with scripted({"Patient": [bundle(P1, following="?b"), bundle(P2)]}) as (clinic, asked):
        listing = clinic.references()
        assert (next(listing), len(asked)) == ("Patient/p1", 2)
        assert list(listing) == ["Patient/p2"]


def test_where_no_patients_are_listed_a_group_is_asked_for() -> None:
    with (
        scripted({"Patient": httpx.Response(403)}) as (clinic, _),
        pytest.raises(ClinicRefused, match="Group"),
    ):
        list(clinic.references())


@pytest.mark.parametrize(
    ("members", "whole"),
    [
        (group("Patient/p1", "Patient/p2", "Patient/p1"), True),
        (group(f"{BASE}/Patient/p1", "Patient/p2/_history/3"), True),
        (group("Patient/p1", "Patient/p2", "Practitioner/d1"), False),
        (group("Patient/p1", "Patient/p2", ""), False),
    ],
)
def test_members_of_a_group(members: bytes, whole: bool) -> None:
    with scripted({"Group/g": members, **BODIES}) as (clinic, _):
        for listing in (clinic.patients(group="g"), clinic.references(group="g")):
            came, error = until_error(listing)
            assert (came, error is None) == (2, whole)


@pytest.mark.parametrize(
    ("more", "gap"),
    [
        ({"id": "g", "actual": True, "quantity": 2}, None),
        ({"quantity": 1}, None),
        ({"actual": True, "characteristic": [{"exclude": False}]}, None),
        ({"quantity": 3}, "counts 3 members and lists 2"),
        ({"id": "another"}, "another than the one asked for"),
        ({"actual": False}, "a definition, not a list"),
        ({"characteristic": [{"exclude": False}]}, "a definition, not a list"),
        ({"quantity": 9, "id": "another"}, "counts 9 members"),
    ],
)
def test_a_group_that_is_short_or_another(more: dict[str, object], gap: str | None) -> None:
    told = json.dumps({**json.loads(group("Patient/p1", "Patient/p2")), **more}).encode()
    with scripted({"Group/g": told, **BODIES}) as (clinic, _):
        for listing in (clinic.patients(group="g"), clinic.references(group="g")):
            came, error = until_error(listing)
            assert (came, error is None) == (2, gap is None)
            assert gap is None or gap in str(error)


@pytest.mark.parametrize(
    ("twice", "told"),
    [
        ('"member":[],"member":[{"entity":{"reference":"Patient/p2"}}]', 1),
        ('"quantity":9,"member":[{"entity":{"reference":"Patient/p1"}}],"quantity":1', 1),
        ('"id":"other","id":"g","member":[{"entity":{"reference":"Patient/p1"}}]', 1),
        ('"member":[{"entity":{"reference":"Patient/p1"},"entity":{"reference":"Patient/p2"}}]', 1),
        ('"member":[{"entity":{"reference":"Patient/p1","reference":"Patient/p2"}}]', 1),
        ('"member":[{"entity":{"reference":"Patient/p1"},"inactive":false,"inactive":true}]', 0),
        ('"member":[{"entity":{"reference":"Patient/p1"}},{"entity":{"reference":"Patient/p2"}}]', None),
        ('"member":[{"entity":{"reference":"Patient/p1"}}],"name":"one","name":"two"', None),
    ],
)
def test_a_group_that_says_something_twice_is_not_taken_for_whole(twice: str, told: int | None) -> None:
    body = f'{{"resourceType":"Group",{twice}}}'.encode()
    with scripted({"Group/g": body, **BODIES}) as (clinic, _):
        came, error = until_error(clinic.references(group="g"))
    if told is None:
        assert error is None
    else:
        assert (came, "twice: nobody knows which" in str(error)) == (told, True)


def test_a_group_that_counts_members_and_lists_none() -> None:
    told = b'{"resourceType": "Group", "id": "g", "quantity": 25}'
    with scripted({"Group/g": told}) as (clinic, _):
        came, error = until_error(clinic.references(group="g"))
    assert (came, "counts 25 members and lists 0" in str(error)) == (0, True)


def test_a_member_who_has_left_may_be_counted_or_not() -> None:
    """FHIR lets the count leave out those who have left: so those who are left are held against it."""
    told = json.loads(group("Patient/p1", inactive=True))
    told["member"] += json.loads(group("Patient/p2"))["member"]
    with scripted({"Group/g": json.dumps({**told, "quantity": 1}).encode()}) as (clinic, _):
        assert until_error(clinic.references(group="g")) == (1, None)


def test_a_member_without_a_patient_is_still_named_for_the_pull() -> None:
    replies = {"Group/g": group("Patient/p1", "Patient/p2"), **BODIES, "Patient/p1": httpx.Response(404)}
    with scripted(replies) as (clinic, _):
        assert until_error(clinic.references(group="g")) == (2, None)
        came, error = until_error(clinic.patients(group="g"))
    assert (came, type(error)) == (1, ClinicMisbehaved)


def test_a_member_who_has_left_is_left_out() -> None:
    with scripted({"Group/g": group("Patient/p1", inactive=True)}) as (clinic, _):
        assert until_error(clinic.references(group="g")) == (0, None)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.Response(404), ClinicRefused),
        (b'{"resourceType":"List"}', ClinicMisbehaved),
        (b'{"resourceType":"Group","member":{}}', ClinicMisbehaved),
    ],
)
def test_a_group_that_is_not_there(reply: object, error: type[Exception]) -> None:
    with scripted({"Group/g": reply}) as (clinic, _), pytest.raises(error):
        list(clinic.references(group="g"))


def test_a_group_id_that_could_lead_elsewhere() -> None:
    with scripted({}) as (clinic, _), pytest.raises(OptionError):
        list(clinic.references(group="../Patient"))
