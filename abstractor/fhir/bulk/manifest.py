"""The manifest of a finished export: its files, read as far as we need, with what must not be followed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

import msgspec

from abstractor.fhir.address import origin_of, travels_safely
from abstractor.fhir.bulk.unambiguous import unambiguous

__all__ = ["FileKind", "Manifest", "ManifestFile", "ManifestSaid", "read_manifest"]


class FileKind(StrEnum):
    OUTPUT = "output"
    ERROR = "error"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """`count` is how many lines the manifest says it has. `objection`: why it is not fetched at all.

    `signed`: with our token, which goes to the clinic's own address alone.
    """

    kind: FileKind
    type: str
    url: str = field(repr=False)
    count: int | None
    signed: bool
    objection: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """`transaction_time`: what changed up to then is in it. `tells_deletions`: it has the list of deletions,
    be it empty. `goes_on`: it says that there is a next manifest, which we did not ask for. `request`: what
    it says that was asked for.
    """

    transaction_time: str
    files: tuple[ManifestFile, ...]
    tells_deletions: bool
    goes_on: bool
    request: str | None = field(default=None, repr=False)


class ManifestSaid(msgspec.Struct, frozen=True):
    """What the manifest says beside its files, as it is kept. `unasked`: types that by its own word were not
    asked for; `narrowed_by`: what else makes it less than was asked for, by name.
    """

    tells_deletions: bool = True
    goes_on: bool = False
    unasked: tuple[str, ...] = ()
    narrowed_by: tuple[str, ...] = ()

    @staticmethod
    def read(document: str | None) -> "ManifestSaid":
        return msgspec.json.decode(document, type=ManifestSaid) if document else ManifestSaid()

    def document(self) -> str:
        return msgspec.json.encode(self).decode()


class _File(msgspec.Struct):
    type: str
    url: str
    count: int | None = None


class _Link(msgspec.Struct):
    relation: str | None = None


class _Manifest(msgspec.Struct):
    transactionTime: str
    request: Any = None
    requiresAccessToken: bool = True
    output: list[_File] | None = None
    error: list[_File] | None = None
    deleted: list[_File] | msgspec.UnsetType | None = msgspec.UNSET
    link: list[_Link | None] | None = None


def read_manifest(body: bytes, *, status_address: str, origin: str) -> Manifest | None:
    """None where it is none, or says one thing twice. `origin` is the clinic's own."""
    try:
        read = msgspec.json.decode(body, type=_Manifest)
        when = datetime.fromisoformat(read.transactionTime)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    if when.tzinfo is None or not unambiguous(body):
        return None
    lists: list[tuple[FileKind, Any]] = [
        (FileKind.OUTPUT, read.output),
        (FileKind.ERROR, read.error),
        (FileKind.DELETED, None if read.deleted is msgspec.UNSET else read.deleted),
    ]
    files = [
        _file(kind, one, read.requiresAccessToken, status_address=status_address, origin=origin)
        for kind, told in lists
        for one in _each(told)
    ]
    goes_on = any(link is not None and link.relation == "next" for link in read.link or ())
    return Manifest(
        read.transactionTime,
        tuple(files),
        read.deleted is not msgspec.UNSET,
        goes_on,
        read.request if isinstance(read.request, str) else None,
    )


def _each(told: list[_File] | None) -> Iterable[_File]:
    return told or ()


def _file(
    kind: FileKind, told: _File, needs_token: bool, *, status_address: str, origin: str
) -> ManifestFile:
    url = urljoin(status_address, told.url)
    own = origin_of(url) == origin
    objection = None
    if origin_of(url) is None:
        objection = "unusable-link"
    elif not own and needs_token:
        objection = "foreign-host"
    elif not own and not travels_safely(url):
        objection = "unsafe-link"
    return ManifestFile(kind, told.type, url, told.count, signed=needs_token and own, objection=objection)
