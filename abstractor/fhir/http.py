"""What sends requests to a clinic: a shared client with time-outs, tries, back-off, a pace and caps.

A URL of ours carries a patient's id, a request a token. So neither goes into an error or a log line: httpx's
own log lines are switched off, and its errors, which hold the request, end here. Redirects are not followed:
they could carry credentials to another host.
"""

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import SystemRandom
from typing import TypeVar
from urllib.request import getproxies

import httpx

from abstractor.errors import ClinicRefused, ClinicUnreachable, SetupError
from abstractor.fhir.address import Endpoint, origin_of
from abstractor.fhir.failure import TRIED_AGAIN, Failure, Reason
from abstractor.fhir.http_dates import retry_after
from abstractor.fhir.outcome import issue_codes, resource_type
from abstractor.fhir.pacing import Pace
from abstractor.fhir.server_clock import ServerClock, utc_now
from abstractor.fhir.tls import advice, trusted
from abstractor.fhir.types import type_in

__all__ = ["Auth", "BrokenOff", "Flow", "Form", "Http", "Reply", "tls_context"]

_ACCEPT = "application/fhir+json"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A hospital's proxy is for the outside; the sample clinic on this machine is asked directly.
_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")
_TALKERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=64)
_THROTTLED = 429

Auth = httpx.Auth
Form = Callable[[], Mapping[str, str]]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, whatever its status says. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Flow:
    """The beginning of an answer with status 200; `pieces` are its bytes as they were sent, still packed
    where a header says so.
    """

    headers: Mapping[str, str] = field(repr=False)
    pieces: Iterator[bytes] = field(repr=False)


