"""The log of an export that a tool downloaded: which files it asked for, which of them did not come whole,
and whether the export ended.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from abstractor.fhir.bulk.requested import Requested, requested_in
from abstractor.fhir.bulk.told import OUTPUT, Told
from abstractor.fhir.lines import read_lines

__all__ = ["is_log", "log_told"]

_LOG = "log.ndjson"
_NO_DETAIL = msgspec.Raw(b"null")


class _Detail(msgspec.Struct, rename="camel"):
    file_url: str | None = None
    item_type: str | None = None
    resource_type: str | None = None
    resource_count: int | None = None
    output_file_count: int = 0
    error_file_count: int = 0
    deleted_file_count: int = 0
    total_output_file_count: int = 0
    total_error_file_count: int = 0
    total_deleted_file_count: int = 0
    export_url: str = ""
    request_parameters: msgspec.Raw = _NO_DETAIL


class _Parameters(msgspec.Struct):
    """Those of a kick-off by POST stand here alone."""

    since: str | None = msgspec.field(default=None, name="_since")
    types: str | list[str] | None = msgspec.field(default=None, name="_type")


class _Event(msgspec.Struct, rename="camel"):
    event_id: str
    event_detail: msgspec.Raw = _NO_DETAIL


@dataclass(slots=True)
class _Attempt:
    """From one kick-off to the next: how many files of each item there are, and those that were asked for."""

    begun: bool = False
    requested: Requested = field(default_factory=Requested)
    ended: bool = False
    listed: Counter[str] = field(default_factory=Counter)
    asked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def note(self, detail: _Detail) -> None:
        """An export that is taken up again lists its files again."""
        self.listed |= Counter(
            {
                OUTPUT: max(detail.output_file_count, detail.total_output_file_count),
                "error": max(detail.error_file_count, detail.total_error_file_count),
                "deleted": max(detail.deleted_file_count, detail.total_deleted_file_count),
            }
        )

    @property
    def short(self) -> Iterator[str]:
        """The items of which not every file was asked for, though it ended."""
        return (item for item in self.listed if self.ended and self.listed[item] > len(self.asked[item]))


def is_log(path: Path) -> bool:
    """Is that the log of an export, and no file of records?"""
    if not path.name.lower().endswith(_LOG) or not path.is_file():
        return False
    first = next(read_lines(path), None)
    return first is not None and _event(first.body) is not None


def log_told(log: Path) -> Told:
    """The last event of a file counts: tools try again. So does the last kick-off."""
    requested: dict[str, _Detail] = {}
    last: dict[str, str] = {}
    counts: dict[str, int | None] = {}
    attempts = [_Attempt()]
    for event, detail in _events(log):
        if event == "kickoff":
            attempts.append(_Attempt(True, _requested(detail)))
        attempts[-1].ended |= event == "export_complete"
        attempts[-1].note(detail)
        url = detail.file_url
        if url is None:
            continue
        if event == "download_request":
            requested[url] = detail
            attempts[-1].asked[detail.item_type or OUTPUT].add(url)
        if event == "download_complete":
            counts[url] = detail.resource_count
        last[url] = event
    told = Told(addresses=set(attempts[-1].asked[OUTPUT]))
    for url, request in requested.items():
        item, kind = request.item_type or OUTPUT, request.resource_type
        if last[url] == "download_complete":
            told.take(item, kind, counts.get(url), by=log.name)
        else:
            what = kind if item == OUTPUT and kind else f"a file of {item}s"
            told.lost.append(f"{log.name}: {what} was not downloaded whole")
    for attempt in attempts[1:]:
        told.request(attempt.requested, by=log.name, ended=attempt.ended)
    told.lost.extend(_not_ended(log, attempts))
    return told


def _requested(kickoff: _Detail) -> Requested:
    """By its address, and beside it by what it had in its body."""
    told = requested_in(kickoff.export_url)
    try:
        also = msgspec.json.decode(kickoff.request_parameters, type=_Parameters | None) or _Parameters()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return told
    listed = also.types.split(",") if isinstance(also.types, str) else also.types or ()
    types = frozenset(kind for one in listed if (kind := one.strip())) or None
    return replace(told, types=told.types or types, since=told.since or also.since)


def _not_ended(log: Path, attempts: list[_Attempt]) -> Iterator[str]:
    if attempts[-1].begun and not attempts[-1].ended:
        yield f"{log.name}: the export was not brought to its end"
    for attempt in attempts:
        for item in attempt.short:
            yield f"{log.name}: there are more files of {item} than were asked for"


def _events(log: Path) -> Iterator[tuple[str, _Detail]]:
    for line in read_lines(log):
        event = _event(line.body)
        if event is not None:
            yield event.event_id, _detail(event.event_detail)


def _event(body: bytes) -> _Event | None:
    try:
        return msgspec.json.decode(body, type=_Event)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _detail(raw: msgspec.Raw) -> _Detail:
    """Without what cannot be read: a file of which nobody knows that it came has not come."""
    try:
        return msgspec.json.decode(raw, type=_Detail | None) or _Detail()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Detail()
