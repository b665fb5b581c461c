"""A patient in whose place something else comes: silence proves nothing, and what is held is held."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from abstractor.chart import Seen
from abstractor.fhir.endpoint import Pulled
from abstractor.fhir.held import NOTHING_HELD, Held, HeldType
from tests.integration.pull.clinics import PATIENT, answer, bundle, outcome, record, scripted

REPLACES = [{"type": "replaces", "other": {"reference": "Patient/p1"}}]
INTO_P9 = {"type": "replaced-by", "other": {"reference": "Patient/p9"}}
DATED = {"Date": "Mon, 01 May 2023 08:00:00 GMT"}
STATEMENT = httpx.Response(200, content=b'{"resourceType":"CapabilityStatement"}', headers=DATED)
MARKED = datetime(2023, 4, 1, tzinfo=UTC)


def pulled_from(replies: Mapping[str, Any], held: Held = NOTHING_HELD) -> Pulled:
    with scripted({"metadata": STATEMENT, **replies}, few=0, tries=1) as (clinic, _):
        return clinic.pull(PATIENT, ["Condition", "Encounter", "Patient"], held)


def nothing(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=bundle(total=0), headers=DATED)


def json_of(one: Any) -> bytes:
    return json.dumps(one).encode()


IN_ITS_PLACE = [
    # what comes for Patient/p1                              the Patient says                     the others
    (json_of(record("Patient", "p9")), "foreign-patient; another-patient", "another-patient"),
    (json_of(record("Patient", "p9", link=REPLACES)), "foreign-patient; patient-merged", "patient-merged"),
    (bundle(record("Patient", "p1")), "not-a-patient", "no-patient-came"),
    (outcome("deleted"), "operation-outcome:deleted", "patient-operation-outcome:deleted"),
    (json_of(record("Patient", "p1", link="p9")), None, "patient-links-unreadable"),
]


@pytest.mark.parametrize(("came", "of_patient", "of_others"), IN_ITS_PLACE)
def test_silence_proves_nothing_where_something_else_comes_for_the_patient(
    came: bytes, of_patient: str | None, of_others: str
) -> None:
    pulled = pulled_from({PATIENT: came, "Condition": nothing, "Encounter": nothing})
    assert answer(pulled, "Patient").detail == of_patient
    for kind in ("Condition", "Encounter"):
        assert (answer(pulled, kind).state, answer(pulled, kind).detail) == (Seen.PARTIAL, of_others)
    assert pulled.through == {}


def moved(_: httpx.Request) -> httpx.Response:
    page = bundle(record("Condition", "c1", patient="p9"), total=1)
    return httpx.Response(200, content=page, headers=DATED)


@pytest.mark.parametrize("conditions", [nothing, moved])
@pytest.mark.parametrize(("came", "of_patient", "of_others"), IN_ITS_PLACE)
def test_what_is_held_is_held_where_something_else_comes_for_the_patient(
    came: bytes, of_patient: str | None, of_others: str, conditions: Any
) -> None:
    known = HeldType(MARKED, frozenset({"c1"}), datetime.now(UTC) - timedelta(days=1))
    held = Held({"Condition": known, "Encounter": known})
    pulled = pulled_from({PATIENT: came, "Condition": conditions, "Encounter": nothing}, held)
    assert pulled.whole <= {"Patient"} and ("Patient" in pulled.whole) is (of_patient is None)
    assert (pulled.deleted, pulled.through) == ({}, {})
    assert of_others in (answer(pulled, "Condition").detail or "").split("; ")


def test_a_link_without_its_list_is_a_merge() -> None:
    came = json_of(record("Patient", "p1", link=INTO_P9))
    pulled = pulled_from({PATIENT: came, "Condition": nothing, "Encounter": nothing})
    assert answer(pulled, "Condition").detail == "patient-merged"


def test_a_patient_who_is_refused_costs_the_patient_alone() -> None:
    pulled = pulled_from({PATIENT: httpx.Response(403), "Condition": nothing, "Encounter": nothing})
    assert answer(pulled, "Condition").state is Seen.EMPTY
