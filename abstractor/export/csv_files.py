"""CSV that a spreadsheet may open: a text that it would take for a formula stands behind an apostrophe.

UTF-8, a header, commas, lines that end with CRLF (RFC 4180), days as 2022-03-01, yes and no as 1 and 0.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO

__all__ = ["cell", "guarded", "write_header", "write_rows"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_header(names: Sequence[str], out: IO[str]) -> None:
    csv.writer(out).writerow(names)


def write_rows(rows: Iterable[Iterable[object]], out: IO[str]) -> int:
    """How many."""
    writer, written = csv.writer(out), 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        written += 1
    return written


def cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case date():
            return value.isoformat()
        case str():
            return guarded(value)
    return str(value)


def guarded(text: str) -> str:
    """Behind an apostrophe where a spreadsheet would run it; a text with a null character loses that."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.lstrip(" ").startswith(_FORMULA) else plain
