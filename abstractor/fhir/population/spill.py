"""Records in parts, of which the most lie in a file that has no name.

Such a file can be opened by nobody else, and is gone when the program ends, however it ends. Processes that
are forked read it too, each by itself.
"""

import os
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Self, cast

import msgspec

from abstractor.errors import AbstractorError
from abstractor.fhir.received import NO_LINKS, Received

__all__ = ["Scratch", "Spill"]

# What a record takes besides its body, as long as it is held.
_BESIDE = 400
_NO_LINKS = -1


class Scratch:
    """A private file that is only ever added to."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._end = 0

    def add(self, data: bytes) -> int:
        """Where it stands from then on."""
        try:
            if self._file is None:
                self._file = cast(BinaryIO, tempfile.TemporaryFile(prefix="abstractor-", buffering=0))
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as failed:
            raise _no_room(failed) from None
        at, self._end = self._end, self._end + len(data)
        return at

    def read(self, at: int, size: int) -> bytes:
        if self._file is None:
            raise ValueError("nothing was added yet")
        parts = []
        while size:
            part = os.pread(self._file.fileno(), size, at)
            if not part:
                raise ValueError("read past the end of what was added")
            parts.append(part)
            at, size = at + len(part), size - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _no_room(failed: OSError) -> AbstractorError:
    return AbstractorError(
        f"no temporary file in {tempfile.gettempdir()} ({failed.strerror}): free some space there, or name "
        "another folder in TMPDIR; it takes about as much as the unpacked input"
    )


class _Record(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One record as it lies in the file; its links, where it has any, stand at `links_at`."""

    key: str
    body: bytes
    origin: str
    full_url: str | None
    gone: bool
    links_at: int
    links_size: int


class Spill:
    """Keyed records in so many parts: held until there are `room` bytes of them, then all written away."""

    def __init__(self, parts: int, *, room: int) -> None:
        self.parts = parts
        self._room = room
        self._held: list[list[tuple[str, Received]]] = [[] for _ in range(parts)]
        self._size = 0
        self._scratch = Scratch()
        # Of each part, where its pieces stand in the file and how long they are, in turn.
        self._pieces = [array("Q") for _ in range(parts)]
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[_Record])
        self._last_links: tuple[int, Mapping[str, str]] = (_NO_LINKS, {})

    def put(self, part: int, key: str, received: Received) -> None:
        self._held[part].append((key, received))
        self._size += len(received.body) + _BESIDE
        if self._size > self._room:
            self.flush()

    def flush(self) -> None:
        """Write away all that is held."""
        written: dict[int, tuple[int, int]] = {}
        for part, held in enumerate(self._held):
            if held:
                rows = [
                    _Record(key, r.body, r.origin, r.full_url, r.gone, *self._linked(r, written))
                    for key, r in held
                ]
                data = self._encoder.encode(rows)
                self._pieces[part].extend((self._scratch.add(data), len(data)))
                held.clear()
        self._size = 0

    def _linked(self, received: Received, written: dict[int, tuple[int, int]]) -> tuple[int, int]:
        """The links of a Bundle are written once for all its records that are written together."""
        links = received.links
        if not links:
            return _NO_LINKS, 0
        if id(links) not in written:
            data = msgspec.msgpack.encode(dict(links))
            written[id(links)] = (self._scratch.add(data), len(data))
        return written[id(links)]

    def records(self, part: int) -> Iterator[tuple[str, Received]]:
        """Each record of a part with its key, in the order in which they came."""
        pieces = self._pieces[part]
        for place in range(0, len(pieces), 2):
            for row in self._decoder.decode(self._scratch.read(pieces[place], pieces[place + 1])):
                links = self._links(row.links_at, row.links_size)
                yield row.key, Received(row.body, row.origin, row.full_url, links, row.gone)
        yield from self._held[part]

    def _links(self, at: int, size: int) -> Mapping[str, str]:
        if at == _NO_LINKS:
            return NO_LINKS
        if self._last_links[0] != at:
            self._last_links = at, msgspec.msgpack.decode(self._scratch.read(at, size), type=dict[str, str])
        return self._last_links[1]

    def close(self) -> None:
        self._scratch.close()
        self._held = [[] for _ in range(self.parts)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
