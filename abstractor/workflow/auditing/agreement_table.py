"""The agreement of an audit as a table: what is told, and in words how its intervals are made."""

from dataclasses import dataclass
from datetime import datetime

from abstractor.workflow.agreement.against_program import Tally
from abstractor.workflow.agreement.ratings import FEWEST, FEWEST_OF_SHARE, Measured

__all__ = ["OVERALL", "Against", "Agreed", "AgreementTable", "Block", "Statistics"]

OVERALL = "overall"
INTERVALS = (
    "Every interval takes the chart for the unit, for the items of one chart hang together. `independent` is "
    "the interval as it would be if they did not, and `design_effect` how many times larger the variance is. "
    f"Of fewer than {FEWEST} charts ({FEWEST_OF_SHARE} for raw agreement, PABAK, sensitivity and PPV), where "
    "one of them has several items, the interval is undefined."
)


@dataclass(frozen=True, slots=True)
class Statistics:
    """`weighted` is null where the scale has no order."""

    raw: Measured
    kappa: Measured
    weighted: Measured | None
    ac1: Measured
    pabak: Measured
    alpha: Measured


@dataclass(frozen=True, slots=True)
class Agreed:
    """Of the items under one heading, in so many `charts`; `differing` of those `read_twice`, `cannot_tell`
    counts readings.
    """

    kind: str
    heading: str
    units: int
    charts: int
    read_twice: int
    differing: int
    cannot_tell: int
    statistics: Statistics


@dataclass(frozen=True, slots=True)
class Against:
    """The program beside what readers settled on: does the finding say that care was not as it should be?"""

    heading: str
    counted: Tally
    sensitivity: Measured
    ppv: Measured


@dataclass(frozen=True, slots=True)
class Block:
    """Charts read one after the other: how far readers agreed, and what they kept of the program's."""

    first: datetime
    last: datetime
    charts: int
    raw: Measured
    ppv: Measured


@dataclass(frozen=True, slots=True)
class AgreementTable:
    """`unsettled`: items on which readers differ and nobody has settled. `intervals` says in words how all of
    them are made. `by_site`: of each organisation all findings, then rule by rule; null: those of charts
    whose organisation is not known.
    """

    overall: Agreed
    by_heading: tuple[Agreed, ...]
    program: tuple[Against, ...]
    by_site: tuple[tuple[str | None, Against], ...]
    drift: tuple[Block, ...]
    unsettled: int
    readers: int
    intervals: str = INTERVALS