class BrokenOff(Exception):
    """A transfer broke while it was read; caught where it is read, seen nowhere else."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class _NoConnection:
    """Nobody was reached: what the system or TLS said of it, which names the host at most."""

    kind: str
    text: str
    advice: str


def _say_nothing(_: logging.LogRecord) -> bool:
    return False


class Http:
    """Asks over one `httpx.Client`, which any number of threads may share."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        auth: Auth | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.server_clock = ServerClock(now)
        for name in _TALKERS:
            logging.getLogger(name).addFilter(_say_nothing)
        self._endpoint = endpoint
        self._signs_in = auth is not None
        self._sleep = sleep
        self._chance = SystemRandom().random
        self._pace = Pace(endpoint.requests_per_second, clock=clock, sleep=sleep)
        self._at_once = threading.BoundedSemaphore(endpoint.at_once)
        self._client = _client(endpoint, auth)

    def close(self) -> None:
        self._client.close()

    def counts(self) -> Mapping[str, int]:
        return self._pace.counts()

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> bytes | Failure:
        """The body of a FHIR resource, or why there is none after all tries.

        ClinicRefused: 401, nothing else will be answered either. ClinicUnreachable: no connection at all.
        """
        got = self._tried(lambda: _resource(self._dated(self._once("GET", url, headers))), url)
        return self._known(got, url)

    def post(self, url: str, form: Mapping[str, str]) -> bytes | Failure:
        """As `fetch`, for a search whose parameters must not stand in an address."""
        return self._known(
            self._tried(lambda: _resource(self._once("POST", url, None, lambda: form)), url), url
        )

    def _known(self, got: bytes | Failure, url: str) -> bytes | Failure:
        if isinstance(got, Failure) and got.status == 401:
            asked = type_in(url)
            words = f"{origin_of(url)} does not know us (401{asked}): {self._unknown()}"
            if asked:
                words += "; if it answers for other types, ask its EHR team to allow this or to answer 403"
            raise ClinicRefused(words, status=401)
        return got

    def ask(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, form: Form | None = None
    ) -> Reply | Failure:
        """An answer of any kind, or why none came after all tries; a redirect is a failure. `form` is made
        anew for each try, since it may be good for one only. ClinicUnreachable: no connection at all.
        """
        json = {"Accept": "application/json", **(headers or {})}
        return self._tried(lambda: _said(self._once(method, url, json, form)), url)

    @contextmanager
    def streaming(
        self, url: str, *, headers: Mapping[str, str] | None = None, signed: bool = True
    ) -> Iterator["Flow | Failure"]:
        """One answer of any size as it comes over the wire, tried once. `signed`: with the token, where there
        is one and the address is the clinic's own; what is not signed goes out as anybody's request.

        Reading on raises `BrokenOff` where the transfer breaks. ClinicUnreachable: no connection at all.
        """
        auth = httpx.USE_CLIENT_DEFAULT if signed else None
        with self._at_once:
            self._pace.wait()
            try:
                reply = self._client.send(self._asked_of(url, headers), stream=True, auth=auth)
                with closing(reply):
                    yield self._flow(reply)
            except _NO_CONNECTION as failed:
                told = _NoConnection(type(failed).__name__, str(failed), advice(failed, url))
                raise self._unreachable(told, url, tries=1) from None
            except httpx.TimeoutException:
                raise BrokenOff(Failure(Reason.TIME_OUT)) from None
            except (httpx.InvalidURL, httpx.UnsupportedProtocol):
                raise BrokenOff(Failure(Reason.UNUSABLE_LINK)) from None
            except httpx.RequestError:
                raise BrokenOff(Failure(Reason.BROKEN_TRANSFER)) from None

    def _asked_of(self, url: str, headers: Mapping[str, str] | None) -> httpx.Request:
        """What is sent to the clinic with each request stays out of one to another host."""
        request = self._client.build_request("GET", url, headers=headers)
        if origin_of(url) != self._endpoint.origin:
            for name, _ in self._endpoint.headers:
                request.headers.pop(name, None)
        return request

    def _flow(self, reply: httpx.Response) -> "Flow | Failure":
        named = {name.lower(): value for name, value in reply.headers.items()}
        if reply.status_code == httpx.codes.OK:
            return Flow(named, reply.iter_raw())
        body = self._body(reply)
        return body if isinstance(body, Failure) else _no(Reply(reply.status_code, named, body))

    def wait(self, attempt: int, asked: float | None) -> None:
        """Before a further try at something that this client does not try again by itself."""
        self._sleep(self._wait(attempt, asked))

    def _tried(self, send: Callable[[], _T | Failure | _NoConnection], url: str) -> _T | Failure:
        for attempt in range(1, self._endpoint.tries + 1):
            got = send()
            again = attempt < self._endpoint.tries and _worth_another_try(got)
            self._rest(got, self._wait(attempt, _asked_to_wait(got)), again=again)
            if not again:
                break
        if isinstance(got, _NoConnection):
            raise self._unreachable(got, url)
        return got

    def _rest(self, got: object, wait: float, *, again: bool) -> None:
        """A clinic that is asked too often is left alone by every thread, whatever that asks for."""
        throttled = isinstance(got, Failure) and got.status == _THROTTLED
        if again:
            self._pace.count("retries")
        if throttled and not again:
            self._pace.rest(wait)
        elif throttled:
            self._pace.pause(wait)
        elif again:
            self._sleep(wait)

    def _once(
        self, method: str, url: str, headers: Mapping[str, str] | None, form: Form | None = None
    ) -> Reply | Failure | _NoConnection:
        with self._at_once:
            self._pace.wait()
            try:
                data = None if form is None else form()
                with self._client.stream(method, url, headers=headers, data=data) as reply:
                    body = self._body(reply)
                    named = {name.lower(): value for name, value in reply.headers.items()}
                    return body if isinstance(body, Failure) else Reply(reply.status_code, named, body)
            except _NO_CONNECTION as failed:
                return _NoConnection(type(failed).__name__, str(failed), advice(failed, url))
            except httpx.TimeoutException:
                return Failure(Reason.TIME_OUT)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol):
                return Failure(Reason.UNUSABLE_LINK)
            except httpx.RequestError:  # a reset, a body that ends too early, gzip that is none
                return Failure(Reason.BROKEN_TRANSFER)

    def _dated(self, got: Reply | Failure | _NoConnection) -> Reply | Failure | _NoConnection:
        if isinstance(got, Reply):
            self.server_clock.hear(got.headers.get("date"))
        return got

    def _body(self, reply: httpx.Response) -> bytes | Failure:
        """At most `max_body` bytes, unpacked, so that a small compressed body cannot fill the memory."""
        until = time.monotonic() + self._endpoint.total_timeout
        body = bytearray()
        for chunk in reply.iter_bytes():
            body += chunk
            if len(body) > self._endpoint.max_body:
                return Failure(Reason.TOO_LARGE)
            if time.monotonic() > until:
                return Failure(Reason.TIME_OUT)
        return bytes(body.removeprefix(_BYTE_ORDER_MARK))

    def _wait(self, attempt: int, asked: float | None) -> float:
        """Doubled at each try, and spread by chance so that threads do not come back all at once."""
        doubled: float = self._endpoint.backoff * 2 ** (attempt - 1)
        return min(max(doubled * (0.5 + self._chance()), asked or 0.0), self._endpoint.retry_after_cap)

    def _unreachable(self, failed: _NoConnection, url: str, *, tries: int | None = None) -> ClinicUnreachable:
        return ClinicUnreachable(
            f"no connection to {origin_of(url)} after {tries or self._endpoint.tries} tries "
            f"({failed.kind}: {failed.text}): {failed.advice}"
        )

    def _unknown(self) -> str:
        if self._signs_in:
            return "it took neither our token nor a new one; ask whether this client may use this address"
        return "check the credentials of this clinic"


