"""Tables held to their columns and to what must hold between them, before anything is written.

An error names columns and checks, never a row.
"""

from collections.abc import Iterable, Mapping

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from abstractor.errors import AbstractorError
from abstractor.export.fields import Kind, Table, schema_of

__all__ = ["checked"]


def checked(table: Table, rows: Iterable[Mapping[str, object]], *, identified: bool) -> pl.DataFrame:
    """The rows as a table with the columns that may be shown; `AbstractorError` where a rule is broken."""
    fields = table.shown(identified=identified)
    shown = [tuple(row[field.name] for field in fields) for row in rows]
    frame = pl.DataFrame(shown, schema=schema_of(fields), orient="row")
    try:
        _schema(table, identified=identified).validate(frame, lazy=True)
    except SchemaErrors as broken:
        checks = sorted({f"{error.schema.name}: {error.check}" for error in broken.schema_errors})
        raise AbstractorError(f"the table {table.name} breaks its rules ({'; '.join(checks)})") from None
    return frame


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
