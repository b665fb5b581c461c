"""The door in front of every route: who may pass, how much a request may carry, what every answer carries.

Deny by default: a path is open only if it stands in `is_open`; a route that somebody adds tomorrow is closed.
"""

import logging
import traceback
from collections.abc import Mapping
from hmac import compare_digest
from http import HTTPStatus
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abstractor.errors import AbstractorError
from abstractor.web.carried import carried_by, sign_in_again
from abstractor.web.problems import answer
from abstractor.web.security import (
    KEY_SET,
    LAUNCH,
    LINKS,
    LONGEST_TARGET,
    METRICS_PATH,
    PROVIDER,
    cookie_name,
    headers_for,
)
from abstractor.workflow import Account, Services, account_of_token, session_of

__all__ = ["Guard", "is_open"]

OPEN = frozenset({"/healthz", "/readyz", "/signin", LINKS, *PROVIDER, *LAUNCH, KEY_SET})
# Where a service may come with its token; pages are for people.
BY_TOKEN = ("/api/", "/fhir/")
MOST_BYTES = 64 * 1024
_NULS = (b"\0", b"%00", b"\\u0000")  # as itself, in a form or an address, in JSON
_LONGEST_NUL = max(map(len, _NULS)) - 1  # of it in one piece, where it comes in two
_log = logging.getLogger("abstractor.web")


def is_open(path: str) -> bool:
    """May this path be asked for without a session?"""
    return path in OPEN or path.startswith(("/static/", f"{LINKS}/"))


class Guard:
    """ASGI middleware; `services` must outlive it."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app = app
        self.services = services
        self.tls = services.settings.behind_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            headers = headers_for(scope["path"], tls=self.tls)
            await self._http(scope, receive, _with_headers(send, headers))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, _bounded(receive))
        started = _Started(send)
        try:
            refusal = await self._admit(request)
            await (refusal or self.app)(scope, _bounded(receive), started)
        # The outermost boundary of the web. Logged is where it went wrong, never the message: that may hold
        # a value from a chart.
        except Exception as wrong:
            _log.error("request failed: %s at %s", type(wrong).__name__, _where(wrong))
            if started.yes:
                raise ConnectionAbortedError("the answer broke off") from None
            await _failed(request, wrong)(scope, receive, started)

    async def _admit(self, request: Request) -> Response | None:
        """None where the request may pass; the account of a signed-in user goes with it."""
        path = request.scope["path"]  # not of request.url: that is put together with the Host header
        if _holds_nul(path.encode()) or _holds_nul(request.scope["query_string"]):
            return answer(request, 400, "The address holds the character NUL, which no text has.")
        if path == METRICS_PATH and self._is_monitor(request):
            request.state.monitor = True
            return None
        if path.startswith(BY_TOKEN) and (given := _bearer(request)) is not None:
            return await self._admit_service(request, given)
        token = request.cookies.get(cookie_name(tls=self.tls))
        if token and (path == "/signin" or not is_open(path)):
            account = await run_in_threadpool(session_of, self.services, token, self.services.clock())
            if account is not None:
                request.state.account = account
        if is_open(path) or _account(request) is not None:
            return None
        if path == METRICS_PATH:
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        if path.startswith(BY_TOKEN):
            return answer(request, 401, "Sign in first.")
        if request.headers.get("HX-Request"):
            return Response(status_code=401, headers={"HX-Redirect": "/signin"})
        if (held := await carried_by(request)) is not None:
            return sign_in_again(request, held)
        return RedirectResponse(_sign_in_for(request), status_code=303)

    async def _admit_service(self, request: Request, token: str) -> Response | None:
        """By its token alone, whatever session the request carries besides."""
        account = await run_in_threadpool(account_of_token, self.services, token, self.services.clock())
        if account is None:
            refusal = answer(request, 401, "This token is unknown, revoked or expired.")
            refusal.headers["WWW-Authenticate"] = "Bearer"
            return refusal
        request.state.account = account
        request.state.by_token = True
        return None

    def _is_monitor(self, request: Request) -> bool:
        """Does the request carry the token that was set for monitoring? Where none was, no request does."""
        wanted = self.services.settings.metrics_token.get_secret_value().encode()
        given = _bearer(request)
        return bool(wanted) and given is not None and compare_digest(given.encode(), wanted)


def _bearer(request: Request) -> str | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _sign_in_for(request: Request) -> str:
    """The sign-in page, and after it the page that was asked for where its address is worth keeping."""
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    here = f"{path}?{query}" if query else path
    if request.method != "GET" or path == "/" or len(here) > LONGEST_TARGET:
        return "/signin"
    return f"/signin?next={quote(here, safe='')}"


def _account(request: Request) -> Account | None:
    account = getattr(request.state, "account", None)
    return account if isinstance(account, Account) else None


def _failed(request: Request, wrong: Exception) -> Response:
    if isinstance(wrong, AbstractorError):
        return answer(request, 503, "The service lacks something that it needs. /readyz says what.")
    return answer(request, 500, "Something went wrong on our side. Nothing of the chart was changed.")


def _where(wrong: Exception) -> str:
    frames = traceback.extract_tb(wrong.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "unknown"


class _Started:
    """The sender, and whether an answer has already begun."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.yes = False

    async def __call__(self, message: Message) -> None:
        self.yes = True
        await self.send(message)


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            held = MutableHeaders(scope=message)
            for name, value in headers.items():
                held[name] = value
            if message["status"] >= HTTPStatus.BAD_REQUEST:
                held["Cache-Control"] = "no-store"  # what is wrong now must not be shown later
        await send(message)

    return sending


def _holds_nul(body: bytes) -> bool:
    """PostgreSQL keeps no such text: it is refused here, on either database, before anything is done."""
    return any(written in body for written in _NULS)


def _bounded(receive: Receive) -> Receive:
    taken, last = 0, b""

    async def receiving() -> Message:
        nonlocal taken, last
        message = await receive()
        body = message.get("body", b"")
        taken += len(body)
        if taken > MOST_BYTES:
            raise HTTPException(413, "The request is too large.")
        if _holds_nul(last + body):
            raise HTTPException(400, "The request holds the character NUL, which no text has: take it out.")
        last = body[-_LONGEST_NUL:]
        return message

    return receiving
