"""The cohort table, one row a patient, held to its rules; and how the cohort came down to those included.

The table holds patient references. An error names places, columns and rules, never a value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from abstractor.abstract import SEVERITIES, Abstract, Criterion, Verdict
from abstractor.export.refusing import broken_in, refusal

__all__ = ["Attrition", "Cohort", "attrition", "cohort_table", "steps_of", "stopping"]

_VERDICTS = [str(verdict) for verdict in (Verdict.INCLUDED, Verdict.EXCLUDED, Verdict.REVIEW)]


class Cohort(pa.DataFrameModel):
    """`stopped_by` is the first criterion, in the contract's order, that a patient does not meet; for one who
    is to be reviewed, the first that cannot be told.
    """

    patient: str = pa.Field(unique=True, str_startswith="Patient/")
    verdict: str = pa.Field(isin=_VERDICTS)
    stopped_by: str = pa.Field(nullable=True)
    sensitive: bool
    lines: int = pa.Field(ge=0)
    palliative_lines: int = pa.Field(ge=0)
    findings: int = pa.Field(ge=0)
    flags: int = pa.Field(ge=0)
    worst: str = pa.Field(nullable=True, isin=[str(severity) for severity in SEVERITIES])
    flagged: bool

    class Config:
        strict = True
        ordered = True

    @pa.dataframe_check
    @classmethod
    def included_meet_every_criterion(cls, data: pa.PolarsData) -> pl.LazyFrame:
        included = pl.col("verdict") == str(Verdict.INCLUDED)
        return data.lazyframe.select(included == pl.col("stopped_by").is_null())

    @pa.dataframe_check
    @classmethod
    def lines_are_curative_or_palliative(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("palliative_lines") <= pl.col("lines"))

    @pa.dataframe_check
    @classmethod
    def flags_have_a_worst(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select((pl.col("flags") == 0) == pl.col("worst").is_null())

    @pa.dataframe_check
    @classmethod
    def review_is_flagged(cls, data: pa.PolarsData) -> pl.LazyFrame:
        reviewed = pl.col("verdict") == str(Verdict.REVIEW)
        return data.lazyframe.select(~reviewed | pl.col("flagged"))


@dataclass(frozen=True, slots=True)
class Attrition:
    """One step: how many patients ended there, and how many were still left after it."""

    step: str
    patients: int
    left: int


def cohort_table(abstracts: Iterable[Abstract]) -> pl.DataFrame:
    """The table, sorted by patient; `AbstractorError` where the abstracts break one of its rules."""
    rows = [_row(abstract) for abstract in abstracts]
    table = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    try:
        Cohort.validate(table, lazy=True)
    except SchemaErrors as refused:
        broken = broken_in(refused, key="patient", rules=_TOLD_AT)
        raise refusal("cohort", broken, lambda row: f"abstract {row + 1}") from None
    return table.sort("patient")


def attrition(abstracts: Iterable[Abstract]) -> tuple[Attrition, ...]:
    """Where patients were stopped, criterion by criterion in the contract's order; the counts sum to all
    patients.

    Those whom no criterion stops, but of whom one cannot be told, are the step `review`; the rest is
    `included`.
    """
    held = list(abstracts)
    grouped = cohort_table(held).group_by("verdict", "stopped_by").len().iter_rows()
    return steps_of(_criteria(held), {(verdict, stop): patients for verdict, stop, patients in grouped})


def steps_of(
    criteria: Iterable[str], patients: Mapping[tuple[str, str | None], int]
) -> tuple[Attrition, ...]:
    """The same from how many patients have a verdict and are stopped by a criterion."""
    steps = [*criteria, str(Verdict.REVIEW), str(Verdict.INCLUDED)]
    ended = dict.fromkeys(steps, 0)
    for (verdict, stopped_by), number in patients.items():
        where = stopped_by if verdict == str(Verdict.EXCLUDED) else None
        ended[where or verdict] += number
    told: list[Attrition] = []
    left = sum(ended.values())
    for step in steps:
        left -= ended[step] if step != str(Verdict.INCLUDED) else 0
        told.append(Attrition(step=step, patients=ended[step], left=left))
    return tuple(told)


_SCHEMA = {
    "patient": pl.String,
    "verdict": pl.String,
    "stopped_by": pl.String,
    "sensitive": pl.Boolean,
    "lines": pl.Int64,
    "palliative_lines": pl.Int64,
    "findings": pl.Int64,
    "flags": pl.Int64,
    "worst": pl.String,
    "flagged": pl.Boolean,
}
# At which column a rule between columns is told.
_TOLD_AT = {
    "included_meet_every_criterion": "stopped_by",
    "lines_are_curative_or_palliative": "palliative_lines",
    "flags_have_a_worst": "worst",
    "review_is_flagged": "flagged",
}
_STOPS = {Verdict.EXCLUDED: Verdict.NOT_MET, Verdict.REVIEW: Verdict.UNKNOWN}


def stopping(abstract: Abstract) -> Criterion | None:
    """The criterion that `stopped_by` names."""
    verdict = _STOPS.get(abstract.inclusion.verdict)
    return next((each for each in abstract.inclusion.criteria if each.verdict is verdict), None)


def _row(abstract: Abstract) -> tuple[object, ...]:
    inclusion = abstract.inclusion
    stopped_by = stopping(abstract)
    severities = {flag.severity for flag in abstract.flags}
    worst = next((str(severity) for severity in SEVERITIES if severity in severities), None)
    return (
        abstract.patient,
        str(inclusion.verdict),
        stopped_by.criterion if stopped_by else None,
        inclusion.sensitive,
        len(abstract.lines),
        sum(line.setting == "palliative" for line in abstract.lines),
        len(abstract.findings),
        len(abstract.flags),
        worst,
        abstract.flagged,
    )


def _criteria(abstracts: Sequence[Abstract]) -> list[str]:
    """The criteria in the order in which the abstracts give them."""
    return list(dict.fromkeys(c.criterion for abstract in abstracts for c in abstract.inclusion.criteria))
