"""Lines that come in runs, each in order, put out as one: they lie in a private file until all are there."""

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heapreplace
from struct import Struct

from abstractor.fhir.population import Scratch

__all__ = ["InOrder"]

_SIZES = Struct("<II")


class InOrder:
    """Of each run only the key of its next line is held."""

    def __init__(self) -> None:
        self._scratch = Scratch()
        self._runs: list[tuple[int, int]] = []

    def add(self, rows: Sequence[tuple[str, str]]) -> None:
        """A run of keys and lines, by key; no key comes in two runs."""
        pieces: list[bytes] = []
        for key, line in rows:
            head, body = key.encode(), line.encode()
            pieces += (_SIZES.pack(len(head), len(body)), head, body)
        if pieces:
            data = b"".join(pieces)
            start = self._scratch.add(data)
            self._runs.append((start, start + len(data)))

    def lines(self) -> Iterator[str]:
        """Every line, by key."""
        waiting = [self._next(start, end) for start, end in self._runs]
        heapify(waiting)
        while waiting:
            _, at, size, end = waiting[0]
            yield self._scratch.read(at, size).decode()
            if at + size < end:
                heapreplace(waiting, self._next(at + size, end))
            else:
                heappop(waiting)

    def _next(self, at: int, end: int) -> tuple[bytes, int, int, int]:
        """The key that stands there, where its line stands and how long that is, and the end of the run."""
        key, line = _SIZES.unpack(self._scratch.read(at, _SIZES.size))
        at += _SIZES.size
        return self._scratch.read(at, key), at + key, line, end

    def close(self) -> None:
        self._scratch.close()
