"""Several bodies under one identity: the newest stands, by version number, else by the time of its last
change.

Bodies that say the same in all that we read are one. Where neither can be told to be newer, both stand.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import MsgspecError, Raw, Struct, structs
from msgspec.json import decode, encode

from abstractor.fhir.decoding import decoder_of
from abstractor.fhir.elements.datatypes import Meta, Resource

__all__ = ["Held", "standing"]


class Held(Struct, frozen=True, gc=False):
    """A record as it came. There are many, so the garbage collector does not see them."""

    type: str
    patient: str | None
    body: bytes
    links: Mapping[str, str]


def standing(versions: Sequence[Held], zone: ZoneInfo) -> tuple[Held, ...]:
    """Those that no other one replaces: one, unless it cannot be told which is the newest."""
    if len(versions) == 1:
        return (versions[0],)
    read = [(decoder_of(held.type, zone).decode(held.body), held) for held in sorted(versions, key=_body)]
    newest = [(one, held) for one, held in read if not any(_newer(other, one) for other, _ in read)]
    kept: list[tuple[Any, Held]] = []
    for resource, held in newest or read:
        content = (held.patient, _content(resource))
        if all(content != seen for seen, _ in kept):
            kept.append((content, held))
    return tuple(held for _, held in kept)


def _body(held: Held) -> bytes:
    return held.body


def _newer(one: Resource, other: Resource) -> bool:
    """Is the first certainly newer than the other?"""
    mine, theirs = one.meta or Meta(), other.meta or Meta()
    numbers = _number(mine.version_id), _number(theirs.version_id)
    if numbers[0] is not None and numbers[1] is not None and numbers[0] != numbers[1]:
        return numbers[0] > numbers[1]
    moments = _moment(mine.last_updated), _moment(theirs.last_updated)
    return moments[0] is not None and moments[1] is not None and moments[0] > moments[1]


def _number(version: str | None) -> int | None:
    return int(version) if version is not None and version.isascii() and version.isdigit() else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _content(resource: Resource) -> tuple[Resource, tuple[bytes, ...]]:
    """All that we read of a record but when it was last changed."""
    contained: tuple[Raw, ...] | None = getattr(resource, "contained", None)
    if contained is None:
        return structs.replace(resource, meta=None), ()
    return structs.replace(resource, meta=None, contained=None), tuple(_said(raw) for raw in contained)


def _said(raw: Raw) -> bytes:
    """What stands there, however it is spaced, ordered and its numbers are written; as it came where that
    cannot be told."""
    try:
        return encode(_plain(decode(raw)), order="sorted")
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        return bytes(raw)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
