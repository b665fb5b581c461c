"""A clinic and its authorization server, scripted: what each request is answered, and what was asked."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx
import respx

from abstractor.fhir.address import Endpoint
from abstractor.fhir.endpoint import Connection, connect
from abstractor.fhir.smart.keys import SigningKey, new_key
from abstractor.fhir.smart.tokens import BackendServices, TokenShelf, backend_services
from tests.clock import Clock

__all__ = [
    "BASE",
    "CLIENT",
    "STATEMENT",
    "TOKEN_URL",
    "Asked",
    "Shelf",
    "claims_of",
    "es384",
    "granted",
    "rs384",
    "scripted_clinic",
    "signed_in",
]

BASE = "https://clinic.example/fhir"
TOKEN_URL = "https://auth.example/token"  # noqa: S105 - an address
CLIENT = "client-of-ours"
STATEMENT = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}


@cache
def es384() -> SigningKey:
    return new_key("ES384")


@cache
def rs384() -> SigningKey:
    """One for all tests: to make an RSA key takes up to a second."""
    return new_key("RS384")


class Shelf:
    """A shelf in memory, which several connections may share."""

    def __init__(self) -> None:
        self.token: Any = None
        self.kept = 0

    def read(self) -> Any:
        return self.token

    def keep(self, token: Any) -> None:
        self.token = token
        self.kept += 1


@dataclass(slots=True)
class Asked:
    """The requests by where they went, in order."""

    clinic: list[httpx.Request] = field(default_factory=list)
    tokens: list[dict[str, str]] = field(default_factory=list)

    @property
    def bearers(self) -> list[str | None]:
        """The token of each request for data."""
        data = [one for one in self.clinic if "/Patient/" in one.url.path]
        return [one.headers.get("Authorization", "").removeprefix("Bearer ") or None for one in data]


def granted(access: str = "token-1", **more: Any) -> httpx.Response:
    told = {"access_token": access, "token_type": "bearer", "expires_in": 300, "scope": "system/*.rs", **more}
    return httpx.Response(200, json=told)


def claims_of(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, without a look at the signature."""
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in assertion.split(".")[:2])
    return header, claims


@contextmanager
def scripted_clinic(
    tokens: Any = None,
    *,
    paths: Mapping[str, Any] | None = None,
    token_url: str = TOKEN_URL,
) -> Iterator[Asked]:
    """`tokens` is what the token endpoint answers, `paths` what the clinic answers below its base: a reply, a
    function of the request, an error, or a list of those of which the last is repeated.
    """
    told: dict[str, Any] = {
        ".well-known/smart-configuration": httpx.Response(200, json={"token_endpoint": token_url}),
        "metadata": httpx.Response(200, json=STATEMENT),
        "Patient/1": httpx.Response(200, json={"resourceType": "Patient", "id": "1"}),
        **(paths or {}),
    }
    given = {"token": tokens if tokens is not None else granted(), **told}
    asked = Asked()

    def clinic(request: httpx.Request) -> httpx.Response:
        asked.clinic.append(request)
        return _reply(given, request.url.path.removeprefix("/fhir/"), request)

    def authority(request: httpx.Request) -> httpx.Response:
        asked.tokens.append({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
        return _reply(given, "token", request)

    with respx.mock(assert_all_called=False) as router:
        router.post(token_url).mock(side_effect=authority)
        router.route(scheme="https", host="clinic.example").mock(side_effect=clinic)
        yield asked


def _reply(given: dict[str, Any], path: str, request: httpx.Request) -> httpx.Response:
    told = given[path]
    if isinstance(told, list):
        told = told.pop(0) if len(told) > 1 else told[0]
    told = told(request) if callable(told) else told
    if isinstance(told, Exception):
        raise told
    # Each time a new one: httpx closes what it has read.
    return httpx.Response(told.status_code, headers=told.headers, content=told.content)


def signed_in(
    clock: Clock,
    *,
    key: SigningKey | None = None,
    token_url: str | None = None,
    scopes: str | None = None,
    shelf: TokenShelf | None = None,
    **settings: Any,
) -> tuple[BackendServices, Connection]:
    endpoint = Endpoint(BASE, **{"tries": 2, "backoff": 0.0, **settings})
    auth = backend_services(
        endpoint,
        client_id=CLIENT,
        key=key or es384(),
        token_url=token_url,
        scopes=scopes,
        shelf=shelf,
        clock=clock,
        sleep=clock.sleep,
    )
    return auth, connect(endpoint, auth=auth, sleep=clock.sleep, clock=clock)
