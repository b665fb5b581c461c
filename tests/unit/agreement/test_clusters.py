"""Intervals that take the chart for the unit: a published example, other libraries, and what must hold."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sqrt

import krippendorff
import numpy
import pytest
import statsmodels.api as sm
from scipy.stats import bootstrap

from abstractor.workflow.agreement.chance import Weights, gwet_ac1, kappa, pabak, raw_agreement
from abstractor.workflow.agreement.clusters import share_of_charts
from abstractor.workflow.agreement.intervals import student_quantile, wilson
from abstractor.workflow.agreement.krippendorff import Scale, krippendorff_alpha
from abstractor.workflow.agreement.ratings import Estimate, Interval, Measured, Method, Ratings
from tests.unit.agreement.drawing import by_charts
from tests.unit.agreement.examples import interval_of, of_rows, value_of, why_of

PREVALENCE = (0.5, 0.3, 0.2)


def drawn(seed: int, *, charts: int = 40, items: tuple[int, int] = (3, 12)) -> Ratings:
    draw = random.Random(seed)
    return by_charts(draw, kappa=0.7, prevalence=PREVALENCE, charts=charts, items=items, correlation=0.2)


def alpha(ratings: Ratings) -> Measured:
    return krippendorff_alpha(ratings, scale=Scale.NOMINAL)


EVERY: dict[str, Callable[[Ratings], Measured]] = {
    "raw": raw_agreement,
    "pabak": pabak,
    "kappa": kappa,
    "weighted": lambda ratings: kappa(ratings, weights=Weights.LINEAR),
    "ac1": gwet_ac1,
    "alpha": alpha,
}


def estimate(found: Measured) -> Estimate:
    assert isinstance(found, Estimate), found
    return found


def error_by_charts(found: Measured) -> float:
    """The standard error of an interval that was made on Fisher's scale."""
    held, value = interval_of(found), value_of(found)
    width = (numpy.arctanh(held.high) - numpy.arctanh(held.low)) / 2
    return float(width * (1 - value**2) / student_quantile(held.level, freedom=estimate(found).charts - 1))


# Weil's rats, table 1 of Rao & Scott, Biometrics 1992;48:577-585: survivors of each litter, and its size.
CONTROL = (
    *((13, 13), (12, 12), (9, 9), (9, 9), (8, 8), (8, 8), (12, 13), (11, 12)),
    *((9, 10), (9, 10), (8, 9), (11, 13), (4, 5), (5, 7), (7, 10), (7, 10)),
)
TREATED = (
    *((12, 12), (11, 11), (10, 10), (9, 9), (10, 11), (9, 10), (9, 10), (8, 9)),
    *((8, 9), (4, 5), (7, 9), (4, 7), (5, 10), (3, 6), (3, 10), (0, 7)),
)


# To six places in the manual of the R package PF, `rsb`.
@pytest.mark.parametrize(("litters", "effect"), [(CONTROL, 1.232495), (TREATED, 3.952861)])
def test_rao_and_scott_1992_print_design_effects(litters: Sequence[tuple[int, int]], effect: float) -> None:
    found = estimate(share_of_charts(Counter(litters)))
    alive, born = (sum(one[at] for one in litters) for at in (0, 1))
    assert (found.value, found.charts, found.items) == (alive / born, 16, born)
    assert found.design_effect == pytest.approx(effect, abs=1e-6)
    # Korn & Graubard (1998): as many trials as would vary so, fewer by the quantiles' ratio squared.
    fewer = (student_quantile(0.95, freedom=born - 1) / student_quantile(0.95, freedom=15)) ** 2
    expected = wilson(alive / born, trials=born / effect * fewer, level=0.95)
    assert interval_of(found).low == pytest.approx(expected.low, abs=1e-6)
    assert interval_of(found).high == pytest.approx(expected.high, abs=1e-6)
    assert found.independent == wilson(alive / born, trials=born, level=0.95)


@pytest.mark.parametrize("seed", range(4))
def test_a_shares_variance_is_the_robust_one_of_statsmodels(seed: int) -> None:
    ratings = drawn(seed)
    same = [float(one == other) for one, other in ratings.charts]
    charts = [chart for chart, (rows, _) in enumerate(ratings.compositions or ()) for _ in rows]
    fitted = sm.OLS(same, numpy.ones(len(same))).fit(
        cov_type="cluster", cov_kwds={"groups": charts, "use_correction": False}
    )
    found = estimate(raw_agreement(ratings))
    variance = fitted.bse[0] ** 2 * 40 / 39  # its other correction is for what is fitted beside
    effect = len(same) * variance / (found.value * (1 - found.value))
    assert found.design_effect == pytest.approx(effect, rel=1e-9)


