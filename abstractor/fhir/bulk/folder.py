"""A folder that a tool exported, beside its records: what the tool says there is, error files, deletions.

Known are the layouts of bulk-data-client and of SMART Fetch: `log.ndjson` or `manifest.json` in the folder of
an export, `error/` and `deleted/` below it; and a folder above, with links into several exports. Whatever
says that something is missing becomes a record that cannot be read, and so is counted against its type. A
record that is here and that a file of deletions names is marked: whether it was deleted before or after this
copy was made is nowhere told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from abstractor.fhir.about import about
from abstractor.fhir.bulk.deletions import deleted_in
from abstractor.fhir.bulk.errors import complaints_in
from abstractor.fhir.bulk.told import ASIDE, SINCE, Told
from abstractor.fhir.bulk.told_log import is_log, log_told
from abstractor.fhir.bulk.told_manifest import manifests_told
from abstractor.fhir.decoding import at_sight, in_head
from abstractor.fhir.ledger import Said
from abstractor.fhir.lines import read_lines
from abstractor.fhir.received import Received
from abstractor.fhir.types import TYPES_READ

__all__ = ["Export", "export_of", "records_of"]

_LINES = (".ndjson", ".ndjson.gz")


@dataclass(slots=True)
class Export:
    """`places` are the folders of the exports that a folder's files come from; `told` is what tools wrote
    there.
    """

    places: tuple[Path, ...]
    told: Told = field(default_factory=Told)

    @property
    def beside(self) -> tuple[Path, ...]:
        return tuple(sub for place in self.places for name in ASIDE if (sub := place / name).is_dir())


@dataclass(slots=True)
class _Came:
    """Of each type, how many records and files are here; and files without a record, of nobody knows what."""

    records: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    empty: int = 0


def export_of(folder: Path, files: Iterable[Path]) -> Export:
    """Of a folder and its files of records, what tools wrote of how they came."""
    linked = {file.resolve().parent for file in files if file.is_symlink()}
    export = Export(tuple(sorted({folder, *linked})))
    for place in export.places:
        export.told.add(_told_in(place))
    return export


def _told_in(place: Path) -> Told:
    """What the logs and the manifests in that folder tell."""
    told = Told()
    for log in sorted(filter(is_log, place.glob("*"))):
        told.add(log_told(log))
    told.agree(manifests_told(place, asked=frozenset(told.addresses)))
    return told


def records_of(folder: Path, files: Sequence[Path]) -> Iterator[Received]:
    """The records of these files of a folder; for what is said to be missing, one that nobody can read."""
    export, came = export_of(folder, files), _Came()
    gone, unclear = deleted_in(line.body for place in export.places for line in _lines(place / "deleted"))
    for file in files:
        types: set[str] = set()
        for record in read_lines(file):
            kind = at_sight(record.body) or in_head(record.body)
            if kind is not None:
                types.add(kind)
                came.records[kind] += 1
            yield replace(record, gone=True) if gone and _is_gone(record.body, gone) else record
        named = types or set(TYPES_READ).intersection(file.name.split("."))
        came.files.update(named)
        came.empty += not named
    yield from _missing(export, came)
    if unclear:
        yield Received(b"", "deleted: what was deleted is not clear")


def _missing(export: Export, came: _Came) -> Iterator[Received]:
    """What the error files say, what was not downloaded, and what there is less of than was told."""
    for place in export.places:
        for line in _lines(place / "error"):
            lost = [one.detail for one in complaints_in(line.body) if one.said is not Said.ANSWERED]
            if lost:
                # Not the line itself: its file may be named after one type, and what was lost may be of any.
                yield Received(b"", f"error: {', '.join(lost)}")
    told = export.told
    for origin in dict.fromkeys(told.lost):
        yield Received(b"", origin)
    uncounted = told.uncounted.intersection(TYPES_READ)
    short = {name: max(0, told.files[name] - came.files[name]) for name in uncounted}
    files_short = sum(short.values()) > came.empty
    for name in TYPES_READ:
        if told.records[name] > came.records[name] or (files_short and short.get(name)):
            yield Received(b"", f"{told.by[name]}: {name} that it tells of is not here")
    yield from _changes_alone(told)
    for item in ASIDE:
        if told.aside[item] > sum(_files_in(place / item) for place in export.places):
            yield Received(b"", f"{told.by[item]}: a file of what is {item} is not here")


def _changes_alone(told: Told) -> Iterator[Received]:
    """Of what only changes were asked for, and nowhere here everything, what is older is missing."""
    alone = [name for name in TYPES_READ if name in told.changed and name not in told.unbounded]
    for name in ("what was exported",) if len(alone) == len(TYPES_READ) else alone:
        yield Received(b"", f"{told.by[SINCE]}: of {name} only what changed since a time was asked for")


def _is_gone(body: bytes, gone: Mapping[str, frozenset[str]]) -> bool:
    """It, or the patient whose it is, was deleted."""
    said = about(body)
    if said is None:
        return False
    return said.id in gone.get(said.resourceType, ()) or not gone.get("Patient", frozenset()).isdisjoint(
        said.patients
    )


def _files_in(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def _lines(folder: Path) -> Iterator[Received]:
    if folder.is_dir():
        for file in sorted(folder.iterdir()):
            if file.is_file():
                yield from read_lines(file)