def tls_context() -> ssl.SSLContext:
    """Whom the client trusts: the hospital's own authorities where they are named, else those of the web."""
    return trusted() or httpx.create_ssl_context()


def _client(endpoint: Endpoint, auth: Auth | None) -> httpx.Client:
    authorities = trusted()
    try:
        return httpx.Client(
            auth=auth,
            timeout=httpx.Timeout(endpoint.read_timeout, connect=endpoint.connect_timeout),
            limits=_LIMITS,
            headers={"Accept": _ACCEPT, "User-Agent": endpoint.user_agent, **dict(endpoint.headers)},
            mounts={**_proxies_over_tls(authorities), **dict.fromkeys(_LOOPBACK)},
            follow_redirects=False,
            verify=authorities or True,
            trust_env=True,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        # A proxy of another kind, or an address that is none: it may hold a password, so it is not told back.
        raise SetupError(
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a proxy that cannot be used: it must be an address "
            "such as http://proxy.example:3128 (SOCKS is not supported)"
        ) from None


def _proxies_over_tls(authorities: ssl.SSLContext | None) -> dict[str, httpx.BaseTransport]:
    """httpx itself would check such a proxy by the web's authorities, never by the hospital's own."""
    if authorities is None:
        return {}
    named = {scheme: url for scheme, url in getproxies().items() if url.lower().startswith("https://")}
    return {
        f"{scheme}://": httpx.HTTPTransport(
            verify=authorities, proxy=httpx.Proxy(named[scheme], ssl_context=authorities), limits=_LIMITS
        )
        for scheme in ("http", "https", "all")
        if scheme in named
    }


def _worth_another_try(got: object) -> bool:
    return isinstance(got, _NoConnection) or (isinstance(got, Failure) and got.worth_another_try)


def _asked_to_wait(got: object) -> float | None:
    return got.retry_after if isinstance(got, Failure) else None


def _resource(got: Reply | Failure | _NoConnection) -> bytes | Failure | _NoConnection:
    """The body of an answer that is a FHIR resource and no OperationOutcome."""
    if not isinstance(got, Reply):
        return got
    if got.status != httpx.codes.OK:
        return _no(got)
    match resource_type(got.body):
        case None:
            return Failure(Reason.NOT_FHIR)
        case "OperationOutcome":
            return Failure(Reason.OUTCOME, issues=issue_codes(got.body))
        case _:
            return got.body


def _said(got: Reply | Failure | _NoConnection) -> Reply | Failure | _NoConnection:
    """An answer that stands, whatever it says; trouble that may pass and redirects are failures."""
    if isinstance(got, Reply) and (got.status in TRIED_AGAIN or httpx.codes.is_redirect(got.status)):
        return _no(got)
    return got


def _no(got: Reply) -> Failure:
    if httpx.codes.is_redirect(got.status):
        return Failure(Reason.REDIRECT, status=got.status)
    wait = retry_after(got.headers.get("retry-after"))
    return Failure(Reason.STATUS, status=got.status, issues=issue_codes(got.body), retry_after=wait)
