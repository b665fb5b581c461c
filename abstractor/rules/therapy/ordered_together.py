"""An infusion that was ordered on one day with tablets, and not given, belongs to the regimen of that day,
though the tablets were filled some days later (contract, section 2.2, "Line dates").

Its drug may also be one of the line that ran until then; by the day of the order alone it would be taken for
that line's next dose.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from abstractor.rules.library import Library, LinePolicy
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.exposures import by_day
from abstractor.rules.therapy.naming import regimen_of

__all__ = ["with_their_regimen"]


def with_their_regimen(
    exposures: Sequence[Exposure], library: Library, policy: LinePolicy
) -> tuple[Exposure, ...]:
    """The exposures by day, each such order placed on the day of the first of its tablets; its date stays."""
    begun: set[str] = set()
    waiting: dict[date, list[Exposure]] = {}
    for each in exposures:
        if each.given:
            begun.add(each.agent)
        elif each.agent in begun and _is_open(each, library):
            waiting.setdefault(each.day, []).append(each)
    places = {}
    for day, orders in waiting.items():
        filled = list(_answering(day, exposures))
        first = _first_of_tablets(day, filled, library, policy)
        every = {e.agent for e in exposures if e.ordered and e.when == orders[0].when}
        if first is not None and regimen_of(every | {e.agent for e in filled}, library) is not None:
            places[day] = first
    if not places:
        return tuple(exposures)
    moved = {order for day in places for order in waiting[day]}
    return tuple(
        sorted((replace(e, place=places[e.day]) if e in moved else e for e in exposures), key=by_day)
    )


def _is_open(exposure: Exposure, library: Library) -> bool:
    """An order of an infusion, of one day, that no dose answered."""
    infused = library.agents[exposure.agent].route != "oral"
    return exposure.ordered and infused and exposure.when.is_exact and exposure.place is None


def _answering(day: date, exposures: Sequence[Exposure]) -> Iterator[Exposure]:
    """What was given for the other orders of that day."""
    for each in exposures:
        if any(order.when.is_exact and order.when.earliest == day for order in each.answers):
            yield each


def _first_of_tablets(
    day: date, filled: Sequence[Exposure], library: Library, policy: LinePolicy
) -> date | None:
    """The day of the first fill, where nothing but tablets was given for that day's orders, all of them on a
    later day and soon."""
    if not filled or any(library.agents[each.agent].route != "oral" for each in filled):
        return None
    first = min(each.day for each in filled)
    return first if 0 < (first - day).days <= policy.order_answers_within_days else None
