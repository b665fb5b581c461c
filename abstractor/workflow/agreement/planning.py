"""How many charts an audit has to draw, and to read twice, for the precision that is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, isclose, sqrt

from abstractor.errors import OptionError
from abstractor.workflow.agreement.intervals import normal_quantile
from abstractor.workflow.agreement.ratings import FEWEST, LEVEL

__all__ = [
    "ONE_ITEM",
    "Items",
    "Plan",
    "charts_for_proportion",
    "double_reads_for_kappa",
    "half_width_of_kappa",
    "items_of",
]

# Sums that end a hair above a whole number are that number.
ROUNDING = 1e-9

# Nobody wants a share known to less than a thousandth or expects a rarer one; far below it the sums run over.
LEAST = 0.001


@dataclass(frozen=True, slots=True)
class Items:
    """How many items of a chart kappa is counted over, and how far they hang together.

    The design effect is how many times the variance is that of as many independent items: Kish, Survey
    Sampling (1965), section 5.4. One item of each chart is as independent as the charts are.
    """

    per_chart: float = 1.0
    design_effect: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.per_chart < inf:
            raise OptionError("a chart has one item or more")
        if not 0 < self.design_effect < inf:
            raise OptionError("the design effect must lie above 0; it is 1 where items are independent")

    @property
    def worth(self) -> float:
        """How many independent items those of one chart count for."""
        return self.per_chart / self.design_effect


ONE_ITEM = Items()


def items_of(per_chart: float, *, correlation: float) -> Items:
    """From the correlation of two items of one chart: 1 + (m - 1) r times the variance.

    Kish (1965); of kappa too where charts have as many items each (Donner & Klar, Design and Analysis of
    Cluster Randomization Trials in Health Research, 2000, chapter 1, for any mean).
    """
    if not 0 <= correlation <= 1:
        raise OptionError("the correlation of items of a chart must lie between 0 and 1")
    return Items(per_chart, 1 + (per_chart - 1) * correlation)


@dataclass(frozen=True, slots=True)
class Plan:
    """`needed` must be answered, `drawn` be begun; `enough`: whether there are as many as that takes."""

    needed: int
    drawn: int
    enough: bool


def charts_for_proportion(
    *, population: int, half_width: float, expected: float = 0.5, attrition: float = 0.0, level: float = LEVEL
) -> Plan:
    """Charts for a share known to within `half_width`, drawn at random from a cycle of so many.

    Cochran, Sampling Techniques, 3rd ed. (1977), section 4.4: n0 = z^2 p (1 - p) / d^2, n = n0 / (1
    + (n0 - 1) / N). `attrition` is the share of drawn charts that will give no answer; the draw is that much
    larger, and never above N.
    """
    _wide_enough(half_width)
    if not LEAST <= expected <= 1 - LEAST:
        raise OptionError(f"the expected share must lie between {LEAST} and {1 - LEAST}")
    if population < 1:
        raise OptionError("a sample needs a cycle of one chart or more")
    endless = normal_quantile(level) ** 2 * expected * (1 - expected) / half_width**2
    needed = min(population, ceil(endless / (1 + (endless - 1) / population) - ROUNDING))
    return _drawn(max(1, needed), attrition=attrition, population=population)


def double_reads_for_kappa(
    *,
    half_width: float,
    expected: float,
    prevalence: Sequence[float],
    attrition: float = 0.0,
    population: int | None = None,
    items: Items = ONE_ITEM,
    level: float = LEVEL,
) -> Plan:
    """Charts that two readers must read for kappa's interval to reach `half_width` to either side.

    n = (z / d)^2 V independent items, V the large-sample variance of kappa for one of them, see
    `half_width_of_kappa`; and as many charts as have the worth of n items.
    """
    _wide_enough(half_width)
    variance = _variance(expected, prevalence)
    needed = ceil((normal_quantile(level) / half_width) ** 2 * variance / items.worth - ROUNDING)
    # Of fewer charts with several items no interval would be given.
    least = FEWEST if items.per_chart > 1 else 2
    return _drawn(max(least, needed), attrition=attrition, population=population)


def half_width_of_kappa(
    double_reads: int,
    *,
    expected: float,
    prevalence: Sequence[float],
    items: Items = ONE_ITEM,
    level: float = LEVEL,
) -> float:
    """What so many charts read twice are good for: z sqrt(V / n), n the items that they are worth.

    V is the variance of Fleiss, Cohen & Everitt (Psychol Bull 1969;72:323-327) where both readers use the
    categories alike, as often as `prevalence` says, and kappa is the same for each of them. For two
    categories that is, in one line, the (1 - k) ((1 - k) (1 - 2 k) + k (2 - k) / (2 p (1 - p))) of Bloch &
    Kraemer (Biometrics 1989;45:269-287) and Donner & Eliasziw (Stat Med 1992;11:1511-1519). Flack et al.
    (Psychometrika 1988;53:321-325) take the worst table for given habits instead, and Sim & Wright (Phys Ther
    2005;85:257-268) a test against a kappa, not a width.
    """
    if double_reads < 2:
        raise OptionError("kappa needs two charts or more that two readers read")
    return normal_quantile(level) * sqrt(_variance(expected, prevalence) / (double_reads * items.worth))


def _variance(expected: float, prevalence: Sequence[float]) -> float:
    """Of kappa for one chart: with chance kappa both readers choose as one, else each by the prevalence."""
    _between(expected, "the expected kappa", low=-ROUNDING, high=1)
    if len(prevalence) < 2 or min(prevalence) < LEAST or not isclose(sum(prevalence), 1, abs_tol=1e-6):
        raise OptionError(f"give how common each category is, each {LEAST} at least, adding up to 1")
    chance = sum(share * share for share in prevalence)
    observed = chance + expected * (1 - chance)
    total = 0.0
    for one, share in enumerate(prevalence):
        for other, second in enumerate(prevalence):
            agree = one == other
            cell = (1 - expected) * share * second + agree * expected * share
            moved = (agree - observed) - (1 - expected) * (share + second - 2 * chance)
            total += cell * (moved / (1 - chance)) ** 2
    return total


def _drawn(needed: int, *, attrition: float, population: int | None) -> Plan:
    _between(attrition, "the attrition", low=-ROUNDING, high=1)
    drawn = ceil(needed / (1 - attrition) - ROUNDING)
    if population is None or drawn <= population:
        return Plan(needed, drawn, enough=True)
    return Plan(needed, population, enough=False)


def _wide_enough(half_width: float) -> None:
    if not LEAST <= half_width < 1:
        raise OptionError(f"the half-width must lie between {LEAST} and 1")


def _between(value: float, what: str, *, low: float, high: float) -> None:
    if not low < value < high:
        raise OptionError(f"{what} must lie between {max(0, round(low))} and {high}")
