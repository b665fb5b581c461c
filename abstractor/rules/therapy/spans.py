"""Days between partial dates, and the first and last of several of them."""

from collections.abc import Iterable

from abstractor.dates import DateInterval

__all__ = ["Span", "capped", "days_between", "earliest_of", "latest_of"]

Span = tuple[int, int]


def days_between(first: DateInterval, second: DateInterval) -> Span:
    """The least and the most days from one day to the other; negative where it lies before."""
    return (second.earliest - first.latest).days, (second.latest - first.earliest).days


def earliest_of(days: Iterable[DateInterval]) -> DateInterval:
    """When the first of them was: as early as any can be, no later than the first that must have been."""
    first, *others = days
    for day in others:
        if day.earliest < first.earliest or day.latest < first.latest:
            first = DateInterval(min(first.earliest, day.earliest), min(first.latest, day.latest))
    return first


def latest_of(days: Iterable[DateInterval]) -> DateInterval:
    """When the last of them was."""
    last, *others = days
    for day in others:
        if day.earliest > last.earliest or day.latest > last.latest:
            last = DateInterval(max(last.earliest, day.earliest), max(last.latest, day.latest))
    return last


def capped(day: DateInterval, limit: DateInterval) -> DateInterval:
    """The day, never later than the limit; doubt that the limit itself leaves open stays."""
    if day.earliest > limit.latest:
        return limit
    return day.not_after(limit.latest)
