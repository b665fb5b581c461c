"""What was measured of a concept, and what the words of reports and notes alone tell of it, by day."""

from dataclasses import dataclass
from datetime import date

from abstractor.chart import Bounds, Result, Standing
from abstractor.dates import DateInterval
from abstractor.rules.measured import in_words, measured
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.told_amounts import ToldAmount, told_amounts
from abstractor.rules.terms import Quantity

__all__ = ["Reading", "named", "readings_of"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class Reading:
    """One result with its amount, or the words that tell one; `amount` is null where its value or unit is
    doubtful. What is not final, or only told, is not `firm`."""

    fact: Result | ToldAmount
    when: DateInterval | None
    amount: Bounds | None
    firm: bool


def readings_of(context: MeasureContext, quantity: Quantity, *, later: int) -> tuple[Reading, ...]:
    """By day; what has no date last."""
    results = context.holdings.results.get(quantity.concept, ())
    held = [r for r in results if r.standing in (*_RELIED_ON, Standing.CONTEXT)]
    read = [Reading(r, r.when, measured(r, quantity), r.standing in _RELIED_ON) for r in held]
    known = [(each.when, each.amount) for each in read if each.amount is not None]
    told = told_amounts(context.chart, quantity, known, later=later)
    read += [Reading(each, each.when, each.amount, firm=False) for each in told]
    return tuple(sorted(read, key=_by_day))


def named(fact: Result | ToldAmount, quantity: Quantity) -> str:
    """What a reader calls it, its day and its words included."""
    if isinstance(fact, Result):
        return in_words(fact, quantity)
    when = f"on {fact.when}" if fact.when is not None else "without a date"
    return f"{quantity.names} in words alone {when} (\u201c{fact.quote}\u201d)"


def _by_day(reading: Reading) -> tuple[bool, date, date]:
    when = reading.when
    return (True, date.max, date.max) if when is None else (False, when.earliest, when.latest)
