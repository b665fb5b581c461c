"""The records of one file: line by line, or one document; plain or gzip, told by its first bytes.

A gzip that breaks off gives every line before the break and then one empty record, which ends in
quarantine: what is missing is counted as missing. One cut to no bytes at all gives that record alone.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from abstractor.errors import InputError
from abstractor.fhir.received import Received

__all__ = ["read_document", "read_lines"]

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_LINE = 64 * 1024 * 1024
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)
# Told with the empty record that stands for what is missing: nothing else says that the file is damaged.
_BREAKS_OFF = ": the gzip breaks off there, fetch it again"
_NOT_BLANK = re.compile(rb"\S")


def read_lines(path: Path) -> Iterator[Received]:
    """Every line that is not blank, as it stands."""
    with _opened(path) as stream:
        if stream is None:
            yield Received(b"", f"{path.name}:1{_BREAKS_OFF}")
        else:
            yield from _lines(path, stream)


def read_document(path: Path) -> Iterator[Received]:
    """A file that is one JSON document, or NDJSON under another name."""
    with _opened(path) as stream:
        if stream is None:
            yield Received(b"", f"{path.name}{_BREAKS_OFF}")
            return
        try:
            body = stream.read().removeprefix(_BYTE_ORDER_MARK)
        except _BROKEN:
            raise _damaged(path) from None
    if _is_ndjson(body):
        yield from _lines(path, io.BytesIO(body))
    elif _NOT_BLANK.search(body):
        yield Received(body, path.name)


def _lines(path: Path, stream: BinaryIO) -> Iterator[Received]:
    name, readline = path.name, stream.readline
    for number in count(1):
        try:
            line = readline(_LONGEST_LINE)
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                _skip_line(stream)
        except _BROKEN:
            if number == 1:
                raise _damaged(path) from None
            yield Received(b"", f"{name}:{number}{_BREAKS_OFF}")
            return
        if not line:
            return
        body = (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).strip()
        if body:
            yield Received(body, f"{name}:{number}")


def _skip_line(stream: BinaryIO) -> None:
    """Leave the rest of a line that is far too long; what was read of it ends in quarantine."""
    while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def _is_ndjson(body: bytes) -> bool:
    """Is the first line that is not blank a JSON object by itself, with more to follow?"""
    first = _NOT_BLANK.search(body)
    start = first.start() if first is not None else 0
    end = body.find(b"\n", start)
    if end < 0 or _NOT_BLANK.search(body, end) is None:
        return False
    try:
        msgspec.json.decode(body[start:end], type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | None]:
    """The unpacked bytes; None for a gzip that was cut to nothing."""
    try:
        with path.open("rb") as plain:
            head = plain.peek(2)[:2]
            if head == _GZIP:
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    yield cast(BinaryIO, unpacked)
            elif path.suffix.lower() != ".gz":
                yield plain
            elif head:
                raise InputError(f"{path} is not gzip, though its name says so: unpack or rename it")
            else:
                yield None
    except gzip.BadGzipFile:
        raise _damaged(path) from None
    except OSError as failed:
        raise InputError(
            f"{path} cannot be read ({failed.strerror}): check the file and its permissions"
        ) from None


def _damaged(path: Path) -> InputError:
    return InputError(f"{path} is a damaged gzip file, nothing in it can be read: fetch it again")
