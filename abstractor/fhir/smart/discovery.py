"""Where a clinic's token endpoint is: three places are asked, and what each said is part of the answer.

An assertion is worth stealing while it is good, so plain HTTP is used for it on this machine only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from abstractor.fhir.address import Endpoint, travels_safely
from abstractor.fhir.doubled import told_twice
from abstractor.fhir.failure import Failure
from abstractor.fhir.http import Http, Reply

__all__ = ["Discovery", "Looked", "Source", "discover"]

_WELL_KNOWN = ".well-known/smart-configuration"
_FHIR = {"Accept": "application/fhir+json"}
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


class Source(StrEnum):
    WELL_KNOWN = "smart-configuration"
    STATEMENT = "CapabilityStatement"
    SETUP = "token_url of the setup"


@dataclass(frozen=True, slots=True)
class Looked:
    """`said` is "found", or a few words why this place gave no token endpoint."""

    source: Source
    said: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """`token_url` is None where no place named a usable one. The rest is what the server says of itself."""

    token_url: str | None
    looked: tuple[Looked, ...]
    capabilities: tuple[str, ...] = ()
    scopes_supported: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()

    @property
    def source(self) -> Source | None:
        return self.looked[-1].source if self.token_url is not None else None


class _Uri(msgspec.Struct):
    url: str | None = None
    valueUri: str | None = None


class _Extension(msgspec.Struct):
    url: str | None = None
    extension: list[_Uri | None] | None = None


class _Security(msgspec.Struct):
    extension: list[_Extension | None] | None = None


class _Rest(msgspec.Struct):
    security: _Security | None = None


class _Statement(msgspec.Struct):
    resourceType: str
    rest: list[_Rest | None] | None = None


def discover(http: Http, endpoint: Endpoint, *, token_url: str | None) -> Discovery:
    """ClinicUnreachable where there is no connection; any other trouble is told of in `looked`."""
    configuration = http.ask("GET", endpoint.root + _WELL_KNOWN)
    members = _object(configuration)
    told = _texts(members, "capabilities"), _texts(members, "scopes_supported")
    algorithms = _texts(members, "token_endpoint_auth_signing_alg_values_supported")
    places: tuple[tuple[Source, Callable[[], tuple[str | None, str]]], ...] = (
        (Source.WELL_KNOWN, lambda: _configured(configuration, members)),
        (Source.STATEMENT, lambda: _stated(http.ask("GET", endpoint.root + "metadata", headers=_FHIR))),
        (Source.SETUP, lambda: (token_url, "not set")),
    )
    looked: list[Looked] = []
    for source, look in places:
        named, otherwise = look()
        if named is not None and travels_safely(named):
            return Discovery(named, (*looked, Looked(source, "found")), *told, algorithms)
        looked.append(Looked(source, otherwise if named is None else "unusable token endpoint"))
    return Discovery(None, tuple(looked), *told, algorithms)


def _configured(got: Reply | Failure, members: dict[str, msgspec.Raw] | None) -> tuple[str | None, str]:
    if not isinstance(got, Reply) or got.status != 200:
        return None, _why(got)
    if members is None:
        return None, "not JSON"
    if told_twice(got.body, "token_endpoint"):
        return None, "two token endpoints"
    return _text(members, "token_endpoint"), "no token endpoint"


def _stated(got: Reply | Failure) -> tuple[str | None, str]:
    if not isinstance(got, Reply) or got.status != 200:
        return None, _why(got)
    try:
        statement = msgspec.json.decode(got.body, type=_Statement)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, "not a CapabilityStatement"
    rests = [rest for rest in statement.rest or () if rest is not None and rest.security is not None]
    extensions = [one for rest in rests if rest.security for one in rest.security.extension or () if one]
    named = [uri for one in extensions if one.url == _OAUTH_URIS for uri in one.extension or () if uri]
    return next((uri.valueUri for uri in named if uri.url == "token"), None), "no token endpoint"


def _why(got: Reply | Failure) -> str:
    return got.detail if isinstance(got, Failure) else f"http-{got.status}"


def _object(got: Reply | Failure) -> dict[str, msgspec.Raw] | None:
    if not isinstance(got, Reply) or got.status != 200:
        return None
    try:
        return msgspec.json.decode(got.body, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _text(members: dict[str, msgspec.Raw], name: str) -> str | None:
    try:
        return msgspec.json.decode(members.get(name, b"null"), type=str | None)
    except msgspec.MsgspecError:
        return None


def _texts(members: dict[str, msgspec.Raw] | None, name: str) -> tuple[str, ...]:
    """Nothing where the member is missing or is no list of texts: other members are still believed."""
    try:
        return tuple(msgspec.json.decode((members or {}).get(name, b"[]"), type=list[str]))
    except msgspec.MsgspecError:
        return ()
