"""The knowledge files as they stand: where they are, and how TOML and CSV are read.

A file that cannot be read is refused by its name, with what to mend. What its entries mean is
decided elsewhere.
"""

import csv
import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from abstractor.errors import KnowledgeError

__all__ = ["Place", "TableLine", "shipped", "table_lines", "toml_file", "toml_files"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file, and the entry or line in it."""

    file: str
    entry: str

    def refusal(self, wrong: str, mend: str) -> KnowledgeError:
        return KnowledgeError(f"{self.file}, {self.entry}: {wrong}; {mend}")

    def within(self, entry: str) -> "Place":
        return Place(self.file, f"{self.entry}, {entry}")


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a CSV table, by column; every value is text, stripped."""

    place: Place
    cells: dict[str, str]


def shipped() -> Traversable:
    """The folder of the shipped knowledge."""
    return files("abstractor.guidelines")


def toml_file(root: Traversable, name: str) -> dict[str, Any]:
    return _parsed(root.joinpath(name), name)


def toml_files(root: Traversable, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each TOML file of a folder by its name, in the order of names."""
    for file in sorted(root.joinpath(folder).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            name = f"{folder}/{file.name}"
            yield name, _parsed(file, name)


def _parsed(file: Traversable, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(file, name))
    except tomllib.TOMLDecodeError as wrong:
        raise KnowledgeError(f"{name}: not TOML ({wrong}); mend the syntax there") from wrong


def _text(file: Traversable, name: str) -> str:
    """As UTF-8; the mark that spreadsheets put in front is no part of it."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as wrong:
        raise KnowledgeError(f"{name}: no such file; restore it or reinstall the program") from wrong
    except OSError as wrong:
        raise KnowledgeError(f"{name}: cannot be read ({wrong.strerror}); check its permissions") from wrong
    except UnicodeDecodeError as wrong:
        raise KnowledgeError(f"{name}: cannot be read as UTF-8 text; save it as such") from wrong


def table_lines(file: Traversable, name: str, columns: tuple[str, ...]) -> list[TableLine]:
    """The lines of a CSV table with exactly these columns, in this order; empty lines are passed over."""
    reader = csv.reader(io.StringIO(_text(file, name)), strict=True)
    try:
        head = next(reader, [])
        if tuple(head) != columns:
            raise KnowledgeError(f"{name}, line 1: other columns than expected; write {','.join(columns)}")
        return [_line(name, reader.line_num, cells, columns) for cells in reader if cells]
    except csv.Error as wrong:
        raise KnowledgeError(
            f"{name}, line {reader.line_num}: not CSV ({wrong}); mend the quoting"
        ) from wrong


def _line(name: str, number: int, cells: list[str], columns: tuple[str, ...]) -> TableLine:
    place = Place(name, f"line {number}")
    if len(cells) != len(columns):
        raise place.refusal(
            f"{len(cells)} cells instead of {len(columns)}", "quote a text that holds a comma"
        )
    return TableLine(place, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
