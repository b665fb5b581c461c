"""Our numbers beside those of statsmodels, scipy and krippendorff, on ratings made by a seeded draw.

irrCAC, which has AC1 and Conger's kappa, pins scipy and pandas of 2024 and cannot be locked beside these;
what it said of two of the drawn sets, to ten places, is written down.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from math import sqrt

import krippendorff
import numpy
import pytest
from scipy.stats import binomtest, norm, t
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa, to_table
from statsmodels.stats.proportion import proportion_confint

from abstractor.workflow.agreement.chance import Weights, gwet_ac1, kappa, pabak, raw_agreement
from abstractor.workflow.agreement.intervals import normal_quantile, student_quantile, wilson
from abstractor.workflow.agreement.krippendorff import Scale, krippendorff_alpha
from abstractor.workflow.agreement.ratings import Measured, Ratings
from tests.unit.agreement.drawing import audit
from tests.unit.agreement.examples import error_of, interval_of, value_of


def drawn(seed: int, *, charts: int, readers: int, categories: int, missing: float = 0.0) -> Ratings:
    """Readers who say what is there, or, three times in ten, anything."""
    draw = random.Random(seed)
    names = tuple("abcdef"[:categories])
    rows = []
    for _ in range(charts):
        there = draw.choice(names)
        said = [there if draw.random() < 0.7 else draw.choice(names) for _ in range(readers)]
        rows.append(tuple(None if draw.random() < missing else one for one in said))
    return Ratings(names, tuple(f"reader {place}" for place in range(readers)), tuple(rows))


def as_numbers(ratings: Ratings) -> numpy.ndarray:
    return numpy.array(
        [
            [numpy.nan if seat is None else ratings.categories.index(seat) for seat in seats]
            for seats in ratings.charts
        ]
    )


SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("weights", "theirs"),
    [(Weights.NONE, None), (Weights.LINEAR, "linear"), (Weights.QUADRATIC, "quadratic")],
)
def test_kappa_and_its_error_are_those_of_statsmodels(
    seed: int, weights: Weights, theirs: str | None
) -> None:
    ratings = drawn(seed, charts=40 + 10 * seed, readers=2, categories=2 + seed % 4)
    table, _ = to_table(as_numbers(ratings).astype(int), bins=len(ratings.categories))
    found, expected = kappa(ratings, weights=weights), cohens_kappa(table, wt=theirs)
    charts = len(ratings.charts)
    assert value_of(found) == pytest.approx(expected.kappa, abs=1e-12)
    assert error_of(found) * sqrt((charts - 1) / charts) == pytest.approx(expected.std_kappa, abs=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize(("readers", "missing"), [(2, 0.0), (3, 0.3), (5, 0.6)])
def test_alpha_is_that_of_krippendorff(seed: int, scale: Scale, readers: int, missing: float) -> None:
    ratings = drawn(seed, charts=30, readers=readers, categories=4, missing=missing)
    expected = krippendorff.alpha(
        as_numbers(ratings).T, value_domain=[0, 1, 2, 3], level_of_measurement=scale.value
    )
    assert value_of(krippendorff_alpha(ratings, scale=scale)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize(("readers", "missing"), [(2, 0.0), (4, 0.5)])
def test_alphas_error_is_that_of_leaving_out_each_chart(scale: Scale, readers: int, missing: float) -> None:
    ratings = drawn(5, charts=20, readers=readers, categories=3, missing=missing)
    several = as_numbers(ratings)[[sum(one is not None for one in row) > 1 for row in ratings.charts]]
    left = [
        krippendorff.alpha(
            numpy.delete(several, place, axis=0).T, value_domain=[0, 1, 2], level_of_measurement=scale.value
        )
        for place in range(len(several))
    ]
    expected = sqrt((len(left) - 1) * numpy.var(left))
    assert error_of(krippendorff_alpha(ratings, scale=scale)) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("measure", [gwet_ac1, kappa])
def test_linearised_errors_of_few_double_reads_are_about_those_of_leaving_out(
    measure: Callable[[Ratings], Measured],
) -> None:
    ratings = audit(random.Random(4), kappa=0.7, prevalence=(0.5, 0.3, 0.2), charts=300, double=60)
    left = [
        value_of(measure(replace(ratings, charts=ratings.charts[:place] + ratings.charts[place + 1 :])))
        for place in range(300)
    ]
    assert error_of(measure(ratings)) == pytest.approx(sqrt(299 * numpy.var(left)), rel=0.03)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("readers", [2, 4])
def test_pabak_is_the_brennan_prediger_of_statsmodels(seed: int, readers: int) -> None:
    ratings = drawn(seed, charts=30, readers=readers, categories=3)
    counted, _ = aggregate_raters(as_numbers(ratings).astype(int), n_cat=3)
    assert value_of(pabak(ratings)) == pytest.approx(fleiss_kappa(counted, method="uniform"), abs=1e-12)


# AC1 and its error, Conger's kappa and its error: gwet() and conger() of irrCAC 0.4.4.
RECORDED = {
    1: (0.5216026312, 0.0921559012, 0.5178786661, 0.0925877180),
    2: (0.3753718025, 0.0887890758, 0.3628640777, 0.0840237704),
}


@pytest.mark.parametrize("seed", RECORDED)
def test_ac1_and_conger_are_those_of_irrcac(seed: int) -> None:
    ratings = drawn(seed, charts=25, readers=4, categories=3)
    ac1, conger = gwet_ac1(ratings), kappa(ratings)
    found = (value_of(ac1), error_of(ac1), value_of(conger), error_of(conger))
    assert found == pytest.approx(RECORDED[seed], abs=1e-9)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 10, 29, 99, 1000, 20_001])
def test_quantiles_are_those_of_scipy(level: float, freedom: int) -> None:
    assert student_quantile(level, freedom=freedom) == pytest.approx(
        t.ppf((1 + level) / 2, freedom), rel=1e-9
    )
    assert normal_quantile(level) == pytest.approx(norm.ppf((1 + level) / 2), rel=1e-12)


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize(
    ("successes", "trials"), [(0, 1), (1, 1), (0, 20), (20, 20), (1, 29), (81, 263), (999, 1000)]
)
def test_wilson_is_that_of_statsmodels_and_scipy(successes: int, trials: int, level: float) -> None:
    held = wilson(successes / trials, trials=trials, level=level)
    low, high = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
    assert (held.low, held.high) == pytest.approx((low, high), abs=1e-12)
    theirs = binomtest(successes, trials).proportion_ci(level, method="wilson")
    assert (held.low, held.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_raw_agreement_of_two_is_a_share_with_wilsons_interval() -> None:
    ratings = drawn(3, charts=60, readers=2, categories=3)
    agreed = sum(one == other for one, other in ratings.charts)
    low, high = proportion_confint(agreed, 60, method="wilson")
    held = interval_of(raw_agreement(ratings))
    assert value_of(raw_agreement(ratings)) == pytest.approx(agreed / 60, abs=1e-12)
    assert (held.low, held.high) == pytest.approx((low, high), abs=1e-9)
