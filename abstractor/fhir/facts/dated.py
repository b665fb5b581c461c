"""When something was: the first element of several that holds a date, and what had to be assumed for it."""

import re
from typing import Any

from abstractor.chart import Source
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import Period, When
from abstractor.fhir.elements.records import Observation
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.repairs import Repair

__all__ = ["days_of", "ended", "first_date", "observed_on", "span", "started"]

Element = tuple[str, When | None]
_STEM = re.compile(r"([a-z]+)(?:DateTime|Period|Instant)\b")


def started(path: str, period: Period | None) -> Element:
    return f"{path}.start", period.start if period is not None else None


def ended(path: str, period: Period | None) -> Element:
    return f"{path}.end", period.end if period is not None else None


def first_date(
    record: Record[Any], desk: Desk, *elements: Element
) -> tuple[DateInterval | None, tuple[Source, ...]]:
    """The days of the first element that holds a date, and that element. What had to be repaired is remarked,
    and that another element of the same name says another day."""
    for place, (path, when) in enumerate(elements):
        if when is None:
            continue
        source = record.source(path, when.text)
        match when.repair:
            case Repair.DATE_PLACEHOLDER:
                desk.remarks.undated.append(source)
                continue
            case Repair.ZONE_ASSUMED:
                desk.remarks.repaired.append(source)
        if any(_contradicts(path, when, *other) for other in elements[place + 1 :]):
            desk.remarks.partial.append(("a date that stands there twice, with two days", source))
        return when.days, (source,)
    return None, ()


def _contradicts(path: str, when: When, other: str, said: When | None) -> bool:
    """FHIR has one of `effectiveDateTime`, `effectivePeriod`, `effectiveInstant`; some systems send two."""
    if said is None or said.repair is Repair.DATE_PLACEHOLDER:
        return False
    stem = _STEM.match(path)
    if stem is None or not other.startswith(stem[1]) or other.endswith(".end"):
        return False
    return said.days.latest < when.days.earliest or when.days.latest < said.days.earliest


def days_of(when: When | None) -> DateInterval | None:
    """The days of a date that nothing rests on; none where it only stands for a missing one."""
    return None if when is None or when.repair is Repair.DATE_PLACEHOLDER else when.days


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
