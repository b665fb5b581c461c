"""A pull by search under a token that grants less than was asked: a server filters without a word, and
nothing of what it left out is taken for seen. The words are those of a bulk export.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from abstractor.chart import Seen
from abstractor.errors import ClinicMisbehaved
from abstractor.fhir.bulk.asked import export_asked
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Pulled
from abstractor.fhir.held import Held, HeldType
from abstractor.fhir.smart.scopes import granted_by
from tests.clock import Clock
from tests.unit.fhir_smart.scripted import granted, scripted_clinic, signed_in

PARTLY = "system/Patient.rs system/Condition.rs?category=encounter-diagnosis"
TYPES = ["Patient", "Condition", "Encounter"]
CONDITION = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/1"}}
GROUP = {
    "resourceType": "Group",
    "id": "g",
    "actual": True,
    "member": [{"entity": {"reference": "Patient/1"}}],
}


def page(*found: dict[str, Any]) -> httpx.Response:
    entries = [{"resource": one, "search": {"mode": "match"}} for one in found]
    told = {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}
    return httpx.Response(200, json=told)


PATHS: dict[str, Any] = {"Condition": page(CONDITION), "Encounter": page(), "Patient": page()}


def pulled(scope: str | None, *, types: Sequence[str] = TYPES, held: Held | None = None) -> Pulled:
    _, clinic = signed_in(Clock())
    with scripted_clinic(granted(scope=scope), paths=PATHS), clinic:
        return clinic.pull("Patient/1", types, held or Held())


def said(one: Pulled) -> dict[str, tuple[Seen, str | None]]:
    return {answer.type: (answer.state, answer.detail) for answer in one.answers}


WHOLE = {
    "Patient": (Seen.COMPLETE, None),
    "Condition": (Seen.COMPLETE, None),
    "Encounter": (Seen.EMPTY, None),
}
NOTHING = dict.fromkeys(TYPES, (Seen.REFUSED, "not-granted"))


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (
            PARTLY,
            {
                "Patient": (Seen.COMPLETE, None),
                "Condition": (Seen.PARTIAL, "partly-granted"),
                "Encounter": (Seen.REFUSED, "not-granted"),
            },
        ),
        ("", NOTHING),
        ("user/*.rs patient/*.rs openid", NOTHING),
        ("system/*.rs?_lastUpdated=gt2024-01-01", dict.fromkeys(TYPES, (Seen.PARTIAL, "partly-granted"))),
        ("system/*.rs", WHOLE),
        ("system/Patient.rs,system/Condition.rs,system/Encounter.rs", WHOLE),
        ("api://clinic.example/.default", WHOLE),
        (None, WHOLE),
    ],
)
def test_what_is_not_granted_is_never_complete_nor_empty(
    scope: str | None, found: dict[str, tuple[Seen, str | None]]
) -> None:
    assert said(pulled(scope)) == found


def test_a_type_that_is_not_granted_is_not_asked_for_and_one_in_part_is_said_so_in_its_row() -> None:
    _, clinic = signed_in(Clock())
    with scripted_clinic(granted(scope=PARTLY), paths=PATHS) as asked, clinic:
        rows = {row.type: (str(row.said), row.asked) for row in clinic.pull("Patient/1", TYPES).rows}
    assert rows == {
        "Patient": ("answered", "read"),
        "Condition": ("partly-authorised", "patient"),
        "Encounter": ("not-asked", None),
    }
    assert not [one for one in asked.clinic if one.url.path.endswith("/Encounter")]


def test_a_search_and_an_export_read_a_scope_alike() -> None:
    _, clinic = signed_in(Clock())
    with scripted_clinic(granted(scope=PARTLY), paths=PATHS), clinic:
        rows = {row.type: row.detail for row in clinic.pull("Patient/1", TYPES).rows}
        export = export_asked(clinic.plan(), TYPES, group=None, granted=granted_by(PARTLY, TYPES))
    assert export.unasked == {"Encounter": rows["Encounter"]}
    assert {name: rows[name] for name in export.partly} == {"Condition": "partly-granted"}


def test_what_is_held_of_a_type_that_is_granted_in_part_is_kept() -> None:
    found = pulled(PARTLY, held=Held({"Condition": HeldType(ids=frozenset({"c0", "c1"}))}))
    assert "Condition" not in found.whole and "Condition" not in found.through
    assert found.whole == {"Patient"}


def renewing(*scopes: str) -> Callable[[httpx.Request], httpx.Response]:
    """A token endpoint whose tokens grant one after the other."""
    left, told = list(scopes), list[str]()

    def reply(_: httpx.Request) -> httpx.Response:
        scope = left.pop(0) if len(left) > 1 else left[0]
        told.append(scope)
        return granted(f"token-{len(told)}", scope=scope, expires_in=600)

    return reply


@pytest.mark.parametrize(
    ("scopes", "state"),
    [
        (("system/*.rs", PARTLY), (Seen.PARTIAL, "partly-granted")),
        ((PARTLY, "system/*.rs"), (Seen.PARTIAL, "partly-granted")),
        (("system/*.rs", "system/*.rs"), (Seen.COMPLETE, None)),
    ],
    ids=["narrower", "wider", "the same"],
)
def test_a_token_renewed_in_mid_search_makes_a_type_no_more_whole(
    scopes: tuple[str, ...], state: tuple[Seen, str | None]
) -> None:
    unknown = httpx.Response(401)
    _, clinic = signed_in(Clock())
    paths = {**PATHS, "Condition": [unknown, page(CONDITION)]}
    with scripted_clinic(renewing(*scopes), paths=paths), clinic:
        assert said(clinic.pull("Patient/1", ["Patient", "Condition"]))["Condition"] == state


def test_a_later_token_counts_from_then_on() -> None:
    clock = Clock()
    _, clinic = signed_in(clock)
    with scripted_clinic(renewing(PARTLY, "system/*.rs"), paths=PATHS), clinic:
        assert said(clinic.pull("Patient/1", TYPES))["Encounter"] == (Seen.REFUSED, "not-granted")
        clock.sleep(700)
        # The first request with the new token is what brings it.
        assert said(clinic.pull("Patient/1", TYPES))["Encounter"] == (Seen.EMPTY, None)


@pytest.mark.parametrize(
    ("setup", "scope", "told"),
    [
        ({"by_diagnosis": True}, PARTLY, "partly-granted"),
        ({"by_diagnosis": True}, "system/Patient.rs", "not-granted"),
        ({}, "system/Condition.rs", "not-granted"),
        ({"group": "g"}, "system/Patient.rs", None),
    ],
    ids=["diagnosis in part", "diagnosis", "everybody", "a Group"],
)
def test_a_cohort_that_a_scope_may_narrow_is_said_not_to_be_whole(
    setup: dict[str, Any], scope: str, told: str | None
) -> None:
    """A Group is read by its address: there a server says no, and leaves nothing out without a word."""
    _, clinic = signed_in(Clock())
    paths = {**PATHS, "Group/g": httpx.Response(200, content=json.dumps(GROUP))}
    chosen = ClinicSetup("N", "https://clinic.example/fhir", **setup)
    listed: list[str | None] = []
    with scripted_clinic(granted(scope=scope), paths=paths), clinic:
        cohort = clinic.cohort(chosen, ["http://snomed.info/sct|254837009"])
        if told is None:
            listed.extend(one.reference for one in cohort)
        else:
            with pytest.raises(ClinicMisbehaved, match=told):
                listed.extend(one.reference for one in cohort)
    assert listed == ([] if setup == {} else ["Patient/1"])


def test_lists_of_patients_are_not_asked_of_a_type_that_is_granted_in_part() -> None:
    _, clinic = signed_in(Clock())
    with scripted_clinic(granted(scope=PARTLY), paths=PATHS) as asked, clinic:
        plan = clinic.plan()
        lists = plan.dialect.default.lists
        assert [name for name in TYPES if plan.takes_lists(name, lists)] == ["Patient"]
    assert all("," not in str(parse_qs(one.url.query.decode())) for one in asked.clinic)
