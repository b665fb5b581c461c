"""One page of a search, decoded only as far as paging needs: each resource stays the very bytes that came."""

from dataclasses import dataclass

import msgspec

from abstractor.fhir.cut import elements, members
from abstractor.fhir.doubled import told_once, told_twice
from abstractor.fhir.failure import Failure, Reason

__all__ = ["Entry", "Page", "decode_page"]


class _Link(msgspec.Struct):
    relation: str | None = None
    url: str | None = None


class _Bundle(msgspec.Struct):
    resourceType: str
    type: str | None = None
    total: int | None = None
    link: list[_Link | None] | None = None
    entry: list[msgspec.Raw] | None = None


class _Search(msgspec.Struct):
    mode: str | None = None


class _Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw()
    search: _Search | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """`body` is the resource as received; where there is none (`complaint` says so), the entry itself."""

    body: bytes
    mode: str | None = None
    complaint: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`following` is the `next` link as written, empty where it has no address; `own` the `self` link, which
    says what was searched for.

    `total` is what the endpoint says the whole search holds.
    """

    entries: tuple[Entry, ...]
    total: int | None
    following: str | None
    own: str | None = None


def decode_page(body: bytes) -> Page | Failure:
    try:
        bundle = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, KeyError):
        return Failure(Reason.NOT_SEARCHSET)
    if bundle.resourceType != "Bundle" or bundle.type != "searchset" or _doubled(body):
        return Failure(Reason.NOT_SEARCHSET)
    entries = tuple(_entry(bytes(raw)) for raw in bundle.entry or ())
    return Page(entries, bundle.total, _link(bundle, "next"), _link(bundle, "self"))


def _link(bundle: _Bundle, relation: str) -> str | None:
    """One with an address before one without."""
    links = [link.url or "" for link in bundle.link or () if link is not None and link.relation == relation]
    return max(links, key=bool, default=None)


def _doubled(body: bytes) -> bool:
    """Has it two lists of entries, or of links? With one of them entries, or further pages, would be lost."""
    return any(body.count(b'"%b"' % key.encode()) > 1 and told_twice(body, key) for key in ("entry", "link"))


def _decode(body: bytes) -> _Bundle:
    try:
        return msgspec.json.decode(body, type=_Bundle)
    except RecursionError:
        parts = members(body)
        entries = elements(parts.pop("entry"))
        rest = b",".join(
            b'"%s":%s' % (name.encode(), value) for name, value in parts.items() if name.isidentifier()
        )
        bundle = msgspec.json.decode(b"{" + rest + b"}", type=_Bundle)
        bundle.entry = [msgspec.Raw(entry) for entry in entries]
        return bundle


def _entry(raw: bytes) -> Entry:
    if raw == b"null":
        return Entry(raw, complaint="null-entry")
    try:
        entry = msgspec.json.decode(raw, type=_Entry)
        resource, mode = bytes(entry.resource), entry.search.mode if entry.search else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        resource, mode = _shallow_resource(raw), None
    if resource in (b"", b"null") or not told_once(raw, "resource", resource):
        return Entry(raw, complaint="entry-without-resource")
    return Entry(resource, mode)


def _shallow_resource(raw: bytes) -> bytes:
    """Too deep for the decoder, or odd in a part that paging does not need: kept all the same."""
    try:
        return members(raw).get("resource", b"")
    except (ValueError, msgspec.MsgspecError):
        return b""
