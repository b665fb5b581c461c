"""How many charts, and how many twice: published tables, closed forms, audits drawn from a known kappa."""

import random
from statistics import stdev

import numpy
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from abstractor.errors import OptionError
from abstractor.workflow.agreement.chance import kappa
from abstractor.workflow.agreement.intervals import normal_quantile
from abstractor.workflow.agreement.planning import (
    Plan,
    charts_for_proportion,
    double_reads_for_kappa,
    half_width_of_kappa,
)
from tests.unit.agreement.drawing import audit
from tests.unit.agreement.examples import value_of


# Krejcie & Morgan, Educ Psychol Meas 1970;30:607-610, table 1, 5 points of a half; they round, we round up.
@pytest.mark.parametrize(
    ("population", "table"),
    [(10, 10), (50, 44), (100, 80), (400, 196), (1000, 278), (10_000, 370), (1_000_000, 384)],
)
def test_krejcie_and_morgan_1970_print_sample_sizes(population: int, table: int) -> None:
    needed = charts_for_proportion(population=population, half_width=0.05).needed
    assert needed in (table, table + 1)


def test_attrition_enlarges_the_draw_up_to_the_cycle() -> None:
    assert charts_for_proportion(population=400, half_width=0.05, attrition=0.1) == Plan(
        197, 219, enough=True
    )
    assert charts_for_proportion(population=100, half_width=0.05, attrition=0.5) == Plan(
        80, 100, enough=False
    )
    assert charts_for_proportion(population=1, half_width=0.05) == Plan(1, 1, enough=True)


def closed_form(value: float, common: float) -> float:
    """Bloch & Kraemer (1989), Donner & Eliasziw (1992): of kappa for one chart, two categories."""
    bent = value * (2 - value) / (2 * common * (1 - common))
    return (1 - value) * ((1 - value) * (1 - 2 * value) + bent)


@pytest.mark.parametrize("common", [0.05, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("expected", [0.0, 0.3, 0.8, 0.95])
def test_two_categories_are_donner_and_eliasziws(expected: float, common: float) -> None:
    width = half_width_of_kappa(50, expected=expected, prevalence=(common, 1 - common))
    assert width == pytest.approx(1.959963985 * (closed_form(expected, common) / 50) ** 0.5, rel=1e-8)


@pytest.mark.parametrize("prevalence", [(0.5, 0.5), (0.7, 0.2, 0.1), (0.1, 0.2, 0.3, 0.4)])
@pytest.mark.parametrize("expected", [0.2, 0.8])
def test_the_width_is_that_of_statsmodels_for_the_expected_table(
    expected: float, prevalence: tuple[float, ...]
) -> None:
    common = numpy.array(prevalence)
    table = 200 * ((1 - expected) * numpy.outer(common, common) + expected * numpy.diag(common))
    error = cohens_kappa(table).std_kappa
    width = half_width_of_kappa(200, expected=expected, prevalence=prevalence)
    assert width == pytest.approx(normal_quantile(0.95) * error, rel=1e-9)


# Kappa 0.80, half of the charts: half a width of 0.26 with 20 double reads, 0.17 with 50, 0.12 with 100.
@pytest.mark.parametrize(("double_reads", "width"), [(20, 0.26), (50, 0.17), (100, 0.12)])
def test_what_double_reads_are_good_for(double_reads: int, width: float) -> None:
    assert half_width_of_kappa(double_reads, expected=0.8, prevalence=(0.5, 0.5)) == pytest.approx(
        width, abs=0.005
    )


@pytest.mark.parametrize(
    ("expected", "prevalence"), [(0.8, (0.5, 0.5)), (0.6, (0.3, 0.7)), (0.7, (0.5, 0.3, 0.2))]
)
def test_drawn_audits_spread_as_planned(expected: float, prevalence: tuple[float, ...]) -> None:
    plan = double_reads_for_kappa(half_width=0.12, expected=expected, prevalence=prevalence)
    draw = random.Random(11)
    seen = [
        value_of(
            kappa(audit(draw, kappa=expected, prevalence=prevalence, charts=plan.needed, double=plan.needed))
        )
        for _ in range(500)
    ]
    # The spread of 500 is known to about 3 in a hundred.
    assert normal_quantile(0.95) * stdev(seen) == pytest.approx(0.12, rel=0.09)


def test_as_many_double_reads_as_needed_and_no_more() -> None:
    plan = double_reads_for_kappa(
        half_width=0.15, expected=0.75, prevalence=(0.2, 0.8), attrition=0.2, population=500
    )
    assert half_width_of_kappa(plan.needed, expected=0.75, prevalence=(0.2, 0.8)) <= 0.15
    assert half_width_of_kappa(plan.needed - 1, expected=0.75, prevalence=(0.2, 0.8)) > 0.15
    assert plan.needed <= plan.drawn * 0.8 < plan.needed + 0.8
    assert plan.enough
    few = double_reads_for_kappa(half_width=0.15, expected=0.75, prevalence=(0.2, 0.8), population=30)
    assert few == Plan(plan.needed, 30, enough=False)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"half_width": 0.0}, "half-width"),
        ({"half_width": 1.0}, "half-width"),
        ({"half_width": 1e-300}, "half-width must lie between 0.001 and 1"),
        ({"expected": 1.0}, "expected kappa"),
        ({"expected": -0.1}, "expected kappa"),
        ({"prevalence": (1.0,)}, "how common"),
        ({"prevalence": (0.5, 0.4)}, "how common"),
        ({"prevalence": (1.0, 0.0)}, "how common"),
        ({"prevalence": (1.0, 1e-300)}, "how common"),
        ({"attrition": 1.0}, "attrition"),
        ({"attrition": -0.1}, "attrition"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object], said: str) -> None:
    asked = {"half_width": 0.1, "expected": 0.8, "prevalence": (0.5, 0.5)} | wrong
    with pytest.raises(OptionError, match=said):
        double_reads_for_kappa(**asked)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"population": 0}, "cycle"),
        ({"expected": 0.0}, "share"),
        ({"expected": 1e-300, "population": 1}, "share"),
        ({"half_width": 2.0}, "half"),
        ({"half_width": 1e-160}, "half"),
    ],
)
def test_a_sample_that_makes_no_sense_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        charts_for_proportion(**{"population": 100, "half_width": 0.05} | wrong)


def test_one_double_read_says_nothing_of_kappa() -> None:
    with pytest.raises(OptionError, match="two charts"):
        half_width_of_kappa(1, expected=0.8, prevalence=(0.5, 0.5))
