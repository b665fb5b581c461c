"""One drug from its first dose or order in a line to the last day that it was taken, with its pauses.

Days of a schedule are counted from the first day, and pauses push back what is due after them.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from abstractor.chart import Order, Source, Standing
from abstractor.dates import DateInterval
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.occasions import first_dose
from abstractor.rules.therapy.course import Exposure, TherapyLine

__all__ = ["DrugCourse", "Pause", "course_of"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which no supply was left, or that lie between two stated periods; both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class DrugCourse:
    """`last` is the last day on which it surely was taken, `perhaps` the last on which it may have been.

    `line` is the last in which it was taken. `stopped`: its end is documented, or so long ago that no further
    record is to be waited for. `firm` is false where only records of unknown status tell of it.
    """

    agent: str
    line: TherapyLine
    start: DateInterval
    last: date
    perhaps: date
    pauses: tuple[Pause, ...]
    stopped: bool
    firm: bool
    sources: tuple[Source, ...]

    @property
    def longest(self) -> int:
        """The most days that it may have been taken."""
        return (self.perhaps - self.start.earliest).days + 1

    def due(self, days: int) -> DateInterval:
        """The day that many days of treatment after the first one."""
        return DateInterval(self._pushed(self.start.earliest, days), self._pushed(self.start.latest, days))

    def _pushed(self, first: date, days: int) -> date:
        day = first + timedelta(days=days)
        for pause in self.pauses:
            if pause.first <= day:
                day += timedelta(days=pause.days)
        return day


def course_of(
    context: MeasureContext, each: TherapyLine, agent: str, *, cycle: int | None, open_days: int
) -> DrugCourse | None:
    """None where it is not on record, or goes on from the line before. What is only said to be taken counts
    where nothing else is held of the drug. `cycle`: a supply lasts whole cycles of so many days, for a drug
    with days of rest. `open_days` after its last day it counts as stopped; until then it is the same course,
    whatever the line."""
    first = first_dose(each, (agent,))
    lines = _run(context, each, agent, open_days)
    if first is None or not lines:
        return None
    held = _told(lines, agent)
    final = lines[-1]
    orders = _orders(context, agent)
    last, perhaps = _reach(context, final, held, orders)
    documented = _documented_end(orders, held, context.as_of)
    if documented is not None:
        last, perhaps = min(last, documented.earliest), min(perhaps, documented.latest)
    silent = final.line.end is not None or (context.as_of - perhaps).days >= open_days
    stopped = documented is not None or (perhaps < context.as_of and silent)
    return DrugCourse(
        agent,
        final,
        first.when,
        max(last, first.when.earliest),
        max(perhaps, first.when.earliest),
        tuple(_pauses(held, cycle)),
        stopped,
        any(exposure.relied_on for exposure in held),
        (*first.sources, *(held[-1].sources if held[-1] is not first else ())),
    )


def _run(context: MeasureContext, each: TherapyLine, agent: str, open_days: int) -> list[TherapyLine]:
    """The line and those after it in which the drug went on; none where it began in an earlier one."""
    run: list[TherapyLine] = []
    reached: date | None = None
    held = [(line, _taken(line, agent)) for line in context.therapy.lines]
    if not any(taken for _, taken in held):
        held = [(line, list(line.exposures_of((agent,)))) for line in context.therapy.lines]
    for line, taken in held:
        if not taken:
            continue
        goes_on = reached is not None and (min(e.when.earliest for e in taken) - reached).days < open_days
        if not goes_on:
            if any(one is each for one in run):
                break
            run = []
        run.append(line)
        reached = max(e.ends.latest for e in taken)
    return run if run and run[0] is each else []


def _taken(each: TherapyLine, agent: str) -> list[Exposure]:
    return [e for e in each.exposures_of((agent,)) if e.given or e.ordered]


def _told(lines: list[TherapyLine], agent: str) -> list[Exposure]:
    """Doses and fills where they are held, else orders; and orders after the last of them."""
    taken = [e for line in lines for e in _taken(line, agent)]
    taken = taken or [e for line in lines for e in line.exposures_of((agent,))]
    given = [e for e in taken if e.given]
    after = max((e.when.earliest for e in given), default=date.min)
    chosen = [e for e in taken if e.given or not given or e.when.earliest > after]
    return sorted(chosen, key=lambda e: (e.when.earliest, e.when.latest, e.reference))


def _orders(context: MeasureContext, agent: str) -> list[Order]:
    """Those of the drug that have a date and can be relied on."""
    return [
        order
        for order in context.holdings.ordered((agent,))
        if order.when is not None and order.standing in _RELIED_ON
    ]


def _reach(
    context: MeasureContext, each: TherapyLine, held: list[Exposure], orders: list[Order]
) -> tuple[date, date]:
    """The last day that is surely covered, and the last that may be."""
    given = [e for e in held if e.given]
    sure = max(e.ends.earliest for e in given or held)
    perhaps = max(e.ends.latest for e in held)
    if held[-1].until is None:
        sure, perhaps = max(sure, held[-1].when.earliest), _before_next(context, each)
    if any(order.status == "on-hold" for order in orders):
        sure = min(sure, held[-1].when.earliest)
    ends = context.last_day(each)
    return min(sure, ends), min(max(perhaps, sure), max(ends, _before_next(context, each)))


def _before_next(context: MeasureContext, each: TherapyLine) -> date:
    """A drug of which no end is stated may go on until the next line begins, or to this day."""
    later = [
        other.line.start.latest - _DAY
        for other in context.therapy.lines
        if other.line.start.earliest > each.line.start.earliest
    ]
    death = context.chart.patient.death
    return min((context.as_of, *later, *([death.latest] if death is not None else [])))


def _documented_end(orders: list[Order], held: list[Exposure], as_of: date) -> DateInterval | None:
    """The stated end of an order that was stopped, where nothing of the drug came after it. One that ends on
    the day of knowledge was still going on."""
    found: DateInterval | None = None
    for order in orders:
        end = order.supply[1] if order.status == "stopped" and order.supply is not None else None
        if end is not None and end.earliest < as_of and all(e.when.earliest <= end.latest for e in held):
            found = end if found is None or end.latest > found.latest else found
    return found


def _pauses(held: list[Exposure], cycle: int | None) -> list[Pause]:
    found: list[Pause] = []
    covered: date | None = None
    for exposure in held:
        first = exposure.when.earliest
        if covered is not None and first > covered + _DAY:
            found.append(Pause(covered + _DAY, first - _DAY))
        covered = _covered(exposure, covered, cycle)
    return found


def _covered(exposure: Exposure, before: date | None, cycle: int | None) -> date | None:
    """The last day that its supply lasts, what was left over included; null where nothing says."""
    first = exposure.when.earliest
    if exposure.until is None:
        return None
    if exposure.ordered:
        return exposure.until.latest if before is None else max(exposure.until.latest, before)
    days = (exposure.until.latest - first).days + 1
    if cycle is not None:
        days = -(-days // cycle) * cycle
    begins = first if before is None else max(first, before + _DAY)
    return begins + timedelta(days=days - 1)
