"""Infusions that were ordered and never given, because other drugs were given in their stead.

Such an order is no agent of the line that was given, and opens none of its own; far from any line that was
given it still counts (knowledge base, section 3.3).
"""

from collections.abc import Sequence

from abstractor.rules.therapy.assembling import assemble
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.draft import Draft
from abstractor.rules.therapy.joining import Ground
from abstractor.rules.therapy.naming import regimen_of
from abstractor.rules.therapy.spans import days_between

__all__ = ["replaced"]


def replaced(exposures: Sequence[Exposure], ground: Ground) -> tuple[Exposure, ...]:
    """The orders that other drugs replaced, where every dose that was given has been seen."""
    waiting = {at for at, exposure in enumerate(exposures) if _was_not_given(exposure, ground)}
    if not waiting:
        return ()
    lines = assemble([e for at, e in enumerate(exposures) if at not in waiting], ground).lines
    return tuple(exposures[at] for at in sorted(waiting) if _is_replaced(exposures[at], lines, ground))


def _was_not_given(exposure: Exposure, ground: Ground) -> bool:
    """An order that no dose answered, of an infusion, and long enough ago."""
    if not exposure.ordered or ground.library.agents[exposure.agent].route == "oral":
        return False
    return days_between(exposure.when, ground.as_of)[0] > ground.policy.ordered_not_given_days


def _is_replaced(order: Exposure, lines: Sequence[Draft], ground: Ground) -> bool:
    near = [line for line in lines if _starts_near(line, order, ground.policy.regimen_window_days)]
    if not near or _went_on(order, lines, ground):
        return False
    return not any(
        order.agent in line.names
        or _came_late(order, line, lines, ground)
        or _may_be_elsewhere(order, line, ground)
        for line in near
    )


def _starts_near(line: Draft, order: Exposure, window: int) -> bool:
    """Surely so: a partial date that could lie elsewhere takes no drug out of a line."""
    given = any(exposure.given for exposure in line.exposures)
    return given and max(map(abs, days_between(line.start, order.when))) <= window


def _went_on(order: Exposure, lines: Sequence[Draft], ground: Ground) -> bool:
    """The next dose of the line that was still running: it was that line's drug, and stays so."""
    begun = [line for line in lines if days_between(line.start, order.when)[0] > 0]
    if not begun:
        return False
    running = max(begun, key=lambda line: line.start.earliest)
    least, _ = days_between(running.reach, order.when)
    return order.agent in running.names and least <= ground.policy.maintenance_continues_within_days


def _came_late(order: Exposure, line: Draft, lines: Sequence[Draft], ground: Ground) -> bool:
    """Its drug was given after all, beside drugs of that line."""
    return any(
        order.agent in other.names
        and line.names & other.names
        and 0 < (later := days_between(order.when, other.start)[0])
        and not ground.gap.passed_by(later)
        for other in lines
    )


def _may_be_elsewhere(order: Exposure, line: Draft, ground: Ground) -> bool:
    """Beside tablets, in a line of which no infusion was seen, unless both are HER2-directed and no regimen
    holds them together."""
    agents = line.agents
    if any(e.given and agents[e.agent].route != "oral" for e in line.exposures):
        return False
    if not agents[order.agent].her2_directed or not any(agents[name].her2_directed for name in line.names):
        return True
    return regimen_of(line.opening | {order.agent}, ground.library) is not None
