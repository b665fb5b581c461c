"""What is left out of a table of steps is not to be had by counting: every table that would be told alike is
tried, as by somebody who knows the rule.
"""

from collections import defaultdict
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.errors import OptionError
from abstractor.export.small_cells import LEAST, Told, require_limit, told_steps

STEPS, MOST = 4, 11
Counts = tuple[int, ...]
tables = st.lists(st.one_of(st.integers(0, 7), st.integers(0, 500)), min_size=1, max_size=7)


@cache
def alike() -> dict[object, list[Counts]]:
    """Every small table by what is told of it; how many there are in all is told too, unless nothing is."""
    found: dict[object, list[Counts]] = defaultdict(list)
    for counts in product(range(MOST + 1), repeat=STEPS):
        told = told_steps(counts, LEAST)
        found[(told, None if told is None else sum(counts))].append(counts)
    return found


def test_no_count_that_is_left_out_is_computed_back() -> None:
    """Each can still be three counts at least; nearly always it is anything below the limit."""
    for (told, _), tables in alike().items():
        if told is None:
            continue
        for step, one in enumerate(told):
            if one.ended is None and min(map(sum, tables)) < MOST:  # larger ones are cut off by the trial
                assert len({counts[step] for counts in tables}) >= 3, (told, tables)


def test_where_nothing_is_told_many_tables_are_alike() -> None:
    (tables,) = (tables for (told, _), tables in alike().items() if told is None)
    for step in range(STEPS):
        assert {counts[step] for counts in tables} >= set(range(LEAST))


@given(tables, st.integers(5, 12))
def test_what_is_told_is_true_and_never_small(counts: list[int], least: int) -> None:
    told = told_steps(counts, least)
    if told is None:
        assert 0 < sum(counts) < 2 * least * len(counts)
        return
    last = len(counts) - 1
    for step, one in enumerate(told):
        after = counts[step] if step == last else sum(counts[step + 1 :])
        assert one.ended in (None, counts[step]) and one.left in (None, after)
        assert one.ended is not None or counts[step], "nought is always told"
        assert not any(0 < (each or 0) < least for each in (one.ended, one.left))
    hidden = [counts[step] for step, one in enumerate(told) if one.ended is None]
    assert len(hidden) != 1, "one alone is the total less the rest"
    assert any(0 < count < least for count in hidden) == bool(hidden)


@given(tables)
def test_without_a_limit_everything_is_told(counts: list[int]) -> None:
    told = told_steps(counts, 0)
    assert told is not None
    assert [one.ended for one in told] == counts
    assert all(one.left is not None for one in told)


@pytest.mark.parametrize(
    ("counts", "ended", "left"),
    [
        ([40, 3, 60, 9, 55], [None, None, 60, 9, 55], [None, 124, 64, 55, 55]),
        ([40, 30, 60, 3, 55], [40, 30, None, None, 55], [148, 118, None, 55, 55]),
        ([40, 30, 60, 9, 3], [40, 30, 60, None, None], [102, 72, 12, None, None]),
        ([2, 0, 60, 9, 55], [None, 0, None, 9, 55], [None, None, 64, 55, 55]),
        ([0, 0, 60, 0, 55], [0, 0, 60, 0, 55], [115, 115, 55, 55, 55]),
    ],
)
def test_tables_that_are_looked_at(
    counts: list[int], ended: list[int | None], left: list[int | None]
) -> None:
    assert told_steps(counts, LEAST) == tuple(map(Told, ended, left))


def test_a_limit_that_would_give_counts_away_is_refused() -> None:
    for least in (0, 1, 5, 11):
        require_limit(least)
    for least in (-1, 2, 4, 1001):
        with pytest.raises(OptionError, match="5 to 1000, or 0"):
            require_limit(least)
