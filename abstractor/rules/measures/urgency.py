"""A start that could not wait, as a record says: the priority of the order, a visit for an emergency.

Care that came soon after the start is no word of urgency by itself.
"""

from abstractor.abstract import Verdict
from abstractor.chart import Order, Standing, Visit
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.occasions import Occasion

__all__ = ["urgent_start"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


def urgent_start(
    context: MeasureContext, occasion: Occasion, classes: tuple[str, ...] = ()
) -> Outcome | None:
    """By an order of the drug itself, of this line; else by a visit of one of `classes` on its day."""
    if occasion.when is None:
        return None
    for order in context.holdings.ordered(occasion.agents):
        if order.urgent and order.standing in _RELIED_ON and _of_this_start(order, occasion, occasion.when):
            shows = f"{occasion.names}, ordered as urgent"
            return Outcome(Verdict.EXCEPTION, shows, "urgent-start", (), order.sources)
    for visit in context.chart.visits if classes else ():
        if visit.class_code in classes and visit.standing in _RELIED_ON and _on(visit, occasion.when):
            shows = f"{occasion.names}, in a visit for an emergency"
            return Outcome(Verdict.EXCEPTION, shows, "urgent-start", (), visit.sources)
    return None


def _of_this_start(order: Order, occasion: Occasion, when: DateInterval) -> bool:
    """By the day of the first dose, and no order of an earlier line."""
    if order.when is None:
        return True
    earlier = occasion.line is not None and order.when.before(occasion.line.decision) is Truth.YES
    return not earlier and order.when.on_or_before(when) is not Truth.NO


def _on(visit: Visit, when: DateInterval) -> bool:
    if visit.starts is None or visit.starts.on_or_before(when) is not Truth.YES:
        return False
    return when.on_or_before(visit.ends or visit.starts) is Truth.YES
