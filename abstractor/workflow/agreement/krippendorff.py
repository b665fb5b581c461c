"""Krippendorff's alpha: disagreement seen by disagreement expected, for any readers and missing ratings.

Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections C and D; Content Analysis, 4th ed.
(2018), chapter 12. Only charts that two or more read count.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from math import sqrt
from typing import assert_never

from abstractor.workflow.agreement.clusters import of_charts
from abstractor.workflow.agreement.intervals import t_interval
from abstractor.workflow.agreement.ratings import (
    FEWEST,
    LEVEL,
    Composition,
    Estimate,
    Measured,
    Method,
    Ratings,
    Undefined,
    Why,
    counted,
)

__all__ = ["Scale", "krippendorff_alpha"]

# The categories that were chosen of one item, each with how often.
Unit = tuple[tuple[int, int], ...]
# Alpha without the items at these places, one time each; None where it is undefined.
LeftOut = Callable[[Sequence[int]], float | None]


class Scale(StrEnum):
    """Whether the categories are mere names, or stand in their order."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"


def krippendorff_alpha(ratings: Ratings, *, scale: Scale, level: float = LEVEL) -> Measured:
    """1 - Do / De over the coincidences of categories within charts.

    The interval is a delete-one-chart jackknife with Student's t (Efron, The Jackknife, the Bootstrap and
    Other Resampling Plans, 1982, chapter 3); a chart of several items is left out whole. Krippendorff's own
    bootstrap draws by chance, so that two runs would show two intervals.
    """
    counts = counted(ratings, readings=2)
    if not counts.patterns:
        return Undefined(Why.NO_DOUBLE_READ)
    units = [one.chosen for one in counts.patterns]
    times = [one.charts for one in counts.patterns]
    without = _leaving_out(units, times, categories=len(ratings.categories), scale=scale)
    value = without(())
    if value is None:
        return Undefined(Why.ONE_CATEGORY)
    alone = [((place,), number) for place, number in enumerate(times)]
    error = _jackknife(without, alone)
    independent = (
        error
        if isinstance(error, Undefined)
        else t_interval(value, error=error, charts=counts.items, level=level, method=Method.JACKKNIFE)
    )
    if not counts.grouped:
        return Estimate(value, independent, counts.items)
    charts = counts.charts_read_twice
    told = Estimate(value, independent, charts, counts.items, independent)
    if isinstance(error, Undefined) or isinstance(independent, Undefined):
        return told
    if charts == counts.items:
        return replace(told, design_effect=1.0)
    whole = _jackknife(without, counts.compositions)
    if isinstance(whole, Undefined):
        return replace(told, interval=Undefined(Why.FEW_CHARTS) if charts < FEWEST else whole)
    method = Method.CHARTS_JACKKNIFE
    interval = of_charts(value, error=whole, charts=charts, level=level, method=method)
    return replace(told, interval=interval, design_effect=(whole / error) ** 2)


def _jackknife(without: LeftOut, compositions: Sequence[Composition]) -> float | Undefined:
    """The standard error from leaving out each block."""
    charts = sum(times for _, times in compositions)
    if charts < 2:
        return Undefined(Why.ONE_CHART)
    left: list[tuple[float, int]] = []
    for places, times in compositions:
        value = without(places)
        if value is None:
            return Undefined(Why.HANGS_ON_ONE)
        left.append((value, times))
    middle = sum(value * times for value, times in left) / charts
    spread = sum(times * (value - middle) ** 2 for value, times in left) * (charts - 1) / charts
    return sqrt(spread)


def _leaving_out(units: Sequence[Unit], times: Sequence[int], *, categories: int, scale: Scale) -> LeftOut:
    match scale:
        case Scale.NOMINAL:
            return _nominal(units, times, categories=categories)
        case Scale.ORDINAL:
            return _ordinal(units, times, categories=categories)
        case unknown:
            assert_never(unknown)


def _nominal(units: Sequence[Unit], times: Sequence[int], *, categories: int) -> LeftOut:
    """Of names only two sums count: how often each was chosen, and how many coincidences are unlike."""
    unlike = [_unlike(unit) for unit in units]
    seen = sum(many * one for many, one in zip(times, unlike, strict=True))
    chosen = [0] * categories
    for unit, number in zip(units, times, strict=True):
        for place, many in unit:
            chosen[place] += number * many

    def without(places: Sequence[int]) -> float | None:
        rest = chosen.copy()
        for unit in map(units.__getitem__, places):
            for place, many in unit:
                rest[place] -= many
        readings = sum(rest)
        if readings == max(rest):
            return None
        expected = readings**2 - sum(one * one for one in rest)
        return 1 - (readings - 1) * (seen - sum(map(unlike.__getitem__, places))) / expected

    return without


def _unlike(unit: Unit) -> float:
    """Ordered pairs of unlike readings of an item, shared out to add up to its readings."""
    readings = sum(many for _, many in unit)
    return sum(many * (readings - many) for _, many in unit) / (readings - 1)


def _ordinal(units: Sequence[Unit], times: Sequence[int], *, categories: int) -> LeftOut:
    """Squared distances by how many readings lie between two categories, half of either end."""
    whole = [[0.0] * categories for _ in range(categories)]
    for unit, number in zip(units, times, strict=True):
        _add(whole, unit, number)

    def without(places: Sequence[int]) -> float | None:
        rest = [row.copy() for row in whole]
        for unit in map(units.__getitem__, places):
            _add(rest, unit, -1)
        chosen = [sum(row) for row in rest]
        readings = sum(chosen)
        # Less than one pair of unlike readings can only be a rounding of none.
        if readings - max(chosen) < 0.5:
            return None
        below = [sum(chosen[:place]) + chosen[place] / 2 for place in range(categories)]
        apart = [[(one - other) ** 2 for other in below] for one in below]
        both = [(one, other) for one in range(categories) for other in range(categories)]
        seen = sum(rest[one][other] * apart[one][other] for one, other in both)
        expected = sum(chosen[one] * chosen[other] * apart[one][other] for one, other in both)
        return 1 - (readings - 1) * seen / expected

    return without


def _add(coincidences: list[list[float]], unit: Unit, times: int) -> None:
    readings = sum(many for _, many in unit)
    for one, many in unit:
        for other, more in unit:
            coincidences[one][other] += times * many * (more - (one == other)) / (readings - 1)
