"""The token request: what is sent, what comes back, what each refusal says, and clocks that differ."""

import logging
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from abstractor.errors import ClinicError, ClinicMisbehaved, ClinicRefused, ClinicUnreachable
from abstractor.fhir.types import TYPES_READ
from tests.clock import Clock
from tests.unit.fhir_smart.scripted import (
    CLIENT,
    TOKEN_URL,
    Shelf,
    claims_of,
    es384,
    granted,
    scripted_clinic,
    signed_in,
)

WELL_KNOWN = ".well-known/smart-configuration"
V1 = " ".join(f"system/{name}.read" for name in TYPES_READ)
V2 = " ".join(f"system/{name}.rs" for name in TYPES_READ)


def refusal(status: int, code: str | None = None, *, date: float | None = None) -> httpx.Response:
    headers = {"Date": format_datetime(datetime.fromtimestamp(date, UTC), usegmt=True)} if date else {}
    body = {"error": code, "error_description": "canary-description"} if code else {}
    return httpx.Response(status, headers=headers, json=body)


def configuration(**told: Any) -> dict[str, httpx.Response]:
    return {WELL_KNOWN: httpx.Response(200, json={"token_endpoint": TOKEN_URL, **told})}


def test_what_is_sent() -> None:
    auth, _ = signed_in(Clock())
    with scripted_clinic() as asked:
        auth.sign_in()
    (form,) = asked.tokens
    header, claims = claims_of(form.pop("client_assertion"))
    assert form == {
        "grant_type": "client_credentials",
        "scope": V1,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT, CLIENT, TOKEN_URL)
    assert header["kid"] == es384().kid
    assert claims["exp"] == 1_700_000_240


def test_headers_of_the_endpoint_go_with_the_data_alone() -> None:
    _, clinic = signed_in(Clock(), headers=(("Epic-Client-ID", CLIENT),))
    with scripted_clinic() as asked, clinic:
        clinic.pull("Patient/1", ["Patient"])
    sent = {one.url.path.rpartition("/")[2]: one.headers.get("Epic-Client-ID") for one in asked.clinic}
    assert sent == {"smart-configuration": None, "metadata": CLIENT, "1": CLIENT}


def test_v2_where_it_is_advertised() -> None:
    auth, _ = signed_in(Clock())
    with scripted_clinic(paths=configuration(capabilities=["permission-v2"])) as asked:
        auth.sign_in()
    assert [form["scope"] for form in asked.tokens] == [V2]


def test_v1_after_v2_was_refused_and_from_then_on() -> None:
    """Some servers advertise v2 and do not take it."""
    clock = Clock()
    auth, _ = signed_in(clock)
    replies = [refusal(400, "invalid_scope"), granted(scope="system/*.read")]
    with scripted_clinic(replies, paths=configuration(capabilities=["permission-v2"])) as asked:
        assert auth.sign_in().not_granted == ()
        clock.now += 400
        auth.sign_in()
    assert [form["scope"] for form in asked.tokens] == [V2, V1, V1]


def test_scopes_that_are_set_are_asked_for_as_they_are() -> None:
    auth, _ = signed_in(Clock(), scopes="system/Patient.read system/Condition.read")
    with scripted_clinic(
        refusal(400, "invalid_scope"), paths=configuration(capabilities=["permission-v2"])
    ) as asked:
        with pytest.raises(ClinicRefused, match=r"invalid_scope.*`scopes`"):
            auth.sign_in()
    assert [form["scope"] for form in asked.tokens] == ["system/Patient.read system/Condition.read"]


def test_what_was_granted_and_what_not_is_told() -> None:
    auth, _ = signed_in(Clock())
    scope = "system/Patient.rs system/Observation.rs?category=laboratory system/Condition.r"
    with scripted_clinic(granted(scope=scope)):
        assert auth.granted() is None
        given = auth.sign_in()
    assert auth.granted() == given
    assert (given.scope, given.whole, given.partly) == (scope, ("Patient",), ("Observation",))
    assert set(given.not_granted) == set(TYPES_READ) - {"Patient", "Observation"}


