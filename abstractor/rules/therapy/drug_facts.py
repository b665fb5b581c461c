"""Everything on record about systemic anticancer drugs, one fact an agent: doses, dispenses, orders and
statements.

Supportive drugs are left out here, so that nothing after this can count them. A fixed-dose product or a
combined order is one fact for each of its agents.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from abstractor.chart import Administration, Chart, Dispense, Order, Source, Standing, Statement
from abstractor.chart.lean import lean
from abstractor.dates import DateInterval, exact
from abstractor.rules.library import Library
from abstractor.rules.therapy.course import ORDER, STATEMENT, weakness_of

__all__ = ["DrugFact", "drug_facts", "sort_key"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL, Standing.ORDERED_ONLY)


@lean
@dataclass(frozen=True, slots=True)
class DrugFact:
    """`kind` as in `Exposure`; `until` the last day that it is stated to cover; `names` the order that it
    names or rests on; `place` the day by which a partial date is sorted; `unended` as in `Exposure`."""

    agent: str
    kind: str
    reference: str
    when: DateInterval | None
    until: DateInterval | None
    names: str | None
    standing: Standing
    status: str | None
    reasons: tuple[str, ...]
    stop_reasons: tuple[str, ...]
    sources: tuple[Source, ...]
    place: date | None = None
    unended: bool = False

    @property
    def counts(self) -> bool:
        """Something happened or was prescribed; where its status is unknown it counts, without reliance."""
        return self.relied_on or self.standing is Standing.CONTEXT

    @property
    def relied_on(self) -> bool:
        return self.standing in _RELIED_ON

    @property
    def given(self) -> bool:
        return self.weakness == 0

    @property
    def ordered(self) -> bool:
        return self.kind == ORDER

    @property
    def weakness(self) -> int:
        return weakness_of(self.kind)

    @property
    def days(self) -> DateInterval:
        """Its date; only facts that have one are asked."""
        if self.when is None:
            raise ValueError("a drug fact without a date was asked for it")
        return self.when

    @property
    def day(self) -> date:
        return self.place or self.days.earliest


def drug_facts(chart: Chart, library: Library, as_of: date) -> tuple[DrugFact, ...]:
    """Facts of agents that count in lines, each once, in one order whatever the order of the records.

    What was known on as_of happened by then: a partial date never reaches past it.
    """
    found = {
        fact if fact.when is None or fact.when.latest <= as_of else _by(fact, as_of)
        for fact in (*_given(chart), *_dispensed(chart), *_ordered(chart), *_said(chart))
        if fact.agent in library.agents and library.agents[fact.agent].counts_in_lines
    }
    return tuple(sorted(found, key=lambda fact: (fact.when is None, sort_key(fact))))


def _by(fact: DrugFact, as_of: date) -> DrugFact:
    return replace(fact, when=fact.days.not_after(as_of))


def sort_key(fact: DrugFact) -> tuple[date, date, int, str, str, str, str, str]:
    """By day; on one day what was given stands before what was ordered, and that before what was said."""
    when = fact.when or exact(date.max)
    tie = (fact.agent, fact.kind, fact.reference, fact.status or "", str(fact.until))
    return (fact.place or when.earliest, when.latest, fact.weakness, *tie)


def _given(chart: Chart) -> Iterator[DrugFact]:
    for dose in chart.administrations:
        for agent in dose.agents:
            yield _fact(agent, dose.kind, dose, until=None, names=dose.order, stop_reasons=dose.stop_reasons)


def _dispensed(chart: Chart) -> Iterator[DrugFact]:
    for fill in chart.dispenses:
        until = None
        if fill.when is not None and fill.days_supply is not None and fill.days_supply > 0:
            until = fill.when.shift(fill.days_supply - 1)
        for agent in fill.agents:
            yield _fact(agent, "dispense", fill, until=until, names=fill.order, stop_reasons=())


def _ordered(chart: Chart) -> Iterator[DrugFact]:
    for order in chart.orders:
        until = _stated_end(order)
        unended = order.status == "active" and order.supply is not None and order.supply[1] is None
        for agent in order.agents:
            fact = _fact(agent, ORDER, order, until=until, names=None, stop_reasons=order.stop_reasons)
            yield replace(fact, unended=unended)


def _said(chart: Chart) -> Iterator[DrugFact]:
    for said in chart.statements:
        for agent in said.agents:
            yield _fact(
                agent, STATEMENT, said, until=said.ended, names=said.order, stop_reasons=said.stop_reasons
            )


def _stated_end(order: Order) -> DateInterval | None:
    """The end of the stated treatment period; an end before the order is no end.

    A period without an end states none: a prescription's validity is often open long after the drug was
    taken, so such an order covers the day it was written (contract, section 2.2, "Line dates").
    """
    end = order.supply[1] if order.supply is not None else None
    if end is not None and order.when is not None and end.latest < order.when.earliest:
        return None
    return end


def _fact(
    agent: str,
    kind: str,
    record: Administration | Dispense | Order | Statement,
    *,
    until: DateInterval | None,
    names: str | None,
    stop_reasons: tuple[str, ...],
) -> DrugFact:
    return DrugFact(
        agent,
        kind,
        record.reference,
        record.when,
        until,
        names,
        record.standing,
        record.status,
        record.reasons,
        stop_reasons,
        record.sources,
    )
