"""Krippendorff's alpha: disagreement seen by disagreement expected, for any readers and missing ratings.

Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections C and D; Content Analysis, 4th ed.
(2018), chapter 12. Only charts that two or more read count.
"""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from math import sqrt
from typing import assert_never

from abstractor.workflow.agreement.intervals import t_interval
from abstractor.workflow.agreement.ratings import (
    LEVEL,
    Estimate,
    Interval,
    Measured,
    Method,
    Ratings,
    Undefined,
    Why,
    measured,
)

__all__ = ["Scale", "krippendorff_alpha"]

Matrix = list[list[float]]


class Scale(StrEnum):
    """Whether the categories are mere names, or stand in their order."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"


def krippendorff_alpha(ratings: Ratings, *, scale: Scale, level: float = LEVEL) -> Measured:
    """1 - Do / De over the coincidences of categories within charts.

    The interval is a delete-one-chart jackknife with Student's t (Efron, The Jackknife, the Bootstrap and
    Other Resampling Plans, 1982, chapter 3). Krippendorff's own bootstrap draws by chance, so that two runs
    would show two intervals.
    """
    q = len(ratings.categories)
    units = Counter[tuple[int, ...]]()
    for pattern in measured(ratings, readings=2):
        units[pattern.counts(q)] += pattern.charts
    if not units:
        return Undefined(Why.NO_DOUBLE_READ)
    coincidences = _coincidences(units, categories=q)
    value = _alpha(coincidences, scale=scale)
    if value is None:
        return Undefined(Why.ONE_CATEGORY)
    interval = _jackknife(units, coincidences, value=value, scale=scale, level=level)
    return Estimate(value, interval, units.total())


def _coincidences(units: Counter[tuple[int, ...]], *, categories: int) -> Matrix:
    places = range(categories)
    return [
        [sum(charts * _pairs(unit, one, other) for unit, charts in units.items()) for other in places]
        for one in places
    ]


def _pairs(unit: Sequence[int], one: int, other: int) -> float:
    """Ordered pairs of readings of a chart that chose the two, shared out to add up to its readings."""
    return unit[one] * (unit[other] - (one == other)) / (sum(unit) - 1)


def _alpha(coincidences: Matrix, *, scale: Scale) -> float | None:
    """None where the ratings that could be paired are all of one category."""
    chosen = [sum(row) for row in coincidences]
    readings = sum(chosen)
    apart = _distances(chosen, scale=scale)
    places = range(len(chosen))
    seen = sum(coincidences[one][other] * apart[one][other] for one in places for other in places)
    expected = sum(chosen[one] * chosen[other] * apart[one][other] for one in places for other in places)
    # Less than one pair of unlike readings can only be a rounding of none.
    if readings - max(chosen) < 0.5:
        return None
    return 1 - (readings - 1) * seen / expected


def _distances(chosen: Sequence[float], *, scale: Scale) -> Matrix:
    """Squared distances; of ordered categories by how many readings lie between them, half of either end."""
    places = range(len(chosen))
    match scale:
        case Scale.NOMINAL:
            return [[float(one != other) for other in places] for one in places]
        case Scale.ORDINAL:
            below = [sum(chosen[:place]) + chosen[place] / 2 for place in places]
            return [[(below[one] - below[other]) ** 2 for other in places] for one in places]
        case unknown:
            assert_never(unknown)


def _jackknife(
    units: Counter[tuple[int, ...]], coincidences: Matrix, *, value: float, scale: Scale, level: float
) -> Interval | Undefined:
    charts = units.total()
    if charts < 2:
        return Undefined(Why.ONE_CHART)
    places = range(len(coincidences))
    left: list[tuple[float, int]] = []
    for unit, times in units.items():
        rest = [[coincidences[one][other] - _pairs(unit, one, other) for other in places] for one in places]
        without = _alpha(rest, scale=scale)
        if without is None:
            return Undefined(Why.HANGS_ON_ONE)
        left.append((without, times))
    middle = sum(without * times for without, times in left) / charts
    spread = sum(times * (without - middle) ** 2 for without, times in left) * (charts - 1) / charts
    return t_interval(value, error=sqrt(spread), charts=charts, level=level, method=Method.JACKKNIFE)
