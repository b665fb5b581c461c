"""What an export says is deleted: transactions of DELETE requests, a Bundle a line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

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
    """Ids by type, and how many lines or entries could not be understood."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    strange = 0
    for body in bodies:
        try:
            read = msgspec.json.decode(body, type=_Transaction)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            strange += 1
            continue
        for entry in read.entry or ():
            request = entry.request if entry is not None else None
            named = (
                identity_in(request.url or "") if request is not None and request.method == "DELETE" else None
            )
            if named is None:
                strange += 1
            else:
                kind, _, identity = named.partition("/")
                found[kind].add(identity)
    return {kind: frozenset(ids) for kind, ids in found.items()}, strange
