"""What an export was asked for, by the address of the request, as a manifest or a log has it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

__all__ = ["Requested", "later", "requested_in"]

_GROUP = re.compile(r"(?:^|/)Group/([^/]+)/\$export/?$")
# By any of these less comes than there is of a type.
_NARROWING = ("_typeFilter", "_elements", "_until", "patient")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A "+" that nobody encoded is a blank in a query.
_BARE_PLUS = re.compile(r" (?=\d\d:?\d\d$)")


@dataclass(frozen=True, slots=True)
class Requested:
    """`group`: the id of the Group that is exported, null where it names none. `types`: null where all are
    meant. `since`: as it stands there. `narrowed_by`: other parameters by which less comes, by name.
    """

    group: str | None = None
    types: frozenset[str] | None = None
    since: str | None = None
    narrowed_by: tuple[str, ...] = ()


def requested_in(address: str) -> Requested:
    """In whatever order and spelling; nothing where it is no address."""
    parts = _split(address)
    if parts is None:
        return Requested()
    found = _GROUP.search(unquote(parts.path))
    told = parse_qsl(parts.query)
    types = {
        kind
        for name, value in told
        if name == "_type"
        for one in unquote(value).split(",")
        if (kind := one.strip())
    }
    return Requested(
        group=found[1] if found else None,
        types=frozenset(types) if types else None,
        since=next((value for name, value in told if name == "_since"), None),
        narrowed_by=tuple(name for name in _NARROWING if any(name == other for other, _ in told)),
    )


def later(since: str, than: str | None) -> bool:
    """Is less told from `since` on than from that other instant on, or than of all times (None)? An instant
    that cannot be read may be any; that of the epoch is the beginning of all times.
    """
    told = _instant(since)
    known = _EPOCH if than is None else _instant(than)
    return told is None or known is None or told > known


def _instant(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(_BARE_PLUS.sub("+", text.strip()))
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return None
