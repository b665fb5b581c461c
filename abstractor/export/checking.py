"""Tables held to their columns and to what must hold between them, before anything is written.

An error names places, columns and rules, never a value. A table may come in parts: what must hold between
rows then holds over all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from abstractor.export.fields import Field, Kind, Table, schema_of
from abstractor.export.refusing import Broken, broken_in, refusal

__all__ = ["Growing", "checked"]

_SUBJECT = "study_id"
_NOWHERE: Mapping[object, str] = {}
_LARGEST = 2**63 - 1
_TYPES: Mapping[Kind, type] = {Kind.COUNT: int, Kind.YES_NO: bool, Kind.DATE: date}
_NOT = {int: "is no whole number", bool: "is neither yes nor no", date: "is no day", str: "is no text"}


@dataclass(slots=True)
class Growing:
    """A table that comes in parts, in the order of its study ids. A patient has all rows in one part, so that
    no key of a part can be in another one.
    """

    table: Table
    identified: bool
    _last: str = ""

    def part(
        self, rows: Iterable[Mapping[str, object]], places: Mapping[object, str] = _NOWHERE
    ) -> pl.DataFrame:
        """As `checked`; and no patient of it was in an earlier part."""
        frame = checked(self.table, rows, identified=self.identified, places=places)
        if _SUBJECT in self.table.key and len(frame):
            names = frame[_SUBJECT].to_list()
            late = [row for row, name in enumerate(names) if name <= self._last]
            if late:
                broken = [Broken(row, _SUBJECT, "comes again after it was written") for row in late]
                raise refusal(self.table.name, broken, _placing(names, places))
            self._last = max(names)
        return frame


def checked(
    table: Table,
    rows: Iterable[Mapping[str, object]],
    *,
    identified: bool,
    places: Mapping[object, str] = _NOWHERE,
) -> pl.DataFrame:
    """The rows as a table with the columns that may be shown; `AbstractorError` where a rule is broken.

    `places`: where the patient of a study id is to be found, in words that name nobody.
    """
    fields = table.shown(identified=identified)
    shown = [tuple(row[field.name] for field in fields) for row in rows]
    columns = dict(zip((field.name for field in fields), zip(*shown, strict=True), strict=False))
    place = _placing(columns.get(_SUBJECT, ()), places)
    mistyped = [broken for field in fields for broken in _mistyped(field, columns.get(field.name, ()))]
    if mistyped:
        raise refusal(table.name, sorted(mistyped), place)
    frame = pl.DataFrame(shown, schema=schema_of(fields), orient="row")
    try:
        _schema(table, identified=identified).validate(frame, lazy=True)
    except SchemaErrors as refused:
        broken = broken_in(refused, key=", ".join(table.key), rules=_TOLD_AT)
        raise refusal(table.name, broken, place) from None
    return frame


def _placing(names: Sequence[object], places: Mapping[object, str]) -> "_Placing":
    return _Placing(names, places)


@dataclass(frozen=True, slots=True)
class _Placing:
    """Where a row stands: whose it is, and which of the patient's rows in this table."""

    names: Sequence[object]
    places: Mapping[object, str]

    def __call__(self, row: int) -> str:
        if row >= len(self.names):
            return f"row {row + 1}"
        name = self.names[row]
        patients = len(dict.fromkeys(self.names[: row + 1]))
        its = self.names[: row + 1].count(name)
        return f"{self.places.get(name, f'patient {patients}')} (row {its} of its rows)"


def _mistyped(field: Field, values: Sequence[object]) -> Iterable[Broken]:
    """The table library would round a number and take a word for another without a word."""
    wanted = _TYPES.get(field.kind, str)
    if set(map(type, values)) <= {wanted, type(None)} and wanted in (bool, date):
        return
    for row, value in enumerate(values):
        if value is not None and not _fits(wanted, value):
            yield Broken(row, field.name, _NOT[wanted])


def _fits(wanted: type, value: object) -> bool:
    match value:
        case bool():
            return wanted is bool
        case int():
            return wanted is int and -_LARGEST <= value <= _LARGEST
        case str():
            return wanted is str and (value.isascii() or _can_be_written(value))
        case datetime():
            return False
    return isinstance(value, wanted)


def _can_be_written(text: str) -> bool:
    """JSON can say half of a character."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _schema(table: Table, *, identified: bool) -> pa.DataFrameSchema:
    fields = table.shown(identified=identified)
    columns = {
        field.name: pa.Column(
            field.type,
            nullable=not field.required,
            checks=[
                *([pa.Check.isin(list(field.values))] if field.values else ()),
                *([pa.Check.ge(0)] if field.kind is Kind.COUNT else ()),
            ],
        )
        for field in fields
    }
    names = {field.name for field in fields}
    between = [_SAME[name] for name in _SAME if name[0] in names and set(name[1]) <= names]
    return pa.DataFrameSchema(
        columns, checks=between, unique=list(table.key), strict=True, ordered=True, name=table.name
    )


def _held(says: "pl.Expr", name: str) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(says.fill_null(value=True)), name=name)


def _known(day: str) -> pa.Check:
    """A date is told exactly where it is known to the day."""
    precision = pl.col(f"{day.removesuffix('_date')}_precision")
    exact = (precision == "day").fill_null(value=False)
    return _held(pl.col(day).is_not_null() == exact, f"{day} is there where it is known to the day")


# By the first column, and the others that the check speaks of.
_SAME: Mapping[tuple[str, tuple[str, ...]], pa.Check] = {
    ("start", ("start_precision",)): _known("start"),
    ("end", ("end_precision",)): _known("end"),
    ("decision_date", ("decision_precision",)): _known("decision_date"),
    ("start", ("end",)): _held(pl.col("start") <= pl.col("end"), "a line ends after it starts"),
    ("days", ("start", "end")): _held(
        pl.col("days") == (pl.col("end") - pl.col("start")).dt.total_days() + 1,
        "days are those from start to end",
    ),
    ("item", ("lines",)): _held(
        pl.col("item").is_null() == (pl.col("lines") == 0), "who has lines has a row for each"
    ),
    ("verdict", ("stopped_by",)): _held(
        (pl.col("verdict") == "included") == pl.col("stopped_by").is_null(),
        "included meet every criterion",
    ),
    ("flags", ("worst_severity",)): _held(
        (pl.col("flags") == 0) == pl.col("worst_severity").is_null(), "flags have a worst"
    ),
    ("setting", ("line_number",)): _held(
        pl.col("setting").is_null() == pl.col("line_number").is_null(), "a line has setting and number"
    ),
}
_TOLD_AT = {str(check.name): names[0] for names, check in _SAME.items()}