def of_table(table: numpy.ndarray, name: str) -> float:
    """From shares of each two answers, as the definitions have it."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    places = numpy.arange(len(table))
    far = numpy.abs(numpy.subtract.outer(places, places))
    weights = 1 - far / far.max() if name == "weighted" else (far == 0).astype(float)
    observed = (weights * table).sum()
    common = (rows + columns) / 2
    expected = (
        (common * (1 - common)).sum() / (len(table) - 1)
        if name == "ac1"
        else (weights * numpy.outer(rows, columns)).sum()
    )
    return float((observed - expected) / (1 - expected))


# Yang & Zhou (2014) and Vanbelle (2017) as matrices: the covariance of the charts' tables, and the gradient.
@pytest.mark.parametrize("name", ["kappa", "weighted", "ac1"])
@pytest.mark.parametrize("seed", range(3))
def test_the_error_is_that_of_the_delta_method_over_the_charts_tables(name: str, seed: int) -> None:
    ratings = drawn(seed)
    tables = numpy.zeros((40, 9))
    for chart, (rows, _) in enumerate(ratings.compositions or ()):
        for one, other in (ratings.charts[row] for row in rows):
            tables[chart, 3 * ratings.categories.index(one) + ratings.categories.index(other)] += 1

    def value(sums: numpy.ndarray) -> float:
        return of_table((sums / sums.sum()).reshape(3, 3), name)

    whole, step = tables.sum(axis=0), 1e-4
    gradient = [
        (value(whole + step * side) - value(whole - step * side)) / (2 * step) for side in numpy.eye(9)
    ]
    error = sqrt(40 * numpy.array(gradient) @ numpy.cov(tables.T) @ numpy.array(gradient))
    found = EVERY[name](ratings)
    assert value_of(found) == pytest.approx(value(whole), abs=1e-12)
    assert error_by_charts(found) == pytest.approx(error, rel=1e-6)


def test_alphas_error_is_that_of_leaving_out_each_chart_whole() -> None:
    ratings = drawn(5, charts=15)
    numbers = numpy.array([[ratings.categories.index(seat) for seat in row] for row in ratings.charts]).T
    left = [
        krippendorff.alpha(
            numpy.delete(numbers, rows, axis=1), value_domain=[0, 1, 2], level_of_measurement="nominal"
        )
        for rows, _ in ratings.compositions or ()
    ]
    found = alpha(ratings)
    assert error_by_charts(found) == pytest.approx(sqrt(14 * numpy.var(left)), rel=1e-9)
    assert interval_of(found).method is Method.CHARTS_JACKKNIFE


def test_an_order_is_left_out_by_charts_too() -> None:
    ratings = drawn(6, charts=12)
    found = krippendorff_alpha(ratings, scale=Scale.ORDINAL)
    numbers = numpy.array([[ratings.categories.index(seat) for seat in row] for row in ratings.charts]).T
    left = [
        krippendorff.alpha(
            numpy.delete(numbers, rows, axis=1), value_domain=[0, 1, 2], level_of_measurement="ordinal"
        )
        for rows, _ in ratings.compositions or ()
    ]
    assert error_by_charts(found) == pytest.approx(sqrt(11 * numpy.var(left)), rel=1e-9)


def test_the_error_is_about_that_of_drawing_charts_again() -> None:
    ratings = drawn(8, charts=60)
    charts = numpy.arange(60)
    compositions = ratings.compositions or ()

    def again(places: numpy.ndarray) -> float:
        return value_of(kappa(replace(ratings, compositions=tuple(compositions[place] for place in places))))

    spread = bootstrap((charts,), again, n_resamples=300, vectorized=False, rng=3, method="percentile")
    assert error_by_charts(kappa(ratings)) == pytest.approx(spread.standard_error, rel=0.15)


@pytest.mark.parametrize("name", EVERY)
def test_items_that_say_the_same_count_once(name: str) -> None:
    """Each chart's item five times over: as wide as of one item a chart, where items alone are narrow."""
    ratings = drawn(9, charts=50, items=(1, 1))
    copied = replace(
        ratings, compositions=tuple((rows * 5, times) for rows, times in ratings.compositions or ())
    )
    once, found = estimate(EVERY[name](ratings)), estimate(EVERY[name](copied))
    assert found.value == pytest.approx(once.value, abs=0.01)
    assert (once.interval, once.design_effect) == (once.independent, 1.0)
    assert (found.charts, found.items) == (50, 250)
    # Of 250 items and of 50 charts one is taken off.
    expected = 5.1 if name in ("raw", "pabak") else 5 * (249 / 250) / (49 / 50)
    assert found.design_effect == pytest.approx(expected, rel=0.02)
    assert isinstance(found.independent, Interval) and isinstance(found.interval, Interval)
    assert found.interval.high - found.interval.low > 2 * (found.independent.high - found.independent.low)


