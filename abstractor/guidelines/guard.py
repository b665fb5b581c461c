"""The code tables as data frames, guarded by pandera: the thorough look of `guidelines check`.

Importing pandera takes seconds when cold, so nothing on the way to an abstract imports this module.
"""

from collections.abc import Iterator

import pandera.polars as pa
import polars as pl

from abstractor.guidelines.tables import SHAPES, SHIPPABLE, CodeRow

__all__ = ["table_problems"]

_RANKS = [1, 3, 4]

_SCHEMA = pa.DataFrameSchema(
    {
        "meaning": pa.Column(str, pa.Check.str_length(min_value=1)),
        "system": pa.Column(str, pa.Check.str_matches(r"^(text|[a-z]+:.+)$")),
        "code": pa.Column(str, pa.Check.str_matches(r"^\S(.*\S)?$")),
        "display": pa.Column(str, pa.Check.str_length(min_value=1)),
        "rank": pa.Column(int, pa.Check.isin(_RANKS), nullable=True),
        "valid_from": pa.Column(pl.Date, nullable=True),
        "valid_to": pa.Column(pl.Date, nullable=True),
        "source": pa.Column(str, pa.Check.str_length(min_value=1)),
        "confidence": pa.Column(str, pa.Check.isin(SHIPPABLE)),
    },
    unique=["meaning", "system", "code"],
    strict=True,
)
_TYPES = {
    "meaning": pl.String, "system": pl.String, "code": pl.String, "display": pl.String, "rank": pl.Int64,
    "valid_from": pl.Date, "valid_to": pl.Date, "source": pl.String, "confidence": pl.String,
}  # fmt: skip


def table_problems(rows: list[CodeRow]) -> Iterator[str]:
    """What is wrong with the tables as a whole: one sentence for each failed check, by file and line."""
    frame = _frame(rows)
    try:
        _SCHEMA.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as wrong:
        for case in wrong.failure_cases.iter_rows(named=True):
            said = f"column {case['column']}: {case['check']} failed for {case['failure_case']!r}"
            at = case["index"]
            yield _told(rows[at], said) if isinstance(at, int) else f"value sets, {said}; mend that column"
    for row in rows:
        shape = SHAPES.get(row.system)
        if shape is not None and shape.fullmatch(row.code) is None:
            yield _told(row, f"no such code of {row.system}: {row.code!r}")


def _told(row: CodeRow, wrong: str) -> str:
    return str(row.place.refusal(wrong, "mend that line"))


def _frame(rows: list[CodeRow]) -> pl.DataFrame:
    cells = [["+".join(row.meanings), *(getattr(row, name) for name in list(_TYPES)[1:])] for row in rows]
    return pl.DataFrame(cells, schema=_TYPES, orient="row")
