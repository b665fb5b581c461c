"""Where the token endpoint is found, what each place said, and which addresses are never used."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import httpx
import pytest

from abstractor.errors import ClinicMisbehaved, ClinicUnreachable, OptionError
from abstractor.fhir.address import Endpoint, travels_safely
from abstractor.fhir.http import Http
from abstractor.fhir.smart.discovery import Discovery, Looked, Source, discover
from abstractor.fhir.smart.tokens import backend_services
from tests.clock import Clock
from tests.unit.fhir_smart.scripted import (
    BASE,
    CLIENT,
    STATEMENT,
    TOKEN_URL,
    es384,
    scripted_clinic,
    signed_in,
)

WELL_KNOWN = ".well-known/smart-configuration"
TWO_ENDPOINTS = b'{"token_endpoint":"https://one.example/t","token_endpoint":"https://two.example/t"}'
NOWHERE = {WELL_KNOWN: httpx.Response(404), "metadata": httpx.Response(200, json=STATEMENT)}


def with_extension(token: str, *, url: str = "") -> httpx.Response:
    oauth = url or "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
    uris = [{"url": "authorize", "valueUri": "https://auth.example/authorize"}, None]
    extension = {"url": oauth, "extension": [*uris, {"url": "token", "valueUri": token}]}
    rest = [None, {"mode": "server"}, {"mode": "server", "security": {"extension": [None, extension]}}]
    return httpx.Response(200, json={**STATEMENT, "rest": rest})


def found(paths: Mapping[str, Any], *, token_url: str | None = None) -> Discovery:
    endpoint = Endpoint(BASE, tries=2, backoff=0.0)
    with scripted_clinic(paths=paths), closing(Http(endpoint, sleep=lambda _: None)) as http:
        return discover(http, endpoint, token_url=token_url)


def test_first_the_smart_configuration() -> None:
    told = {
        "token_endpoint": TOKEN_URL,
        "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        "scopes_supported": ["system/*.rs"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES384"],
        "unheard_of": {"x": 1},
    }
    paths = {
        WELL_KNOWN: httpx.Response(200, json=told),
        "metadata": with_extension("https://other.example/t"),
    }
    got = found(paths, token_url="https://configured.example/token")  # noqa: S106 - an address
    assert got == Discovery(
        TOKEN_URL,
        (Looked(Source.WELL_KNOWN, "found"),),
        ("client-confidential-asymmetric", "permission-v2"),
        ("system/*.rs",),
        ("ES384",),
    )
    assert got.source is Source.WELL_KNOWN


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (httpx.Response(404), "http-404"),
        (httpx.Response(403), "http-403"),
        (httpx.Response(503), "http-503"),
        (httpx.Response(302, headers={"Location": "https://evil.example/"}), "redirect-302"),
        (httpx.ReadTimeout("slow"), "time-out"),
        (httpx.Response(200, content=b"<html>Sign in</html>"), "not JSON"),
        (httpx.Response(200, content=b"[]"), "not JSON"),
        (httpx.Response(200, json={"token_endpoint": None}), "no token endpoint"),
        (httpx.Response(200, json={"token_endpoint": 7}), "no token endpoint"),
        (httpx.Response(200, content=TWO_ENDPOINTS), "two token endpoints"),
        (httpx.Response(200, json={"token_endpoint": "/token"}), "unusable token endpoint"),
        (
            httpx.Response(200, json={"token_endpoint": "http://auth.example/token"}),
            "unusable token endpoint",
        ),
    ],
)
def test_then_the_capability_statement_and_what_the_first_said_is_told(reply: Any, said: str) -> None:
    got = found({WELL_KNOWN: reply, "metadata": with_extension(TOKEN_URL)})
    assert got.token_url == TOKEN_URL
    assert got.looked == (Looked(Source.WELL_KNOWN, said), Looked(Source.STATEMENT, "found"))


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (httpx.Response(200, json=STATEMENT), "no token endpoint"),
        (httpx.Response(401), "http-401"),
        (httpx.Response(200, content=b"<html>"), "not a CapabilityStatement"),
        (with_extension("http://auth.example/token"), "unusable token endpoint"),
        (with_extension(TOKEN_URL, url="http://elsewhere.example/oauth-uris"), "no token endpoint"),
    ],
)
def test_then_what_is_configured(reply: httpx.Response, said: str) -> None:
    got = found({WELL_KNOWN: httpx.Response(404), "metadata": reply}, token_url=TOKEN_URL)
    assert (got.token_url, got.source) == (TOKEN_URL, Source.SETUP)
    assert got.looked[1] == Looked(Source.STATEMENT, said)


def test_what_the_configuration_says_beside_is_kept_where_another_place_names_the_endpoint() -> None:
    said = {"capabilities": ["permission-v2"], "scopes_supported": "system/*.rs"}
    got = found({WELL_KNOWN: httpx.Response(200, json=said), "metadata": with_extension(TOKEN_URL)})
    assert (got.capabilities, got.scopes_supported) == (("permission-v2",), ())


def test_nowhere_is_an_answer_too_and_the_error_says_what_was_looked_at() -> None:
    assert found(NOWHERE) == Discovery(
        None,
        (
            Looked(Source.WELL_KNOWN, "http-404"),
            Looked(Source.STATEMENT, "no token endpoint"),
            Looked(Source.SETUP, "not set"),
        ),
    )
    auth, _ = signed_in(Clock())
    with scripted_clinic(paths=NOWHERE), pytest.raises(ClinicMisbehaved, match="set token_url") as refused:
        auth.sign_in()
    assert "smart-configuration: http-404" in str(refused.value)


def test_no_connection_is_an_error_at_once() -> None:
    with pytest.raises(ClinicUnreachable):
        found({WELL_KNOWN: httpx.ConnectError("refused")})


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://auth.example/token", True),
        ("https://clinic.example/fhir/token?tenant=7", True),
        ("http://127.0.0.1:8080/token", True),
        ("http://localhost/token", True),
        ("http://[::1]:8080/token", True),
        ("http://auth.example/token", False),
        ("http://127.0.0.1.evil.example/token", False),
        ("http://localhost.evil.example/token", False),
        ("https://name:word@auth.example/token", False),
        ("https://auth.example/token#x", False),
        ("//auth.example/token", False),
        ("file:///token", False),
        ("", False),
    ],
)
def test_a_secret_travels_by_tls_or_stays_on_this_machine(url: str, safe: bool) -> None:
    assert travels_safely(url) is safe


@pytest.mark.parametrize(
    ("base", "token_url", "client_id", "named"),
    [
        ("http://clinic.example/fhir", None, CLIENT, "not https"),
        (BASE, "http://auth.example/token", CLIENT, "token_url"),
        (BASE, "auth.example/token", CLIENT, "token_url"),
        (BASE, None, " ", "client_id"),
    ],
)
def test_what_cannot_be_signed_in_to_is_refused_before_anything_is_asked(
    base: str, token_url: str | None, client_id: str, named: str
) -> None:
    with pytest.raises(OptionError, match=named):
        backend_services(Endpoint(base), client_id=client_id, key=es384(), token_url=token_url)


def test_where_it_was_found_is_asked_once() -> None:
    auth, clinic = signed_in(Clock())
    with scripted_clinic() as asked, clinic:
        assert auth.discovery() == auth.discovery()
        auth.sign_in()
    assert [one.url.path for one in asked.clinic] == [f"/fhir/{WELL_KNOWN}"]
    assert "Authorization" not in asked.clinic[0].headers
