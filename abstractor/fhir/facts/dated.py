"""When something was: the first element of several that holds a date, and what had to be assumed for it."""

from typing import Any

from abstractor.chart import Source
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import Period, When
from abstractor.fhir.elements.records import Observation
from abstractor.fhir.facts.desk import Desk, Record

__all__ = ["ended", "first_date", "observed_on", "span", "started"]

Element = tuple[str, When | None]


def started(path: str, period: Period | None) -> Element:
    return f"{path}.start", period.start if period is not None else None


def ended(path: str, period: Period | None) -> Element:
    return f"{path}.end", period.end if period is not None else None


def first_date(
    record: Record[Any], desk: Desk, *elements: Element
) -> tuple[DateInterval | None, tuple[Source, ...]]:
    """The days of the first element that is there, and that element; a missing zone is remarked."""
    for path, when in elements:
        if when is not None:
            source = record.source(path, when.text)
            if when.zone_assumed:
                desk.remarks.repaired.append(source)
            return when.days, (source,)
    return None, ()


def span(
    record: Record[Any], desk: Desk, first: Element, last: Element
) -> tuple[DateInterval | None, DateInterval | None, tuple[Source, ...]]:
    """Both ends of a period. An end before its start is left out and remarked."""
    starts, from_start = first_date(record, desk, first)
    ends, from_end = first_date(record, desk, last)
    if starts is not None and ends is not None and ends.latest < starts.earliest:
        desk.remarks.partial.append(("a period that ends before it starts", from_end[0]))
        return starts, starts, (*from_start, *from_end)
    return starts, ends, (*from_start, *from_end)


def observed_on(record: Record[Observation], desk: Desk) -> tuple[DateInterval | None, tuple[Source, ...]]:
    """When it was observed, else when it was issued."""
    result = record.resource
    return first_date(
        record,
        desk,
        ("effectiveDateTime", result.effective_date_time),
        started("effectivePeriod", result.effective_period),
        ("effectiveInstant", result.effective_instant),
        ("issued", result.issued),
    )
