"""The token on each request to the clinic, and on no request to anybody else."""

from collections.abc import Generator, Sequence

import httpx

from abstractor.fhir.address import origin_of
from abstractor.fhir.smart.authority import Authority
from abstractor.fhir.smart.discovery import Discovery
from abstractor.fhir.smart.renewal import Tokens
from abstractor.fhir.smart.scopes import Granted, granted_by

__all__ = ["BackendServices"]


class BackendServices(httpx.Auth):
    """Any number of threads may use it. Nothing is asked before the first request needs a token."""

    def __init__(self, origin: str, authority: Authority, tokens: Tokens, types: Sequence[str]) -> None:
        self._origin = origin
        self._authority = authority
        self._tokens = tokens
        self._types = types

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """A 401 costs one new token and one more try; a 401 to a new token is the clinic's answer."""
        if origin_of(str(request.url)) != self._origin:
            yield request
            return
        token = self._tokens.current()
        reply = yield _signed(request, token.access)
        new, tries = False, 2
        while reply.status_code == httpx.codes.UNAUTHORIZED and tries and not new:
            _drop_body(reply)
            token, new = self._tokens.after(token)
            reply = yield _signed(request, token.access)
            tries -= 1

    def sign_in(self) -> Granted:
        """A token now, from the shelf where a good one stands there, and what it lets us read."""
        return granted_by(self._tokens.current().scope, self._types)

    def granted(self) -> Granted | None:
        """What the token in use lets us read; None before there was one."""
        token = self._tokens.last
        return granted_by(token.scope, self._types) if token is not None else None

    def discovery(self) -> Discovery:
        return self._authority.discovery()

    def remarks(self) -> tuple[str, ...]:
        """What somebody should look at, although signing in works: a wrong clock, an algorithm not listed."""
        return self._authority.remarks()


def _signed(request: httpx.Request, access: str) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {access}"
    return request


def _drop_body(reply: httpx.Response) -> None:
    """httpx reads the body of a reply before it asks again, however long that is. Nobody needs it."""
    reply.stream.close()  # type: ignore[union-attr] # a sync client's stream
    reply.stream = httpx.ByteStream(b"")
