"""Labels that auditors gave elsewhere, as they come in: a CSV held to its rules, row by row.

What is wrong is told by line and column, never with what stands there: it may be a patient's.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from abstractor.abstract import Verdict
from abstractor.errors import InputError

__all__ = ["CANNOT_TELL", "COLUMNS", "Label", "WrongCell", "labels_for", "read_labels"]

COLUMNS = ("patient", "item", "label", "reader")
CANNOT_TELL = "cannot-tell"
_LONGEST_FILE = 64 * 1024 * 1024
_CRITERION = (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)
_CHOICE = (
    Verdict.PREFERRED,
    Verdict.ACCEPTABLE,
    Verdict.NOT_PREFERRED,
    Verdict.NOT_RECOMMENDED,
    Verdict.NOT_ADDRESSED,
    Verdict.EXCEPTION,
    Verdict.INDETERMINATE,
)
_ON_LABEL = (Verdict.ON_LABEL, Verdict.OFF_LABEL, Verdict.INDETERMINATE)
_MEASURE = (*_CRITERION, Verdict.EXCLUDED, Verdict.EXCEPTION, Verdict.PENDING)
_NAME = r"[A-Za-z0-9][A-Za-z0-9.+-]*"
# By the form of the item's key, the labels that it may have.
_FORMS: Mapping[str, tuple[str, ...]] = {
    rf"^criterion:{_NAME}$": tuple(map(str, _CRITERION)),
    r"^line:(curative|palliative):[1-9][0-9]*$": ("right", "wrong"),
    rf"^finding:sequencing:(curative|palliative):[1-9][0-9]*:(-|{_NAME}):FDA$": tuple(map(str, _ON_LABEL)),
    rf"^finding:sequencing:(-|curative|palliative):(-|[1-9][0-9]*):(-|{_NAME}):{_NAME}$": tuple(
        map(str, _CHOICE)
    ),
    rf"^finding:{_NAME}:(-|curative|palliative):(-|[1-9][0-9]*):(-|{_NAME}):{_NAME}$": tuple(
        map(str, _MEASURE)
    ),
}
_WORDS = {
    "not_nullable": "is empty: fill it, or take the line out",
    "patient": "is no reference and no study id: write Patient/123, or an id as an export has it",
    "item": "is no key of an item: write one such as criterion:her2-lines or finding:BMA:-:-:-:ASCO",
    "reader": "is longer than 100 characters: shorten it",
    "label": "is no label that this item can have",
}


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader says of one item of a patient; `label` may be "cannot-tell". The same patient is named
    alike, with "Patient/" before the id in the file or without.
    """

    line: int
    patient: str
    item: str
    label: str
    reader: str


@dataclass(frozen=True, slots=True)
class WrongCell:
    """`line` as an editor counts them, from 1, the header too; `column` is empty of a whole line."""

    line: int
    column: str
    wrong: str


def read_labels(path: Path) -> tuple[tuple[Label, ...], tuple[WrongCell, ...]]:
    """The labels and what is wrong; where anything is, nobody should go on with the rest."""
    ragged: list[WrongCell] = []
    held = pl.DataFrame(
        list(_rows(path, ragged)),
        schema={"line": pl.Int64, **dict.fromkeys(COLUMNS, pl.String)},
        orient="row",
    )
    wrong = set(ragged)
    try:
        _SCHEMA.validate(held, lazy=True)
    except SchemaErrors as broken:
        wrong |= _wrong(held, broken.failure_cases)
    return tuple(Label(*row) for row in held.iter_rows() if None not in row), tuple(sorted(wrong, key=_order))


def labels_for(item: str) -> tuple[str, ...]:
    """The labels that an item with this key can have; none where it is no key."""
    matching = pl.Series([item])
    for form, labels in _FORMS.items():
        if matching.str.contains(form).item():
            return (*labels, CANNOT_TELL)
    return ()


def _rows(
    path: Path, ragged: list[WrongCell]
) -> Iterator[tuple[int, str | None, str | None, str | None, str | None]]:
    """Each with the line that it begins on; an empty cell is none. Which cell of a line is which, only one of
    the header's length says: the others are `ragged`.
    """
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise InputError(f"{path}: is larger than {_LONGEST_FILE >> 20} MB; is it a file of labels?")
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            header = next(reader, [])
            missing = [name for name in COLUMNS if header.count(name) != 1]
            if missing:
                raise InputError(f"{path}, line 1: needs each of the columns {', '.join(COLUMNS)} once")
            places = [header.index(name) for name in COLUMNS]
            begins = reader.line_num + 1
            for row in reader:
                if len(row) not in (0, len(header)):
                    told = f"has {len(row)} cells, the header {len(header)}: quote a comma within a cell"
                    ragged.append(WrongCell(begins, "", told))
                elif row:
                    patient, item, label, who = (row[place].strip() or None for place in places)
                    yield begins, patient and patient.removeprefix("Patient/"), item, label, who
                begins = reader.line_num + 1
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(f"{path}: cannot be read; give a CSV in UTF-8 (docs/exports.md)") from None


def _wrong(held: pl.DataFrame, cases: pl.DataFrame) -> set[WrongCell]:
    """The values that pandera found stay behind."""
    lines, items = held["line"].to_list(), held["item"].to_list()
    found: set[WrongCell] = set()
    twice: list[int] = []
    for column, check, index in cases.select("column", "check", "index").iter_rows():
        if check == "multiple_fields_uniqueness":
            twice.append(index)
            continue
        named = column or "label"
        words = _WORDS.get(check, _WORDS[named])
        if column is None:
            words += f": write {', '.join(labels_for(items[index]))}"
        found.add(WrongCell(lines[index], named, words))
    return found | set(_twice(held, twice))


def _twice(held: pl.DataFrame, rows: Sequence[int]) -> Iterator[WrongCell]:
    """Each with the lines that say the same item of the same patient again."""
    by_key: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for line, patient, item, _, reader in (held.row(index) for index in sorted(rows)):
        by_key[patient, item, reader].append(line)
    for lines in by_key.values():
        for line in lines:
            others = ", ".join(str(other) for other in lines if other != line)
            told = f"is labelled by this reader in line {others} too: keep one of them"
            yield WrongCell(line, "item", told)


def _order(cell: WrongCell) -> tuple[int, int, str]:
    return cell.line, COLUMNS.index(cell.column) if cell.column else -1, cell.wrong


def _label_fits() -> "pl.Expr":
    """A key that is none is told as such, and its label is not judged."""
    item, label = pl.col("item"), pl.col("label")
    fits: pl.Expr = pl.lit(value=True)
    for form, labels in reversed(list(_FORMS.items())):
        fits = pl.when(item.str.contains(form)).then(label.is_in([*labels, CANNOT_TELL])).otherwise(fits)
    return fits.fill_null(value=True)


_SCHEMA = pa.DataFrameSchema(
    {
        "line": pa.Column(pl.Int64),
        "patient": pa.Column(pl.String, checks=[pa.Check.str_matches(r"^[A-Za-z0-9.-]{1,64}$")]),
        "item": pa.Column(
            pl.String,
            checks=[pa.Check.str_matches("|".join(_FORMS))],
        ),
        "label": pa.Column(pl.String, checks=[pa.Check.str_length(max_value=100)]),
        "reader": pa.Column(pl.String, checks=[pa.Check.str_length(max_value=100)]),
    },
    checks=[pa.Check(lambda data: data.lazyframe.select(_label_fits()), name="label fits item")],
    unique=["patient", "item", "reader"],
    strict=True,
)
