"""Trying again: which answers are worth it, how long is waited, and what it costs when it does not help."""

from datetime import UTC, datetime

import httpx
import pytest
import time_machine

from abstractor.chart import Seen
from abstractor.errors import ClinicMisbehaved, ClinicRefused, ClinicUnreachable
from tests.integration.pull.clinics import BASE, PATIENT, answer, bundle, outcome, record, scripted

FOUND = bundle(record("Condition", "c1"))
NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_that_may_pass_is_tried_again(status: int) -> None:
    with scripted({"Condition": [httpx.Response(status), httpx.Response(status), FOUND]}) as (clinic, _):
        assert answer(clinic.pull(PATIENT, ["Condition"]), "Condition").state is Seen.COMPLETE


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ReadTimeout("too slow"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("ended too early"),
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("no answer"),
        httpx.Response(200, content=b"<!doctype html><title>Sign in</title>"),
        httpx.Response(200, content=FOUND[:-9]),
        httpx.Response(200, content=outcome("exception")),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_broken_answer_is_tried_again(trouble: object) -> None:
    with scripted({"Condition": [trouble, FOUND]}) as (clinic, _):
        assert answer(clinic.pull(PATIENT, ["Condition"]), "Condition").state is Seen.COMPLETE


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (httpx.Response(400, content=outcome("invalid")), "http-400:invalid"),
        (httpx.Response(403, content=outcome("forbidden")), "http-403:forbidden"),
        (httpx.Response(404), "http-404"),
        (httpx.Response(410), "http-410"),
        (httpx.Response(202), "http-202"),
        (httpx.Response(302, headers={"Location": "https://evil.example/"}), "redirect-302"),
        (httpx.Response(301, headers={"Location": f"{BASE}/elsewhere"}), "redirect-301"),
    ],
)
def test_a_plain_no_is_not_tried_again_and_costs_its_type_only(reply: httpx.Response, detail: str) -> None:
    with scripted({"Condition": reply, "Encounter": bundle()}) as (clinic, asked):
        pulled = clinic.pull(PATIENT, ["Condition", "Encounter"])
    assert (answer(pulled, "Condition").state, answer(pulled, "Condition").detail) == (Seen.REFUSED, detail)
    assert answer(pulled, "Encounter").state is Seen.EMPTY
    assert [one.url.path.split("/")[-1] for one in asked] == ["metadata", "Condition", "Encounter"]


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (httpx.Response(503), "http-503"),
        (httpx.ReadTimeout("too slow"), "time-out"),
        (httpx.ReadError("reset"), "broken-transfer"),
        (httpx.Response(200, content=outcome("login")), "operation-outcome:login"),
    ],
)
def test_trouble_that_stays_costs_its_type_only(reply: object, detail: str) -> None:
    with scripted({"Condition": reply, "Encounter": bundle()}) as (clinic, asked):
        pulled = clinic.pull(PATIENT, ["Condition", "Encounter"])
    assert (answer(pulled, "Condition").state, answer(pulled, "Condition").detail) == (Seen.REFUSED, detail)
    assert len(asked) == 1 + 3 + 1


def test_a_clinic_that_fails_every_request_is_unreachable_and_gives_no_empty_chart() -> None:
    replies = {"Condition": httpx.Response(503), "Encounter": httpx.ReadTimeout("too slow")}
    with scripted(replies) as (clinic, _), pytest.raises(ClinicUnreachable, match="http-503, time-out"):
        clinic.pull(PATIENT, ["Condition", "Encounter"])


def test_no_connection_ends_the_pull() -> None:
    replies = {"Condition": httpx.ConnectError("Connection refused"), "Encounter": bundle()}
    with scripted(replies) as (clinic, asked), pytest.raises(ClinicUnreachable, match="Connection refused"):
        clinic.pull(PATIENT, ["Condition", "Encounter"])
    assert len(asked) == 1 + 3


def test_a_clinic_that_does_not_know_us_ends_the_pull_at_once() -> None:
    replies = {"Condition": httpx.Response(401), "Encounter": bundle()}
    with scripted(replies) as (clinic, asked), pytest.raises(ClinicRefused) as refused:
        clinic.pull(PATIENT, ["Condition", "Encounter"])
    assert (refused.value.status, len(asked)) == (401, 2)


def test_waits_double_with_chance_and_stay_under_the_cap() -> None:
    waits: list[float] = []
    settings = {"tries": 6, "backoff": 1.0, "retry_after_cap": 5}
    with scripted({"Condition": httpx.Response(503)}, sleep=waits.append, **settings) as (clinic, _):
        with pytest.raises(ClinicUnreachable):
            clinic.pull(PATIENT, ["Condition"])
    assert len(waits) == 5
    bounds = [(0.5, 1.5), (1, 3), (2, 5), (4, 5), (5, 5)]
    assert all(low <= wait <= high for wait, (low, high) in zip(waits, bounds, strict=True)), waits


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("Wed, 01 May 2024 12:00:09 GMT", 9),
        ("Wed, 01 May 2024 11:59:00 GMT", 0),
        ("18000", 300),
        ("9" * 500, 300),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
    ],
)
def test_retry_after_in_seconds_or_as_a_date_is_honoured_up_to_a_cap(value: str, wait: float) -> None:
    waits: list[float] = []
    throttled = httpx.Response(429, headers={"Retry-After": value})
    with (
        time_machine.travel(NOON, tick=False),
        scripted({"Condition": [throttled, FOUND]}, sleep=waits.append) as (
            clinic,
            _,
        ),
    ):
        clinic.pull(PATIENT, ["Condition"])
    assert waits == [wait]


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        (httpx.Response(404), ClinicRefused),
        (httpx.Response(503), ClinicUnreachable),
        (httpx.Response(200, content=b"<html>"), ClinicMisbehaved),
        (b'{"resourceType":"Patient"}', ClinicMisbehaved),
        (b'{"resourceType":"CapabilityStatement","fhirVersion":"3.0.2"}', ClinicMisbehaved),
        (b'{"resourceType":"CapabilityStatement","fhirVersion":"5.0.0"}', ClinicMisbehaved),
    ],
)
def test_a_wrong_address_is_found_at_the_first_request(metadata: object, error: type[Exception]) -> None:
    with (
        scripted({"metadata": metadata}) as (clinic, _),
        pytest.raises(error, match=r"https://clinic\.example"),
    ):
        clinic.capability()


def test_what_is_sent_along() -> None:
    with scripted({"Condition": FOUND}, user_agent="abstractor-test") as (clinic, asked):
        clinic.pull(PATIENT, ["Condition"])
    assert {one.headers["Accept"] for one in asked} == {"application/fhir+json"}
    assert {one.headers["User-Agent"] for one in asked} == {"abstractor-test"}
    assert {one.method for one in asked} == {"GET"}
