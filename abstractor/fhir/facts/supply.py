"""How long a drug was stated to be taken: the treatment or supply period of an order, the days of a
dispense.
"""

from abstractor.chart import Source
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import Period, Quantity
from abstractor.fhir.elements.medications import MedicationRequest
from abstractor.fhir.facts.dated import ended, span, started
from abstractor.fhir.facts.desk import Desk, Record

__all__ = ["days_in", "supply_of"]

_LONGEST = 3660
# UCUM, and the words that pharmacies write; a month counts 30 days, as pharmacies count it.
_DAYS = {"d": 1, "day": 1, "days": 1, "wk": 7, "week": 7, "weeks": 7, "mo": 30, "month": 30, "months": 30}

Supply = tuple[DateInterval, DateInterval | None]
Stated = tuple[Supply | None, tuple[Source, ...]]


def days_in(duration: Quantity | None) -> int | None:
    """A stated number of days; None where there is none, or one of no sense."""
    if duration is None or duration.value is None or duration.comparator:
        return None
    unit = (duration.code or duration.unit or "d").strip().lower()
    days = duration.value * _DAYS.get(unit, 0)
    return int(days) if 1 <= days <= _LONGEST else None


def supply_of(record: Record[MedicationRequest], desk: Desk, ordered: DateInterval | None) -> Stated:
    """The stated period: of validity, else the bounds of the dosage, else the length of the supply."""
    asked = record.resource.dispense_request
    if asked is not None and asked.validity_period is not None:
        stated = _period(record, desk, ("dispenseRequest.validityPeriod", asked.validity_period), ordered)
        if stated[0] is not None:
            return stated
    for place, dosage in enumerate(record.resource.dosage_instruction or ()):
        repeat = dosage.timing.repeat if dosage.timing is not None else None
        if repeat is not None and repeat.bounds_period is not None:
            path = f"dosageInstruction[{place}].timing.repeat.boundsPeriod"
            return _period(record, desk, (path, repeat.bounds_period), ordered)
    return _by_length(record, asked.expected_supply_duration if asked is not None else None, ordered)


def _period(
    record: Record[MedicationRequest], desk: Desk, element: tuple[str, Period], ordered: DateInterval | None
) -> Stated:
    starts, ends, sources = span(record, desk, started(*element), ended(*element))
    first = starts or ordered
    return ((first, ends), sources) if first is not None and sources else (None, ())


def _by_length(
    record: Record[MedicationRequest], duration: Quantity | None, ordered: DateInterval | None
) -> Stated:
    days = days_in(duration)
    if duration is None or days is None or ordered is None:
        return None, ()
    last = ordered.shift(days - 1)  # the day of the order is its first
    return (ordered, last), (record.source("dispenseRequest.expectedSupplyDuration.value", duration.value),)
