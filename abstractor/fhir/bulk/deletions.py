"""What an export says is deleted: transactions of DELETE requests, a Bundle a line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from abstractor.fhir.bulk.unambiguous import unambiguous
from abstractor.fhir.references import identity_in

__all__ = ["deleted_in"]


class _Request(msgspec.Struct):
    method: str | None = None
    url: str | None = None


class _Entry(msgspec.Struct):
    request: _Request | None = None


class _Transaction(msgspec.Struct):
    resourceType: str
    entry: list[_Entry | None] | None = None


def deleted_in(bodies: Iterable[bytes]) -> tuple[Mapping[str, frozenset[str]], int]:
    """Ids by type, and how many lines or entries could not be understood: whatever is no Bundle, or is no
    request in it to delete one record.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    strange = 0
    for body in bodies:
        for named in _named_in(body):
            if named is None:
                strange += 1
            else:
                kind, _, identity = named.partition("/")
                found[kind].add(identity)
    return {kind: frozenset(ids) for kind, ids in found.items()}, strange


def _named_in(body: bytes) -> list[str | None]:
    """The "Type/id" of each entry; None for what is strange."""
    try:
        read = msgspec.json.decode(body, type=_Transaction)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return [None]
    if read.resourceType != "Bundle" or not unambiguous(body):
        return [None]
    return [None if entry is None else _deleted_by(entry.request) for entry in read.entry or ()]


def _deleted_by(request: _Request | None) -> str | None:
    """A request that deletes whatever a search finds names nobody."""
    if request is None or request.method != "DELETE" or request.url is None or "?" in request.url:
        return None
    return identity_in(request.url)
