"""Several files of an export at once, on threads; what they bring comes in batches to the one who keeps it.

No more is at hand than a few batches a thread: who keeps slowly slows the download.
"""

import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

from abstractor.fhir.bulk.exporter import Exporter, FileLost
from abstractor.fhir.bulk.lines import Line
from abstractor.fhir.bulk.manifest import ManifestFile
from abstractor.fhir.failure import Failure

__all__ = ["Batch", "ToRead", "downloaded"]

AT_ONCE = 5
_LINES = 500
_BYTES = 4 * 1024 * 1024
_LOOK = 0.2  # seconds between two looks whether somebody still listens


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file from its first line on, however much of it is kept: it may have been made anew since."""

    number: int
    file: ManifestFile


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of that file, in order; from the first one on again where it was made anew. The last
    one of a file is `finished`, or says why the rest is `lost`.
    """

    number: int
    lines: tuple[Line, ...] = field(repr=False)
    finished: bool = False
    lost: Failure | None = None


def downloaded(
    exporter: Exporter, files: Sequence[ToRead], *, at_once: int = AT_ONCE
) -> Generator[Batch, None, None]:
    """Files are begun in their order. Closed early, no more is read; an error of a thread ends all."""
    threads = min(at_once, exporter.endpoint.at_once, max(1, len(files)))
    line = _Line(Queue(2 * threads))
    with ThreadPoolExecutor(threads, thread_name_prefix="bulk") as pool:
        readings = [pool.submit(_read, exporter, each, line) for each in files]
        try:
            while not (all(one.done() for one in readings) and line.waiting.empty()):
                try:
                    yield line.waiting.get(timeout=_LOOK)
                except Empty:
                    for one in readings:
                        if one.done():
                            one.result()
            for one in readings:
                one.result()
        finally:
            line.closed.set()
            for one in readings:
                one.cancel()


@dataclass(frozen=True, slots=True)
class _Line:
    """From the threads to the one who keeps."""

    waiting: "Queue[Batch]"
    closed: threading.Event = field(default_factory=threading.Event)

    def put(self, batch: Batch) -> None:
        while not self.closed.is_set():
            try:
                self.waiting.put(batch, timeout=_LOOK)
            except Full:
                continue
            return
        raise _Unheard


class _Unheard(Exception):
    """Nobody listens any more."""


def _read(exporter: Exporter, wanted: ToRead, line: _Line) -> None:
    held: list[Line] = []
    size = 0
    try:
        try:
            for each in exporter.lines(wanted.file):
                held.append(each)
                size += len(each.body)
                if len(held) >= _LINES or size >= _BYTES:
                    line.put(Batch(wanted.number, tuple(held)))
                    held, size = [], 0
        except FileLost as lost:
            line.put(Batch(wanted.number, tuple(held), lost=lost.failure))
        else:
            line.put(Batch(wanted.number, tuple(held), finished=True))
    except _Unheard:
        return
