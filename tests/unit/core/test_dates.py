"""Partial dates are every day that they can mean; an instant is a day in the site's zone."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from abstractor.dates import DateError, DateInterval, Period, Truth, exact, read_date

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022-02", "2022-02-01", "2022-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2022-12", "2022-12-01", "2022-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("2022-06-14", "2022-06-14", "2022-06-14"),
        ("2022-01-01T03:59:00Z", "2021-12-31", "2021-12-31"),
        ("2022-01-01T05:00:00Z", "2022-01-01", "2022-01-01"),
        ("2022-01-01T00:30:00-05:00", "2022-01-01", "2022-01-01"),
        ("2022-07-01T00:30:00+14:00", "2022-06-30", "2022-06-30"),
        ("2022-06-14T23:59:60.123Z", "2022-06-14", "2022-06-14"),
        ("2022-06-14T10:00Z", "2022-06-14", "2022-06-14"),
    ],
)
def test_a_date_is_every_day_it_can_mean(text: str, earliest: str, latest: str) -> None:
    days = read_date(text, NEW_YORK).days
    assert (days.earliest.isoformat(), days.latest.isoformat()) == (earliest, latest)


def test_a_datetime_without_a_zone_is_the_sites_own_and_says_so() -> None:
    assert read_date("2022-06-14T23:30:00", NEW_YORK).zone_assumed
    assert read_date("2022-06-14T23:30:00", NEW_YORK).days == exact(date(2022, 6, 14))
    assert not read_date("2022-06-14", NEW_YORK).zone_assumed
    assert not read_date("2022-06-14T23:30:00Z", NEW_YORK).zone_assumed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2022-13",
        "2022-02-30",
        "2021-02-29",
        "06/14/2022",
        "2022-6-1",
        "20220614",
        "2022-06-14T24:00:00Z",
        "2022-06-14 10:00",
        "0000",
        "0001-01-01T00:00:00",
        "1799-12-31",
        "2022-06-14T10:00:00+25:00",
        "2022-06-14T10",
        "now",
        "2022-06-14T",
        "٢٠٢٢",
    ],
)
def test_what_is_no_date_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(DateError) as refused:
        read_date(text, NEW_YORK)
    assert not text or text not in str(refused.value)


SPAN = DateInterval(date(2022, 3, 1), date(2022, 3, 31))


@pytest.mark.parametrize(
    ("other", "before", "on_or_before"),
    [
        (date(2022, 2, 28), Truth.NO, Truth.NO),
        (date(2022, 3, 1), Truth.NO, Truth.UNKNOWN),
        (date(2022, 3, 15), Truth.UNKNOWN, Truth.UNKNOWN),
        (date(2022, 3, 31), Truth.UNKNOWN, Truth.YES),
        (date(2022, 4, 1), Truth.YES, Truth.YES),
    ],
)
def test_comparison_is_yes_only_if_it_holds_for_every_day(
    other: date, before: Truth, on_or_before: Truth
) -> None:
    assert SPAN.before(other) is before
    assert SPAN.on_or_before(other) is on_or_before


@pytest.mark.parametrize(
    ("start", "end", "touches"),
    [
        ("2021-12-31", "2021-12-31", Truth.NO),
        ("2021-12-31", "2022-01-01", Truth.YES),
        ("2022-12-31", None, Truth.YES),
        ("2023-01-01", None, Truth.NO),
        ("2021-01-01", None, Truth.YES),
        ("2021-01-01", "2023-06-01", Truth.YES),
    ],
)
def test_a_span_touches_a_period_by_a_single_day(start: str, end: str | None, touches: Truth) -> None:
    period = Period(date(2022, 1, 1), date(2022, 12, 31))
    last = exact(date.fromisoformat(end)) if end else None
    assert period.shares_a_day_with(exact(date.fromisoformat(start)), last) is touches


def test_a_span_of_partial_dates_may_touch_a_period() -> None:
    period = Period(date(2022, 1, 1), date(2022, 12, 31))
    year = DateInterval(date(2022, 1, 1), date(2023, 12, 31))
    assert period.shares_a_day_with(year, None) is Truth.UNKNOWN
    assert period.shares_a_day_with(
        exact(date(2021, 5, 1)), DateInterval(date(2021, 6, 1), date(2022, 6, 1))
    ) is (Truth.UNKNOWN)


def test_narrowing_never_leaves_no_day() -> None:
    assert SPAN.not_before(date(2022, 3, 10)) == DateInterval(date(2022, 3, 10), date(2022, 3, 31))
    assert SPAN.not_before(date(2022, 4, 10)) == SPAN
    assert SPAN.not_after(date(2022, 3, 10)) == DateInterval(date(2022, 3, 1), date(2022, 3, 10))
    assert SPAN.not_after(date(2022, 2, 10)) == SPAN


def test_ill_formed_spans_do_not_exist() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        DateInterval(date(2022, 1, 2), date(2022, 1, 1))
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2022, 1, 2), date(2022, 1, 1))


def test_a_truth_is_never_taken_for_a_boolean() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(Truth.UNKNOWN)
