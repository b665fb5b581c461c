"""The way to a clinic, step by step: its name, a connection, and who vouches for it until when."""

import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from abstractor.fhir.address import Endpoint, is_loopback
from abstractor.fhir.examining.values import Mark, Step
from abstractor.fhir.http import tls_context
from abstractor.fhir.tls import advice, proxy_variable, trusted

__all__ = ["the_way"]

_SOON = 21 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class _Proxy:
    variable: str
    host: str
    port: int
    scheme: str
    authorization: str | None = field(repr=False)


def the_way(endpoint: Endpoint, *, now: Callable[[], float] = time.time) -> Iterator[Step]:
    """Ends after a step that stops. Nothing but a handshake is sent."""
    parts = urlsplit(endpoint.base_url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    variable = proxy_variable(endpoint.base_url)
    proxy = _proxy(variable) if variable is not None else None
    step = _resolved(host, proxy)
    yield step
    if step.mark is Mark.STOP:
        return
    if not secure:
        connected = _connected(host, port, proxy, endpoint.connect_timeout)
        yield connected
        if connected.mark is not Mark.STOP:
            yield _unencrypted(host)
        return
    yield from _secured(endpoint, host, port, proxy, now())


def _resolved(host: str, proxy: _Proxy | None) -> Step:
    if proxy is not None:
        return Step("address", Mark.FINE, f"asked through the proxy that {proxy.variable} names")
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError as failed:
        mend = "check the name in the address, and this machine's DNS; or set HTTPS_PROXY where one is needed"
        return Step("address", Mark.STOP, f"{host} cannot be resolved ({failed.strerror})", mend)
    many = "1 address" if len(found) == 1 else f"{len(found)} addresses"
    return Step("address", Mark.FINE, f"{host} has {many}, asked directly (no proxy is set for it)")


def _connected(host: str, port: int, proxy: _Proxy | None, timeout: float) -> Step:
    at = (host, port) if proxy is None else (proxy.host, proxy.port)
    what = f"port {port} of {host}" if proxy is None else f"the proxy that {proxy.variable} names"
    started = time.perf_counter()
    try:
        socket.create_connection(at, timeout=timeout).close()
    except OSError as failed:
        return _no_connection(what, failed, f"http://{host}:{port}")
    taken = round((time.perf_counter() - started) * 1000)
    return Step("connection", Mark.FINE, f"{what} takes connections ({taken} ms)")


def _no_connection(what: str, failed: BaseException, url: str) -> Step:
    why = getattr(failed, "strerror", None) or ("time-out" if isinstance(failed, TimeoutError) else None)
    return Step(
        "connection",
        Mark.STOP,
        f"no connection to {what} ({why or type(failed).__name__})",
        advice(failed, url),
    )


def _unencrypted(host: str) -> Step:
    if is_loopback(host):
        return Step("certificate", Mark.FINE, "plain HTTP, which does not leave this machine")
    mend = "use the clinic's https address: charts would be read by anybody on the way"
    return Step("certificate", Mark.LOOK, "plain HTTP: nothing is encrypted", mend)


def _secured(endpoint: Endpoint, host: str, port: int, proxy: _Proxy | None, now: float) -> Iterator[Step]:
    """TLS as the pull does it, with the very same authorities."""
    what = f"port {port} of {host}" + ("" if proxy is None else f", through the proxy of {proxy.variable}")
    if proxy is not None and proxy.scheme == "https":
        said = (
            f"the proxy of {proxy.variable} is asked by TLS itself: whether that works, signing in will tell"
        )
        yield Step("connection", Mark.FINE, said)
        return
    started = time.perf_counter()
    try:
        held = _certificate(host, port, proxy, endpoint.connect_timeout)
    except ssl.SSLCertVerificationError as refused:
        yield Step("connection", Mark.FINE, f"{what} takes connections")
        said = f"the certificate is refused ({refused.verify_message})"
        yield Step("certificate", Mark.STOP, said, advice(refused, endpoint.base_url))
        return
    except ssl.SSLError as failed:
        yield Step("connection", Mark.FINE, f"{what} takes connections")
        mend = (
            "check that this port speaks TLS 1.2 or newer, and that nothing between here and there breaks it"
        )
        yield Step("certificate", Mark.STOP, f"no TLS ({failed.reason or 'the handshake broke off'})", mend)
        return
    except (OSError, HTTPException) as failed:
        yield _no_connection(what, failed, endpoint.base_url)
        return
    taken = round((time.perf_counter() - started) * 1000)
    yield Step("connection", Mark.FINE, f"{what} takes connections ({taken} ms with TLS)")
    yield _vouched(held, now)


def _certificate(host: str, port: int, proxy: _Proxy | None, timeout: float) -> dict[str, Any]:
    context = tls_context()
    at = (host, port) if proxy is None else (proxy.host, proxy.port)
    connection = HTTPSConnection(*at, timeout=timeout, context=context)
    if proxy is not None:
        named = {} if proxy.authorization is None else {"Proxy-Authorization": proxy.authorization}
        connection.set_tunnel(host, port, headers=named)
    try:
        connection.connect()
        return {**(connection.sock.getpeercert() or {}), "spoken": connection.sock.version()}
    finally:
        connection.close()


def _vouched(held: dict[str, Any], now: float) -> Step:
    ends = ssl.cert_time_to_seconds(held["notAfter"])
    day = datetime.fromtimestamp(ends, UTC).date()
    whose = "an authority that this machine was told to trust" if trusted() else "an authority of the web"
    said = f"{held['spoken']}, vouched for by {_issuer(held)} until {day} ({whose})"
    if ends - now < _SOON:
        mend = "ask who runs the endpoint to renew it: on that day every pull will fail"
        return Step("certificate", Mark.LOOK, said, mend)
    return Step("certificate", Mark.FINE, said)


def _issuer(held: dict[str, Any]) -> str:
    named = {name: value for part in held.get("issuer", ()) for name, value in part}
    return str(named.get("organizationName") or named.get("commonName") or "somebody without a name")


def _proxy(variable: str) -> _Proxy:
    named = getproxies()[variable.removesuffix("_PROXY").lower()]
    parts = urlsplit(named if "://" in named else f"http://{named}")
    authorization = None
    if parts.username is not None:
        plain = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = f"Basic {b64encode(plain.encode()).decode()}"
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return _Proxy(variable, parts.hostname or "", port, parts.scheme, authorization)
