"""The options of which an audit's design is made."""

import secrets
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from abstractor.errors import InputError, OptionError
from abstractor.workflow.auditing.design import Charts, Hidden, Stratify

__all__ = [
    "CalibrationOption",
    "ChartsOption",
    "CriteriaOption",
    "DoubleOption",
    "Hide",
    "HideOption",
    "LeaseOption",
    "LinesOption",
    "ListedOption",
    "ReadersOption",
    "RuleOption",
    "SeedOption",
    "SizeOption",
    "StratifyOption",
    "hidden_of",
    "lease_of",
    "listed_in",
    "seed_of",
]

_SEEDS = 10**12


class Hide(StrEnum):
    """What readers are not shown before they lock."""

    OTHER = "other"
    VERDICT = "verdict"
    SITE = "site"
    WAVE = "wave"
    NOTHING = "nothing"


ChartsOption = Annotated[
    Charts, typer.Option(help="All flagged charts, a random sample of the included ones, or a list.")
]
SizeOption = Annotated[int | None, typer.Option(metavar="N", help="Of a sample: how many charts.")]
StratifyOption = Annotated[
    list[Stratify] | None,
    typer.Option(
        help="Spread the sample, and who is read twice, over the site or clinician of the latest line, or "
        "over the worst flag (verdict)."
    ),
]
ListedOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help='Of a list: a number a line, 12 for "Chart 12".')
]
RuleOption = Annotated[
    list[str] | None,
    typer.Option(metavar="RULE", help="Ask for the findings of this rule only [default: of every one]."),
]
CriteriaOption = Annotated[
    bool, typer.Option("--criteria/--no-criteria", help="Ask for the criteria of inclusion.")
]
LinesOption = Annotated[bool, typer.Option("--lines/--no-lines", help="Ask for the lines of therapy.")]
EqualOption = Annotated[
    bool,
    typer.Option(
        "--equal-shares/--any-share",
        help="Share the reviews equally; or let whoever has time claim the next.",
    ),
]
ReadersOption = Annotated[int, typer.Option(min=1, max=2, help="How many read each chart.")]
DoubleOption = Annotated[
    float, typer.Option(metavar="P", help="With one reader: the share of charts that a second reads too.")
]
HideOption = Annotated[
    list[Hide] | None,
    typer.Option(help="What readers must not see before they lock [default: the other's review]."),
]
CalibrationOption = Annotated[
    int,
    typer.Option(
        "--calibration",
        min=0,
        metavar="N",
        help="Training charts a reader: at the start, middle and end.",
    ),
]
LeaseOption = Annotated[float, typer.Option(metavar="HOURS", help="How long a reader has a chart.")]
SeedOption = Annotated[int | None, typer.Option(help="Of the draw [default: one that nobody guesses].")]


def seed_of(seed: int | None) -> int:
    return secrets.randbelow(_SEEDS) if seed is None else seed


def lease_of(hours: float) -> int:
    """In minutes; which leases there are is the design's to say."""
    if not isfinite(hours):
        raise OptionError("--lease: write a number of hours, such as 8 or 0.5")
    return round(hours * 60)


def hidden_of(hide: list[Hide] | None) -> tuple[Hidden, ...]:
    said = list(dict.fromkeys(hide or [Hide.OTHER]))
    if Hide.NOTHING in said and len(said) > 1:
        raise OptionError("--hide nothing: leave it or the others out")
    return tuple(Hidden(one) for one in said if one is not Hide.NOTHING)


def listed_in(file: Path | None) -> tuple[int, ...]:
    if file is None:
        return ()
    try:
        return tuple(dict.fromkeys(map(int, file.read_text(encoding="utf-8-sig").split())))
    except OSError as wrong:
        raise InputError(f"--listed {file}: cannot be read ({wrong.strerror}); name a file") from None
    except ValueError:
        raise InputError(f"--listed {file}: write the number of a chart on each line, and no more") from None
