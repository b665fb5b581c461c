"""The dates in a clinic's headers: anything may stand there, and none of it may stop a pull."""

import math
from datetime import UTC, datetime

import pytest

from abstractor.fhir.http_dates import http_date, retry_after
from abstractor.fhir.server_clock import ServerClock

_NONSENSE = (
    "",
    "soon",
    "Fri, 01 Jan 2021 00:00:00 +99999999999999999999",
    "Fri, 01 Jan 2021 00:00:00 +9999",
    "Fri, 31 Dec 9999 23:59:59 -2300",
    "Fri, 99 Jan 2021 00:00:00 GMT",
    "Fri, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Fri, 01 Jan 2021 99999999999999999999:00:00 GMT",
)


@pytest.mark.parametrize("written", _NONSENSE)
def test_nonsense_is_no_date(written: str) -> None:
    assert http_date(written) is None
    assert retry_after(written) is None


@pytest.mark.parametrize("written", _NONSENSE)
def test_a_clock_that_tells_nonsense_tells_nothing(written: str) -> None:
    clock = ServerClock()
    clock.hear(written)
    assert clock.latest() is None


@pytest.mark.parametrize(
    "written", ["Fri, 01 Jan 2021 10:00:00 GMT", "Fri, 01 Jan 2021 12:00:00 +0200", "1 Jan 2021 10:00:00"]
)
def test_a_date_is_told_in_utc(written: str) -> None:
    assert http_date(written) == datetime(2021, 1, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "seconds"), [("12", 12.0), ("9" * 400, math.inf), ("Fri, 01 Jan 2021 10:00:00 GMT", 0.0)]
)
def test_a_wait_is_told_in_seconds(written: str, seconds: float) -> None:
    assert retry_after(written) == seconds
