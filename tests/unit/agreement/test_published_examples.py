"""Worked examples that others have published, to as many places as they print, and by hand beyond 1e-6.

What is printed to three places is also worked out here as a fraction, from the definition.
"""

from math import sqrt

import pytest

from abstractor.workflow.agreement.chance import Weights, gwet_ac1, kappa, pabak, raw_agreement
from abstractor.workflow.agreement.krippendorff import Scale, krippendorff_alpha
from abstractor.workflow.agreement.ratings import of_two, pairs_of_readers
from tests.unit.agreement.examples import (
    COHEN,
    CONTENT,
    ECTOPIC,
    FOUR_READERS,
    GWET_PARADOX,
    HIDDEN_DISAGREEMENT,
    SAS,
    SIX_READERS,
    WIKIPEDIA,
    error_of,
    of_rows,
    of_table,
    value_of,
)


def test_cohen_1960_prints_0_492() -> None:
    # po 0.70, pc 0.41.
    assert value_of(raw_agreement(COHEN)) == pytest.approx(0.70, abs=1e-12)
    assert value_of(kappa(COHEN)) == pytest.approx(0.492, abs=5e-4)
    assert value_of(kappa(COHEN)) == pytest.approx(0.29 / 0.59, abs=1e-12)


# SAS/STAT User's Guide, PROC FREQ: simple and weighted kappa with their asymptotic errors.
@pytest.mark.parametrize(
    ("weights", "value", "error"), [(Weights.NONE, 0.4842, 0.1380), (Weights.LINEAR, 0.4701, 0.1457)]
)
def test_sas_prints_kappa_with_its_error(weights: Weights, value: float, error: float) -> None:
    found = kappa(SAS, weights=weights)
    assert value_of(found) == pytest.approx(value, abs=5e-5)
    # SAS divides by n, we by n - 1.
    assert error_of(found) * sqrt(18 / 19) == pytest.approx(error, abs=5e-5)


# R package irr, data set anxiety (20 people, raters 2 and 3), kappa2 with its weights; seven places printed.
ANXIETY = ("36462424332333221334", "21443216111233113322")


@pytest.mark.parametrize(
    ("weights", "value"),
    [(Weights.NONE, -0.006289308), (Weights.LINEAR, 0.1459075), (Weights.QUADRATIC, 0.2520325)],
)
def test_irr_prints_weighted_kappa(weights: Weights, value: float) -> None:
    # irr knows the categories that occur, and nobody said 5.
    ratings = of_rows(ANXIETY, categories="12346")
    assert value_of(kappa(ratings, weights=weights)) == pytest.approx(value, abs=1e-6)


def test_gwet_2014_prints_two_abstractors() -> None:
    # R package irrCAC, kappa2.table, gwet.ac1.table, bp2.table and krippen2.table of cont3x3abstractors.
    assert value_of(raw_agreement(ECTOPIC)) == pytest.approx(0.89, abs=1e-12)
    assert value_of(kappa(ECTOPIC)) == pytest.approx(0.7964094, abs=1e-6)
    assert value_of(gwet_ac1(ECTOPIC)) == pytest.approx(0.8493305, abs=1e-6)
    assert value_of(pabak(ECTOPIC)) == pytest.approx(0.835, abs=1e-12)
    assert value_of(krippendorff_alpha(ECTOPIC, scale=Scale.NOMINAL)) == pytest.approx(0.7972585, abs=1e-6)
    # Of a table the manual divides by n, of raw ratings by n - 1, as we do.
    assert error_of(kappa(ECTOPIC)) * sqrt(99 / 100) == pytest.approx(0.05891072, abs=1e-6)
    assert error_of(gwet_ac1(ECTOPIC)) * sqrt(99 / 100) == pytest.approx(0.04321747, abs=1e-6)


def test_gwet_2014_prints_six_readers() -> None:
    # irrCAC, gwet.ac1.dist, bp.coeff.dist and krippen.alpha.dist of distrib.6raters.
    assert value_of(raw_agreement(SIX_READERS)) == pytest.approx(0.5511111, abs=1e-6)
    assert value_of(gwet_ac1(SIX_READERS)) == pytest.approx(0.4448007, abs=1e-6)
    assert error_of(gwet_ac1(SIX_READERS)) == pytest.approx(0.08418757, abs=1e-6)
    assert value_of(pabak(SIX_READERS)) == pytest.approx(0.4388889, abs=1e-6)
    assert value_of(krippendorff_alpha(SIX_READERS, scale=Scale.NOMINAL)) == pytest.approx(
        0.4204384, abs=1e-6
    )


