"""Laws of what test cases leave in doubt."""

from hypothesis import given
from hypothesis import strategies as st

from abstractor.workflow.auditing.cases.doubt import (
    LEAST_DOUBT,
    STEP,
    beside_export,
    days_left,
    shifts,
    told_together,
)

SHIFTS = list(shifts())
LEFT = st.lists(st.sets(st.sampled_from(SHIFTS[::STEP])).map(frozenset), max_size=6).map(
    lambda several: dict(enumerate(several))
)
MOVED, EXPORTED = st.sampled_from(SHIFTS), st.integers(-365, -1)
BESIDE = st.builds(beside_export, MOVED, EXPORTED)
BEFORE = st.none() | st.sets(st.sampled_from(SHIFTS)).map(lambda days: tuple(sorted(days)))


@given(st.sets(st.sampled_from(SHIFTS)))
def test_days_between_two_that_remain_count_only_where_they_are_neighbours(left: set[int]) -> None:
    filled = {day for first in left for day in range(first, first + STEP + 1) if first + STEP in left}
    assert days_left(left) >= len(filled | left)
    assert days_left(left) <= STEP * len(left)
    assert len(left) <= days_left(left)


@given(LEFT, BEFORE, BESIDE)
def test_what_is_told_together_leaves_enough_and_no_more_than_before(
    left: dict[int, frozenset[int]], before: tuple[int, ...] | None, beside: frozenset[int]
) -> None:
    told, remain = told_together(left, before, beside)
    if not told:
        assert remain == before
        return
    assert remain is not None
    assert days_left(remain) >= LEAST_DOUBT
    assert set(remain) <= set(SHIFTS if before is None else before) & beside
    assert all(set(remain) <= left[at] for at in told)


@given(LEFT, BEFORE, BESIDE)
def test_what_was_told_can_be_told_again(
    left: dict[int, frozenset[int]], before: tuple[int, ...] | None, beside: frozenset[int]
) -> None:
    told, remain = told_together(left, before, beside)
    again, then = told_together({at: left[at] for at in told}, remain, beside)
    assert (again, then) == (told, remain)


@given(MOVED, EXPORTED, st.data())
def test_whichever_shift_of_those_left_beside_an_export_is_the_true_one_the_same_are_left(
    shift: int, exported: int, data: st.DataObject
) -> None:
    """So that what is left tells nothing: it is the same to who sees only how far the two lie apart."""
    left = beside_export(shift, exported)
    assert shift in left
    other = data.draw(st.sampled_from(sorted(left)))
    assert beside_export(other, exported + other - shift) == left
