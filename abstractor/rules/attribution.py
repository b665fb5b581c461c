"""Who gave a line, and where: the requester of its first order, else whoever saw the patient when it started.

Kept beside the abstract and never in it: references, not names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from abstractor.abstract import LineRef
from abstractor.chart import Chart, Order, Standing, Visit
from abstractor.dates import DateInterval, Truth
from abstractor.rules.therapy.course import TherapyLine

__all__ = ["LineClinician", "clinicians_of"]

_HAPPENED = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL)


@dataclass(frozen=True, slots=True)
class LineClinician:
    """`via` says how the clinician is known: "requester", "attender", or null where nobody is on record."""

    setting: str
    number: int
    clinician: str | None
    via: str | None
    site: str | None

    @property
    def line(self) -> LineRef:
        return LineRef(self.setting, self.number)


def clinicians_of(chart: Chart, lines: Sequence[TherapyLine]) -> tuple[LineClinician, ...]:
    """One row for each line, in the order of the lines."""
    return tuple(_clinician_of(chart, line) for line in lines)


def _clinician_of(chart: Chart, line: TherapyLine) -> LineClinician:
    order = next((o for o in chart.orders if o.reference == line.first_order), None)
    visits = _visits(chart, line, order)
    site = next((visit.site for visit in visits if visit.site), None)
    setting, number = line.line.setting, line.line.number
    if order is not None and order.requester is not None:
        return LineClinician(setting, number, order.requester, "requester", site)
    attender = next((visit.attender for visit in visits if visit.attender), None)
    return LineClinician(setting, number, attender, "attender" if attender else None, site)


def _visits(chart: Chart, line: TherapyLine, order: Order | None) -> list[Visit]:
    """The visit in which it was ordered, then that of its first dose, then any on the day it started."""
    named = [order.encounter] if order is not None else []
    first = line.exposures[0].reference
    named += [dose.encounter for dose in chart.administrations if dose.reference == first]
    held = {visit.reference: visit for visit in chart.visits if visit.standing in _HAPPENED}
    by_name = [held[reference] for reference in named if reference in held]
    on_the_day = [visit for visit in held.values() if _on(visit, line.line.start)]
    return [*by_name, *sorted(on_the_day, key=lambda visit: visit.reference)]


def _on(visit: Visit, day: DateInterval) -> bool:
    """Was the patient surely there on the day? A visit without an end lasted one day."""
    if visit.starts is None:
        return False
    last = visit.ends or visit.starts
    return (visit.starts.on_or_before(day) & day.on_or_before(last)) is Truth.YES
