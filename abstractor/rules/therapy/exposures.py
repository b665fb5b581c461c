"""Drug facts as exposures: a dose with the order that it answers, and orders that nothing answered.

An order that a dose answers is no occasion of its own; it dates the decision. A cancelled order never
counts, but a dose that was given in spite of it does, and the contradiction is kept. A statement is taken
only for a time that no dose, dispense or order of its drug covers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from abstractor.chart import Standing
from abstractor.dates import DateInterval
from abstractor.rules.library import LinePolicy
from abstractor.rules.therapy.course import STATEMENT, Exposure, OrderDay
from abstractor.rules.therapy.drug_facts import DrugFact, sort_key
from abstractor.rules.therapy.spans import days_between

__all__ = ["Conflict", "Exposures", "by_day", "exposures_of"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A dose that was given although its order was cancelled."""

    order: DrugFact
    dose: DrugFact


@dataclass(frozen=True, slots=True)
class Exposures:
    exposures: tuple[Exposure, ...]
    conflicts: tuple[Conflict, ...]


def exposures_of(facts: tuple[DrugFact, ...], policy: LinePolicy, oral: frozenset[str]) -> Exposures:
    """All exposures by day, from dated facts. `oral`: agents whose fills may rest on an order's period."""
    found: list[Exposure] = []
    conflicts: list[Conflict] = []
    by_agent = sorted(facts, key=lambda fact: fact.agent)
    for agent, held in groupby(by_agent, key=lambda fact: fact.agent):
        own = sorted(held, key=sort_key)
        doses = [fact for fact in own if fact.given and fact.counts]
        orders = [fact for fact in own if fact.ordered and fact.counts]
        said = [fact for fact in own if fact.kind == STATEMENT and fact.counts]
        answered = _answered(doses, orders, policy.order_answers_within_days)
        for dose, answers in zip(doses, answered.by_dose, strict=True):
            found.append(_from_dose(dose, answers, covers=agent in oral))
        found += [_exposure(order) for order in answered.open]
        firm = [fact for fact in (*doses, *orders) if fact.relied_on]
        found += [_exposure(fact) for fact in _uncovered(said, firm, policy.break_flag_days)]
        conflicts += _conflicts(doses, own, policy.order_answers_within_days)
    return Exposures(tuple(sorted(found, key=by_day)), tuple(conflicts))


def by_day(exposure: Exposure) -> tuple[date, date, int, str, str, str]:
    tie = (exposure.agent, exposure.kind, exposure.reference)
    return (exposure.day, exposure.when.latest, exposure.weakness, *tie)


def _uncovered(said: Sequence[DrugFact], firm: Sequence[DrugFact], within: int) -> Iterator[DrugFact]:
    """Statements of a time that no firmer record of the drug comes near to: nearer than a break is told.

    One that begins in such a time is taken until the first firmer record. Lists of medication are often
    brought up to date late, so that one that begins in a covered time says nothing more.
    """
    references = {fact.reference for fact in firm}
    for fact in said:
        if fact.names in references or any(_days_apart(fact, one) < within for one in firm):
            continue
        later = [one.days.earliest for one in firm if one.days.earliest > fact.days.latest]
        if fact.until is not None and later:
            yield replace(fact, until=_until(fact.until, min(later)))
        else:
            yield fact


def _days_apart(said: DrugFact, firm: DrugFact) -> int:
    """The least days between the day of the statement and the time of the other record; 0 where they meet."""
    last = (firm.until or firm.days).latest
    return max((said.days.earliest - last).days, (firm.days.earliest - said.days.latest).days, 0)


def _until(until: DateInterval, first: date) -> DateInterval:
    day_before = first - timedelta(days=1)
    return DateInterval(min(until.earliest, day_before), min(until.latest, day_before))


@dataclass(frozen=True, slots=True)
class _Answered:
    """The orders that each dose answers, in the order of the doses, and those that none answers."""

    by_dose: tuple[tuple[DrugFact, ...], ...]
    open: tuple[DrugFact, ...]


def _answered(doses: list[DrugFact], orders: list[DrugFact], within: int) -> _Answered:
    """Each order goes to the first dose that names it, else to the first that may follow it in time."""
    by_dose: list[list[DrugFact]] = [[] for _ in doses]
    named: dict[str, int] = {}
    for at, dose in enumerate(doses):
        if dose.names is not None:
            named.setdefault(dose.names, at)
    unanswered = []
    first = 0  # no dose before it can follow this order or a later one
    for order in orders:
        while first < len(doses) and doses[first].days.latest < order.days.earliest:
            first += 1
        later = range(first, len(doses))
        found = named.get(order.reference)
        if found is None:
            found = next((at for at in later if _may_answer(order, doses[at], within)), None)
        if found is None:
            unanswered.append(order)
        else:
            by_dose[found].append(order)
    return _Answered(tuple(tuple(each) for each in by_dose), tuple(unanswered))


def _may_answer(order: DrugFact, dose: DrugFact, within: int) -> bool:
    least, most = days_between(order.days, dose.days)
    return most >= 0 and least <= within


def _from_dose(dose: DrugFact, orders: Iterable[DrugFact], *, covers: bool) -> Exposure:
    """The stated period of an order stands in for a supply that the dispense does not state."""
    held = list(orders)
    until = dose.until
    if until is None and covers and dose.kind == "dispense":
        until = max((o.until for o in held if o.until is not None), key=lambda d: d.latest, default=None)
    return replace(
        _exposure(dose),
        until=until,
        relied_on=dose.relied_on or any(o.relied_on for o in held),
        answers=tuple(OrderDay(o.days, o.reference) for o in held if o.relied_on),
    )


def _exposure(fact: DrugFact) -> Exposure:
    return Exposure(
        fact.agent,
        fact.kind,
        fact.days,
        fact.until,
        fact.relied_on,
        fact.sources,
        fact.reference,
        place=fact.place,
        unended=fact.unended,
    )


def _conflicts(doses: list[DrugFact], own: list[DrugFact], within: int) -> list[Conflict]:
    """A dose names a cancelled order, or follows one where no order that counts came before it."""
    cancelled = [fact for fact in own if fact.ordered and _called_off(fact)]
    live = [fact for fact in own if fact.ordered and fact.counts]
    found = []
    for dose in doses:
        ordered = any(order.days.earliest <= dose.days.latest for order in live)
        unordered = dose.names is None and not ordered
        for order in cancelled:
            if dose.names == order.reference or (unordered and _may_answer(order, dose, within)):
                found.append(Conflict(order, dose))
    return found


def _called_off(order: DrugFact) -> bool:
    """Cancelled, or an order not to give it; a draft or a plan contradicts nothing."""
    return order.standing is Standing.AGAINST or (
        order.standing is Standing.WITHDRAWN and order.status == "cancelled"
    )
