"""Who knows the abstraction period of an audit does not get the true days out of its cases."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

import pytest

from abstractor.workflow.abstracting.deciding import decide
from abstractor.workflow.auditing.cases.deciding import answers_of
from abstractor.workflow.auditing.cases.disguise import moved
from abstractor.workflow.auditing.cases.elsewhen import (
    LEAST_DOUBT,
    PERIODIC,
    STEP,
    TELLING,
    another_time,
    shifts,
)
from abstractor.workflow.auditing.cases.file import OverturnedCase
from tests.unit.auditing.test_cases import VERDICTS, case_of, knowledge, says

ANSWERS = answers_of(knowledge().library, decide, "0.1.0")
OF_BELLA = [case_of(*each) for each in VERDICTS if each[0] == "bella"]


def shift_of(case: OverturnedCase, placed: OverturnedCase) -> int:
    """By how much it was really moved: what nobody but the site can compute."""
    before, after = case.chart.orders[0].when, placed.chart.orders[0].when
    assert before is not None and after is not None
    return (after.earliest - before.earliest).days


def placed_of(cases: list[OverturnedCase], seed: int) -> list[OverturnedCase]:
    placed = another_time(cases, ANSWERS, Random(seed))
    return [one for one in placed if not isinstance(one, str)]


@cache
def of_bella(seed: int) -> tuple[OverturnedCase, ...]:
    return tuple(placed_of(OF_BELLA, seed))


@pytest.mark.parametrize("seed", (1, 2))
def test_the_period_of_a_case_does_not_tell_its_shift(seed: int) -> None:
    placed = of_bella(seed)
    for case, there in zip(OF_BELLA, placed, strict=True):
        assert says(there) == case.program_said
        shift = shift_of(case, there)
        assert shift in shifts()
        guessed = {
            (there.asked.start - case.asked.start).days,
            (there.asked.end - case.asked.end).days,
            (there.asked.as_of - case.asked.as_of).days,
        }
        assert shift not in guessed


@pytest.mark.parametrize("seed", [1, 2])
def test_who_decides_a_case_for_the_true_period_is_left_with_many_shifts(seed: int) -> None:
    """They know how a chart may be moved, too: not by less than the least nor by more than the most."""
    true, step = OF_BELLA[0].asked, 2 * STEP
    shift = shift_of(OF_BELLA[0], of_bella(seed)[0])
    remain = [
        days
        for days in shifts()
        if (days - shift) % step == 0
        and all(
            ANSWERS(moved(one.chart, -days), true).verdict(one) == one.program_said for one in of_bella(seed)
        )
    ]
    assert shift in remain
    assert (len(remain) + 1) * step >= LEAST_DOUBT


def test_all_cases_of_a_chart_are_moved_by_as_much_and_in_each_run() -> None:
    assert placed_of(OF_BELLA, 1) == list(of_bella(1))
    assert len({shift_of(OF_BELLA[0], one) for one in of_bella(1)}) == 1


def test_nothing_is_kept_behind_the_day_that_the_case_is_decided_on() -> None:
    for one in of_bella(2):
        days = [each.when.earliest for each in one.chart.orders if each.when is not None]
        days += [each.starts.earliest for each in one.chart.visits if each.starts is not None]
        assert max(days) <= one.asked.as_of


def test_what_only_the_true_period_shows_is_no_case() -> None:
    """A day on which there is a visit, and none near it: the period is found by deciding for it."""
    case = case_of("bella", "criterion:visit-in-period", "met")
    visit = next(each.starts.earliest for each in case.chart.visits if each.starts is not None)
    days = replace(case.asked, start=visit, end=visit + timedelta(days=1), as_of=case.asked.as_of)
    (told,) = another_time([replace(case, asked=days)], ANSWERS, Random(1))
    assert told in (TELLING, PERIODIC)
