"""Partial dates as closed intervals of days, and comparison that can say "cannot tell".

A chart says "2022", "2022-06" or an instant in some zone. Nothing is rounded: a partial date is every day
that it can mean, and a comparison is yes only if it holds for all of them, no only if for none. Days are
days in the site's zone.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

__all__ = ["DateError", "DateInterval", "Period", "Reading", "Truth", "exact", "read_date"]


class Truth(Enum):
    """Kleene's three values; `UNKNOWN` is an answer, not a failure."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @staticmethod
    def of(value: bool) -> "Truth":
        return Truth.YES if value else Truth.NO

    def __and__(self, other: "Truth") -> "Truth":
        if Truth.NO in (self, other):
            return Truth.NO
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.YES

    def __or__(self, other: "Truth") -> "Truth":
        if Truth.YES in (self, other):
            return Truth.YES
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.NO

    def __invert__(self) -> "Truth":
        if self is Truth.UNKNOWN:
            return self
        return Truth.NO if self is Truth.YES else Truth.YES

    def __bool__(self) -> bool:
        raise TypeError("a Truth has three values: compare it with Truth.YES, Truth.NO or Truth.UNKNOWN")


class DateError(ValueError):
    """The text is no FHIR date; the message never repeats it (it may be patient data)."""


@dataclass(frozen=True, slots=True)
class DateInterval:
    """Every day from `earliest` to `latest`, both included."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError("a date interval ends before it starts")

    @property
    def is_exact(self) -> bool:
        return self.earliest == self.latest

    def before(self, other: "DateInterval | date") -> Truth:
        """Is this day strictly before the other one?"""
        there = _interval(other)
        if self.latest < there.earliest:
            return Truth.YES
        return Truth.NO if self.earliest >= there.latest else Truth.UNKNOWN

    def on_or_before(self, other: "DateInterval | date") -> Truth:
        there = _interval(other)
        if self.earliest > there.latest:
            return Truth.NO
        return Truth.YES if self.latest <= there.earliest else Truth.UNKNOWN

    def within(self, period: "Period | DateInterval") -> Truth:
        """Does this one day lie between the first and the last day of the period?"""
        first, last = _bounds(period)
        if self.earliest >= first and self.latest <= last:
            return Truth.YES
        return Truth.NO if self.latest < first or self.earliest > last else Truth.UNKNOWN

    def shift(self, days: int) -> "DateInterval":
        """That many days later; the calendar's own ends are not passed."""
        return DateInterval(_shifted(self.earliest, days), _shifted(self.latest, days))

    def not_before(self, day: date) -> "DateInterval":
        """Narrowed by a fact that must precede it; unchanged where that would leave no day."""
        return self if day > self.latest else DateInterval(max(self.earliest, day), self.latest)

    def not_after(self, day: date) -> "DateInterval":
        """Narrowed by a fact that must follow it; unchanged where that would leave no day."""
        return self if day < self.earliest else DateInterval(self.earliest, min(self.latest, day))

    def __repr__(self) -> str:
        return _as_made(self.earliest, self.latest)

    def __str__(self) -> str:
        if self.is_exact:
            return self.earliest.isoformat()
        return f"{self.earliest.isoformat()}..{self.latest.isoformat()}"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included (an abstraction period, a measure's window)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends before it starts")

    def shares_a_day_with(self, first: DateInterval, last: DateInterval | None) -> Truth:
        """Does a span that starts in `first` and ends in `last` (None: still going on) touch the period?"""
        started = Truth.of(first.earliest <= self.end) if first.is_exact else first.on_or_before(self.end)
        if last is None:
            return started
        return started & ~last.before(self.start)


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


@lru_cache(maxsize=65_536)
def exact(day: date) -> DateInterval:
    return DateInterval(day, day)


@lru_cache(maxsize=65_536)
def _as_made(earliest: date, latest: date) -> str:
    """The `repr` of an interval, remembered: the digest of a chart spells out hundreds of them."""
    return f"DateInterval(earliest={earliest!r}, latest={latest!r})"


def _interval(other: "DateInterval | date") -> DateInterval:
    return other if isinstance(other, DateInterval) else exact(other)


def _bounds(period: Period | DateInterval) -> tuple[date, date]:
    if isinstance(period, Period):
        return period.start, period.end
    return period.earliest, period.latest


class Reading(NamedTuple):
    """A FHIR date as read: the days that it can mean, whether a zone had to be assumed, and whether it was
    written otherwise than FHIR writes it."""

    days: DateInterval
    zone_assumed: bool
    spelling: bool = False


_FIRST_YEAR = 1800
_SHAPE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)", re.ASCII
)


def read_date(text: str, zone: ZoneInfo) -> Reading:
    """Read a FHIR date, dateTime or instant as days in the site's zone.

    A dateTime without a zone is taken as the site's own and says so (`zone_assumed`). Raises `DateError`
    for anything else, an impossible day (30 February) included.
    """
    plain = text.strip()
    try:
        if _MOMENT.fullmatch(plain) and int(plain[:4]) >= _FIRST_YEAR:
            # Nearly all are whole moments: those the standard library reads several times as fast.
            day = datetime.fromisoformat(plain).astimezone(zone).date()
            return Reading(exact(day), zone_assumed=False, spelling=plain != text)
        shape = _SHAPE.fullmatch(plain)
        if shape is None:
            raise DateError("not a FHIR date")
        read = _read(shape, zone)
        return read if plain == text else read._replace(spelling=True)
    except DateError:
        raise
    except (ValueError, OverflowError) as wrong:
        raise DateError("an impossible date") from wrong


def _read(shape: "re.Match[str]", zone: ZoneInfo) -> Reading:
    year = int(shape["year"])
    if year < _FIRST_YEAR:
        # Systems write 0001-01-01 where they hold nothing; no patient of ours was born before this.
        raise ValueError("no date of a chart")
    if shape["month"] is None:
        return Reading(DateInterval(date(year, 1, 1), date(year, 12, 31)), zone_assumed=False)
    month = int(shape["month"])
    if shape["day"] is None:
        first = date(year, month, 1)
        following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date.max
        last = following - timedelta(days=1) if following != date.max else following
        return Reading(DateInterval(first, last), zone_assumed=False)
    day = date(year, month, int(shape["day"]))
    if shape["hour"] is None:
        return Reading(exact(day), zone_assumed=False)
    second = int(shape["second"] or 0)
    leap = second == 60
    hour, minute = int(shape["hour"]), int(shape["minute"])
    moment = datetime(year, month, day.day, hour, minute, second - leap, tzinfo=UTC)
    spelling = leap or shape["second"] is None
    if shape["zone"] is None:
        return Reading(exact(day), zone_assumed=True, spelling=spelling)
    local = (moment - _offset(shape["zone"])).astimezone(zone)
    return Reading(exact(local.date()), zone_assumed=False, spelling=spelling)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError("an impossible offset")
    span = timedelta(hours=hours, minutes=minutes)
    return span if text[0] == "+" else -span
