"""What a tool that made an export wrote beside its files: the log, the manifest, error files, deletions.

Known are the layouts of bulk-data-client and of SMART Fetch: `log.ndjson` or `manifest.json` in the folder of
an export, `error/` and `deleted/` below it; and a folder above, with links into several exports. Whatever
says that something is missing becomes a record that cannot be read, and so is counted against its type.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from abstractor.fhir.bulk.deletions import deleted_in
from abstractor.fhir.bulk.errors import complaints_in
from abstractor.fhir.ledger import Said
from abstractor.fhir.lines import read_lines
from abstractor.fhir.received import Received
from abstractor.fhir.types import TYPES_READ

__all__ = ["LOG", "Export", "export_of", "is_log", "missing"]

LOG = "log.ndjson"
_MANIFEST = "manifest.json"
_BESIDE = ("error", "deleted")
_UNFINISHED = "the export was not brought to its end"


class _Detail(msgspec.Struct, rename="camel"):
    file_url: str | None = None
    item_type: str | None = None
    resource_type: str | None = None
    resource_count: int | None = None


class _Event(msgspec.Struct, rename="camel"):
    event_id: str
    event_detail: _Detail | None = None


class _File(msgspec.Struct):
    type: str
    count: int | None = None


class _Manifest(msgspec.Struct):
    transactionTime: str
    output: list[_File]


@dataclass(slots=True)
class Export:
    """`places` are the folders of the exports that a folder's files come from; `told` is how many records of
    each type they say they have, `lost` what they say is missing, as origins of records that are not there.
    """

    places: tuple[Path, ...]
    told: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    @property
    def beside(self) -> tuple[Path, ...]:
        return tuple(sub for place in self.places for name in _BESIDE if (sub := place / name).is_dir())


def is_log(path: Path) -> bool:
    """Is that the log of an export, and no file of records?"""
    if not path.name.lower().endswith(LOG) or not path.is_file():
        return False
    first = next(read_lines(path), None)
    return first is not None and _event(first.body) is not None


def export_of(folder: Path, files: Iterable[Path]) -> Export:
    """Of a folder and its files of records, what tools wrote of how they came."""
    linked = {file.resolve().parent for file in files if file.is_symlink()}
    export = Export(tuple(sorted({folder, *linked})))
    for place in export.places:
        logs = [one for one in sorted(place.glob(f"*{LOG}")) if is_log(one)]
        for log in logs:
            _read_log(export, log)
        if not logs and (place / _MANIFEST).is_file():
            _read_manifest(export, place / _MANIFEST)
    return export


def missing(export: Export, came: Mapping[str, int]) -> Iterator[Received]:
    """A record for everything that is said to be missing: what the error files say, what was not downloaded,
    what there is less of than was told, and deletions that an export tells of the files of another one.
    """
    for place in export.places:
        for line in _lines(place / "error"):
            if any(one.said is not Said.ANSWERED for one in complaints_in(line.body)):
                yield line
    for origin in dict.fromkeys(export.lost):
        yield Received(b"", origin)
    for name in TYPES_READ:
        if export.told[name] > came.get(name, 0):
            yield Received(b"", f"{LOG}: {name} that was downloaded is not here")
    if len(export.places) > 2:
        gone, _ = deleted_in(line.body for place in export.places for line in _lines(place / "deleted"))
        for name in sorted(gone):
            yield Received(b"", f"deleted: {name} of an earlier export may be gone")


def _lines(folder: Path) -> Iterator[Received]:
    if folder.is_dir():
        for file in sorted(folder.iterdir()):
            if file.name.lower().endswith((".ndjson", ".ndjson.gz")):
                yield from read_lines(file)


def _read_log(export: Export, log: Path) -> None:
    """The last event of a file counts: tools try again."""
    requested: dict[str, _Detail] = {}
    last: dict[str, str] = {}
    counts: dict[str, int] = {}
    ended = begun = False
    for line in read_lines(log):
        event = _event(line.body)
        if event is None:
            continue
        begun = begun or event.event_id == "kickoff"
        ended = ended or event.event_id == "export_complete"
        detail = event.event_detail
        if detail is None or detail.file_url is None:
            continue
        if event.event_id == "download_request":
            requested[detail.file_url] = detail
        if event.event_id == "download_complete":
            counts[detail.file_url] = detail.resource_count or 0
        last[detail.file_url] = event.event_id
    for url, request in requested.items():
        _take(export, request, counts.get(url, 0), whole=last[url] == "download_complete")
    if begun and not ended:
        export.lost.append(f"{LOG}: {_UNFINISHED}")


def _take(export: Export, request: _Detail, count: int, *, whole: bool) -> None:
    output = request.item_type in (None, "output")
    if not whole:
        what = (
            request.resource_type if output and request.resource_type else f"a file of {request.item_type}s"
        )
        export.lost.append(f"{LOG}: {what} was not downloaded whole")
    elif output and request.resource_type is not None:
        export.told[request.resource_type] += count


def _read_manifest(export: Export, file: Path) -> None:
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=_Manifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    for one in manifest.output:
        export.told[one.type] += one.count or 0


def _event(body: bytes) -> _Event | None:
    try:
        return msgspec.json.decode(body, type=_Event)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
