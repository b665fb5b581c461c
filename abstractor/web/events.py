"""What happened on which day, read from the dates that the evidence cites.

An instant is a day in the site's zone; a partial date stays the span of days that it can mean.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from abstractor.abstract import Evidence

__all__ = ["Event", "events_of", "kind_of"]

KINDS = {
    "MedicationAdministration": "given",
    "MedicationRequest": "ordered",
    "MedicationDispense": "dispensed",
    "Encounter": "visit",
    "Condition": "diagnosis",
    "Observation": "result",
    "DiagnosticReport": "report",
    "Procedure": "procedure",
    "Patient": "patient",
}
_DATED = re.compile(
    r"(?:\w*DateTime|\w*Date|authoredOn|start|end|issued|date|when\w+|effective|onset|performed)$"
)
_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.*)?)?)?")


@dataclass(frozen=True, slots=True)
class Event:
    """One dated element. `written` is the date as it stands in the source."""

    first: date
    last: date
    kind: str
    written: str
    evidence: Evidence


def kind_of(evidence: Evidence) -> str:
    return KINDS.get(evidence.resource.partition("/")[0], "record")


def events_of(evidence: Iterable[Evidence], zone: ZoneInfo) -> tuple[Event, ...]:
    """The dated ones among these, each resource and day once, in order of time."""
    found: dict[tuple[str, date, date], Event] = {}
    for item in evidence:
        span = _days(item, zone)
        if span is not None:
            event = Event(*span, kind_of(item), str(item.value), item)
            found.setdefault((item.resource, *span), event)
    return tuple(sorted(found.values(), key=lambda e: (e.first, e.last, e.kind, e.evidence.resource)))


def _days(evidence: Evidence, zone: ZoneInfo) -> tuple[date, date] | None:
    name = evidence.path.rpartition(".")[2]
    if not isinstance(evidence.value, str) or name == "birthDate" or not _DATED.match(name):
        return None
    shape = _SHAPE.fullmatch(evidence.value.strip())
    if shape is None:
        return None
    year, month, day, time = shape.groups()
    try:
        if month is None:
            return date(int(year), 1, 1), date(int(year), 12, 31)
        if day is None:
            first = date(int(year), int(month), 1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if time is None:
            return (exact := date(int(year), int(month), int(day))), exact
        instant = datetime.fromisoformat(evidence.value.strip())
        local = instant if instant.tzinfo is None else instant.astimezone(zone)
        return local.date(), local.date()
    except (ValueError, OverflowError):
        return None