def test_gwet_2014_prints_four_readers_with_missing_ratings() -> None:
    # irrCAC, pa.coeff.raw, gwet.ac1.raw, conger.kappa.raw, bp.coeff.raw of cac.raw4raters; five places.
    assert value_of(raw_agreement(FOUR_READERS)) == pytest.approx(0.8181818, abs=1e-6)
    assert value_of(gwet_ac1(FOUR_READERS)) == pytest.approx(0.77544, abs=5e-6)
    assert value_of(gwet_ac1(FOUR_READERS)) == pytest.approx((9 / 11 - 0.1903212) / (1 - 0.1903212), abs=1e-6)
    assert value_of(kappa(FOUR_READERS)) == pytest.approx(0.76282, abs=5e-6)
    assert value_of(kappa(FOUR_READERS)) == pytest.approx((9 / 11 - 0.2334252) / (1 - 0.2334252), abs=1e-6)
    assert value_of(pabak(FOUR_READERS)) == pytest.approx(0.77273, abs=5e-6)


def test_gwet_2002_shows_where_kappa_fails() -> None:
    # Prints kappa -0.023 and AC1 0.941 for 94.4 % raw agreement.
    assert value_of(kappa(GWET_PARADOX)) == pytest.approx(-0.0233918, abs=1e-6)
    common = (123 + 120) / 250
    chance = 2 * common * (1 - common)
    assert value_of(gwet_ac1(GWET_PARADOX)) == pytest.approx((118 / 125 - chance) / (1 - chance), abs=1e-12)
    assert value_of(gwet_ac1(GWET_PARADOX)) == pytest.approx(0.941, abs=5e-4)


# 2 po - 1, Byrt, Bishop & Carlin (1993); the first two tables as Feinstein & Cicchetti, J Clin Epidemiol
# 1990;43:543-549, have them, with kappa 0.70 and 0.32 for one raw agreement of 0.85.
@pytest.mark.parametrize(
    ("table", "unadjusted", "adjusted"),
    [
        (((40, 9), (6, 45)), 0.70, 0.70),
        (((80, 10), (5, 5)), 0.32, 0.70),
        (((118, 5), (2, 0)), -0.02, 0.888),
    ],
)
def test_pabak_takes_prevalence_out(
    table: tuple[tuple[int, int], tuple[int, int]], unadjusted: float, adjusted: float
) -> None:
    assert value_of(kappa(of_table(table))) == pytest.approx(unadjusted, abs=5e-3)
    assert value_of(pabak(of_table(table))) == pytest.approx(adjusted, abs=1e-12)


# Krippendorff (2011), sections A to C; the last stands in Wikipedia's article and with `krippendorff`.
def test_krippendorff_2011_prints_alpha() -> None:
    assert value_of(krippendorff_alpha(HIDDEN_DISAGREEMENT, scale=Scale.NOMINAL)) == pytest.approx(2 / 21)
    assert value_of(krippendorff_alpha(CONTENT, scale=Scale.NOMINAL)) == pytest.approx(0.692, abs=5e-4)
    # 26 values in units of two; 4 unlike coincidences; 448 pairs of unlike values.
    content = 1 - (24 - 1) * 6 / 448
    assert value_of(krippendorff_alpha(CONTENT, scale=Scale.NOMINAL)) == pytest.approx(content, abs=1e-12)
    assert value_of(krippendorff_alpha(FOUR_READERS, scale=Scale.NOMINAL)) == pytest.approx(0.743, abs=5e-4)
    assert value_of(krippendorff_alpha(FOUR_READERS, scale=Scale.NOMINAL)) == pytest.approx(
        0.743421, abs=1e-6
    )
    assert value_of(krippendorff_alpha(FOUR_READERS, scale=Scale.ORDINAL)) == pytest.approx(0.815, abs=5e-4)
    assert value_of(krippendorff_alpha(WIKIPEDIA, scale=Scale.NOMINAL)) == pytest.approx(0.691358, abs=1e-6)


def test_every_two_readers_stand_by_themselves() -> None:
    pairs = pairs_of_readers(FOUR_READERS)
    assert [pair.readers for pair in pairs] == [
        (f"reader {one}", f"reader {other}") for one in range(4) for other in range(one + 1, 4)
    ]
    assert pairs[1] == of_two(FOUR_READERS, first="reader 0", second="reader 2")


def test_two_of_four_readers_are_cohens() -> None:
    pair = of_two(FOUR_READERS, first="reader 0", second="reader 2")
    # Both read eight: 2 and 3, 3 3, 3 3, 2 2, 1 and 3, 4 4, 1 and 2, 2 2.
    observed, chance = 5 / 8, (2 * 0 + 3 * 3 + 2 * 4 + 1 * 1) / 64
    assert value_of(kappa(pair)) == pytest.approx((observed - chance) / (1 - chance), abs=1e-12)
