"""Which file of a manifest that was asked for again is which of those that are known: links may be new, and
their order another.
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from abstractor.store.connection_values import BulkFile, FileKind

__all__ = ["renewed_files"]

_Sort = tuple[FileKind, str]


def renewed_files(
    lost: Sequence[BulkFile], known: Sequence[BulkFile], now: Sequence[BulkFile]
) -> tuple[list[BulkFile], list[BulkFile]]:
    """Those that are lost with their new links, and files to read beside them: where not every one of a type
    can be told by its path, all of that type are read anew.
    """
    renewed: list[BulkFile] = []
    more: list[BulkFile] = []
    free = max((one.number for one in known), default=0) + 1
    for sort in dict.fromkeys(_sort(one) for one in lost):
        own = [one for one in lost if _sort(one) == sort]
        there = [one for one in now if _sort(one) == sort]
        before = [one for one in known if _sort(one) == sort]
        if len(there) < len(own) or any(one.finished for one in there):
            renewed += own
            continue
        chosen = _told_apart(own, before, there) or there
        renewed += [_as(one.number, new) for one, new in zip(own, chosen, strict=False)]
        for new in chosen[len(own) :]:
            more.append(_as(free, new))
            free += 1
    return renewed, more


def _told_apart(
    own: Sequence[BulkFile], before: Sequence[BulkFile], there: Sequence[BulkFile]
) -> list[BulkFile] | None:
    """The new one of each; None where a path names several, or one that is of another length now."""
    if len(before) == len(there) == 1:
        return list(there)
    by_path = {_path(one): one for one in there}
    known = {_path(one) for one in before}
    if len(by_path) < len(there) or len(known) < len(before) or known != set(by_path):
        return None
    found = [by_path[_path(one)] for one in own]
    same = all(one.expected == new.expected for one, new in zip(own, found, strict=True))
    return found if same else None


def _as(number: int, new: BulkFile) -> BulkFile:
    return replace(new, number=number, lines=0)


def _sort(one: BulkFile) -> _Sort:
    return one.kind, one.type


def _path(one: BulkFile) -> str:
    """What of an address names a file: host and signature may change."""
    return urlsplit(one.address).path
