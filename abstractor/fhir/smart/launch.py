"""SMART App Launch: an EHR opens this program from a patient's chart, and says who did it.

fhirclient makes the address with its PKCE and exchanges the code, over our own HTTP session. It reads neither
`.well-known/smart-configuration` nor the ID token: both are read here. The access token is not kept.
"""

import json
import logging
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from fhirclient.auth import FHIROAuth2Auth
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from abstractor.errors import ClinicMisbehaved, ClinicRefused
from abstractor.fhir.address import Endpoint, origin_of, travels_safely
from abstractor.fhir.failure import Failure
from abstractor.fhir.http import Http, Reply

__all__ = ["AppClient", "Launched", "begin_launch", "finish_launch"]

SCOPE = "openid fhirUser"  # fhirclient adds `launch`
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "ES256", "ES384", "ES512")
_WELL_KNOWN = ".well-known/smart-configuration"
_LEEWAY = 60
# At DEBUG it writes codes and states.
logging.getLogger("fhirclient.auth").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class AppClient:
    """How this program is registered at the EHR as an app; `secret` is empty for a public one."""

    id: str
    secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Launched:
    """Whose chart it was, and who opened it: `user` is the address of their record, where it was told."""

    patient: str = field(repr=False)
    issuer: str
    subject: str = field(repr=False)
    user: str | None = field(repr=False)


class _Configuration(msgspec.Struct):
    authorization_endpoint: str
    token_endpoint: str
    issuer: str
    jwks_uri: str


class _Context(msgspec.Struct):
    access_token: str
    patient: str
    id_token: str

    def __repr__(self) -> str:
        """Nothing: it holds tokens."""
        return "_Context()"


class _Desk:
    """What fhirclient takes for its server: two texts, and our way of posting a form."""

    desired_scope = f"launch {SCOPE}"

    def __init__(self, http: Http | None = None, launch: str | None = None) -> None:
        self.http = http
        self.launch_token = launch
        self.context: _Context | None = None

    def should_save_state(self) -> None:
        """Its state is asked for when it is needed."""

    def post_as_form(
        self, url: str, formdata: dict[str, str], auth: tuple[str, str] | None = None
    ) -> "_Desk":
        if self.http is not None:
            self.context = _context(_posted(self.http, url, formdata, auth), url)
        return self

    def json(self) -> dict[str, str]:
        return {} if self.context is None else {"access_token": self.context.access_token}


def begin_launch(
    http: Http, endpoint: Endpoint, client: AppClient, *, issuer: str, launch: str
) -> tuple[str, Mapping[str, str]]:
    """Where the browser goes, and what is to be remembered until it is back. `issuer` as the EHR wrote it."""
    told = _configuration(http, endpoint)
    auth = FHIROAuth2Auth(
        state={
            "app_id": client.id,
            "aud": issuer,
            "authorize_uri": told.authorization_endpoint,
            "token_uri": told.token_endpoint,
            "redirect_uri": client.redirect_uri,
        }
    )
    url: str = auth.authorize_uri(_Desk(launch=launch))
    state = {name: str(value) for name, value in auth.state.items() if value is not None}
    return url, {**state, "issuer": told.issuer, "jwks_uri": told.jwks_uri}


def finish_launch(
    http: Http, client: AppClient, remembered: Mapping[str, str], url: str, *, now: float
) -> Launched:
    """`url` is the address that the browser came back by. `ClinicRefused`, `ClinicMisbehaved`."""
    asked = parse_qs(urlsplit(url).query)
    place = origin_of(remembered["token_uri"]) or "the EHR"
    if "code" not in asked or asked.get("state") != [remembered["auth_state"]]:
        raise ClinicRefused(
            f"{place} did not let this app open the chart: begin again in the EHR", status=403
        )
    desk = _Desk(http)
    FHIROAuth2Auth(state={**remembered, "app_secret": client.secret or None}).handle_callback(url, desk)
    if desk.context is None:
        raise ClinicMisbehaved(f"{place} gave no launch context")
    claims = _claims(http, desk.context.id_token, client, remembered, now=now)
    user = claims.get("fhirUser")
    return Launched(
        patient=desk.context.patient,
        issuer=remembered["issuer"],
        subject=str(claims["sub"]),
        user=user if isinstance(user, str) else None,
    )


def _configuration(http: Http, endpoint: Endpoint) -> _Configuration:
    got = http.ask("GET", endpoint.root + _WELL_KNOWN)
    place = origin_of(endpoint.root)
    if not isinstance(got, Reply) or got.status != 200:
        raise ClinicMisbehaved(f"{place} does not say how apps are opened ({_WELL_KNOWN})")
    try:
        told = msgspec.json.decode(got.body, type=_Configuration)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ClinicMisbehaved(f"{place} does not say how apps are opened ({_WELL_KNOWN})") from None
    if not all(map(travels_safely, (told.authorization_endpoint, told.token_endpoint, told.jwks_uri))):
        raise ClinicMisbehaved(f"{place} names addresses that are not safe to sign in by")
    return told


def _posted(http: Http, url: str, form: dict[str, str], auth: tuple[str, str] | None) -> Reply:
    headers = {} if auth is None else {"Authorization": _basic(*auth)}
    got = http.ask("POST", url, headers=headers, form=lambda: form)
    if isinstance(got, Failure):
        raise got.error("token", origin=origin_of(url) or "the EHR", advice="try again later")
    if got.status != 200:
        raise ClinicRefused(
            f"{origin_of(url)} did not take the code (http-{got.status}): check client and secret",
            status=got.status,
        )
    return got


def _basic(name: str, secret: str) -> str:
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


def _context(got: Reply, url: str) -> _Context:
    try:
        return msgspec.json.decode(got.body, type=_Context)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ClinicMisbehaved(
            f"{origin_of(url)} did not say whose chart it is and who opened it: the app needs the scopes "
            "launch, openid and fhirUser"
        ) from None


def _claims(
    http: Http, token: str, client: AppClient, remembered: Mapping[str, str], *, now: float
) -> Mapping[str, Any]:
    """Of an ID token that is signed by the EHR, for this app, and good now."""
    got = http.ask("GET", remembered["jwks_uri"])
    place = origin_of(remembered["jwks_uri"])
    if not isinstance(got, Reply) or got.status != 200:
        raise ClinicMisbehaved(f"{place} does not give the keys of its ID tokens")
    registry = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=_LEEWAY,
        iss={"essential": True, "value": remembered["issuer"]},
        aud={"essential": True, "value": client.id},
        sub={"essential": True},
        exp={"essential": True},
    )
    try:
        keys = KeySet.import_key_set(json.loads(got.body))
        held = jwt.decode(token, keys, registry=JWSRegistry(algorithms=list(SIGNED_BY)))
        registry.validate(held.claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise ClinicMisbehaved(f"{place} gave an ID token that is not to be believed") from None
    return held.claims
