"""How one clinic is reached, whose charts are pulled there and when: what IT writes down, checked as a whole.

No secret stands here: the key that signs in belongs to this installation and is kept sealed.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlsplit

from abstractor.errors import OptionError
from abstractor.fhir.address import MOST_AT_ONCE, Endpoint, travels_safely
from abstractor.fhir.types import TYPES_READ

__all__ = ["CHOICES", "ClinicSetup", "UnfitSetup"]

# The settings that take one of a few words, with the words.
CHOICES = {
    "dialect": ("auto", "plain", "epic", "oracle", "athena"),
    "auth": ("none", "backend-services"),
    "algorithm": ("RS384", "ES384"),
    "way": ("search", "bulk"),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
_GROUP = re.compile(r"(?:Group/)?[A-Za-z0-9.-]{1,64}")
_CRON = re.compile(r"[0-9A-Za-z*,/-]+(?: +[0-9A-Za-z*,/-]+){4}")
_SCOPE = re.compile(r"(?:system|user|patient)/(?:[A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?.*)?")
_MAIL = re.compile(r"mailto:[^@\s]+@[^@\s]+")
_SLOWEST = 0.01  # one request in 100 s: any slower, and it seems to hang
# A part of an address that lets somebody in, and so belongs to no setup.
_LETS_IN = re.compile("secret|passw|assertion|token|key|sig", re.I)


class UnfitSetup(OptionError):
    """`key` is the setting that must be mended; `words` say how."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(f"{key}: {words}")
        self.key = key
        self.words = words


@dataclass(frozen=True, slots=True)
class ClinicSetup:
    """Refuses to exist with settings that contradict each other. Without a cohort every patient is pulled."""

    name: str
    base_url: str
    dialect: str = "auto"
    auth: str = "none"
    client_id: str | None = None
    algorithm: str = "RS384"
    token_url: str | None = None  # only where none is discovered
    scopes: str | None = None  # only where what is asked by default is refused
    group: str | None = None  # the cohort: a Group ...
    patients_file: str | None = None  # ... or record numbers or ids, one a line ...
    identifiers_in_address: bool = False  # where the clinic finds record numbers by GET alone
    by_diagnosis: bool = False  # ... or who has a diagnosis, where the clinic lets one search for it
    way: str = "search"
    categorised: str | None = None  # types whose every record has one of the categories that are asked for
    requests_per_second: float | None = None
    at_once: int = 16
    nightly: str | None = None  # cron, in the site's zone
    tell: str | None = None  # https://... or mailto:...

    def __post_init__(self) -> None:
        for key, words in _problems(self):
            raise UnfitSetup(key, words)

    @property
    def categorised_types(self) -> frozenset[str]:
        return frozenset((self.categorised or "").split())

    def endpoint(self) -> Endpoint:
        return Endpoint(self.base_url, requests_per_second=self.requests_per_second, at_once=self.at_once)


def _problems(setup: ClinicSetup) -> Iterator[tuple[str, str]]:
    """What cannot be meant, as the setting to change and how."""
    yield from _unfit_texts(setup)
    yield from _unfit_address(setup)
    yield from _unfit_signing_in(setup)
    yield from _unfit_cohort(setup)


def _unfit_texts(setup: ClinicSetup) -> Iterator[tuple[str, str]]:
    for each in fields(setup):
        value = getattr(setup, each.name)
        if each.name != "name" and isinstance(value, str) and not value.isprintable():
            yield each.name, "has a character in it that cannot be seen: write it anew"
    for key, words in CHOICES.items():
        if getattr(setup, key) not in words:
            yield key, f"must be one of {', '.join(words)}"
    for key in (
        "client_id",
        "token_url",
        "scopes",
        "group",
        "patients_file",
        "categorised",
        "nightly",
        "tell",
    ):
        if getattr(setup, key) is not None and not getattr(setup, key).strip():
            yield key, "is empty: fill it in, or leave it out"
    for unread in sorted(setup.categorised_types.difference(TYPES_READ)):
        yield (
            "categorised",
            f'{unread!r} is no type that is read: write types as "Observation DiagnosticReport"',
        )
    if not _NAME.fullmatch(setup.name):
        yield (
            "name",
            "must be up to 64 letters, digits, spaces, '.', '_' and '-', and start with one of the first",
        )
    if setup.nightly is not None and not _CRON.fullmatch(setup.nightly.strip()):
        yield "nightly", 'must be the five fields of cron, such as "30 2 * * *" for half past two each night'
    if setup.tell is not None and not (_MAIL.fullmatch(setup.tell) or _is_web(setup.tell)):
        yield "tell", "must be an https address that takes a POST, or mailto: and an e-mail address"


def _unfit_address(setup: ClinicSetup) -> Iterator[tuple[str, str]]:
    try:
        Endpoint(setup.base_url)
    except OptionError as problem:
        yield "base_url", str(problem)
    if not 1 <= setup.at_once <= MOST_AT_ONCE:
        yield "at_once", f"must be from 1 to {MOST_AT_ONCE}"
    if setup.requests_per_second is not None and not _SLOWEST <= setup.requests_per_second < math.inf:
        yield "requests_per_second", f"must be {_SLOWEST} or more; leave it out for no limit"


def _unfit_signing_in(setup: ClinicSetup) -> Iterator[tuple[str, str]]:
    if setup.auth == "none":
        for key in ("client_id", "token_url", "scopes"):
            if getattr(setup, key) is not None:
                yield key, 'is for signing in: set auth = "backend-services" too, or leave this out'
        return
    if setup.scopes is not None and len({way for one in setup.scopes.split() if (way := _way_of(one))}) > 1:
        yield (
            "scopes",
            "mixes SMART's two ways of writing: put all as system/Patient.read, or all as system/Patient.rs",
        )
    if setup.client_id is None:
        yield "client_id", "is missing: it is the id that the clinic gave this program at registration"
    elif not setup.client_id.isascii():
        yield "client_id", "must be of plain letters, digits and signs: it is sent as a header too"
    if not travels_safely(setup.base_url):
        yield "base_url", "must be https where one signs in: a token would be read by anybody on the way"
    if setup.token_url is not None and not travels_safely(setup.token_url):
        yield "token_url", "must be an https address: what is sent there would be read on the way"
    elif any(_LETS_IN.search(name) for name, _ in parse_qsl(urlsplit(setup.token_url or "").query)):
        yield "token_url", "has a secret in it, it seems: this program signs in with keys of its own"


def _way_of(scope: str) -> str | None:
    """Which of SMART's ways a scope is written in; None where it is of neither, or of both."""
    found = _SCOPE.fullmatch(scope)
    if found is None:
        return None
    if found[1] in ("read", "write"):
        return "v1"
    return "v2" if found[1] != "*" else None


def _unfit_cohort(setup: ClinicSetup) -> Iterator[tuple[str, str]]:
    chosen = [key for key in ("group", "patients_file", "by_diagnosis") if getattr(setup, key)]
    if len(chosen) > 1:
        yield chosen[1], f"the cohort is chosen by {chosen[0]} already: leave one of the two out"
    if setup.identifiers_in_address and setup.patients_file is None:
        yield "identifiers_in_address", "is for record numbers: name a patients_file too, or leave this out"
    if setup.way == "bulk" and chosen and chosen[0] != "group":
        yield chosen[0], 'a bulk export is of a group or of everybody: name a group, or set way = "search"'
    if setup.group is not None and not _GROUP.fullmatch(setup.group):
        yield "group", "must be the FHIR id of a Group: letters, digits, '-' and '.'"


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://")) and travels_safely(address)
