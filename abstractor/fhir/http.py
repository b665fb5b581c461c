"""The one module that knows httpx: a shared client with time-outs, tries, back-off and caps.

A URL of ours carries a patient's id. So no URL goes into an error or a log line, and httpx's own log lines,
which hold it, are switched off. Redirects are never followed: they could carry credentials to another host.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom

import httpx

from abstractor.errors import ClinicRefused, ClinicUnreachable
from abstractor.fhir.address import Endpoint
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.outcome import issue_codes, resource_type

__all__ = ["Http"]

_ACCEPT = "application/fhir+json"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A hospital's proxy is for the outside; the sample clinic on this machine is asked directly.
_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")
_TALKERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)


def _say_nothing(_: logging.LogRecord) -> bool:
    return False


class Http:
    """Fetches resources over one `httpx.Client`, which any number of threads may share."""

    def __init__(self, endpoint: Endpoint, *, sleep: Callable[[float], None] = time.sleep) -> None:
        for name in _TALKERS:
            logging.getLogger(name).addFilter(_say_nothing)
        self._endpoint = endpoint
        self._sleep = sleep
        self._chance = SystemRandom().random
        self._client = httpx.Client(
            timeout=httpx.Timeout(endpoint.read_timeout, connect=endpoint.connect_timeout),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
            headers={"Accept": _ACCEPT, "User-Agent": endpoint.user_agent},
            mounts=dict.fromkeys(_LOOPBACK),
            follow_redirects=False,
            verify=True,
            trust_env=True,
        )

    def close(self) -> None:
        self._client.close()

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> bytes | Failure:
        """The body of a FHIR resource, or why there is none after all tries.

        ClinicRefused: 401, nothing else will be answered either. ClinicUnreachable: no connection at all.
        """
        for attempt in range(1, self._endpoint.tries + 1):
            last = attempt == self._endpoint.tries
            try:
                got = self._once(url, headers)
            except _NO_CONNECTION as failed:
                if last:
                    raise self._unreachable(failed) from None
                got = Failure(Reason.BROKEN_TRANSFER)
            if isinstance(got, bytes) or last or not got.worth_another_try:
                break
            self._sleep(self._wait(attempt, got.retry_after))
        if isinstance(got, Failure) and got.status == 401:
            raise ClinicRefused(
                f"{self._endpoint.origin} does not know us (401): check the credentials of this clinic",
                status=401,
            )
        return got

    def _once(self, url: str, headers: Mapping[str, str] | None) -> bytes | Failure:
        try:
            with self._client.stream("GET", url, headers=headers) as reply:
                return _judged(reply, self._body(reply))
        except _NO_CONNECTION:
            raise
        except httpx.TimeoutException:
            return Failure(Reason.TIME_OUT)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Failure(Reason.UNUSABLE_LINK)
        except httpx.RequestError:  # a reset, a body that ends too early, gzip that is none
            return Failure(Reason.BROKEN_TRANSFER)

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

    def _unreachable(self, failed: httpx.RequestError) -> ClinicUnreachable:
        # The text of a failed connection is the system's or TLS's own: it names the host at most.
        return ClinicUnreachable(
            f"no connection to {self._endpoint.origin} after {self._endpoint.tries} tries "
            f"({type(failed).__name__}: {failed}): check address, proxy and certificates"
        )


def _judged(reply: httpx.Response, body: bytes | Failure) -> bytes | Failure:
    if isinstance(body, Failure):
        return body
    if reply.is_redirect:
        return Failure(Reason.REDIRECT, status=reply.status_code)
    if reply.status_code != httpx.codes.OK:
        wait = _retry_after(reply.headers.get("Retry-After"))
        return Failure(Reason.STATUS, status=reply.status_code, issues=issue_codes(body), retry_after=wait)
    match resource_type(body):
        case None:
            return Failure(Reason.NOT_FHIR)
        case "OperationOutcome":
            return Failure(Reason.OUTCOME, issues=issue_codes(body))
        case _:
            return body


def _retry_after(value: str | None) -> float | None:
    """Seconds, or an HTTP date; None where it is neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
