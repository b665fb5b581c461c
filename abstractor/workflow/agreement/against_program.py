"""The program as one more reader: what it finds of what reviewers find, and what they keep of its findings.

The reviewers' final answer is taken for the truth; where they could not tell, the chart is counted apart.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt

from abstractor.workflow.agreement.intervals import proportion, wilson
from abstractor.workflow.agreement.ratings import LEVEL, Estimate, Interval, Measured, Method, Undefined, Why

__all__ = ["Stratum", "Tally", "ppv", "sensitivity", "sensitivity_of_strata", "tally", "tally_of"]


@dataclass(frozen=True, slots=True)
class Tally:
    """`left_open`: charts where the program or the reviewers gave no answer."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    left_open: int = 0


def tally(answers: Iterable[tuple[bool | None, bool | None]]) -> Tally:
    """Both answers, chart by chart: the program's and the reviewers', None where there is none."""
    return tally_of(Counter(answers))


def tally_of(counted: Counter[tuple[bool | None, bool | None]]) -> Tally:
    """The same where it is counted already."""
    told = Tally(counted[True, True], counted[True, False], counted[False, True], counted[False, False])
    answered = told.true_positive + told.false_positive + told.false_negative + told.true_negative
    return replace(told, left_open=counted.total() - answered)


def sensitivity(counted: Tally, *, level: float = LEVEL) -> Measured:
    """Of the findings that reviewers confirm or add, the share that the program found.

    Yerushalmy, Public Health Rep 1947;62:1432-1449; Wilson's interval, see `wilson`. Holds only where charts
    were drawn without regard to the program's verdict; where flagged charts are read more often, use
    `sensitivity_of_strata`.
    """
    found = counted.true_positive
    return proportion(found, trials=found + counted.false_negative, level=level)


def ppv(counted: Tally, *, level: float = LEVEL) -> Measured:
    """Of the program's findings, the share that reviewers confirm.

    Vecchio, N Engl J Med 1966;274:1171-1173; Wilson's interval.
    """
    found = counted.true_positive
    return proportion(found, trials=found + counted.false_positive, level=level)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of the `charts` with one verdict, `read` were drawn and answered, `positive` found so by reviewers."""

    charts: int
    read: int
    positive: int

    def __post_init__(self) -> None:
        if not 0 <= self.positive <= self.read <= self.charts:
            raise ValueError("positive charts are among those read, and those among all")


def sensitivity_of_strata(*, flagged: Stratum, unflagged: Stratum, level: float = LEVEL) -> Measured:
    """Sensitivity where flagged and unflagged charts were drawn at different rates, each weighted back.

    The estimate is Begg & Greenes' (Biometrics 1983;39:207-215), with the sizes of the strata known. It is 1
    / (1 + R), R missed by found, a ratio of two independent proportions; its limits come from Wilson's of
    either by the method of variance estimates recovery for ratios (Donner & Zou, Stat Methods Med Res
    2012;21:347-359). A stratum that was read whole has no sampling error.
    """
    if flagged.read < min(1, flagged.charts) or unflagged.read < min(1, unflagged.charts):
        return Undefined(Why.NOTHING_COUNTED)
    missed, found = _scaled(unflagged, level=level), _scaled(flagged, level=level)
    if missed.value + found.value == 0:
        return Undefined(Why.NOTHING_COUNTED)
    product = missed.value * found.value
    lower = missed.low * (2 * missed.value - missed.low)
    under = found.high * (2 * found.value - found.high)
    upper = missed.high * (2 * missed.value - missed.high)
    over = found.low * (2 * found.value - found.low)
    # The limits of R as fractions, so that none is divided by zero: from lower / below to above / over.
    below = product + sqrt(max(0.0, product**2 - lower * under))
    above = product + sqrt(max(0.0, product**2 - upper * over))
    high = below / (below + lower) if below + lower > 0 else 1.0
    low = over / (over + above) if over + above > 0 else 0.0
    value = found.value / (found.value + missed.value)
    return Estimate(value, Interval(low, high, level, Method.MOVER), flagged.read + unflagged.read)


@dataclass(frozen=True, slots=True)
class Scaled:
    """How many charts of a stratum are positive, with limits."""

    value: float
    low: float
    high: float


def _scaled(stratum: Stratum, *, level: float) -> Scaled:
    if stratum.read == stratum.charts:
        return Scaled(stratum.positive, stratum.positive, stratum.positive)
    share = stratum.positive / stratum.read
    limits = wilson(share, trials=stratum.read, level=level)
    return Scaled(*(stratum.charts * one for one in (share, limits.low, limits.high)))
