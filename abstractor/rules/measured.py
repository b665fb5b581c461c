"""A result as an amount in the unit of its concept."""

from abstractor.chart import Bounds, Result
from abstractor.rules.terms import Quantity

__all__ = ["in_words", "is_measurement", "measured"]

_NO_ANSWER = frozenset({"answer:not-done", "answer:unknown"})


def is_measurement(result: Result, quantity: Quantity) -> bool:
    """Is there a value, and not a 0 that nothing measured can be?"""
    if result.number is not None:
        return result.number != 0 or quantity.least <= 0
    said = bool(result.text or result.value_concepts) and not _NO_ANSWER & set(result.value_concepts)
    return said or result.between is not None


def measured(result: Result, quantity: Quantity) -> Bounds | None:
    """None where its value is doubtful: in words, in a unit that is not known, or outside of what can be."""
    amount = result.between if result.number is None else Bounds.exactly(result.number)
    if amount is None:
        worth = {quantity.answers[each] for each in result.value_concepts if each in quantity.answers}
        return Bounds.exactly(worth.pop()) if len(worth) == 1 else None
    read = {amount.times(factor) for factor in _factors(result.unit, quantity)}
    may_be = [each for each in read if all(quantity.least <= end <= quantity.most for end in each.ends)]
    return may_be[0] if len(may_be) == 1 else None


def _factors(unit: str | None, quantity: Quantity) -> set[float]:
    """What one of the unit is worth; all that it may be worth where none is written."""
    if unit is None or not unit.strip():
        return set(quantity.units.values())
    worth = quantity.units.get(unit.strip().lower())
    return set() if worth is None else {worth}


def in_words(result: Result, quantity: Quantity) -> str:
    """ "ejection fraction 34 % on 2022-08-22"."""
    amount = measured(result, quantity)
    when = f"on {result.when}" if result.when is not None else "without a date"
    if amount is None:
        return f"{quantity.names} of doubtful value {when}"
    unit = "" if quantity.unit.startswith("{") else f" {quantity.unit}"
    return f"{quantity.names} {amount}{unit} {when}"
