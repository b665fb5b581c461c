"""Raw agreement, and what of it chance does not explain: PABAK, kappa of Cohen and Conger, Gwet's AC1.

Each is (po - pe) / (1 - pe): po the agreement seen, pe that expected by chance; they differ in pe alone.
Errors are linearised, from how far each chart moves the value: for two readers as Fleiss, Cohen & Everitt,
Psychol Bull 1969;72:323-327, times sqrt(n / (n - 1)); for more as Gwet, Br J Math Stat Psychol 2008;61:29-48.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from abstractor.workflow.agreement.clusters import linearised, share_of_items, together
from abstractor.workflow.agreement.intervals import NO_SPREAD, wilson
from abstractor.workflow.agreement.ratings import (
    LEVEL,
    Counted,
    Estimate,
    Interval,
    Measured,
    Pattern,
    Ratings,
    Undefined,
    Why,
    counted,
)

__all__ = ["Weights", "gwet_ac1", "kappa", "pabak", "pabak_of", "raw_agreement"]

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
    counts = counted(ratings, readings=2)
    if not counts.patterns:
        return Undefined(Why.NO_DOUBLE_READ)
    seen = _seen(counts, weigh(Weights.NONE, categories=len(ratings.categories)))
    items, share = counts.items, seen.value
    spread = sum(one.charts * pull**2 for one, pull in zip(counts.patterns, seen.moved, strict=True)) / items
    # Two readings agree or do not: the spread is then share (1 - share), and the trials are the items.
    trials = items * (share * (1 - share) / spread if spread > NO_SPREAD else 1.0)
    if not counts.grouped:
        return Estimate(share, wilson(share, trials=trials, level=level), items)
    variance = together(seen.moved, counts.compositions) / items**2
    charts = counts.charts_read_twice
    return share_of_items(share, trials=trials, variance=variance, items=items, charts=charts, level=level)


def pabak(ratings: Ratings, *, level: float = LEVEL) -> Measured:
    """Prevalence- and bias-adjusted kappa: chance chooses all q categories alike, so (q po - 1) / (q - 1).

    Byrt, Bishop & Carlin, J Clin Epidemiol 1993;46:423-429, for two categories (2 po - 1); for more it is the
    S of Bennett et al. and the coefficient of Brennan & Prediger (Educ Psychol Meas 1981;41:687-699). The
    interval is that of the raw agreement, moved the same way.
    """
    return pabak_of(raw_agreement(ratings, level=level), categories=len(ratings.categories))


def pabak_of(raw: Measured, *, categories: int) -> Measured:
    """From the raw agreement."""
    if isinstance(raw, Undefined):
        return raw
    q = categories
    independent = None if raw.independent is None else _stretched(raw.independent, categories=q)
    interval = _stretched(raw.interval, categories=q)
    return replace(raw, value=(q * raw.value - 1) / (q - 1), interval=interval, independent=independent)


def _stretched(limits: Interval | Undefined, *, categories: int) -> Interval | Undefined:
    """Of a share to those of PABAK."""
    if isinstance(limits, Undefined):
        return limits
    low, high = ((categories * one - 1) / (categories - 1) for one in (limits.low, limits.high))
    return replace(limits, low=low, high=high)


def kappa(ratings: Ratings, *, weights: Weights = Weights.NONE, level: float = LEVEL) -> Measured:
    """Chance draws for each reader with that reader's own habits.

    Two readers: Cohen (Educ Psychol Meas 1960;20:37-46), with weights Cohen (Psychol Bull 1968;70:213-220);
    linear ones as Cicchetti & Allison (1971), quadratic ones as Fleiss & Cohen (Educ Psychol Meas
    1973;33:613-619). The charts that both read count. More readers: Conger (Psychol Bull 1980;88:322-328),
    with missing ratings as Gwet (Handbook of Inter-Rater Reliability, 4th ed., 2014): habits are taken from
    all charts that a reader read, chance agreement is the mean over all pairs of readers. So where few of
    many readers met it may fall below -1; each pair by itself (`pairs_of_readers`) cannot.
    """
    counts = counted(ratings, readings=2)
    if not counts.patterns:
        return Undefined(Why.NO_DOUBLE_READ)
    if len(counts.patterns[0].seats) > 2:
        counts = counted(ratings, readings=1)
    matrix = weigh(weights, categories=len(ratings.categories))
    return _corrected(counts, weights=matrix, expected=_by_habits(counts.patterns, matrix), level=level)


def gwet_ac1(ratings: Ratings, *, level: float = LEVEL) -> Measured:
    """Chance is what charts that are hard to rate add: sum of pi (1 - pi) over the categories, by q - 1.

    Gwet, Br J Math Stat Psychol 2008;61:29-48; missing ratings as Gwet (2014): a chart that one
    reader read says something of how common a category is, and nothing of agreement. Where all ratings are
    one category it is the raw agreement, 1: its chance agreement is 0 there, not 1.
    """
    counts = counted(ratings, readings=1)
    if counts.read_twice == 0:
        return Undefined(Why.NO_DOUBLE_READ)
    q = len(ratings.categories)
    matrix = weigh(Weights.NONE, categories=q)
    expected = _by_prevalence(counts.patterns, categories=q)
    return _corrected(counts, weights=matrix, expected=expected, level=level)


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
class Pulled:
    """Agreement, seen or by chance, and how far an item of each pattern moves it, as many times over as there
    are items that count for it.
    """

    value: float
    moved: tuple[float, ...]


def _corrected(counts: Counted, *, weights: Matrix, expected: Pulled, level: float) -> Measured:
    """(po - pe) / (1 - pe), with the standard error from how far each chart moves po and pe.

    Where some charts have one reading, po is a ratio of two counts that both vary, and linearised as such
    (Cochran, Sampling Techniques, 3rd ed., 1977, chapter 6). Gwet takes how many are read twice for certain
    and lets the others pull the spread towards 0: of an audit with a tenth of double reads that nearly
    doubles it.
    """
    if 1 - expected.value < 1e-12:
        return Undefined(Why.ONE_CATEGORY)
    seen, more = _seen(counts, weights), counts.items / counts.read_twice
    value = (seen.value - expected.value) / (1 - expected.value)
    moved = [
        (more * one - (1 - value) * other) / (1 - expected.value)
        for one, other in zip(seen.moved, expected.moved, strict=True)
    ]
    return linearised(value, moved, counts, level=level)


def _seen(counts: Counted, weights: Matrix) -> Pulled:
    """The mean agreement of what two or more read; what one read does not move it."""
    agreeing = [_agreeing(one, weights) if one.readings > 1 else None for one in counts.patterns]
    both = zip(counts.patterns, agreeing, strict=True)
    value = sum(one.charts * agreed for one, agreed in both if agreed is not None) / counts.read_twice
    return Pulled(value, tuple(0.0 if agreed is None else agreed - value for agreed in agreeing))


def _agreeing(pattern: Pattern, weights: Matrix) -> float:
    """The mean agreement of every two readings of a chart."""
    said = [seat for seat in pattern.seats if seat is not None]
    if len(said) == 2:
        return weights[said[0]][said[1]]
    chosen = Counter(said).items()
    pairs = sum(
        times * (sum(weights[place][other] * many for other, many in chosen) - 1) for place, times in chosen
    )
    return pairs / (len(said) * (len(said) - 1))


def _by_habits(charts: Sequence[Pattern], weights: Matrix) -> Pulled:
    """Chance agreement of Cohen and Conger, the mean over all pairs of readers."""
    readers, places = range(len(charts[0].seats)), range(len(weights))
    everyone = sum(pattern.charts for pattern in charts)
    chosen = [[0] * len(weights) for _ in readers]
    for one in charts:
        for reader, seat in enumerate(one.seats):
            if seat is not None:
                chosen[reader][seat] += one.charts
    read = [sum(times) for times in chosen]
    habits = [[times / read[reader] for times in chosen[reader]] for reader in readers]
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
    return Pulled(sum(meeting) / pairs, moved)


def _by_prevalence(charts: Sequence[Pattern], *, categories: int) -> Pulled:
    """Chance agreement of Gwet's AC1."""
    everyone = sum(pattern.charts for pattern in charts)
    shares = []
    common = [0.0] * categories
    for pattern in charts:
        readings = pattern.readings
        share = [(place, many / readings) for place, many in pattern.chosen]
        shares.append(share)
        for place, part in share:
            common[place] += pattern.charts * part / everyone
    value = sum(one * (1 - one) for one in common) / (categories - 1)
    level = sum(one * (1 - 2 * one) for one in common)
    moved = tuple(
        (sum(part * (1 - 2 * common[place]) for place, part in share) - level) / (categories - 1)
        for share in shares
    )
    return Pulled(value, moved)
