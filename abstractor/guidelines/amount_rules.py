"""What a measure compares with a number must be a quantity that the terms say how to read, in its unit, and
the limit one that can be measured: another would be past it always, or never.
"""

from collections.abc import Iterator, Mapping, Sequence

from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import parts_of
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Measure
from abstractor.rules.measures.acted_on_result import ActedOnResult
from abstractor.rules.measures.early_stop import EarlyStop
from abstractor.rules.terms import ClinicalTerms, Quantity, Threshold

__all__ = ["amount_refusals"]


def amount_refusals(
    measures: Sequence[tuple[Place, Measure]], terms: ClinicalTerms
) -> Iterator[KnowledgeError]:
    quantities = {each.concept: each for each in terms.quantities}
    for place, measure in measures:
        # An excuse by a result is held against its limit in the limit's own unit.
        reads = isinstance(measure.rule, ActedOnResult | EarlyStop)
        for value, at in parts_of(measure, place):
            match value:
                case ActedOnResult():
                    yield from _unread(value.concept, at, quantities)
                    yield from _acted_on(value, at, quantities.get(value.concept))
                case Threshold() if reads:
                    yield from _unread(value.concept, at, quantities)
                    yield from _read(value, at, quantities.get(value.concept))
                case Threshold():
                    yield from _sent(value, at, quantities.get(value.concept))


def _unread(concept: str, place: Place, quantities: Mapping[str, Quantity]) -> Iterator[KnowledgeError]:
    """Without its units nothing says what a value is worth, so that no limit could be held against it."""
    if concept not in quantities:
        mend = f"name one that is read as an amount: {', '.join(sorted(quantities))}"
        yield place.within("concept").refusal(f"no quantity says how {concept!r} is read", mend)


def _read(limit: Threshold, place: Place, quantity: Quantity | None) -> Iterator[KnowledgeError]:
    """Its results are read in the quantity's unit, whatever the limit says."""
    if quantity is None:
        return
    if quantity.units.get(limit.unit.lower()) != 1:
        wrong = f"a limit in {limit.unit!r}, where {quantity.names} is read in {quantity.unit!r}"
        yield place.within("unit").refusal(wrong, f"write it in {quantity.unit}")
        return
    for name in ("below", "at_least"):
        yield from _measurable(name, getattr(limit, name), place, quantity)


def _sent(limit: Threshold, place: Place, quantity: Quantity | None) -> Iterator[KnowledgeError]:
    if quantity is not None and limit.unit.lower() not in quantity.units:
        wrong = f"a limit in {limit.unit!r}, in which no {quantity.names} is sent"
        yield place.within("unit").refusal(wrong, f"use one of {', '.join(sorted(quantity.units))}")


def _acted_on(rule: ActedOnResult, place: Place, quantity: Quantity | None) -> Iterator[KnowledgeError]:
    """Its limits name no unit: they are in that of the quantity."""
    if quantity is None:
        return
    yield from _measurable("below", rule.below, place, quantity)
    for number, hold in enumerate(rule.holds):
        at = place.within("holds", "holds", number)
        yield from _measurable("below", hold.below, at, quantity)
        yield from _measurable("up_to", hold.up_to, at, quantity)


def _measurable(name: str, limit: float | None, place: Place, quantity: Quantity) -> Iterator[KnowledgeError]:
    if limit is not None and not quantity.least <= limit <= quantity.most:
        wrong = f"{limit:g} is no measurement of {quantity.names} in {quantity.unit}"
        mend = f"write one from {quantity.least:g} to {quantity.most:g}"
        yield place.within(name).refusal(wrong, mend)
