"""Several patients by one search: the same as each alone, whatever a clinic does wrong; only with fewer
requests.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abstractor.chart import Seen
from abstractor.fhir.about import about
from abstractor.fhir.endpoint import Pulled, Unpulled, connect
from abstractor.fhir.held import Held, HeldType, Wanted
from abstractor.fhir.together import groups
from abstractor.fhir.types import TYPES_READ
from fixtures.clinic.door import Door
from fixtures.clinic.faults.table import FAULTS
from fixtures.clinic.quirks import QUIRKS
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.pull.alike import alike
from tests.integration.pull.clinics import answer, bundle, outcome, quick, record, scripted

KINDS = ("Condition", "Encounter", "MedicationRequest", "Observation", "Procedure")
DRUG = {"medicationReference": {"reference": "Medication/drug"}}


def people(number: int) -> list[dict[str, Any]]:
    """Each has a few records of every kind, so that a stranger can be found for any search."""
    told = [
        record(kind, f"{kind.lower()}-{who}-{n}", patient=f"p{who}", **DRUG if "Med" in kind else {})
        for who in range(number)
        for kind in KINDS
        for n in range(1 + (who + len(kind)) % 4)
    ]
    return [
        record("Medication", "drug", patient=None),
        *(record("Patient", f"p{n}") for n in range(number)),
        *told,
    ]


def sorted_out(found: Sequence[Pulled | Unpulled]) -> list[Pulled | str]:
    done = sorted(found, key=lambda one: one.patient)
    return [f"{one.patient}: {one.failure}" if isinstance(one, Unpulled) else alike(one) for one in done]


def both(door: Door, **more: Any) -> tuple[list[Pulled | str], list[Pulled | str], int, int]:
    """What came by lists, what came of each alone, and how many requests either took."""
    # Not everybody, so that there are others whose records could come along.
    patients = [Wanted(f"Patient/{one}") for one in door.members()[1:]]
    told: list[list[Pulled | str]] = []
    asked: list[int] = []
    for pieces in ([patients], [[one] for one in patients]):
        door.heard(forget=True)
        with connect(quick(door.url, at_once=4, read_timeout=20, tries=2, **more)) as clinic:
            found = [one for some in pieces for one in clinic.pull_each(some, TYPES_READ)]
        told.append(sorted_out(found))
        asked.append(len(door.heard()))
    return told[0], told[1], asked[0], asked[1]


def test_the_stories_come_the_same_with_fewer_requests() -> None:
    with open_clinic(list(all_stories())[::3]) as door:
        lists, alone, few, many = both(door)
    assert lists == alone and len(lists) > 20
    assert few * 2 < many


# Those that strike always, touch a search, and leave something to be pulled.
STRIKING = (
    *("forbidden-type=Observation", "missing-type=Observation", "page-expired", "html-login=Encounter"),
    *("outcome-as-200=Condition", "truncated-json=Condition", "truncated-gzip", "next-loop", "missing-next"),
    *("next-foreign-host", "relative-next", "duplicate-ids", "page-reorder", "empty-entries", "null-entry"),
    *("outcome-entry", "outcome-entry-4119", "unknown-type", "foreign-patient", "include-ignored"),
    *("absolute-medication", "mixed-zones", "unavailable-always=Procedure", "reset-mid-page=Procedure"),
)


@pytest.mark.parametrize("fault", STRIKING)
def test_what_a_clinic_does_wrong_costs_neither_more_nor_less(fault: str) -> None:
    with open_clinic(faults=[fault]) as door:
        door.reset(people(7))
        lists, alone, _, _ = both(door, page_size=3)
    assert lists == alone


@pytest.mark.parametrize("quirk", sorted(set(QUIRKS) - {"throttle-once", "error-500-twice"}))
def test_quirks_cost_neither_more_nor_less(quirk: str) -> None:
    with open_clinic(quirks=[quirk]) as door:
        door.reset(people(5))
        lists, alone, _, _ = both(door, page_size=3)
    assert lists == alone


def test_the_faults_that_are_tried_are_there() -> None:
    assert {one.partition("=")[0] for one in STRIKING} <= {fault.name for fault in FAULTS}


@pytest.fixture(scope="module")
def shared() -> Iterator[Door]:
    with open_clinic() as door:
        yield door


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.lists(st.tuples(st.integers(0, 12), st.sampled_from(KINDS)), max_size=60),
    number=st.integers(1, 13),
    page_size=st.sampled_from([1, 2, 7, 200]),
    odd=st.sampled_from(["nothing", "gone", "merged", "of-two", "of-nobody"]),
)
def test_whatever_the_charts_hold(
    shared: Door, held: list[tuple[int, str]], number: int, page_size: int, odd: str
) -> None:
    charts = [record("Patient", f"p{n}") for n in range(number + 1)]
    charts += [record(kind, f"r{at}", patient=f"p{who % number + 1}") for at, (who, kind) in enumerate(held)]
    if odd == "of-two":
        charts.append({**record("Condition", "odd", patient="p1"), "patient": {"reference": "Patient/p2"}})
    if odd == "of-nobody":
        charts.append(record("Condition", "odd", patient=None))
    shared.reset(charts)
    if odd == "gone":
        shared.set_group(shared.members())
        shared.delete("Patient", "p1")
    elif odd == "merged" and number > 1:
        shared.merge("p1", "p2")
    lists, alone, _, _ = both(shared, page_size=page_size)
    assert lists == alone


def understands(
    taken: Callable[[list[str]], list[str]], *, totals: bool = True
) -> dict[str, Callable[[httpx.Request], httpx.Response]]:
    """A clinic that makes of a list what it likes. Some have nothing of a kind, and every third nothing."""

    def reply(request: httpx.Request) -> httpx.Response:
        kind = request.url.path.rpartition("/")[2]
        asked = parse_qs(request.url.query.decode())
        named = (asked.get("patient") or asked.get("_id") or [""])[0].split(",")
        them = taken(named) if len(named) > 1 else named
        if kind == "Patient":
            told = [record("Patient", one) for one in them]
        else:
            told = [
                record(kind, f"{one}-{kind}-{n}", patient=one)
                for one in them
                for n in range(int(one[1:]) % 3 if kind == "Condition" else one == "p25")
            ]
        if "_summary" in asked:
            return httpx.Response(200, content=bundle(total=len(told)))
        size = int(asked["_count"][0])
        # Without a total and without a next link: a full page may be all, or not.
        page = bundle(*told, total=len(told)) if totals else bundle(*told[:size])
        return httpx.Response(200, content=page)

    return dict.fromkeys(["Patient", "Condition", "Procedure"], reply) | {
        f"Patient/p{n}": lambda request: httpx.Response(
            200, content=json.dumps(record("Patient", request.url.path.rpartition("/")[2])).encode()
        )
        for n in range(40)
    }


@pytest.mark.parametrize(
    ("what", "taken"),
    [
        ("all", lambda named: named),
        ("backwards", lambda named: named[::-1]),
        ("the first", lambda named: named[:1]),
        ("the last", lambda named: named[-1:]),
        ("the first five", lambda named: named[:5]),
        ("none", lambda named: []),
        ("somebody else", lambda named: ["p39"]),
        ("one more", lambda named: [*named, "p39"]),
        ("one twice", lambda named: [*named, named[0]]),
    ],
)
def test_a_clinic_that_misunderstands_lists_passes_nobody_over(
    what: str, taken: Callable[[list[str]], list[str]]
) -> None:
    patients = [Wanted(f"Patient/p{n}") for n in range(36)]
    kinds = ("Condition", "Medication", "Patient", "Practitioner", "Procedure")
    with scripted(understands(taken), at_once=4) as (clinic, asked):
        lists = sorted_out(list(clinic.pull_each(patients, kinds)))
        few = len(asked)
    with scripted(understands(taken)) as (clinic, asked):
        alone = sorted_out([clinic.pull(one.patient, kinds) for one in patients])
    assert lists == alone
    assert few < len(asked) or what not in ("all", "backwards")


@pytest.mark.parametrize("page_size", [1, 4, 50])
def test_where_no_totals_are_given_a_full_page_is_counted(page_size: int) -> None:
    patients = [Wanted(f"Patient/p{n}") for n in range(36)]
    kinds = ("Condition", "Medication", "Patient", "Practitioner", "Procedure")
    clinic_says = understands(lambda named: named, totals=False)
    with scripted(clinic_says, at_once=4, page_size=page_size) as (clinic, _):
        lists = sorted_out(list(clinic.pull_each(patients, kinds)))
    with scripted(clinic_says, page_size=page_size) as (clinic, _):
        alone = sorted_out([clinic.pull(one.patient, kinds) for one in patients])
    assert lists == alone


@pytest.mark.parametrize(
    ("refusal", "times"),
    [
        (httpx.Response(400, content=outcome("invalid")), 1),
        (httpx.Response(404), 1),
        (b"<html>", 1),
        (httpx.Response(503), 4),  # trouble that may pass teaches nothing: each group tries
    ],
)
def test_a_clinic_that_refuses_lists_is_asked_once(refusal: Any, times: int) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        named = request.url.params["patient"]
        if "," in named:
            return refusal if isinstance(refusal, httpx.Response) else httpx.Response(200, content=refusal)
        return httpx.Response(200, content=bundle(record("Condition", f"c-{named}", patient=named), total=1))

    patients = [Wanted(f"Patient/p{n}") for n in range(40)]
    with scripted({"Condition": reply}, tries=1, at_once=4) as (clinic, asked):
        found = [one for one in clinic.pull_each(patients, ["Condition"]) if isinstance(one, Pulled)]
    assert {answer(one, "Condition").state for one in found} == {Seen.COMPLETE} and len(found) == 40
    assert sum("," in one.url.params.get("patient", "") for one in asked) == times
    assert len(asked) == 1 + times + 40


def marked(pulled: Pulled) -> Held:
    """What would be held of a patient after that pull."""
    now = datetime.now(UTC)
    known = [one for one in map(about, (each.body for each in pulled.received)) if one is not None]
    return Held(
        {
            name: HeldType(
                through, frozenset(one.id or "" for one in known if one.resourceType == name), marked_at=now
            )
            for name, through in pulled.through.items()
        }
    )


@pytest.mark.parametrize("few", [0, 2, 50])
def test_of_whom_much_is_held_the_changes_are_asked_for_by_lists_too(few: int) -> None:
    with open_clinic() as door:
        door.reset(people(20))
        patients = [f"Patient/{one}" for one in door.members()]
        endpoint = quick(door.url, at_once=2, few=few)
        with connect(endpoint) as clinic:
            first = [one for one in clinic.pull_each(map(Wanted, patients), KINDS) if isinstance(one, Pulled)]
        held = {one.patient: marked(one) for one in first}
        door.add(record("Condition", "new", patient="p3"))
        door.delete("Procedure", "procedure-3-0")
        door.heard(forget=True)
        with connect(endpoint) as clinic:
            lists = list(clinic.pull_each([Wanted(one, held[one]) for one in patients], KINDS))
        few_asked = door.heard(forget=True)
        with connect(endpoint) as clinic:
            alone = [clinic.pull(one, KINDS, held[one]) for one in patients]
    assert sorted_out(lists) == sorted_out(alone)
    by_list = [one for one in few_asked if "%2C" in one.query or "," in one.query]
    assert by_list and any("_lastUpdated" in one.query for one in by_list) == (few < 50)
    assert len(few_asked) < len(door.heard())


@pytest.mark.parametrize(
    ("number", "at_once", "sizes"),
    [
        (0, 4, []),
        (1, 4, [1]),
        (3, 4, [1, 1, 1]),
        (8, 4, [2] * 4),
        (39, 4, [10, 10, 10, 9]),
        (45, 4, [10] * 4 + [5]),
    ],
)
def test_groups_are_smaller_where_threads_would_have_none(
    number: int, at_once: int, sizes: list[int]
) -> None:
    patients = [Wanted(f"Patient/p{n}") for n in range(number)]
    some = list(groups(patients, 10, at_once=at_once))
    assert [len(one) for one in some] == sizes and [one for each in some for one in each] == patients


def test_ids_that_are_long_or_fit_no_address() -> None:
    patients = [Wanted(f"Patient/{n:0200}") for n in range(20)] + [Wanted("Patient/../x"), Wanted("nobody")]
    sizes = [len(one) for one in groups(patients, 10, at_once=2)]
    assert sizes == [5, 5, 5, 1, 1, 5]


def test_nobody_connects_once_for_each_of_a_group_where_nobody_listens() -> None:
    with open_clinic() as door:
        door.reset(people(20))
        with connect(quick(door.url, tries=1)) as clinic:
            clinic.plan()
            door.go_down()
            found = list(clinic.pull_each([Wanted(f"Patient/p{n}") for n in range(20)], KINDS))
    assert len(found) == 20 and all(isinstance(one, Unpulled) for one in found)
