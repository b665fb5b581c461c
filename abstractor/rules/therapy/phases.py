"""Induction and maintenance within one line: chemotherapy dropped while a HER2-directed drug went on, or a
planned intensification (knowledge base, sections 0.3 and 1.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from abstractor.abstract import Phase
from abstractor.dates import DateInterval
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.draft import Draft, last_day, start_of
from abstractor.rules.therapy.joining import Ground
from abstractor.rules.therapy.spans import days_between

__all__ = ["phases_of"]

INDUCTION = "induction"


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    start: DateInterval


def phases_of(
    draft: Draft, start: DateInterval, end: DateInterval | None, ground: Ground
) -> tuple[Phase, ...]:
    """The phases of a line by their start; none where the line went on as it had begun."""
    steps = [_Step(INDUCTION, start)]
    added = [e for e in draft.exposures if e.agent in draft.added]
    maintained = _maintenance(draft, ground)
    intensified = start_of(added) if added else None
    if maintained is not None and (intensified is None or maintained.earliest < intensified.earliest):
        steps.append(_Step("maintenance", maintained))
    if intensified is not None:
        steps.append(_Step("maintenance-intensified", intensified))
    if len(steps) == 1:
        return ()
    following: list[_Step | None] = [*steps[1:], None]
    return tuple(
        _phase(step, after, draft, end, ground) for step, after in zip(steps, following, strict=True)
    )


def _maintenance(draft: Draft, ground: Ground) -> DateInterval | None:
    """The first HER2-directed dose after the last chemotherapy, where it went on long enough after it.

    Chemotherapy that was only ordered, without a stated period, beside drugs that were given: nothing says
    how long it was taken.
    """
    agents, policy = ground.library.agents, ground.policy
    chemo = [e for e in draft.exposures if agents[e.agent].kind in policy.chemotherapy_kinds]
    directed = [e for e in draft.exposures if agents[e.agent].her2_directed]
    if not chemo or not directed:
        return None
    told = [e for e in chemo if e.given or e.until is not None]
    if not told and any(e.given for e in directed):
        return None
    dropped = last_day(chemo, agents)
    if days_between(dropped, last_day(directed, agents))[0] <= policy.chemo_dropped_after_days:
        return None
    after = [e for e in directed if days_between(dropped, e.when)[0] > 0]
    return start_of(after) if after else dropped.shift(1)


def _phase(step: _Step, after: _Step | None, draft: Draft, end: DateInterval | None, ground: Ground) -> Phase:
    """Its agents are those given in it; it ends with its last chemotherapy or the day before the next."""
    begins = date.min if step.name == INDUCTION else step.start.earliest
    until = after.start.earliest if after else date.max
    held = [e for e in draft.exposures if begins <= e.day < until or _covers(e, step, until)]
    closes = end
    if after is not None:
        own = last_day(held, ground.library.agents) if held else step.start
        day_before = after.start.shift(-1)
        closes = own if own.latest < day_before.earliest else day_before
        first = step.start
        closes = DateInterval(max(closes.earliest, first.earliest), max(closes.latest, first.latest))
    return Phase(step.name, _names(held), step.start, closes)


def _covers(exposure: Exposure, step: _Step, until: date) -> bool:
    """A supply dispensed before and taken into this phase."""
    reaches = exposure.until is not None and exposure.until.earliest > step.start.earliest
    return reaches and exposure.day < until


def _names(exposures: Iterable[Exposure]) -> tuple[str, ...]:
    return tuple(sorted({exposure.agent for exposure in exposures}))
