"""Asking the authorization server for a token: one assertion, one answer, and what a refusal means.

Nothing of an answer but its status, its Date and an error code of OAuth's own list is told on: the rest may
hold what was sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import msgspec

from abstractor.errors import ClinicMisbehaved, ClinicRefused
from abstractor.fhir.address import origin_of
from abstractor.fhir.failure import Failure
from abstractor.fhir.http import Http, Reply
from abstractor.fhir.http_dates import http_date
from abstractor.fhir.smart.assertion import Signer
from abstractor.fhir.smart.token import Token

__all__ = ["Refusal", "ask_for_token", "refuse"]

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# What a token that does not say how long it lasts is taken to last: the least that SMART recommends.
_USUAL_LIFE = 300.0
_LONGEST_LIFE = 86400.0
_BEARER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")
_CODES = frozenset(
    (
        "invalid_request invalid_client invalid_grant invalid_scope unauthorized_client "
        "unsupported_grant_type"
    ).split()
)
_UNKNOWN_CLIENT = (
    "it does not know this client or its key. Check client_id (test and production differ), that "
    "the key {kid} is at the JWKS address or was uploaded for this client (a new one may take an hour to be "
    "seen), and that this machine's clock is right"
)
_ADVICE = {
    "invalid_client": _UNKNOWN_CLIENT,
    "invalid_grant": _UNKNOWN_CLIENT,
    "unauthorized_client": "the client {client} may not sign in by itself: ask for SMART Backend Services",
    "invalid_scope": "it takes none of the scopes: name those that the client is registered for by `scopes`",
    "unsupported_grant_type": "this token endpoint is not one of SMART Backend Services: check token_url",
    "invalid_request": "it does not understand the request: check token_url",
}
_BARE = "a bare 400 is how Epic says that " + _UNKNOWN_CLIENT
_OTHERWISE = "check token_url, and ask whether the client {client} is active"


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is None where the answer gave none of OAuth's; `date` is the server's clock, in seconds."""

    status: int
    code: str | None
    date: float | None

    @property
    def may_be_the_clock(self) -> bool:
        return self.status in (400, 401) and self.code in (None, "invalid_client", "invalid_grant")


class _Granted(msgspec.Struct):
    access_token: str
    token_type: str
    expires_in: float | str | None = None
    scope: str | None = None

    def __repr__(self) -> str:
        """Nothing: it holds the token."""
        return "_Granted()"


class _Refused(msgspec.Struct):
    error: str | None = None


def ask_for_token(
    http: Http, signer: Signer, token_url: str, scope: str, *, clock: Callable[[], float], ahead: float
) -> Token | Refusal:
    """`ahead` is how far the server's clock is ahead of ours. ClinicUnreachable: it could not answer."""
    asked_at = clock()

    def form() -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": _ASSERTION,
            "client_assertion": signer.sign(token_url, now=clock() + ahead),
        }

    got = http.ask("POST", token_url, form=form)
    if isinstance(got, Failure):
        advice = "try again later" if got.passing else "check token_url"
        raise got.error("token", origin=_origin(token_url), advice=advice)
    if got.status != 200:
        when = http_date(got.headers.get("date"))
        return Refusal(got.status, _code(got), None if when is None else when.timestamp())
    return _token(got, token_url, scope, asked_at)


def refuse(refusal: Refusal, signer: Signer, token_url: str, *, clock_says: str | None) -> NoReturn:
    bare = refusal.status == 400 and refusal.code is None
    advice = _BARE if bare else _ADVICE.get(refusal.code or "", _OTHERWISE)
    code = f":{refusal.code}" if refusal.code else ""
    raise ClinicRefused(
        f"{_origin(token_url)} gave no token (http-{refusal.status}{code}): "
        + advice.format(kid=signer.kid, client=signer.client_id)
        + (f". {clock_says}" if clock_says else ""),
        status=refusal.status,
    )


def _token(got: Reply, token_url: str, asked: str, asked_at: float) -> Token:
    """Its life is counted from before it was asked for by our clock: the server's own may be wrong."""
    granted = _decoded(got)
    if granted is None or not _usable(granted):
        raise ClinicMisbehaved(
            f"{_origin(token_url)} gave something else than a bearer token: check token_url"
        )
    scope = granted.scope if granted.scope is not None else asked
    return Token(granted.access_token, asked_at + _life(granted.expires_in), scope)


def _usable(granted: _Granted) -> bool:
    """Letters that a header may hold, and of the kind that we know how to send."""
    written = bool(granted.access_token) and set(granted.access_token) <= _BEARER
    return written and granted.token_type.lower() == "bearer"


def _decoded(got: Reply) -> _Granted | None:
    try:
        return msgspec.json.decode(got.body, type=_Granted)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _life(told: float | str | None) -> float:
    try:
        life = float(told) if told is not None else _USUAL_LIFE
    except ValueError:
        return _USUAL_LIFE
    return min(life, _LONGEST_LIFE) if 0 < life < float("inf") else _USUAL_LIFE


def _code(got: Reply) -> str | None:
    try:
        code = msgspec.json.decode(got.body, type=_Refused).error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return code if code in _CODES else None


def _origin(token_url: str) -> str:
    return origin_of(token_url) or "the token endpoint"
