"""Pages under guard: nothing foreign is asked, nothing comes twice, what may lack something says so."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from abstractor.chart import Seen
from abstractor.fhir.held import Held, HeldType
from tests.integration.pull.clinics import BASE, PATIENT, answer, bundle, outcome, record, scripted

ONE, TWO, THREE = (record("Condition", f"c{n}") for n in (1, 2, 3))
STRANGERS = record("Condition", "c9", patient="p2")
PRACTITIONER = record("Practitioner", "d1", patient=None)
WITHHELD = {"resource": json.loads(outcome("suppressed")), "search": {"mode": "outcome"}}
OTHER = {"resourceType": "Procedure", "id": "o1", "subject": {"reference": "Patient/p1"}}
ELSEWHERE = {
    "resourceType": "Condition",
    "id": "c8",
    "subject": {"reference": "https://b.example/Patient/p1"},
}
INCLUDED = {"resource": PRACTITIONER, "search": {"mode": "include"}}

NEXT = {"relation": "next", "url": "?b"}
FOREIGN = "page 1: foreign-host"


def first(following: str, *entries: object, total: int | None = None) -> bytes:
    """A page that is not the last."""
    return bundle(*(entries or (ONE,)), following=following, total=total)


WHOLE = [
    # what the clinic sends          its answers                                                     came
    ("nothing", [bundle()], 0),
    ("no entry at all", [b'{"resourceType":"Bundle","type":"searchset"}'], 0),
    ("one page", [bundle(ONE, TWO)], 2),
    ("two pages", [first("?b"), bundle(TWO)], 2),
    ("two links, one empty", [bundle(ONE, link=[{"relation": "next"}, NEXT]), bundle(TWO)], 2),
    ("an empty page on the way", [bundle(following="?b"), bundle(TWO)], 1),
    ("the same on two pages", [first("?b", ONE, TWO), bundle(TWO, THREE)], 3),
    ("a total that fits", [bundle(ONE, TWO, total=2)], 2),
    ("a total too small", [bundle(ONE, TWO, total=1)], 2),
    ("something included", [bundle(ONE, INCLUDED, total=1)], 1),
    ("an odd search element", [bundle({"resource": ONE, "search": "match"})], 1),
]
PARTIAL = [
    # what the clinic sends          its answers                                               came, detail
    ("a total of more", [bundle(ONE, total=2)], 1, "total-larger"),
    ("a page shifted", [first("?b", ONE, TWO, total=3), bundle(TWO)], 2, "total-larger"),
    ("an included one too many", [bundle(ONE, INCLUDED, total=2)], 1, "total-larger"),
    ("something withheld", [bundle(ONE, WITHHELD)], 1, "outcome:suppressed"),
    ("all withheld", [bundle(WITHHELD)], 0, "outcome:suppressed"),
    ("an outcome of no mode", [bundle(ONE, json.loads(outcome("made-up")))], 1, "outcome:unlisted"),
    ("another patient's", [bundle(ONE, STRANGERS)], 1, "foreign-patient"),
    ("another server's patient", [bundle(ONE, ELSEWHERE)], 1, "foreign-patient"),
    ("another type beside it", [bundle(ONE, OTHER)], 1, "wrong-type"),
    ("another type alone", [bundle(OTHER, total=1)], 0, "wrong-type; total-larger"),
    ("null", [bundle(ONE, None)], 1, "null-entry"),
    ("text for an entry", [bundle(ONE, "x")], 1, "entry-without-resource"),
    ("no resource", [bundle(ONE, {"resource": None})], 1, "entry-without-resource"),
    ("no resourceType", [bundle(ONE, {"resource": {"id": "x"}})], 1, "unreadable-resource"),
    ("a loop", [first("?a"), first("?a", TWO)], 2, "page 2: page-loop"),
    ("another host", [first("https://evil.example/fhir")], 1, FOREIGN),
    ("another port", [first("https://clinic.example:8443/fhir")], 1, FOREIGN),
    ("another scheme", [first("file:///etc/passwd")], 1, FOREIGN),
    ("no address", [first("https://[x")], 1, "page 1: unusable-link"),
    ("an empty address", [first("")], 1, "page 1: unusable-link"),
    ("a blank address", [first(" ")], 1, "page 1: unusable-link"),
    ("next of no address", [bundle(ONE, link=[{"relation": "next"}])], 1, "page 1: unusable-link"),
    (
        "next of null",
        [bundle(ONE, total=1, link=[{"relation": "next", "url": None}])],
        1,
        "page 1: unusable-link",
    ),
    ("an expired page", [first("?b"), httpx.Response(410)], 1, "page 2: http-410"),
    ("a list for a page", [first("?b"), b'{"resourceType":"List"}'], 1, "page 2: not-a-searchset"),
]
REFUSED = [
    ("a history", [bundle(ONE, type="history")], "not-a-searchset"),
    ("a resource", [json.dumps(ONE).encode()], "not-a-searchset"),
    ("a Bundle of odd parts", [bundle(ONE, link={})], "not-a-searchset"),
]
ANSWERS = [
    *((what, answers, (Seen.COMPLETE if came else Seen.EMPTY, came, None)) for what, answers, came in WHOLE),
    *((what, answers, (Seen.PARTIAL, came, detail)) for what, answers, came, detail in PARTIAL),
    *((what, answers, (Seen.REFUSED, 0, detail)) for what, answers, detail in REFUSED),
]


@pytest.mark.parametrize(("what", "answers", "expected"), ANSWERS, ids=[what for what, *_ in ANSWERS])
def test_a_search(what: str, answers: list[object], expected: tuple[Seen, int, str | None]) -> None:
    with scripted({"Condition": answers}) as (clinic, _):
        given = answer(clinic.pull(PATIENT, ["Condition"]), "Condition")
    assert (given.state, given.count, given.detail) == expected


@pytest.mark.parametrize(
    ("following", "address"),
    [
        ("?page=2", f"{BASE}/Condition?page=2"),
        ("Condition?page=2", f"{BASE}/Condition?page=2"),
        ("/fhir/Condition?page=2", f"{BASE}/Condition?page=2"),
        (f"{BASE}/Condition?page=2#top", f"{BASE}/Condition?page=2"),
        ("https://CLINIC.example:443/fhir/Condition?page=2", f"{BASE}/Condition?page=2"),
    ],
)
def test_links_to_the_next_page_may_be_relative(following: str, address: str) -> None:
    with scripted({"Condition": [bundle(ONE, following=following), bundle(TWO)]}) as (clinic, asked):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert answer(pulled, "Condition").state is Seen.COMPLETE
    assert str(asked[-1].url) == address


def test_pages_without_end_are_cut_off() -> None:
    def endless(request: httpx.Request) -> bytes:
        turn = int(request.url.params.get("turn", 0))
        return bundle(record("Condition", f"c{turn}"), following=f"?turn={turn + 1}")

    with scripted({"Condition": endless}, max_pages=7) as (clinic, _):
        given = answer(clinic.pull(PATIENT, ["Condition"]), "Condition")
    assert (given.state, given.count, given.detail) == (Seen.PARTIAL, 7, "page 7: page-cap")


def test_an_endpoint_that_ignores_the_patient_is_not_emptied() -> None:
    def everybody(request: httpx.Request) -> bytes:
        turn = int(request.url.params.get("turn", 0))
        return bundle(record("Condition", f"c{turn}", patient=f"q{turn}"), following=f"?turn={turn + 1}")

    with scripted({"Condition": everybody}) as (clinic, asked):
        pulled = clinic.pull(PATIENT, ["Condition"])
    given = answer(pulled, "Condition")
    assert (given.state, given.detail) == (Seen.PARTIAL, "foreign-patient; filter-ignored")
    assert (pulled.received, pulled.foreign, len(asked)) == ((), 3, 4)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (bundle(total=2), (Seen.COMPLETE, None)),
        (bundle(total=3), (Seen.PARTIAL, "total-larger")),
        (bundle(ONE, TWO), (Seen.PARTIAL, "total-unknown")),
        (httpx.Response(400), (Seen.PARTIAL, "total-unknown")),
    ],
)
def test_a_full_page_without_next_or_total_is_counted(
    counted: object, expected: tuple[Seen, str | None]
) -> None:
    with scripted({"Condition": [bundle(ONE, TWO), counted]}, page_size=2) as (clinic, asked):
        given = answer(clinic.pull(PATIENT, ["Condition"]), "Condition")
    assert (given.state, given.detail) == expected
    assert dict(asked[-1].url.params) == {"patient": "p1", "_summary": "count"}


def test_an_address_that_the_clinic_calls_its_own_is_its_own() -> None:
    link = [{"relation": "self", "url": "http://inside.example/r4/Condition?patient=p1"}]
    inside = {**ONE, "subject": {"reference": "http://inside.example/r4/Patient/p1"}}
    with scripted({"Condition": [bundle(inside, link=link)]}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert (answer(pulled, "Condition").state, pulled.foreign) == (Seen.COMPLETE, 0)


def test_a_record_edited_between_two_pages_has_the_type_asked_for_once_more() -> None:
    edited = record("Condition", "c1", meta={"versionId": "2"})
    torn = [first("?b", ONE, TWO, total=3), bundle(edited, total=3)]
    with scripted({"Condition": [*torn, bundle(TWO, THREE, edited, total=3)]}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert (answer(pulled, "Condition").state, len(pulled.received)) == (Seen.COMPLETE, 3)


@pytest.mark.parametrize("total", [None, 10], ids=["no total", "the total of the page"])
@pytest.mark.parametrize(("there", "state"), [(25, Seen.PARTIAL), (10, Seen.COMPLETE)])
def test_a_clinic_of_smaller_pages_that_says_no_next_is_found_out(
    total: int | None, there: int, state: Seen
) -> None:
    def ten(request: httpx.Request) -> bytes:
        if "_summary" in request.url.params:
            return bundle(total=there)
        return bundle(*(record("Condition", f"c{at}") for at in range(10)), total=total)

    with scripted({"Condition": ten}) as (clinic, asked):
        assert answer(clinic.pull(PATIENT, ["Condition"]), "Condition").state is state
    assert len([one for one in asked if "Condition" in one.url.path]) == 2


def small(most: int, there: int, *, total: bool, counts: bool, tells: bool) -> Callable[[httpx.Request], Any]:
    """A clinic whose pages hold `most`; where it `tells` of more, it takes `_count` and gives next links."""

    def reply(request: httpx.Request) -> Any:
        asked = request.url.params
        if "_summary" in asked:
            return bundle(total=there) if counts else httpx.Response(400)
        size = min(most, int(asked.get("_count", 1)) if tells else most)
        start = int(asked.get("start", 0))
        found = [record("Condition", f"c{at}") for at in range(start, min(start + size, there))]
        following = f"?start={start + size}&_count={size}" if tells and start + size < there else None
        return bundle(*found, total=len(found) if total else None, following=following)

    return reply


@pytest.mark.parametrize("total", [False, True], ids=["no total", "the total of the page"])
@pytest.mark.parametrize(
    ("most", "there", "counts", "tells", "state", "requests"),
    [
        (5, 12, True, False, Seen.PARTIAL, 3),
        (5, 5, True, False, Seen.COMPLETE, 3),
        (5, 12, True, True, Seen.COMPLETE, 3),
        (200, 5, True, True, Seen.COMPLETE, 2),
        (200, 5, False, True, Seen.COMPLETE, 2),
        (200, 4, False, False, Seen.COMPLETE, 1),
    ],
)
def test_a_few_are_not_taken_for_all_where_a_page_may_hold_no_more(
    most: int, there: int, counts: bool, tells: bool, state: Seen, requests: int, total: bool
) -> None:
    says = small(most, there, total=total, counts=counts, tells=tells)
    with scripted({"Condition": says}) as (clinic, asked):
        assert answer(clinic.pull(PATIENT, ["Condition"]), "Condition").state is state
    assert len([one for one in asked if "Condition" in one.url.path]) == requests


def test_where_neither_links_nor_totals_nor_counts_are_given_a_few_may_be_a_part() -> None:
    with scripted({"Condition": small(5, 12, total=False, counts=False, tells=False)}) as (clinic, _):
        given = answer(clinic.pull(PATIENT, ["Condition"]), "Condition")
    assert (given.state, given.detail) == (Seen.PARTIAL, "total-unknown")


def test_a_clinic_that_tells_of_more_is_asked_that_once() -> None:
    says = small(200, 7, total=False, counts=True, tells=True)
    with scripted({"Condition": says}) as (clinic, asked):
        states = {answer(clinic.pull(PATIENT, ["Condition"]), "Condition").state for _ in range(6)}
    assert states == {Seen.COMPLETE}
    assert len([one for one in asked if one.url.params.get("_count") == "1"]) == 1


def test_counts_that_agree_are_enough_until_a_type_ends_at_the_same_few_again() -> None:
    says = small(200, 6, total=False, counts=True, tells=False)
    with scripted({"Condition": says}) as (clinic, asked):
        for _ in range(8):
            clinic.pull(PATIENT, ["Condition"])
    assert len([one for one in asked if "_summary" in one.url.params]) == 3


def test_a_type_of_smaller_pages_than_the_others_is_found_out() -> None:
    """Of the others next links are known, so it takes three answers that end at the same."""
    paged = small(50, 60, total=False, counts=True, tells=True)
    says = {"Condition": small(6, 9, total=False, counts=True, tells=False), "Encounter": paged}
    with scripted(says) as (clinic, _):
        clinic.pull(PATIENT, ["Encounter"])
        states = [answer(clinic.pull(PATIENT, ["Condition"]), "Condition").state for _ in range(4)]
    assert states == [Seen.COMPLETE, Seen.COMPLETE, Seen.PARTIAL, Seen.PARTIAL]


@pytest.mark.parametrize(
    ("counted", "whole"), [(bundle(total=0), True), (bundle(total=2), False), (httpx.Response(400), False)]
)
def test_what_is_held_stays_on_a_bare_empty_answer(counted: object, whole: bool) -> None:
    held = Held({"Condition": HeldType(ids=frozenset({"c1"}))})
    with scripted({"Condition": [bundle(), counted]}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"], held)
    assert ("Condition" in pulled.whole) is whole
    expected = (Seen.EMPTY, None) if whole else (Seen.PARTIAL, "empty-unconfirmed")
    assert (answer(pulled, "Condition").state, answer(pulled, "Condition").detail) == expected


def test_two_bodies_under_one_id_are_kept_and_told_and_two_alike_without_id_are_two() -> None:
    other = record("Condition", "c1", note=[{"text": "changed"}])
    nameless = record("Condition")
    page = bundle(ONE, other, nameless, nameless, total=4)
    with scripted({"Condition": [page, page]}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert len(pulled.received) == 4
    assert answer(pulled, "Condition").detail == "one-id-twice; total-larger"
    assert pulled.whole == frozenset()
    assert pulled.received[3].origin == f"{BASE}/Condition#4"


@pytest.mark.parametrize(
    ("about", "own"),
    [
        ({"reference": "Patient/p1"}, True),
        ({"reference": f"{BASE}/Patient/p1"}, True),
        ({"reference": f"{BASE}/Patient/p1/_history/3"}, True),
        ({"reference": "http://CLINIC.example/fhir/Patient/p1"}, True),
        ({"reference": "https://inside.example/r4/Patient/p1"}, False),
        ({"reference": "#p"}, True),
        ({"display": "no reference"}, True),
        ({"reference": "Group/p2"}, True),
        ({"reference": "Patient/p11"}, False),
        ({"reference": f"{BASE}/Patient/p2"}, False),
    ],
)
def test_whose_resource_it_is(about: dict[str, str], own: bool) -> None:
    resource = {"resourceType": "Condition", "id": "c1", "subject": about}
    with scripted({"Condition": [bundle(resource)]}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert (len(pulled.received), pulled.foreign) == ((1, 0) if own else (0, 1))


def test_one_resource_too_deep_for_the_decoder_does_not_cost_its_neighbours() -> None:
    deep = b'{"resourceType":"Condition","id":"d","subject":{"reference":"Patient/p1"},"x":%s1%s}'
    deep %= b"[" * 5000, b"]" * 5000
    first = bundle(ONE, {"resource": "HERE"}, total=3, following="?p=2").replace(b'"HERE"', deep)
    with scripted({"Condition": [first, bundle(TWO)]}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert [one.body for one in pulled.received] == [json.dumps(ONE).encode(), deep, json.dumps(TWO).encode()]
    given = answer(pulled, "Condition")
    assert (given.state, given.count, given.detail) == (Seen.PARTIAL, 2, "unreadable-resource")


def test_a_string_of_ten_megabytes_comes_whole() -> None:
    long = record("Condition", "c1", note=[{"text": "x" * 10_000_000}])
    with scripted({"Condition": [bundle(long)]}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert (json.loads(pulled.received[0].body), answer(pulled, "Condition").state) == (long, Seen.COMPLETE)


def test_the_exact_bytes_of_a_resource_are_cut_out() -> None:
    odd = b'{ "resourceType":"Condition","id" : "c1" ,\n "n":1.00, "t":"\\u00e9\xc3\xa9" }'
    page = (
        b'\xef\xbb\xbf{"resourceType":"Bundle","type":"searchset","entry":[ {"resource" :  %s ,"x":1} ]}'
        % odd
    )
    with scripted({"Condition": [page]}) as (clinic, _):
        assert [one.body for one in clinic.pull(PATIENT, ["Condition"]).received] == [odd]
