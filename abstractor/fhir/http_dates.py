"""Dates as HTTP writes them, in the two headers that we go by: Retry-After and Date."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["http_date", "retry_after"]


def retry_after(value: str | None) -> float | None:
    """Seconds from now, which a clinic says in seconds or as a date; None where it is neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    when = http_date(value)
    return None if when is None else max(0.0, (when - datetime.now(UTC)).total_seconds())


def http_date(value: str | None) -> datetime | None:
    """In UTC; None where it is no date, or one that no calendar holds (a zone of a billion hours)."""
    if value is None:
        return None
    try:
        when = parsedate_to_datetime(value)
        return (when if when.tzinfo is not None else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
