"""Options that several commands share, and what makes a value of theirs acceptable."""

import re
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
    "path_of",
    "site_of",
    "study",
    "zone_of",
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
CohortOption = Annotated[
    Cohort,
    typer.Option(
        help="Whose criteria of inclusion are asked: HER2-positive metastatic breast cancer with two lines, "
        "or HR-positive, HER2-negative with a CDK4/6 inhibitor."
    ),
]
GapOption = Annotated[
    int, typer.Option("--gap-days", min=1, max=3650, help="A break longer than this ends a line of therapy.")
]
SiteOption = Annotated[
    str | None,
    typer.Option(
        "--site",
        metavar="FOLDER",
        help="What the site adds: codes, measures, editions.",
    ),
]


_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def path_of(option: str, words: str) -> Path:
    if not words.strip():
        raise OptionError(f"{option} '': is empty; name a file or folder")
    return Path(words)


def site_of(site: str | None) -> Path | None:
    """The site's folder; a name that is no folder would silently leave out the site's codes."""
    if site is None:
        return None
    folder = path_of("--site", site)
    try:
        if folder.is_dir():
            return folder
    except OSError as wrong:
        raise OptionError(f"--site {site}: cannot be read ({wrong.strerror}); name a folder") from None
    raise OptionError(f"--site {site}: no such folder; name the folder with what the site adds")


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked of the charts: the period in the site's zone, the day of knowledge, the cohort, and the
    definition of a line (which the cohort `cdk46` does not ask for)."""

    period: ReportingPeriod
    as_of: date
    definition: str
    gap_days: int
    cohort: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.period.timezone)


def study(
    *, period: str, as_of: str | None, timezone: str, definition: Definition, cohort: Cohort, gap_days: int
) -> Study:
    """The options as values; raises `OptionError` with what to write instead."""
    zone_of(timezone)
    first, slash, last = period.partition("/")
    if not slash:
        raise OptionError(f"--period {period!r}: write two dates with a slash: 2022-01-01/2022-12-31")
    start, end = day_of("--period", first), day_of("--period", last)
    if end < start:
        raise OptionError(f"--period {period}: ends before it starts; write the earlier date first")
    known = end if as_of is None else day_of("--as-of", as_of)
    return Study(ReportingPeriod(start, end, timezone), known, str(definition), gap_days, str(cohort))


def zone_of(timezone: str | None) -> str:
    """The zone's name, UTC where none is given; raises `OptionError` where nobody knows it."""
    try:
        return ZoneInfo("UTC" if timezone is None else timezone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise OptionError(
            f"--timezone {timezone!r}: no such zone; write an IANA name such as America/New_York"
        ) from None


def day_of(option: str, text: str) -> date:
    shape = _DATE.fullmatch(text)
    try:
        day = date(int(shape[1]), int(shape[2]), int(shape[3])) if shape is not None else None
    except ValueError:
        day = None
    if day is None:
        raise OptionError(f"{option} {text!r}: not a date; write it as 2022-12-31")
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        years = f"{_FIRST_YEAR} to {_LAST_YEAR}"
        raise OptionError(f"{option} {text!r}: not a date that a chart can have; write one from {years}")
    return day
