"""Where a clinic's FHIR R4 endpoint is, and how patient we are with it: all of it settable."""

import math
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from abstractor.errors import OptionError

__all__ = ["MOST_AT_ONCE", "Endpoint", "is_loopback", "origin_of", "travels_safely"]

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_OURS = ("Accept", "Authorization", "Cookie", "Host", "User-Agent")
_VALUE = re.compile(r"[!-~]+(?: [!-~]+)*")
_PORTS = {"http": 80, "https": 443}
MOST_AT_ONCE = 32
_SHORTEST = 10  # fhirclient takes no base address as short as this, with its closing slash


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Times are in seconds. `tries` counts the first; `backoff` is the first wait, doubled at each try."""

    base_url: str
    page_size: int = 200
    max_pages: int = 1000
    connect_timeout: float = 10
    read_timeout: float = 60
    total_timeout: float = 300
    tries: int = 4
    backoff: float = 1.0
    retry_after_cap: float = 300
    max_body: int = 64 * 1024 * 1024
    max_references: int = 200  # Medications read for one patient
    cached_references: int = 5000  # Medications remembered between patients
    few: int = 50  # of no more held of a type it is asked for whole: that is one search, changes are two
    user_agent: str = "abstractor"
    requests_per_second: float | None = None  # over all threads of a connection; None is as fast as it goes
    at_once: int = 16  # requests under way at the same time
    headers: tuple[tuple[str, str], ...] = ()  # sent with each request for data, as Epic's `Epic-Client-ID`

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        unusable = parts.query or parts.fragment or "@" in parts.netloc or len(self.root) <= _SHORTEST
        if origin_of(self.base_url) is None or unusable:
            raise OptionError(
                "the endpoint's address must look like https://clinic.example/fhir, "
                "without query, fragment, user name or password"
            )
        if min(self.page_size, self.max_pages, self.tries, self.max_body) < 1:
            raise OptionError("page size, page cap, tries and body cap of an endpoint must be at least 1")
        if any(not _may_be_sent(name, value) for name, value in self.headers):
            raise OptionError(
                "a header of an endpoint is a name of letters and '-' and one line of text, and none of "
                + ", ".join(_OURS)
            )
        if not 1 <= self.at_once <= MOST_AT_ONCE:
            raise OptionError(f"requests at once of an endpoint are from 1 to {MOST_AT_ONCE}")
        if self.requests_per_second is not None and not 0 < self.requests_per_second < math.inf:
            raise OptionError(
                "requests a second of an endpoint must be more than 0; leave it out for no limit"
            )

    @property
    def root(self) -> str:
        """The base address with its closing slash, as addresses are joined to it."""
        return self.base_url.rstrip("/") + "/"

    @property
    def origin(self) -> str:
        return origin_of(self.base_url) or ""

    def address_of(self, resource_type: str, identity: str | None, position: int) -> str:
        """Where a resource came from: its own address, or its place in the search where it has no id."""
        return (
            f"{self.root}{resource_type}/{identity}" if identity else f"{self.root}{resource_type}#{position}"
        )


def origin_of(url: str) -> str | None:
    """Scheme, host and port; None where it is no address that can be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    shown = "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{shown}"


def _may_be_sent(name: str, value: str) -> bool:
    ours = name.lower() in (one.lower() for one in _OURS)
    return not ours and bool(_HEADER.fullmatch(name) and _VALUE.fullmatch(value))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine; any name but `localhost` may be somebody else's."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def travels_safely(url: str) -> bool:
    """Whether a secret may be sent there: by TLS, or without leaving this machine."""
    parts = urlsplit(url) if origin_of(url) is not None else None
    if parts is None or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or is_loopback(parts.hostname or "")