def test_an_answer_without_scope_grants_what_was_asked() -> None:
    auth, _ = signed_in(Clock())
    with scripted_clinic(granted(scope=None)):
        assert (auth.sign_in().scope, auth.sign_in().not_granted) == (V1, ())


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (400, None, "a bare 400 is how Epic says"),
        (400, "invalid_client", "http-400:invalid_client.*Check client_id"),
        (401, "invalid_client", "http-401:invalid_client.*JWKS"),
        (400, "invalid_grant", "invalid_grant.*clock"),
        (400, "unauthorized_client", "SMART Backend Services"),
        (400, "invalid_scope", "`scopes`"),
        (400, "unsupported_grant_type", "check token_url"),
        (400, "invalid_request", "check token_url"),
        (400, "canary-code", "a bare 400"),
        (401, None, "http-401.: check token_url"),
        (403, None, f"client {CLIENT} is active"),
        (404, None, "check token_url"),
    ],
)
def test_a_refusal_says_what_to_check(status: int, code: str | None, told: str) -> None:
    auth, _ = signed_in(Clock())
    with scripted_clinic(refusal(status, code)) as asked, pytest.raises(ClinicRefused, match=told) as refused:
        auth.sign_in()
    assert refused.value.status == status
    assert str(refused.value).startswith(f"https://auth.example gave no token (http-{status}")
    assert "canary" not in str(refused.value)
    assert len(asked.tokens) == 1


def test_a_bare_400_names_the_key() -> None:
    auth, _ = signed_in(Clock())
    with scripted_clinic(refusal(400)), pytest.raises(ClinicRefused, match=f"the key {es384().kid} is at"):
        auth.sign_in()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.Response(200, content=b"<html>"), ClinicMisbehaved),
        (httpx.Response(200, json={"token_type": "bearer"}), ClinicMisbehaved),
        (granted(""), ClinicMisbehaved),
        (granted("two words"), ClinicMisbehaved),
        (granted("line\r\nHost: evil"), ClinicMisbehaved),
        (granted("t\u00f6ken"), ClinicMisbehaved),
        (granted(token_type="mac"), ClinicMisbehaved),  # noqa: S106 - a kind of token
        (httpx.Response(302, headers={"Location": "https://evil.example/token"}), ClinicRefused),
        (httpx.Response(503), ClinicUnreachable),
        (httpx.Response(429), ClinicUnreachable),
        (httpx.ReadTimeout("slow"), ClinicUnreachable),
        (httpx.ConnectError("refused"), ClinicUnreachable),
    ],
)
def test_an_answer_that_is_no_token(reply: Any, error: type[ClinicError]) -> None:
    auth, _ = signed_in(Clock())
    with scripted_clinic(reply), pytest.raises(error, match=r"https://auth\.example"):
        auth.sign_in()


def test_trouble_that_passes_is_tried_again_with_a_new_assertion() -> None:
    """The one before may have been taken, and is good for one request."""
    clock = Clock()
    auth, _ = signed_in(clock)
    replies = [httpx.Response(503, headers={"Retry-After": "7"}), granted()]
    with scripted_clinic(replies) as asked:
        auth.sign_in()
    ids = [claims_of(form["client_assertion"])[1]["jti"] for form in asked.tokens]
    assert len(set(ids)) == len(ids) == 2
    assert clock.slept == [7]


