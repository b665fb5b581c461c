"""Options that several commands share, and what makes a value of theirs acceptable."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from abstractor.abstract import ReportingPeriod
from abstractor.errors import OptionError

__all__ = [
    "AsOfOption",
    "Cohort",
    "CohortOption",
    "Definition",
    "DefinitionOption",
    "GapOption",
    "PeriodOption",
    "SiteOption",
    "Study",
    "TimezoneOption",
    "day_of",
    "study",
]


class Definition(StrEnum):
    """Which lines of therapy count for inclusion."""

    A = "A"
    B = "B"
    C = "C"


class Cohort(StrEnum):
    HER2_MBC = "her2-mbc"
    CDK46 = "cdk46"


PeriodOption = Annotated[
    str,
    typer.Option("--period", metavar="START/END", help="The year (or so) asked about, both days included."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Facts after this day do not count [default: the period's end]."
    ),
]
TimezoneOption = Annotated[
    str | None,
    typer.Option(
        "--timezone", metavar="NAME", help="The site's zone, such as America/New_York [default: UTC]."
    ),
]
DefinitionOption = Annotated[
    Definition,
    typer.Option(
        help="What counts as a line of HER2+ treatment: A palliative and HER2-directed, B any palliative, C "
        "HER2-directed in any setting."
    ),
]
CohortOption = Annotated[Cohort, typer.Option(help="Whose inclusion criteria are asked.")]
GapOption = Annotated[
    int, typer.Option("--gap-days", min=1, max=3650, help="A break longer than this ends a line of therapy.")
]
SiteOption = Annotated[
    Path | None,
    typer.Option("--site", metavar="FOLDER", help="Local codes (codes.csv) and completeness.json."),
]


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked of the charts: the period in the site's zone, the day of knowledge, the definition of
    a line."""

    period: ReportingPeriod
    as_of: date
    definition: str
    gap_days: int

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.period.timezone)


def study(
    *, period: str, as_of: str | None, timezone: str, definition: Definition, cohort: Cohort, gap_days: int
) -> Study:
    """The options as values; raises `OptionError` with what to write instead."""
    if cohort is Cohort.CDK46:
        raise OptionError("--cohort cdk46: its criteria are not part of this version; use her2-mbc")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise OptionError(
            f"--timezone {timezone!r}: no such zone; write an IANA name such as America/New_York"
        ) from None
    first, slash, last = period.partition("/")
    if not slash:
        raise OptionError(f"--period {period!r}: write two dates with a slash: 2022-01-01/2022-12-31")
    start, end = day_of("--period", first), day_of("--period", last)
    if end < start:
        raise OptionError(f"--period {period}: ends before it starts; write the earlier date first")
    known = end if as_of is None else day_of("--as-of", as_of)
    return Study(ReportingPeriod(start, end, timezone), known, str(definition), gap_days)


def day_of(option: str, text: str) -> date:
    try:
        if len(text) != len("2022-01-01"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise OptionError(f"{option} {text!r}: not a date; write it as 2022-12-31") from None
