"""The decoder of each type. A date is read as days in the site's zone the moment it is met, and noted where
it had to be repaired."""

import threading
from collections.abc import Callable
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import msgspec

from abstractor.dates import read_date
from abstractor.fhir.elements import SHAPES
from abstractor.fhir.elements.datatypes import Resource, When
from abstractor.fhir.repairs import Repair, is_placeholder

__all__ = ["decoder_of", "repaired_dates"]

_DATES_REMEMBERED = 16_384  # more than the days of forty years


class _Noted(threading.local):
    """The repairs of dates since they were last asked for: a decoder says nothing but its result."""

    def __init__(self) -> None:
        self.repairs: list[Repair] = []


_noted = _Noted()


def repaired_dates() -> list[Repair]:
    """The repairs of the dates that this thread read since it last asked."""
    found = _noted.repairs
    if found:
        _noted.repairs = []
    return found


@cache
def decoder_of(kind: str, zone: ZoneInfo) -> "msgspec.json.Decoder[Resource]":
    """The decoder of one type."""
    return msgspec.json.Decoder(SHAPES[kind], dec_hook=_reader_of_dates(zone))


@cache
def _reader_of_dates(zone: ZoneInfo) -> Callable[[type, object], When]:
    """Dates come again and again, so what was read is remembered, for all types together."""

    @lru_cache(maxsize=_DATES_REMEMBERED)
    def remembered(found: object) -> When:
        if not isinstance(found, str):
            raise TypeError("expected a date in text")
        days, zone_assumed, spelling = read_date(found, zone)
        if is_placeholder(found, days):
            return When(found, days, repair=Repair.DATE_PLACEHOLDER)
        if zone_assumed:
            return When(found, days, repair=Repair.ZONE_ASSUMED)
        return When(found, days, repair=Repair.DATE_SPELLING if spelling else None)

    def when(_: type, found: object) -> When:
        read = remembered(found)
        if read.repair is not None:
            _noted.repairs.append(read.repair)
        return read

    return when
