"""Comparison of partial dates against brute force: every day that a date can mean, tried one by one."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from abstractor.dates import DateInterval, Period, Truth, exact
from abstractor.rules.therapy.spans import capped, days_between, earliest_of, latest_of

ORIGIN = date(2020, 2, 20)  # the days cross a leap day and the end of a month
SEED = 20261121
CASES = 2_000


def interval(chance: Random, longest: int = 6) -> DateInterval:
    first = ORIGIN + timedelta(days=chance.randrange(14))
    return DateInterval(first, first + timedelta(days=chance.choice((0, 0, *range(longest)))))


def days(held: DateInterval) -> list[date]:
    return [held.earliest + timedelta(days=n) for n in range((held.latest - held.earliest).days + 1)]


def truth(answers: set[bool]) -> Truth:
    return Truth.UNKNOWN if len(answers) == 2 else Truth.of(answers.pop())


def hull(held: set[date]) -> DateInterval:
    return DateInterval(min(held), max(held))


COMPARED: dict[str, tuple[Callable[[DateInterval, DateInterval], Truth], Callable[[date, date], bool]]] = {
    "before": (DateInterval.before, lambda one, other: one < other),
    "on or before": (DateInterval.on_or_before, lambda one, other: one <= other),
}


@pytest.mark.parametrize("name", COMPARED)
def test_comparison_is_what_every_pair_of_days_says(name: str) -> None:
    compare, holds = COMPARED[name]
    chance = Random(SEED)
    for _ in range(CASES):
        one, other = interval(chance), interval(chance)
        expected = truth({holds(a, b) for a, b in product(days(one), days(other))})
        assert compare(one, other) is expected, (one, other)
        assert compare(one, exact(other.earliest)) is truth({holds(a, other.earliest) for a in days(one)})


def test_within_a_period_is_what_every_day_says() -> None:
    chance = Random(SEED)
    for _ in range(CASES):
        one, span = interval(chance), interval(chance, longest=10)
        expected = truth({span.earliest <= day <= span.latest for day in days(one)})
        assert one.within(Period(span.earliest, span.latest)) is expected


def test_a_span_shares_a_day_with_a_period_as_every_pair_of_ends_says() -> None:
    """An end before its start is no reading. Where only one end is partial nothing is lost."""
    chance = Random(SEED)
    for _ in range(CASES):
        first, last, held = interval(chance), interval(chance), interval(chance, longest=10)
        readings = {
            a <= held.latest and held.earliest <= b for a, b in product(days(first), days(last)) if a <= b
        }
        found = Period(held.earliest, held.latest).shares_a_day_with(first, last)
        if readings and found is not Truth.UNKNOWN:
            assert readings == {found is Truth.YES}, (first, last, held)
        going_on = truth({a <= held.latest for a in days(first)})
        assert Period(held.earliest, held.latest).shares_a_day_with(first, None) is going_on


def test_days_between_are_the_least_and_the_most_of_every_pair() -> None:
    chance = Random(SEED)
    for _ in range(CASES):
        one, other = interval(chance), interval(chance)
        apart = {(b - a).days for a, b in product(days(one), days(other))}
        assert days_between(one, other) == (min(apart), max(apart))


def test_the_first_and_the_last_of_several_are_those_of_every_reading() -> None:
    chance = Random(SEED)
    for _ in range(CASES // 4):
        held = [interval(chance, longest=4) for _ in range(chance.randint(1, 3))]
        readings = list(product(*map(days, held)))
        assert earliest_of(held) == hull({min(each) for each in readings})
        assert latest_of(held) == hull({max(each) for each in readings})


def test_a_cap_is_the_earlier_of_the_two_wherever_the_limit_is_exact() -> None:
    chance = Random(SEED)
    for _ in range(CASES):
        one, limit = interval(chance), exact(interval(chance).earliest)
        assert capped(one, limit) == hull({min(a, b) for a, b in product(days(one), days(limit))})


def test_narrowing_keeps_exactly_the_days_that_the_fact_allows() -> None:
    chance = Random(SEED)
    for _ in range(CASES):
        one, day = interval(chance), interval(chance).earliest
        after = {each for each in days(one) if each >= day}
        before = {each for each in days(one) if each <= day}
        assert one.not_before(day) == (hull(after) if after else one)
        assert one.not_after(day) == (hull(before) if before else one)
