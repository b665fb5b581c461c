"""Who knows the abstraction period of an audit does not get the true days out of its cases."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from abstractor.store.auditing.values import CaseShift
from abstractor.workflow.abstracting.deciding import decide
from abstractor.workflow.auditing.cases.deciding import answers_of
from abstractor.workflow.auditing.cases.disguise import moved
from abstractor.workflow.auditing.cases.doubt import FURTHEST, LEAST_DOUBT, shifts
from abstractor.workflow.auditing.cases.elsewhen import PERIODIC, TELLING, Placed, another_time
from abstractor.workflow.auditing.cases.file import OverturnedCase, case_to_json
from tests.unit.auditing.test_cases import VERDICTS, case_of, knowledge, says

ANSWERS = answers_of(knowledge().library, decide, "0.1.0")
OF_BELLA = [case_of(*each) for each in VERDICTS if each[0] == "bella"]
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
EXPORTED = -200  # days: by how many exports shift the chart
EVERY = 7  # days between the shifts that the tests' own attacker tries


def shift_of(case: OverturnedCase, placed: OverturnedCase) -> int:
    """By how much it was really moved: what nobody but the site can compute."""
    before, after = case.chart.orders[0].when, placed.chart.orders[0].when
    assert before is not None and after is not None
    return (after.earliest - before.earliest).days


def written(placed: Placed) -> list[OverturnedCase]:
    return [one for one in placed.cases if not isinstance(one, str)]


def possible(files: Sequence[OverturnedCase], true: OverturnedCase, step: int = EVERY) -> list[int]:
    """The shifts that are left to who has the files, and knows of the audit its period and as-of day: by what
    the program says then, and since nothing is recorded behind the as-of day.
    """
    asked, real = true.asked, shift_of(true, files[0])
    last = max(
        day
        for one in files
        for day in map(date.fromisoformat, DAY.findall(json.dumps(json.loads(case_to_json(one))["chart"])))
        if day <= one.asked.as_of
    )
    return [
        days
        for days in shifts()
        if (days - real) % step == 0
        and last - timedelta(days=days) <= asked.as_of
        and all(ANSWERS(moved(one.chart, -days), asked).verdict(one) == one.program_said for one in files)
    ]


@cache
def of_bella(seed: int) -> Placed:
    return another_time(OF_BELLA, ANSWERS, seed=str(seed), before=None, exported=EXPORTED)


@pytest.mark.parametrize("seed", (1, 2))
def test_the_period_of_a_case_does_not_tell_its_shift(seed: int) -> None:
    for case, there in zip(OF_BELLA, written(of_bella(seed)), strict=True):
        assert says(there) == case.program_said
        shift = shift_of(case, there)
        assert shift == of_bella(seed).shift.days
        assert shift in shifts()
        guessed = {
            (there.asked.start - case.asked.start).days,
            (there.asked.end - case.asked.end).days,
            (there.asked.as_of - case.asked.as_of).days,
        }
        assert shift not in guessed


@pytest.mark.parametrize("days", [FURTHEST, FURTHEST - 30, -40])
def test_who_decides_the_cases_for_the_true_period_is_left_with_many_shifts(days: int) -> None:
    """With the furthest shift of all, too: behind the as-of day there is none to take it for."""
    placed = another_time(OF_BELLA, ANSWERS, seed="1", before=CaseShift("1", days, None), exported=EXPORTED)
    remain = possible(written(placed), OF_BELLA[0])
    assert days in remain
    assert max(remain) - min(remain) >= LEAST_DOUBT
    assert len(remain) * EVERY >= LEAST_DOUBT


@pytest.mark.parametrize("exported", [-365, -300, -40, -1])
def test_who_has_an_export_too_is_left_with_many_shifts(exported: int) -> None:
    """How far the two lie apart is seen, so the file is moved by no more than leaves the export its range."""
    placed = another_time(OF_BELLA, ANSWERS, seed="1", before=None, exported=exported)
    real = placed.shift.days
    apart = real - exported
    remain = [days for days in possible(written(placed), OF_BELLA[0]) if -365 <= days - apart <= -1]
    assert real in remain
    assert len(remain) * EVERY >= LEAST_DOUBT


def test_where_an_export_and_the_files_would_leave_too_few_nothing_is_told() -> None:
    """A shift that was kept before exports were counted, as far from the export as there is."""
    before = CaseShift("1", -FURTHEST, None)
    placed = another_time(OF_BELLA, ANSWERS, seed="1", before=before, exported=-1)
    assert not written(placed)
    assert TELLING in placed.cases
    assert placed.shift == before


def test_cases_of_another_run_are_moved_by_as_much_whatever_they_are() -> None:
    """Of one case alone another shift would be drawn, and the two would narrow each other."""
    both = another_time(OF_BELLA, ANSWERS, seed="3", before=None, exported=EXPORTED)
    for case in OF_BELLA:
        again = another_time(
            [case], ANSWERS, seed="of another data key", before=both.shift, exported=EXPORTED
        )
        assert again.shift == both.shift
        assert all(one in both.cases for one in again.cases)


def test_a_case_that_leaves_too_few_with_those_told_before_is_not_told() -> None:
    """Neither in a later run nor in one of another question."""
    free = of_bella(1).shift
    assert free.left is not None
    few = replace(free, left=tuple(days for days in free.left if abs(days - free.days) < LEAST_DOUBT // 3))
    again = another_time(OF_BELLA, ANSWERS, seed="1", before=few, exported=EXPORTED)
    assert set(again.cases) == {TELLING}
    assert again.shift == few


def test_what_is_left_is_less_with_each_run() -> None:
    first = another_time(OF_BELLA[:1], ANSWERS, seed="1", before=None, exported=EXPORTED)
    then = another_time(OF_BELLA, ANSWERS, seed="1", before=first.shift, exported=EXPORTED)
    assert first.shift.left is not None and then.shift.left is not None
    assert set(then.shift.left) <= set(first.shift.left)
    assert then.shift.days in then.shift.left


def test_files_made_again_are_the_same() -> None:
    again = another_time(OF_BELLA, ANSWERS, seed="1", before=of_bella(1).shift, exported=EXPORTED)
    assert again == of_bella(1)


def test_nothing_is_kept_behind_the_day_that_the_case_is_decided_on() -> None:
    for one in written(of_bella(2)):
        days = [each.when.earliest for each in one.chart.orders if each.when is not None]
        days += [each.starts.earliest for each in one.chart.visits if each.starts is not None]
        assert max(days) <= one.asked.as_of


def test_what_only_the_true_period_shows_is_no_case() -> None:
    """A day on which there is a visit, and none near it: the period is found by deciding for it."""
    case = case_of("bella", "criterion:visit-in-period", "met")
    visit = next(each.starts.earliest for each in case.chart.visits if each.starts is not None)
    days = replace(case.asked, start=visit, end=visit + timedelta(days=1), as_of=case.asked.as_of)
    (told,) = another_time(
        [replace(case, asked=days)], ANSWERS, seed="1", before=None, exported=EXPORTED
    ).cases
    assert told in (TELLING, PERIODIC)
