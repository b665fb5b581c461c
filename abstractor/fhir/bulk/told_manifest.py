"""The manifests of an export, as a tool kept them beside the files: which there are, most with their records.

One is read as far as it can be; of what cannot be read nobody knows of which type it is. Of one that goes on
in another, which is not there, nobody knows what that lists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from abstractor.fhir.bulk.requested import requested_in
from abstractor.fhir.bulk.told import ASIDE, OUTPUT, Told
from abstractor.fhir.bulk.unambiguous import unambiguous

__all__ = ["manifests_told", "tells"]

# Of several the others have names of their own.
_NAME = re.compile(r"manifest.*\.json", re.IGNORECASE)
# A JSON file with none of these elements is another tool's, whatever its name.
_ITS_OWN = frozenset({OUTPUT, *ASIDE, "transactionTime", "request"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NULL = msgspec.Raw(b"null")


class _File(msgspec.Struct):
    type: str
    url: str = ""
    count: Annotated[int, msgspec.Meta(ge=0)] | None = None


class _Link(msgspec.Struct):
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """One manifest. `goes_on`: it names a next one; None where it is another tool's, or cannot be read."""

    told: Told
    goes_on: bool | None = None


def _is_manifest(path: Path) -> bool:
    """Has it the name of one?"""
    return _NAME.fullmatch(path.name) is not None and path.is_file()


def tells(path: Path) -> bool:
    """Is it a manifest, and no other tool's?"""
    if not _is_manifest(path):
        return False
    page = _page(path)
    return page.goes_on is not None or bool(page.told.lost)


def manifests_told(place: Path, *, asked: frozenset[str]) -> Told:
    """What the manifests in that folder tell together; `asked` are the addresses of the files of records that
    the log says were asked for.
    """
    files = sorted(filter(_is_manifest, place.glob("*")))
    pages = [_page(file) for file in files]
    told = Told()
    for page in pages:
        told.add(page.told)
    ends = [page.goes_on for page in pages if page.goes_on is not None]
    if ends and all(ends) and not asked - told.addresses:
        told.lost.append(f"{files[-1].name}: it goes on in a manifest that is not here")
    return told


def _page(file: Path) -> _Page:
    """Nothing where it is another tool's."""
    told = Told()
    try:
        body = file.read_bytes().removeprefix(_BYTE_ORDER_MARK)
        elements = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return _Page(told)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        told.lost.append(f"{file.name}: it cannot be read")
        return _Page(told)
    if not _ITS_OWN.intersection(elements):
        return _Page(told)
    if not unambiguous(body):
        told.lost.append(f"{file.name}: it says one thing twice")
    for item in (OUTPUT, *ASIDE):
        _take(told, item, elements, by=file.name)
    request = _text(elements.get("request", _NULL))
    if request is not None:
        told.request(requested_in(request), by=file.name)
    return _Page(told, _goes_on(elements.get("link", _NULL)))


def _text(raw: msgspec.Raw) -> str | None:
    try:
        return msgspec.json.decode(raw, type=str | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _goes_on(links: msgspec.Raw) -> bool:
    """Links that cannot be read may lead on."""
    try:
        read = msgspec.json.decode(links, type=list[_Link | None] | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return True
    return any(link is not None and link.relation == "next" for link in read or ())


def _take(told: Told, item: str, elements: Mapping[str, msgspec.Raw], *, by: str) -> None:
    """The files of one list; that of the output must be there."""
    try:
        files = msgspec.json.decode(elements.get(item, _NULL), type=list[msgspec.Raw] | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        files, readable = None, False
    else:
        readable = files is not None or item != OUTPUT
    if not readable:
        told.lost.append(f"{by}: its list of what is {item} cannot be read")
    for raw in files or ():
        one = _file(raw)
        if one is None and item == OUTPUT:
            told.lost.append(f"{by}: a file that it lists cannot be told")
        if one is not None:
            told.addresses.add(one.url)
        told.take(item, one.type if one else None, one.count if one else None, by=by)


def _file(raw: msgspec.Raw) -> _File | None:
    """A number may stand there as a text."""
    try:
        return msgspec.json.decode(raw, type=_File, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
