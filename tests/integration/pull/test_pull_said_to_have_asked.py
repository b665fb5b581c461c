"""What a clinic says that it searched for is held against what it was asked, at each search."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from abstractor.chart import Seen
from abstractor.errors import ClinicMisbehaved
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Pulled
from abstractor.fhir.held import Wanted
from tests.integration.pull.clinics import BASE, PATIENT, answer, bundle, record, scripted

PEOPLE = [f"p{n}" for n in range(40)]
CODES = ["http://hl7.org/fhir/sid/icd-10-cm|C50.911", "http://hl7.org/fhir/sid/icd-10-cm|C79.31"]


def own(query: str) -> dict[str, Any]:
    return {"link": [{"relation": "self", "url": f"{BASE}/X?{query}"}]}


@pytest.mark.parametrize(
    ("told", "state", "detail"),
    [
        ("patient=p1&_count=200", Seen.EMPTY, None),
        ("subject=https%3A%2F%2Fclinic.example%2Ffhir%2FPatient%2Fp1", Seen.EMPTY, None),
        ("patient=zzz", Seen.PARTIAL, "ignored:patient"),
        ("patient=", Seen.PARTIAL, "ignored:patient"),
    ],
)
def test_silence_about_another_patient_is_none_about_this_one(
    told: str, state: Seen, detail: str | None
) -> None:
    with scripted({"Condition": bundle(total=0, **own(told))}) as (clinic, _):
        found = answer(clinic.pull(PATIENT, ["Patient", "Condition"]), "Condition")
    assert (found.state, found.detail) == (state, detail)


def cutting(*, links: bool, after: int) -> Callable[[httpx.Request], httpx.Response]:
    """Takes whole lists so many times, then the first of each alone; without links no totals."""
    lists: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        named = request.url.params["patient"].split(",")
        if len(named) > 1:
            lists.append(request.url.params["patient"])
            named = named if len(lists) <= after else named[:1]
        # Every fifth has nothing.
        found = [record("Encounter", f"e-{one}", patient=one) for one in named if int(one[1:]) % 5]
        if "_summary" in request.url.params:
            return httpx.Response(200, content=bundle(total=len(found)))
        more: dict[str, Any] = {"total": len(found), **own(f"patient={','.join(named)}")} if links else {}
        return httpx.Response(200, content=bundle(*found, **more))

    return reply


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("after", [0, 1, 2, 3, 100])
def test_a_list_is_looked_at_each_time(after: int, links: bool) -> None:
    with scripted({"Encounter": cutting(links=links, after=after)}, at_once=4) as (clinic, asked):
        found = list(clinic.pull_each((Wanted(f"Patient/{one}") for one in PEOPLE), ["Encounter"]))
    counts = {one.patient: len(one.received) for one in found if isinstance(one, Pulled)}
    assert counts == {f"Patient/{one}": int(int(one[1:]) % 5 > 0) for one in PEOPLE}
    assert after != 100 or len(asked) < len(PEOPLE)


def test_a_cohort_of_fewer_diagnoses_than_were_asked_for_is_a_gap() -> None:
    page = bundle(record("Condition", "c1"), total=1, **own(f"code={CODES[0].replace('|', '%7C')}"))
    setup = ClinicSetup("N", BASE, by_diagnosis=True)
    listed: list[str | None] = []
    with scripted({"Condition": page}) as (clinic, _), pytest.raises(ClinicMisbehaved, match="ignored:code"):
        listed.extend(one.reference for one in clinic.cohort(setup, CODES))
    assert listed == [PATIENT]


def test_no_value_of_the_link_is_told_on() -> None:
    page = bundle(total=0, **own("patient=canary-1"))
    with scripted({"Condition": page}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Condition"])
    assert "canary" not in json.dumps([str(row) for row in pulled.rows])
