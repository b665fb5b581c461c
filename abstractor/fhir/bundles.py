"""A Bundle taken apart into its entries, each as the very bytes that stood there.

Nothing is lost: an entry without a resource goes on as it stands and ends in quarantine, and so does a
Bundle that cannot be taken apart. One hostile entry does not cost its neighbours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from abstractor.fhir.cut import elements, members
from abstractor.fhir.decoding import by_content, type_of
from abstractor.fhir.doubled import told_once
from abstractor.fhir.nesting import shallow
from abstractor.fhir.received import Received
from abstractor.fhir.references import identity_in, resolve
from abstractor.fhir.types import TYPES_READ

__all__ = ["expand"]

_MOST_NESTED = 8
_ASKED = re.compile(rf"(?:^|/)({'|'.join(TYPES_READ)})(?:/_search)?/?(?:\?|$)")


# What is absent; the decoder takes no "raw or nothing".
_ABSENT = msgspec.Raw(b"null")


class _Bundle(msgspec.Struct):
    entry: msgspec.Raw = _ABSENT
    link: msgspec.Raw = _ABSENT


class _Link(msgspec.Struct):
    relation: str | None = None
    url: str | None = None


class _Entry(msgspec.Struct, rename="camel"):
    full_url: str | None = None
    resource: msgspec.Raw = _ABSENT


class _Identity(msgspec.Struct):
    id: str | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One entry: its resource, or the whole entry where it holds none."""

    body: bytes
    full_url: str | None


def expand(received: Received, *, nested: int = 0) -> Iterator[Received]:
    """The resources of a Bundle, of Bundles within it too; anything else as it is."""
    # The name in quotes is looked for first: this is asked of every line of a bulk export.
    if b'"Bundle"' not in received.body or type_of(received.body) != "Bundle":
        yield received
        return
    try:
        parts = _parts(received.body)
        if not told_once(received.body, "entry", bytes(parts.entry)):
            raise ValueError("two lists of entries")
        pieces = [_piece(raw) for raw in _entries(parts.entry)]
    except ValueError:
        pieces = None
    if pieces is None or nested == _MOST_NESTED:
        yield received
        return
    links = _links(pieces)
    asked = _asked_for(parts.link) or "entry"
    for place, piece in enumerate(pieces):
        origin = f"{received.origin}:{asked}[{place}]"
        yield from expand(
            Received(piece.body, origin, piece.full_url, links, received.gone), nested=nested + 1
        )


def _parts(body: bytes) -> _Bundle:
    try:
        return msgspec.json.decode(body, type=_Bundle)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        cut = members(body)
        return _Bundle(*(msgspec.Raw(cut.get(name, b"null")) for name in ("entry", "link")))


def _entries(raw: msgspec.Raw) -> list[bytes]:
    """The bytes of each entry; ValueError where `entry` is no list."""
    if bytes(raw) == b"null":
        return []
    try:
        return [bytes(each) for each in msgspec.json.decode(raw, type=list[msgspec.Raw])]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return list(elements(bytes(raw)))


def _piece(raw: bytes) -> _Piece:
    try:
        entry = msgspec.json.decode(raw, type=_Entry)
        body, full_url = bytes(entry.resource), entry.full_url
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        body, full_url = _resource_of(raw), None
    if not told_once(raw, "resource", body):
        body = b"null"
    return _Piece(raw if body == b"null" else body, full_url)


def _resource_of(raw: bytes) -> bytes:
    try:
        return members(raw).get("resource", b"null")
    except (ValueError, msgspec.MsgspecError):
        return b"null"


def _links(pieces: list[_Piece]) -> dict[str, str]:
    """Which resource each address of the Bundle stands for, where the address does not say it itself."""
    links: dict[str, str] = {}
    for piece in pieces:
        kind = type_of(piece.body) if piece.full_url else None
        if kind is None or piece.full_url is None:
            continue
        own_id = _id_of(piece.body)
        named = f"{kind}/{own_id}" if own_id else resolve(piece.full_url, {}, expected=kind)
        identity = named or by_content(kind, piece.body)
        if identity != identity_in(piece.full_url):
            links[piece.full_url] = identity
    return links


def _id_of(body: bytes) -> str | None:
    try:
        return msgspec.json.decode(shallow(body, levels=1), type=_Identity).id
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _asked_for(raw: msgspec.Raw) -> str | None:
    """The resource type of the search that a page answers."""
    try:
        links = msgspec.json.decode(raw, type=list[_Link])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    for link in links:
        if link.relation == "self" and link.url and (found := _ASKED.search(link.url)):
            return found[1]
    return None
