"""A file of an export as lines, from the pieces in which it comes: unpacked, cut, no line longer than may be.

Memory holds one piece and one line, whatever the file is.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.http import BrokenOff

__all__ = ["LONGEST_LINE", "Line", "lines_of", "unpacked"]

LONGEST_LINE = 10 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_EITHER_HEADER = 47  # zlib's way of saying "gzip or zlib, whichever it is"
_AT_MOST = 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """Lines that are not blank are numbered from 1. One that is not `whole` was too long: its beginning."""

    number: int
    body: bytes = field(repr=False)
    whole: bool = True


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Plain bytes of what may be gzip, whatever the headers say of it; a small piece may grow large, so it is
    unpacked bit by bit. A gzip that ends too early is a broken transfer.
    """
    stream = iter(pieces)
    head = b""
    while len(head) < len(_GZIP) and (piece := next(stream, None)) is not None:
        head += piece
    if not head.startswith(_GZIP):
        yield head
        yield from stream
        return
    opened = zlib.decompressobj(_EITHER_HEADER)
    left = head
    while True:
        try:
            data = opened.decompress(left, _AT_MOST)
        except zlib.error:
            raise BrokenOff(Failure(Reason.BROKEN_TRANSFER)) from None
        if data:
            yield data
        left = opened.unconsumed_tail
        if opened.eof:
            left = opened.unused_data or next(stream, b"")
            if not left:
                return
            opened = zlib.decompressobj(_EITHER_HEADER)
        elif not left and not data:
            more = next(stream, None)
            if more is None:
                raise BrokenOff(Failure(Reason.BROKEN_TRANSFER))
            left = more


def lines_of(
    plain: Iterable[bytes], *, longest: int | None = None, largest: int = LARGEST_FILE
) -> Iterator[Line]:
    number = 0
    for body, whole in _cut(_measured(plain, largest), longest or LONGEST_LINE):
        if number == 0:
            body = body.removeprefix(_BYTE_ORDER_MARK)
        body = body.strip()
        if body:
            number += 1
            yield Line(number, body, whole)


def _measured(plain: Iterable[bytes], largest: int) -> Iterator[bytes]:
    came = 0
    for piece in plain:
        came += len(piece)
        if came > largest:
            raise BrokenOff(Failure(Reason.TOO_LARGE))
        yield piece


def _cut(plain: Iterable[bytes], longest: int) -> Iterator[tuple[bytes, bool]]:
    held = bytearray()
    whole = True
    for piece in plain:
        start = 0
        while start <= len(piece):
            end = piece.find(b"\n", start)
            rest = piece[start : end if end >= 0 else len(piece)]
            room = longest - len(held)
            whole = whole and len(rest) <= room
            held += rest[:room]
            if end < 0:
                break
            yield bytes(held), whole
            held, whole, start = bytearray(), True, end + 1
    yield bytes(held), whole
