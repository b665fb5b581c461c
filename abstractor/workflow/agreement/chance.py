"""Raw agreement, and what of it chance does not explain: PABAK, kappa of Cohen and Conger, Gwet's AC1.

Each is (po - pe) / (1 - pe): po the agreement seen, pe that expected by chance; they differ in pe alone.
Errors are linearised, from how far each chart moves the value: for two readers as Fleiss, Cohen & Everitt,
Psychol Bull 1969;72:323-327, times sqrt(n / (n - 1)); for more as Gwet, Br J Math Stat Psychol 2008;61:29-48.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt
from typing import assert_never

from abstractor.workflow.agreement.intervals import NO_SPREAD, t_interval, wilson
from abstractor.workflow.agreement.ratings import (
    LEVEL,
    Estimate,
    Measured,
    Pattern,
    Ratings,
    Undefined,
    Why,
    measured,
)

__all__ = ["Weights", "gwet_ac1", "kappa", "pabak", "raw_agreement"]

Matrix = tuple[tuple[float, ...], ...]


class Weights(StrEnum):
    """How much agreement two unlike categories are: none, or less with their distance or with its square."""

    NONE = "none"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


def raw_agreement(ratings: Ratings, *, level: float = LEVEL) -> Measured:
    """The share of pairs of readings that agree, the mean over the charts that two or more read.

    Fleiss, Psychol Bull 1971;76:378-382. Wilson's interval; where charts have more than two readings, with as
    many trials as would spread as the charts do (Korn & Graubard, Surv Methodol 1998;24:193-201).
    """
    charts = measured(ratings, readings=2)
    if not charts:
        return Undefined(Why.NO_DOUBLE_READ)
    weights = weigh(Weights.NONE, categories=len(ratings.categories))
    share, trials = _observed(charts, weights), sum(pattern.charts for pattern in charts)
    spread = sum(one.charts * (_agreeing(one, weights) - share) ** 2 for one in charts) / trials
    # Two readings agree or do not: the spread is then share (1 - share), and the trials are the charts.
    worth = share * (1 - share) / spread if spread > NO_SPREAD else 1.0
    return Estimate(share, wilson(share, trials=trials * worth, level=level), trials)


def pabak(ratings: Ratings, *, level: float = LEVEL) -> Measured:
    """Prevalence- and bias-adjusted kappa: chance chooses all q categories alike, so (q po - 1) / (q - 1).

    Byrt, Bishop & Carlin, J Clin Epidemiol 1993;46:423-429, for two categories (2 po - 1); for more it is the
    S of Bennett et al. and the coefficient of Brennan & Prediger (Educ Psychol Meas 1981;41:687-699). The
    interval is that of the raw agreement, moved the same way.
    """
    raw = raw_agreement(ratings, level=level)
    if isinstance(raw, Undefined) or isinstance(raw.interval, Undefined):
        return raw
    q = len(ratings.categories)
    low, value, high = ((q * one - 1) / (q - 1) for one in (raw.interval.low, raw.value, raw.interval.high))
    return Estimate(value, replace(raw.interval, low=low, high=high), raw.charts)


def kappa(ratings: Ratings, *, weights: Weights = Weights.NONE, level: float = LEVEL) -> Measured:
    """Chance draws for each reader with that reader's own habits.

    Two readers: Cohen (Educ Psychol Meas 1960;20:37-46), with weights Cohen (Psychol Bull 1968;70:213-220);
    linear ones as Cicchetti & Allison (1971), quadratic ones as Fleiss & Cohen (Educ Psychol Meas
    1973;33:613-619). The charts that both read count. More readers: Conger (Psychol Bull 1980;88:322-328),
    with missing ratings as Gwet (Handbook of Inter-Rater Reliability, 4th ed., 2014): habits are taken from
    all charts that a reader read, chance agreement is the mean over all pairs of readers. So where few of
    many readers met it may fall below -1; each pair by itself (`pairs_of_readers`) cannot.
    """
    charts = measured(ratings, readings=2)
    if not charts:
        return Undefined(Why.NO_DOUBLE_READ)
    if len(charts[0].seats) > 2:
        charts = measured(ratings, readings=1)
    matrix = weigh(weights, categories=len(ratings.categories))
    return _corrected(charts, weights=matrix, expected=_by_habits(charts, matrix), level=level)


def gwet_ac1(ratings: Ratings, *, level: float = LEVEL) -> Measured:
    """Chance is what charts that are hard to rate add: sum of pi (1 - pi) over the categories, by q - 1.

    Gwet, Br J Math Stat Psychol 2008;61:29-48; missing ratings as Gwet (2014): a chart that one
    reader read says something of how common a category is, and nothing of agreement. Where all ratings are
    one category it is the raw agreement, 1: its chance agreement is 0 there, not 1.
    """
    if not measured(ratings, readings=2):
        return Undefined(Why.NO_DOUBLE_READ)
    charts = measured(ratings, readings=1)
    q = len(ratings.categories)
    matrix = weigh(Weights.NONE, categories=q)
    return _corrected(charts, weights=matrix, expected=_by_prevalence(charts, categories=q), level=level)


def weigh(weights: Weights, *, categories: int) -> Matrix:
    """How much agreement each two categories are, from 0 to 1."""
    furthest = categories - 1

    def agreement(distance: int) -> float:
        match weights:
            case Weights.NONE:
                return float(distance == 0)
            case Weights.LINEAR:
                return 1 - distance / furthest
            case Weights.QUADRATIC:
                return 1 - (distance / furthest) ** 2
            case other:
                assert_never(other)

    places = range(categories)
    return tuple(tuple(agreement(abs(one - other)) for other in places) for one in places)


@dataclass(frozen=True, slots=True)
class Expected:
    """Agreement by chance, and how far a chart of each pattern moves it, n times over."""

    value: float
    moved: tuple[float, ...]


def _corrected(charts: Sequence[Pattern], *, weights: Matrix, expected: Expected, level: float) -> Measured:
    """(po - pe) / (1 - pe), with the standard error from how far each chart moves po and pe.

    Where some charts have one reading, po is a ratio of two counts that both vary, and linearised as such
    (Cochran, Sampling Techniques, 3rd ed., 1977, chapter 6). Gwet takes how many are read twice for certain
    and lets the others pull the spread towards 0: of an audit with a tenth of double reads that nearly
    doubles it.
    """
    if 1 - expected.value < 1e-12:
        return Undefined(Why.ONE_CATEGORY)
    everyone = sum(pattern.charts for pattern in charts)
    several = sum(pattern.charts for pattern in charts if pattern.readings > 1)
    observed = _observed(charts, weights)
    value = (observed - expected.value) / (1 - expected.value)
    squares = 0.0
    for pattern, moved in zip(charts, expected.moved, strict=True):
        seen = 0.0
        if pattern.readings > 1:
            seen = everyone / several * (_agreeing(pattern, weights) - observed)
        squares += pattern.charts * ((seen - (1 - value) * moved) / (1 - expected.value)) ** 2
    error = sqrt(squares / (everyone * (everyone - 1))) if everyone > 1 else 0.0
    return Estimate(value, t_interval(value, error=error, charts=several, level=level), several)


def _observed(charts: Sequence[Pattern], weights: Matrix) -> float:
    several = [pattern for pattern in charts if pattern.readings > 1]
    agreeing = sum(pattern.charts * _agreeing(pattern, weights) for pattern in several)
    return agreeing / sum(pattern.charts for pattern in several)


def _agreeing(pattern: Pattern, weights: Matrix) -> float:
    """The mean agreement of every two readings of a chart."""
    counts = pattern.counts(len(weights))
    readings = pattern.readings
    pairs = sum(
        count * (sum(weight * other for weight, other in zip(row, counts, strict=True)) - 1)
        for count, row in zip(counts, weights, strict=True)
    )
    return pairs / (readings * (readings - 1))


def _by_habits(charts: Sequence[Pattern], weights: Matrix) -> Expected:
    """Chance agreement of Cohen and Conger, the mean over all pairs of readers."""
    readers, places = range(len(charts[0].seats)), range(len(weights))
    everyone = sum(pattern.charts for pattern in charts)
    read = [sum(one.charts for one in charts if one.seats[reader] is not None) for reader in readers]
    habits = [
        [sum(one.charts for one in charts if one.seats[reader] == place) / read[reader] for place in places]
        for reader in readers
    ]
    # What a reader of each habit would meet: the weighted habits of all the others.
    totals = [sum(habit[place] for habit in habits) for place in places]
    met = [
        [sum(weights[place][other] * (totals[other] - habit[other]) for other in places) for place in places]
        for habit in habits
    ]
    meeting = [
        sum(habit[place] * other[place] for place in places) for habit, other in zip(habits, met, strict=True)
    ]
    pairs = len(readers) * (len(readers) - 1)
    moved = tuple(
        2
        * sum(
            everyone / read[reader] * (met[reader][seat] - meeting[reader])
            for reader, seat in enumerate(one.seats)
            if seat is not None
        )
        / pairs
        for one in charts
    )
    return Expected(sum(meeting) / pairs, moved)


def _by_prevalence(charts: Sequence[Pattern], *, categories: int) -> Expected:
    """Chance agreement of Gwet's AC1."""
    everyone = sum(pattern.charts for pattern in charts)
    shares = [[count / pattern.readings for count in pattern.counts(categories)] for pattern in charts]
    common = [
        sum(pattern.charts * share[place] for pattern, share in zip(charts, shares, strict=True)) / everyone
        for place in range(categories)
    ]
    value = sum(one * (1 - one) for one in common) / (categories - 1)
    moved = tuple(
        sum((part - one) * (1 - 2 * one) for part, one in zip(share, common, strict=True)) / (categories - 1)
        for share in shares
    )
    return Expected(value, moved)