@pytest.mark.parametrize("skew", [-299, -60, 60, 299, 900])
@pytest.mark.parametrize(
    "status_and_code", [(400, "invalid_client"), (401, "invalid_client"), (400, "invalid_grant"), (400, None)]
)
def test_a_wrong_clock_is_made_up_for_once_and_said(
    skew: float, status_and_code: tuple[int, str | None], caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    there = clock.now + skew
    auth, _ = signed_in(clock)
    replies = [refusal(*status_and_code, date=there), granted()]
    with scripted_clinic(replies) as asked, caplog.at_level(logging.WARNING):
        auth.sign_in()
    assert [claims_of(form["client_assertion"])[1]["exp"] for form in asked.tokens] == [
        clock.now + 240,
        there + 240,
    ]
    way = "behind" if skew > 0 else "ahead of"
    said = f"This machine's clock is {abs(skew):.0f} s {way} the server's: set it right"
    assert auth.remarks() == (said,)
    assert caplog.messages == [said]


def test_the_next_token_is_asked_for_by_the_servers_clock_at_once() -> None:
    clock = Clock()
    auth, _ = signed_in(clock)
    with scripted_clinic([refusal(400, "invalid_client", date=clock.now + 300), granted()]) as asked:
        auth.sign_in()
        clock.now += 1000
        auth.sign_in()
    assert [claims_of(form["client_assertion"])[1]["exp"] - 1_700_000_240 for form in asked.tokens] == [
        0,
        300,
        1300,
    ]


@pytest.mark.parametrize(
    ("skew", "tried"), [(0, 1), (10, 1), (-29, 1), (None, 1), (100, 2), (4000, 1), (-90000, 1)]
)
def test_a_client_that_is_unknown_by_any_clock_stays_refused(skew: float | None, tried: int) -> None:
    clock = Clock()
    auth, _ = signed_in(clock)
    date = None if skew is None else clock.now + skew
    with scripted_clinic(refusal(400, "invalid_client", date=date)) as asked:
        with pytest.raises(ClinicRefused) as refused:
            auth.sign_in()
    assert len(asked.tokens) == tried
    assert ("s behind the server's" in str(refused.value)) == (skew in (100, 4000))
    assert ("s ahead of the server's" in str(refused.value)) == (skew == -90000)


def test_a_refused_scope_has_nothing_to_do_with_the_clock() -> None:
    clock = Clock()
    auth, _ = signed_in(clock, scopes="system/*.rs")
    with scripted_clinic(refusal(400, "invalid_scope", date=clock.now + 300)) as asked:
        with pytest.raises(ClinicRefused):
            auth.sign_in()
    assert len(asked.tokens) == 1


def test_a_key_of_an_algorithm_that_is_not_listed_is_remarked_and_tried() -> None:
    auth, _ = signed_in(Clock())
    listed = configuration(token_endpoint_auth_signing_alg_values_supported=["RS384"])
    with scripted_clinic(paths=listed):
        auth.sign_in()
    assert auth.remarks() == ("https://clinic.example does not list ES384, which our key is for",)


def test_a_clock_that_is_far_off_is_not_gone_by_later_either() -> None:
    clock = Clock()
    auth, _ = signed_in(clock)
    with scripted_clinic(lambda _: refusal(400, "invalid_client", date=clock.now + 4000)) as asked:
        for _ in range(2):
            with pytest.raises(ClinicRefused, match="4000 s behind"):
                auth.sign_in()
            clock.now += 20
    assert [claims_of(form["client_assertion"])[1]["exp"] - 1_700_000_240 for form in asked.tokens] == [0, 20]


@pytest.mark.parametrize(("status", "code"), [(403, None), (404, None), (403, "invalid_client")])
def test_another_refusal_has_nothing_to_do_with_the_clock_either(status: int, code: str | None) -> None:
    clock = Clock()
    auth, _ = signed_in(clock)
    with scripted_clinic(refusal(status, code, date=clock.now + 300)) as asked:
        with pytest.raises(ClinicRefused):
            auth.sign_in()
    assert (len(asked.tokens), auth.remarks()) == (1, ())


def test_a_token_need_not_wait_for_the_pace_of_the_data() -> None:
    clock = Clock()
    auth, _ = signed_in(clock, requests_per_second=0.01, token_url=TOKEN_URL)
    with scripted_clinic(paths={WELL_KNOWN: httpx.Response(404)}) as asked:
        auth.sign_in()
    assert (len(asked.clinic), len(asked.tokens), clock.slept) == (2, 1, [])


def test_the_life_of_a_token_is_counted_from_when_it_was_asked_for() -> None:
    """An answer that took long has lived for a part of it already."""
    clock, shelf = Clock(), Shelf()
    auth, _ = signed_in(clock, shelf=shelf)
    asked_at = clock.now

    def slowly(_: httpx.Request) -> httpx.Response:
        clock.now += 40
        return granted(expires_in=300)

    with scripted_clinic(slowly):
        auth.sign_in()
    assert shelf.token.expires_at == asked_at + 300


@pytest.mark.parametrize("told", [1e300, "1e99"])
def test_a_life_that_nobody_means_is_a_day(told: object) -> None:
    clock, shelf = Clock(), Shelf()
    auth, _ = signed_in(clock, shelf=shelf)
    with scripted_clinic(lambda _: granted(expires_in=told)):
        auth.sign_in()
    assert shelf.token.expires_at <= clock.now + 86400
