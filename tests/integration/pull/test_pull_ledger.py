"""The rows that a pull leaves: one for each search, in the one word that fits best, with codes beside it."""

import json
from typing import Any

import httpx
import pytest

from abstractor.fhir.ledger import LedgerRow, Said
from tests.integration.pull.clinics import BASE, PATIENT, answer, bundle, outcome, record, scripted, statement

ONE, TWO = record("Condition", "c1"), record("Condition", "c2")
NOTICE = {
    "resourceType": "OperationOutcome",
    "issue": [
        {
            "severity": "warning",
            "code": "processing",
            "details": {"coding": [{"system": "urn:oid:1.2.840.114350.1.13.5.2.7.2.657369", "code": "4119"}]},
        }
    ],
}


def own(query: str) -> dict[str, Any]:
    return {"link": [{"relation": "self", "url": f"{BASE}/Condition?{query}"}]}


def rows(reply: Any, kind: str = "Condition") -> list[LedgerRow]:
    with scripted({kind: reply}, tries=1) as (clinic, _):
        return [row for row in clinic.pull(PATIENT, [kind, "Patient"]).rows if row.type == kind]


@pytest.mark.parametrize(
    ("reply", "said", "count", "total", "detail"),
    [
        (bundle(ONE, TWO, total=2), Said.ANSWERED, 2, 2, None),
        (bundle(), Said.EMPTY, 0, None, None),
        (bundle(ONE, total=3), Said.TRUNCATED, 1, 3, "total-larger"),
        (
            bundle(ONE, following="https://elsewhere.example/2"),
            Said.TRUNCATED,
            1,
            None,
            "page 1: foreign-host",
        ),
        (bundle(ONE, None), Said.TRUNCATED, 2, None, "null-entry"),
        (bundle(ONE, NOTICE), Said.PARTLY_AUTHORISED, 1, None, "outcome:processing; notice:4119"),
        (bundle(ONE, **own("patient=p1&_count=200")), Said.ANSWERED, 1, None, None),
        (bundle(ONE, **own("_count=200")), Said.IGNORED, 1, None, "ignored:patient"),
        (bundle(ONE, record("Condition", "c3", patient="p2")), Said.IGNORED, 1, None, "foreign-patient"),
        (httpx.Response(403, content=outcome("forbidden")), Said.REFUSED, 0, None, "http-403:forbidden"),
        (httpx.Response(503), Said.FAILED, 0, None, "http-503"),
        (httpx.ReadTimeout("slow"), Said.FAILED, 0, None, "time-out"),
        (b"<html>", Said.FAILED, 0, None, "not-fhir-json"),
    ],
)
def test_one_search(reply: Any, said: Said, count: int, total: int | None, detail: str | None) -> None:
    assert rows(reply) == [LedgerRow("Condition", None, None, said, count, total, "patient", detail)]


def remark(severity: str, code: str) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code}]}


@pytest.mark.parametrize(
    ("reply", "said", "detail"),
    [
        (bundle(ONE, remark("information", "informational")), Said.ANSWERED, None),
        (bundle(remark("information", "informational")), Said.EMPTY, None),
        (bundle(remark("warning", "not-found")), Said.EMPTY, None),
        (bundle(remark("warning", "not-found"), ONE), Said.TRUNCATED, "outcome:not-found"),
        (bundle(ONE, remark("warning", "made-up")), Said.TRUNCATED, "outcome:unlisted"),
        (bundle(ONE, remark("information", "suppressed")), Said.PARTLY_AUTHORISED, "outcome:suppressed"),
        (bundle(ONE, remark("error", "informational")), Said.TRUNCATED, "outcome:informational"),
    ],
)
def test_a_remark_among_the_records_is_no_loss(reply: Any, said: Said, detail: str | None) -> None:
    (row,) = rows(reply)
    assert (row.said, row.detail) == (said, detail)


def test_a_row_for_each_search_of_a_fan_out_and_one_for_what_none_of_them_finds() -> None:
    def by_status(request: httpx.Request) -> httpx.Response:
        match request.url.params.get("status"):
            case None:
                return httpx.Response(400, content=outcome("required"))
            case "active":
                return httpx.Response(200, content=bundle(record("CareTeam", "t1"), total=1))
            case "proposed":
                return httpx.Response(400, content=outcome("code-invalid"))
            case _:
                return httpx.Response(200, content=bundle(total=0))

    found = [(row.asked, row.said, row.count, row.detail) for row in rows(by_status, "CareTeam")]
    assert found == [
        ("patient+status=active", Said.ANSWERED, 1, None),
        ("patient+status=inactive", Said.EMPTY, 0, None),
        ("patient+status=proposed", Said.REFUSED, 0, "http-400:code-invalid"),
        ("patient+status=suspended", Said.EMPTY, 0, None),
        (None, Said.NOT_ASKED, 0, "asked-by-status"),
    ]


def test_what_no_request_asked_for_has_a_row_too() -> None:
    with scripted({"metadata": statement({"Patient": ()})}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Patient", "Condition", "Practitioner"])
    assert [(row.type, row.said, row.asked, row.detail) for row in pulled.rows] == [
        ("Patient", Said.ANSWERED, "read", None),
        ("Condition", Said.NOT_ASKED, None, "not-listed"),
        ("Practitioner", Said.NOT_ASKED, None, None),
    ]
    assert answer(pulled, "Condition").detail == "not-listed"


def test_no_row_holds_a_value_of_a_patient() -> None:
    withheld = {"resource": json.loads(outcome("suppressed")), "search": {"mode": "outcome"}}
    with scripted({"Condition": bundle(ONE, withheld, total=9), "AdverseEvent": bundle()}) as (clinic, _):
        pulled = clinic.pull(PATIENT, ["Patient", "Condition", "AdverseEvent"])
    told = repr(pulled.rows)
    assert "p1" not in told and "Canary" not in told and "c1" not in told
