"""A plan of an audit: what is needed of each kind, together, and what it is good for."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.errors import OptionError
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.drawing import draw
from abstractor.workflow.auditing.planner import (
    KappaWanted,
    ShareWanted,
    half_width_of_share,
    items_asked,
    plan_audit,
    shares_of,
)
from tests.property.test_drawing import included


@pytest.mark.parametrize(
    ("population", "share", "kappa", "charts", "readings", "enough"),
    [
        # 96.04 charts of an endless population; 80 of 400 by 96.04 / (1 + 95.04 / 400) = 77.6.
        (10**9, ShareWanted(0.1), None, 97, 97, True),
        (400, ShareWanted(0.1), None, 78, 78, True),
        (60, ShareWanted(0.1), None, 38, 38, True),
        (400, None, KappaWanted(0.15, 0.8, (0.3, 0.7)), 74, 148, True),
        (400, ShareWanted(0.1), KappaWanted(0.15, 0.8, (0.3, 0.7)), 78, 152, True),
        (60, ShareWanted(0.1), KappaWanted(0.15, 0.8, (0.3, 0.7)), 60, 120, False),
    ],
)
def test_an_audit_is_as_large_as_the_larger_of_its_two_questions_needs(
    population: int,
    share: ShareWanted | None,
    kappa: KappaWanted | None,
    charts: int,
    readings: int,
    enough: bool,
) -> None:
    plan = plan_audit(population, share=share, kappa=kappa)
    assert (plan.charts, plan.readings, plan.enough) == (charts, readings, enough)


def test_rarer_answers_need_more_double_reads() -> None:
    needed = [
        plan_audit(10**6, kappa=KappaWanted(0.15, 0.8, shares_of([share]))).charts
        for share in (0.5, 0.3, 0.1, 0.05)
    ]
    assert needed == sorted(needed) and needed[0] < needed[-1]


@pytest.mark.parametrize(
    ("per_chart", "effect", "correlation", "charts"),
    [
        # 61.5 items that are independent, of kappa 0.8 to within 0.15 at a half.
        (1, None, None, 62),
        (1, 2.0, None, 123),
        (5, 2.0, None, 25),
        (5, 1.0, None, 13),
        (5, None, 0.25, 25),
        (5, None, 0.0, 13),
        # All items of a chart say the same: as many charts as of one item each.
        (5, 5.0, None, 62),
        (40, None, 1.0, 62),
        # So few that no interval would be given: ten charts at least.
        (40, 1.0, None, 10),
    ],
)
def test_items_that_hang_together_need_more_charts(
    per_chart: float, effect: float | None, correlation: float | None, charts: int
) -> None:
    items = items_asked(per_chart, design_effect=effect, correlation=correlation)
    plan = plan_audit(10**6, kappa=KappaWanted(0.15, items=items))
    assert plan.charts == charts
    reached = {one.double_reads: one.half_width for one in plan.reaches}
    assert reached[charts] <= 0.15


def test_a_plan_says_what_it_assumes() -> None:
    alone = plan_audit(1000, kappa=KappaWanted(0.15))
    assert alone.assumes == "kappa is of one item of each chart, and charts are independent of each other"
    items = items_asked(12, design_effect=2.5, correlation=None)
    assert "12 items of each chart" in str(plan_audit(1000, kappa=KappaWanted(0.15, items=items)).assumes)
    assert plan_audit(1000, share=ShareWanted(0.1)).assumes is None


@pytest.mark.parametrize(
    ("per_chart", "effect", "correlation", "says"),
    [
        (5, None, None, "hang together"),
        (5, 2.0, 0.1, "one of the design effect"),
        (0.5, 1.0, None, "one item or more"),
        (5, 0.0, None, "design effect"),
        (5, None, 1.5, "between 0 and 1"),
    ],
)
def test_how_items_hang_together_is_said_once_and_right(
    per_chart: float, effect: float | None, correlation: float | None, says: str
) -> None:
    with pytest.raises(OptionError, match=says):
        items_asked(per_chart, design_effect=effect, correlation=correlation)


def test_the_table_says_what_other_numbers_are_good_for() -> None:
    """The knowledge base's arithmetic: kappa 0.80 to 0.26 with 20 charts, 0.17 with 50, 0.12 with 100."""
    plan = plan_audit(1000, kappa=KappaWanted(0.15))
    told = {one.double_reads: round(one.half_width, 2) for one in plan.reaches}
    assert (told[20], told[50], told[100]) == (0.26, 0.17, 0.12)


@given(st.integers(1, 3000), st.floats(0.01, 0.99), st.floats(0.02, 0.9))
def test_the_share_that_is_told_asks_for_just_as_many_double_reads(
    population: int, half_width: float, kappa_within: float
) -> None:
    plan = plan_audit(population, share=ShareWanted(half_width), kappa=KappaWanted(kappa_within))
    assert plan.kappa is not None
    assert ceil(plan.double_share * plan.charts - 1e-9) == plan.kappa.drawn


def test_a_design_by_the_plan_draws_what_was_planned() -> None:
    plan = plan_audit(80, share=ShareWanted(0.12), kappa=KappaWanted(0.25))
    done = draw(included(80), Design(Charts.SAMPLE, 3, size=plan.charts, double_share=plan.double_share))
    assert sum(pick.readers for pick in done.picks) == plan.readings


@given(st.integers(2, 5000), st.floats(0.01, 0.5), st.floats(0.05, 0.95))
def test_what_was_drawn_is_good_for_what_was_wanted(population: int, within: float, expected: float) -> None:
    plan = plan_audit(population, share=ShareWanted(within, expected))
    assert half_width_of_share(plan.charts, population, expected=expected) <= within + 1e-9
    if plan.charts > 1:
        assert half_width_of_share(plan.charts - 1, population, expected=expected) > within - 1e-9


@pytest.mark.parametrize(
    ("population", "wants", "says"),
    [
        (10, {}, "say what is to be known"),
        (0, {"share": ShareWanted(0.1)}, "no chart"),
        (10, {"share": ShareWanted(0.0)}, "half-width"),
        (10, {"share": ShareWanted(0.1), "level": 1.0}, "level of confidence"),
        (10, {"share": ShareWanted(0.1), "attrition": 1.0}, "attrition"),
        (10, {"kappa": KappaWanted(0.1, 1.0)}, "expected kappa"),
        (10, {"kappa": KappaWanted(0.1, 0.8, (0.4, 0.4))}, "adding up to 1"),
    ],
)
def test_what_is_no_plan_is_refused(population: int, wants: dict[str, object], says: str) -> None:
    with pytest.raises(OptionError, match=says):
        plan_audit(population, **wants)  # type: ignore[arg-type] # the table has every kind
