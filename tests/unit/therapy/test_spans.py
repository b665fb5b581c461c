"""Days between partial dates, and the first and last of several."""

from datetime import date

import pytest

from abstractor.dates import DateInterval
from abstractor.rules.therapy.spans import capped, days_between, earliest_of, latest_of


def days(first: int, last: int) -> DateInterval:
    return DateInterval(date(2020, 1, first), date(2020, 1, last))


@pytest.mark.parametrize(
    ("first", "second", "span"),
    [
        (days(1, 1), days(8, 8), (7, 7)),
        (days(1, 3), days(8, 12), (5, 11)),
        (days(5, 9), days(7, 7), (-2, 2)),
    ],
)
def test_days_between(first: DateInterval, second: DateInterval, span: tuple[int, int]) -> None:
    assert days_between(first, second) == span


@pytest.mark.parametrize(
    ("held", "first", "last"),
    [
        ([days(3, 3)], days(3, 3), days(3, 3)),
        ([days(3, 3), days(5, 5)], days(3, 3), days(5, 5)),
        ([days(5, 5), days(3, 3)], days(3, 3), days(5, 5)),
        ([days(1, 31), days(5, 5)], days(1, 5), days(5, 31)),
        ([days(5, 5), days(1, 31)], days(1, 5), days(5, 31)),
        ([days(2, 9), days(4, 6), days(5, 20)], days(2, 6), days(5, 20)),
    ],
)
def test_first_and_last(held: list[DateInterval], first: DateInterval, last: DateInterval) -> None:
    assert (earliest_of(held), latest_of(held)) == (first, last)


@pytest.mark.parametrize(
    ("day", "limit", "end"),
    [
        (days(5, 5), days(9, 9), days(5, 5)),
        (days(9, 9), days(9, 9), days(9, 9)),
        (days(10, 10), days(9, 9), days(9, 9)),
        (days(5, 12), days(9, 9), days(5, 9)),
        (days(7, 7), days(5, 9), days(7, 7)),
        (days(12, 12), days(5, 9), days(5, 9)),
    ],
)
def test_capped(day: DateInterval, limit: DateInterval, end: DateInterval) -> None:
    assert capped(day, limit) == end
