"""Intervals that take the chart for the unit: items of one chart were read by the same people, hard or easy.

Each value is linearised, the pull of every item on it added up chart by chart, and the charts' sums taken for
independent (Taylor's method for a sample of clusters). For a share that is the variance of Rao & Scott
(Biometrics 1992;48:577-585), for kappa that of Yang & Zhou (Stat Med 2014;33:2612-2633) and Vanbelle (Biom J
2017;59:1016-1034). How far readers themselves differ from others who might have read is no part of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import atanh, sqrt, tanh

from abstractor.workflow.agreement.intervals import NO_SPREAD, student_quantile, t_interval, wilson
from abstractor.workflow.agreement.ratings import (
    FEWEST,
    FEWEST_OF_SHARE,
    LEVEL,
    Composition,
    Counted,
    Estimate,
    Interval,
    Measured,
    Method,
    Undefined,
    Why,
)

__all__ = ["linearised", "share_of_charts", "share_of_items", "together"]


def together(moved: Sequence[float], compositions: Iterable[Composition]) -> float:
    """The variance of a sum of what each item moves it by, where charts are what varies: K / (K - 1) times
    the squares of the sums by chart.
    """
    squares, charts = 0.0, 0
    for places, times in compositions:
        squares += times * sum(map(moved.__getitem__, places)) ** 2
        charts += times
    return squares * charts / (charts - 1) if charts > 1 else 0.0


def linearised(value: float, moved: Sequence[float], counts: Counted, *, level: float) -> Estimate:
    """`moved`: by how much an item of each pattern moves the value, as many times over as there are items.

    As many degrees of freedom as charts that two read, less one.
    """
    items = counts.items
    squares = sum(one.charts * pull**2 for one, pull in zip(counts.patterns, moved, strict=True))
    error = sqrt(squares / (items * (items - 1))) if items > 1 else 0.0
    several, charts = counts.read_twice, counts.charts_read_twice
    independent = t_interval(value, error=error, charts=several, level=level)
    if not counts.grouped:
        return Estimate(value, independent, several)
    if several == charts or isinstance(independent, Undefined):
        effect = None if isinstance(independent, Undefined) else 1.0
        return Estimate(value, independent, charts, several, independent, effect)
    clustered = sqrt(together(moved, counts.compositions)) / items
    interval = of_charts(value, error=clustered, charts=charts, level=level, method=Method.CHARTS_LINEARISED)
    return Estimate(value, interval, charts, several, independent, (clustered / error) ** 2)


def of_charts(
    value: float, *, error: float, charts: int, level: float, method: Method
) -> Interval | Undefined:
    """By Student's t on Fisher's scale, atanh, which holds the truth more often where the value is near 1 and
    charts are few (Lin, Biometrics 1989;45:255-268, for a coefficient of this family). None from few charts:
    the spread of so few sums says little of how far items hang together, and is often none.
    """
    if charts < FEWEST:
        return Undefined(Why.FEW_CHARTS)
    if error < NO_SPREAD or not -1 < value < 1:
        return t_interval(value, error=error, charts=charts, level=level, method=method)
    reach = student_quantile(level, freedom=charts - 1) * error / (1 - value * value)
    return Interval(tanh(atanh(value) - reach), tanh(atanh(value) + reach), level, method)


def share_of_items(
    share: float, *, trials: float, variance: float, items: int, charts: int, level: float
) -> Estimate:
    """A share of `items` that are worth so many independent `trials`, `variance` that of charts.

    Wilson's interval with as many trials as would vary as the charts do, fewer still where charts are few
    (Korn & Graubard, Surv Methodol 1998;24:193-201), never more than `trials`. Where all items say the same
    nothing tells how far they hang together, so each chart counts once, as if they did wholly.
    """
    independent = wilson(share, trials=trials, level=level)
    if items == charts:
        return Estimate(share, independent, charts, items, independent, 1.0)
    spread = share * (1 - share)
    effect = None if spread < NO_SPREAD else items * variance / spread
    if charts < FEWEST_OF_SHARE:
        return Estimate(share, Undefined(Why.FEW_CHARTS), charts, items, independent, effect)
    worth = float(charts)
    if effect is not None:
        fewer = student_quantile(level, freedom=items - 1) / student_quantile(level, freedom=charts - 1)
        worth = min(trials, spread / variance if variance > 0 else trials) * fewer**2
    held = wilson(share, trials=worth, level=level)
    interval = Interval(held.low, held.high, level, Method.CHARTS_WILSON)
    return Estimate(share, interval, charts, items, independent, effect)


def share_of_charts(counts: Mapping[tuple[int, int], int], *, level: float = LEVEL) -> Measured:
    """So many of so many, chart by chart, and how many charts are such: the ratio of both sums.

    Its design effect is that of Rao & Scott (1992). Charts without trials do not count.
    """
    known = {both: times for both, times in counts.items() if both[1] > 0}
    successes = sum(times * one for (one, _), times in known.items())
    trials = sum(times * of for (_, of), times in known.items())
    if trials == 0:
        return Undefined(Why.NOTHING_COUNTED)
    share, charts = successes / trials, sum(known.values())
    moved = [one - share * of for one, of in known]
    compositions = [((place,), times) for place, times in enumerate(known.values())]
    variance = together(moved, compositions) / trials**2
    return share_of_items(share, trials=trials, variance=variance, items=trials, charts=charts, level=level)