@pytest.mark.parametrize("name", EVERY)
def test_of_one_item_a_chart_both_are_what_they_were(name: str) -> None:
    ratings = drawn(3, charts=30, items=(1, 1))
    alone = EVERY[name](replace(ratings, compositions=None))
    found = estimate(EVERY[name](ratings))
    assert found.interval == found.independent == estimate(alone).interval


@pytest.mark.parametrize("name", EVERY)
def test_few_charts_with_several_items_have_no_interval(name: str) -> None:
    least = 3 if name in ("raw", "pabak") else 10
    few, enough = (EVERY[name](drawn(4, charts=charts)) for charts in (least - 1, least))
    assert why_of(estimate(few).interval) == "few-charts"
    assert isinstance(estimate(few).independent, Interval)
    assert interval_of(enough).method.value.startswith("charts-")


def test_the_values_are_those_of_the_items() -> None:
    ratings = drawn(2)
    for measure in EVERY.values():
        alone = measure(replace(ratings, compositions=None))
        assert value_of(measure(ratings)) == pytest.approx(value_of(alone), abs=1e-12)
        assert estimate(measure(ratings)).independent == estimate(alone).interval


def test_charts_that_are_alike_may_be_told_together() -> None:
    one, two = ((0, 1, 1), 1), ((0, 2), 1)
    rows = (("a", "a"), ("a", "b"), ("b", "b"))
    apart = Ratings(("a", "b"), ("x", "y"), rows, (one, two) * 8)
    whole = replace(apart, compositions=((one[0], 8), (two[0], 8)))
    for measure in EVERY.values():
        assert interval_of(measure(whole)).low == pytest.approx(interval_of(measure(apart)).low, abs=1e-12)


def test_where_all_say_the_same_each_chart_counts_once() -> None:
    found = estimate(share_of_charts({(4, 4): 20}))
    assert found.design_effect is None
    assert interval_of(found).low == pytest.approx(wilson(1.0, trials=20, level=0.95).low, abs=1e-12)
    assert interval_of(found).high == 1
    assert why_of(share_of_charts({(0, 0): 5})) == "nothing-counted"


def test_agreement_without_a_difference_has_no_spread_by_chart_either() -> None:
    ratings = replace(of_rows(("ab", "ab"), categories="ab"), compositions=(((0, 1), 12),))
    assert value_of(kappa(ratings)) == 1
    assert why_of(estimate(kappa(ratings)).interval) == "no-spread"
    assert interval_of(raw_agreement(ratings)).method is Method.CHARTS_WILSON


def test_what_one_reader_read_belongs_to_its_chart() -> None:
    """Items of one reading say how common a category is, and are no double read of a chart."""
    ratings = drawn(7)
    once = (ratings.charts[0][0], None)
    more = replace(
        ratings,
        charts=(*ratings.charts, once),
        compositions=(*(ratings.compositions or ()), ((len(ratings.charts),) * 3, 5)),
    )
    found, before = estimate(gwet_ac1(more)), estimate(gwet_ac1(ratings))
    assert (found.charts, found.items) == (before.charts, before.items)
    assert estimate(raw_agreement(more)) == estimate(raw_agreement(ratings))


def test_a_charts_items_must_be_there() -> None:
    with pytest.raises(ValueError, match="rows that there are"):
        Ratings(("a", "b"), ("x", "y"), (("a", "a"),), (((1,), 1),))


def test_the_interval_lies_round_its_value_at_every_level() -> None:
    for level in (0.8, 0.95, 0.99):
        for measure in (raw_agreement, kappa, gwet_ac1):
            found = estimate(measure(drawn(1), level=level))
            held = interval_of(found)
            assert -1 < held.low < found.value < held.high < 1
            assert held.level == level
