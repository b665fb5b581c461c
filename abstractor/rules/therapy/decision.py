"""The day on which a line was chosen: the earliest order of its own drugs, at most so many days before its
first dose, or that dose (contract, section 2.2).

An order that an earlier line's dose answered is not this line's own. An order whose date is partial may or
may not lie in that time; the decision then keeps every day that it can mean.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from abstractor.chart import Source
from abstractor.dates import DateInterval
from abstractor.rules.therapy.course import Exposure, Intensification, OrderDay
from abstractor.rules.therapy.draft import Draft, start_of
from abstractor.rules.therapy.drug_facts import DrugFact

__all__ = ["Decision", "decision_of", "intensifications_of", "order_sources"]


@dataclass(frozen=True, slots=True)
class Decision:
    """`order` is the reference of the order that was the decision, null where it was the first dose."""

    when: DateInterval
    order: str | None
    sources: tuple[Source, ...]


def order_sources(facts: Sequence[DrugFact]) -> dict[str, tuple[Source, ...]]:
    """What each order was read from, by its reference."""
    return {fact.reference: fact.sources for fact in facts if fact.ordered}


def decision_of(
    exposures: Sequence[Exposure], orders: Mapping[str, tuple[Source, ...]], *, answers_within: int
) -> Decision:
    """`exposures` are those of one line with its awaited orders, `orders` the sources by reference."""
    start = start_of(exposures)
    earliest = start.earliest
    latest = start.latest
    first: OrderDay | None = None
    for order in _orders(exposures):
        day = order.when
        window = DateInterval(start.shift(-answers_within).earliest, start.latest)
        if day.latest < window.earliest or day.earliest > window.latest:
            continue
        first = first or order
        earliest = min(earliest, max(day.earliest, window.earliest))
        if start.shift(-answers_within).latest <= day.earliest and day.latest <= start.earliest:
            latest = min(latest, day.latest)
    opening = min(exposures, key=lambda e: (e.weakness, e.when.earliest, e.when.latest, e.agent))
    when = DateInterval(earliest, latest)
    if first is None:
        return Decision(when, None, opening.sources)
    return Decision(when, first.reference, orders.get(first.reference, opening.sources))


def _orders(exposures: Iterable[Exposure]) -> list[OrderDay]:
    """The orders that this line's doses answer, and those that are exposures of it themselves, by day."""
    found: list[OrderDay] = []
    for exposure in exposures:
        found += exposure.answers
        if exposure.ordered and exposure.relied_on:
            found.append(OrderDay(exposure.when, exposure.reference))
    return sorted(found, key=lambda order: (order.when.earliest, order.when.latest, order.reference))


def intensifications_of(
    draft: Draft, orders: Mapping[str, tuple[Source, ...]], *, answers_within: int
) -> tuple[Intensification, ...]:
    """Each exempted addition with its own decision; those that began together are one step."""
    steps: dict[DateInterval, list[str]] = {}
    for agent in sorted(draft.added):
        own = [e for e in draft.exposures if e.agent == agent]
        steps.setdefault(start_of(own), []).append(agent)
    found = []
    for start, agents in sorted(steps.items(), key=lambda pair: pair[0].earliest):
        own = [e for e in (*draft.exposures, *draft.awaited) if e.agent in agents]
        decision = decision_of(own, orders, answers_within=answers_within)
        found.append(Intensification(tuple(agents), start, decision.when, decision.sources))
    return tuple(found)
