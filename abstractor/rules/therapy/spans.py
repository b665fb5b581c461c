"""Days between partial dates, and the first and last of several of them."""

from collections.abc import Iterable
from datetime import timedelta

from abstractor.dates import DateInterval

__all__ = ["Span", "capped", "days_between", "earliest_of", "latest_of"]

Span = tuple[int, int]


def days_between(first: DateInterval, second: DateInterval) -> Span:
    """The least and the most days from one day to the other; negative where it lies before."""
    day = timedelta(days=1)
    return (second.earliest - first.latest) // day, (second.latest - first.earliest) // day


def earliest_of(days: Iterable[DateInterval]) -> DateInterval:
    """When the first of them was: as early as any can be, no later than the first that must have been."""
    held = tuple(days)
    return DateInterval(min(d.earliest for d in held), min(d.latest for d in held))


def latest_of(days: Iterable[DateInterval]) -> DateInterval:
    """When the last of them was."""
    held = tuple(days)
    return DateInterval(max(d.earliest for d in held), max(d.latest for d in held))


def capped(day: DateInterval, limit: DateInterval) -> DateInterval:
    """The day, never later than the limit; doubt that the limit itself leaves open stays."""
    if day.earliest > limit.latest:
        return limit
    return day.not_after(limit.latest)
