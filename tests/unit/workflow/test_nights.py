"""When a nightly pull is due, on wall clocks that are put forward and back and on those that are not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.errors import OptionError
from abstractor.workflow.clinic.nights import due_after, due_before, require_cron

NIGHTLY = "30 2 * * *"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "moment", "due"),
    [
        # plain days, on both sides of Greenwich
        (NIGHTLY, "UTC", "2026-11-21 12:00", "2026-11-22 02:30"),
        (NIGHTLY, "America/New_York", "2026-11-21 12:00", "2026-11-22 07:30"),
        (NIGHTLY, "Asia/Kolkata", "2026-11-21 12:00", "2026-11-21 21:00"),
        # due now is not after now
        (NIGHTLY, "UTC", "2026-11-22 02:30", "2026-11-23 02:30"),
        # New York, 8 March 2026: 02:30 is not shown; it would have been 07:30 in UTC
        (NIGHTLY, "America/New_York", "2026-03-08 05:00", "2026-03-08 07:30"),
        (NIGHTLY, "America/New_York", "2026-03-08 07:10", "2026-03-08 07:30"),
        (NIGHTLY, "America/New_York", "2026-03-08 07:30", "2026-03-09 06:30"),
        # New York, 1 November 2026: 01:30 is shown twice; it is due the first time
        ("30 1 * * *", "America/New_York", "2026-11-01 04:00", "2026-11-01 05:30"),
        ("30 1 * * *", "America/New_York", "2026-11-01 05:30", "2026-11-02 06:30"),
        ("30 1 * * *", "America/New_York", "2026-11-01 06:10", "2026-11-02 06:30"),
        # Lord Howe Island goes forward by half an hour, at 02:00 of 4 October 2026
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03 15:00", "2026-10-03 15:45"),
        # weekdays only: from Friday to Monday
        ("0 3 * * MON-FRI", "UTC", "2026-11-20 03:00", "2026-11-23 03:00"),
    ],
)
def test_due_after(cron: str, zone: str, moment: str, due: str) -> None:
    assert due_after(cron, ZoneInfo(zone), at(moment)) == at(due)


@pytest.mark.parametrize(
    ("cron", "zone", "moment", "due"),
    [
        (NIGHTLY, "UTC", "2026-11-21 12:00", "2026-11-21 02:30"),
        (NIGHTLY, "UTC", "2026-11-22 02:30", "2026-11-22 02:30"),
        (NIGHTLY, "America/New_York", "2026-03-08 07:10", "2026-03-07 07:30"),
        (NIGHTLY, "America/New_York", "2026-03-08 07:40", "2026-03-08 07:30"),
        # in the second hour that New York calls one o'clock, before and after the minute comes again
        ("30 1 * * *", "America/New_York", "2026-11-01 06:10", "2026-11-01 05:30"),
        ("30 1 * * *", "America/New_York", "2026-11-01 06:50", "2026-11-01 05:30"),
        ("0 3 * * MON-FRI", "UTC", "2026-11-22 12:00", "2026-11-20 03:00"),
    ],
)
def test_due_before(cron: str, zone: str, moment: str, due: str) -> None:
    assert due_before(cron, ZoneInfo(zone), at(moment)) == at(due)


@given(
    minutes=st.integers(0, 3 * 366 * 24 * 60),
    hour=st.integers(0, 23),
    zone=st.sampled_from(
        ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kolkata"]
    ),
)
def test_each_day_is_due_once(minutes: int, hour: int, zone: str) -> None:
    """From one due time to the next is a day, and what was due before the next one is the one before it."""
    cron, moment = f"17 {hour} * * *", at("2025-01-01 00:00") + timedelta(minutes=minutes)
    first = due_after(cron, ZoneInfo(zone), moment)
    second = due_after(cron, ZoneInfo(zone), first)
    assert timedelta(hours=21) < second - first < timedelta(hours=27)
    assert due_before(cron, ZoneInfo(zone), second - timedelta(seconds=1)) == first
    assert due_before(cron, ZoneInfo(zone), second) == second


@pytest.mark.parametrize("cron", ["30 2 * * *", "*/15 * * * *", "0 3 * * MON-FRI", "0 0 29 2 *"])
def test_what_can_be_meant(cron: str) -> None:
    require_cron(cron)


@pytest.mark.parametrize("cron", ["30 25 * * *", "99 2 * * *", "0 0 30 2 *", "H 2 * * *", "a b c d e", ""])
def test_what_cannot_be_meant_is_told(cron: str) -> None:
    with pytest.raises(OptionError, match="half past two each night"):
        require_cron(cron)
