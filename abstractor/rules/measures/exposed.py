"""How long a line's patient was exposed to its drugs, and when: what a repeated check follows."""

from dataclasses import dataclass
from datetime import date

from abstractor.chart import Source
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.therapy.course import Exposure, TherapyLine

__all__ = ["Stretch", "doses", "sources_of", "stretches"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of exposure without a break: from the first dose to the last day that one covers; `open` where it
    goes on at as_of."""

    first: date
    last: date
    open: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def doses(each: TherapyLine, agents: tuple[str, ...]) -> tuple[Exposure, ...]:
    """Given or dispensed doses of the drugs, by day; the orders where no dose is held, and what is said to be
    taken where nothing else is. One of unknown status may never have been given."""
    held = [e for e in each.exposures if e.agent in agents and e.relied_on]
    given = [e for e in held if e.given]
    chosen = given or [e for e in held if e.ordered] or held
    return tuple(sorted(chosen, key=lambda e: (e.when.earliest, e.when.latest, e.agent)))


def stretches(
    context: MeasureContext, each: TherapyLine, held: tuple[Exposure, ...], *, break_days: int
) -> tuple[Stretch, ...]:
    """The exposure by these doses of the line, parted where more than `break_days` lie between two of them.

    The last one goes on to the end of the line where that is no longer than a break after its last dose.
    """
    if not held:
        return ()
    ends = context.last_day(each)
    spans: list[list[date]] = []
    for exposure in held:
        first, last = exposure.when.earliest, max(exposure.when.earliest, min(exposure.ends.latest, ends))
        if spans and (first - spans[-1][1]).days <= break_days:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    running = each.line.end is None and (ends - spans[-1][1]).days <= break_days
    if running:
        spans[-1][1] = ends
    return tuple(
        Stretch(first, last, running and at == len(spans) - 1) for at, (first, last) in enumerate(spans)
    )


def sources_of(held: tuple[Exposure, ...]) -> tuple[Source, ...]:
    """The first dose and the last: what the span rests on."""
    return (*held[0].sources, *held[-1].sources) if held else ()
