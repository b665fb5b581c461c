"""The knowledge files as they stand: where they are, and how TOML and CSV are read.

A file that cannot be read is refused by its name, with what to mend. What its entries mean is
decided elsewhere.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from abstractor.chart.lean import lean
from abstractor.errors import KnowledgeError
from abstractor.guidelines.gathering import Refusals, noted
from abstractor.guidelines.located import Array, Source, Spot, Table, located

__all__ = [
    "Place",
    "Shelf",
    "TableLine",
    "parsed_toml",
    "read_toml",
    "shipped",
    "table_lines",
    "toml_file",
    "toml_files",
]

# A formulary of every product that is sold has some megabytes; what is larger is another file by mistake.
LARGEST_CSV = 32 * 1024 * 1024
LARGEST_TOML = 2 * 1024 * 1024
_OLD_LINE_ENDS = "new-line character seen in unquoted field"
_A_NUMBER_TOO_LONG = "integer string conversion"
_LONG = re.compile(r"[0-9_]{4000}")
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of knowledge: the shipped one, or a site's, whose files are told with their folder.

    `names`: of a site, the files that it holds and that may be read.
    """

    root: Traversable
    site: bool = False
    names: tuple[str, ...] = ()

    def told(self, name: str) -> str:
        return f"{self.root}/{name}" if self.site else name

    def file(self, name: str) -> Traversable:
        return self.root.joinpath(*name.split("/"))

    def holds(self, name: str) -> bool:
        """The shipped shelf holds every file: that one is missing is told when it is read."""
        return not self.site or name in self.names

    def tables(self, folder: str) -> tuple[str, ...]:
        """The TOML files of a folder, in the order of names."""
        if self.site:
            return tuple(name for name in self.names if name.startswith(f"{folder}/"))
        files = sorted(self.file(folder).iterdir(), key=lambda each: each.name)
        return tuple(f"{folder}/{file.name}" for file in files if file.name.endswith(".toml"))

    def refusal(self, name: str, wrong: str, mend: str) -> KnowledgeError:
        return KnowledgeError(f"{self.told(name)}: {wrong}; {mend}")


@lean
@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file, the entry in it, and, in TOML, the value with its spot.

    `entry` is for a reader ("edition 'x', recommendations"); in a table of codes it is the line.
    """

    file: str
    entry: str
    value: object = None
    spot: Spot | None = None

    def refusal(self, wrong: str, mend: str) -> KnowledgeError:
        where = f"{self.file}, {self.entry}"
        if self.spot is not None:
            where = f"{self.spot.source.name}, line {self.spot.line}, {self.entry}"
        return KnowledgeError(f"{where}: {wrong}; {mend}")

    def within(self, entry: str, *keys: str | int) -> "Place":
        """A part of it: its name for a reader, and the keys that lead there (else the name is the key)."""
        value, spot = self._part(keys or (entry,))
        return Place(self.file, f"{self.entry}, {entry}", value, spot)

    def named(self, entry: str) -> "Place":
        """The same spot, told more precisely."""
        return Place(self.file, f"{self.entry}, {entry}", self.value, self.spot)

    def at(self, *keys: str | int) -> "Place":
        """The same entry, at the line of that part; where there is none, at the line of the whole."""
        value, spot = self._part(keys)
        return Place(self.file, self.entry, value, spot)

    def _part(self, keys: tuple[str | int, ...]) -> tuple[object, Spot | None]:
        value, spot = self.value, self.spot
        for key in keys:
            value, spot = _part(value, spot, key)
        return value, spot


def _part(value: object, spot: Spot | None, key: str | int) -> tuple[object, Spot | None]:
    match value, key:
        case Table(), str() if key in value:
            return value[key], value.spots[key]
        case Array(), int() if key < len(value):
            return value[key], value[key].spot if isinstance(value[key], Table) else value.spots[key]
        case list(), int() if key < len(value) and isinstance(value[key], Table):
            return value[key], value[key].spot
        case _:
            return None, spot


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a CSV table, by column; every value is text, stripped."""

    place: Place
    cells: dict[str, str]


def shipped() -> Traversable:
    """The folder of the shipped knowledge."""
    return files("abstractor.guidelines")


def toml_file(root: Traversable, name: str) -> Table:
    return read_toml(Shelf(root), name)


def toml_files(root: Traversable, folder: str) -> Iterator[tuple[str, Table]]:
    """Each TOML file of a folder by its name, in the order of names."""
    shelf = Shelf(root)
    yield from ((name, read_toml(shelf, name)) for name in shelf.tables(folder))


def read_toml(shelf: Shelf, name: str) -> Table:
    shown = shelf.told(name)
    return parsed_toml(_text(shelf.file(name), shown, LARGEST_TOML), shown)


def parsed_toml(text: str, name: str) -> Table:
    """`name` is what a reader knows the file by."""
    try:
        held: Table = located(tomllib.loads(text), Spot(Source(name, text)))
    except tomllib.TOMLDecodeError as wrong:
        raise _no_toml(name, str(wrong), text) from wrong
    except ValueError as wrong:
        if _A_NUMBER_TOO_LONG in str(wrong):
            line = next((at for at, each in enumerate(text.split("\n"), 1) if _LONG.search(each)), 1)
            raise KnowledgeError(f"{name}, line {line}: a number too long to be read; shorten it") from wrong
        raise KnowledgeError(f"{name}, line 1: tables and lists nest too deep; write it flat") from wrong
    except RecursionError as wrong:
        raise KnowledgeError(f"{name}, line 1: tables and lists nest too deep; write it flat") from wrong
    return held


def _no_toml(name: str, wrong: str, text: str) -> KnowledgeError:
    """The parser's own words, its line put where lines stand."""
    told = _AT_LINE.search(wrong)
    line = told[1] if told is not None and told[1] else text.rstrip("\n").count("\n") + 1
    what = _AT_LINE.sub("", wrong)
    return KnowledgeError(f"{name}, line {line}: not TOML ({what}); mend the syntax there")


def _text(file: Traversable, name: str, largest: int) -> str:
    """As UTF-8; the mark that spreadsheets put in front is no part of it."""
    try:
        with file.open("rb") as opened:
            held = opened.read(largest + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as wrong:
        raise KnowledgeError(f"{name}: no such file; restore it or reinstall the program") from wrong
    except OSError as wrong:
        raise KnowledgeError(f"{name}: cannot be read ({wrong.strerror}); check its permissions") from wrong
    if len(held) > largest:
        mebibytes = largest >> 20
        raise KnowledgeError(f"{name}: larger than {mebibytes} MiB; take out what is not needed")
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = held.count(b"\n", 0, wrong.start) + 1
        raise KnowledgeError(f"{name}, line {line}: cannot be read as UTF-8 text; save it as such") from wrong


def table_lines(
    file: Traversable, name: str, columns: tuple[str, ...], refusals: Refusals
) -> list[TableLine]:
    """The lines of a CSV table with exactly these columns, in this order; empty lines are passed over."""
    reader = csv.reader(io.StringIO(_text(file, name, LARGEST_CSV)), strict=True)
    lines: list[TableLine] = []
    first = 1
    try:
        head = next(reader, [])
        if tuple(head) != columns:
            raise KnowledgeError(f"{name}, line 1: other columns than expected; write {','.join(columns)}")
        first = reader.line_num + 1
        for cells in reader:
            # A row may run over several lines: it is named by its first.
            if cells:
                with noted(refusals):
                    lines.append(_line(name, first, cells, columns))
            first = reader.line_num + 1
    except csv.Error as wrong:
        if _OLD_LINE_ENDS in str(wrong):
            raise KnowledgeError(
                f"{name}, line {first}: lines end in an old way; save it as UTF-8 CSV"
            ) from wrong
        raise KnowledgeError(f"{name}, line {first}: not CSV ({wrong}); mend the quoting") from wrong
    return lines


def _line(name: str, number: int, cells: list[str], columns: tuple[str, ...]) -> TableLine:
    place = Place(name, f"line {number}")
    if len(cells) != len(columns):
        raise place.refusal(
            f"{len(cells)} cells instead of {len(columns)}", "quote a text that holds a comma"
        )
    stripped = [cell.strip() for cell in cells]
    if not "".join(stripped).replace("\n", " ").isprintable():
        raise place.refusal("a character that cannot be seen", "take it out")
    return TableLine(place, dict(zip(columns, stripped, strict=True)))
