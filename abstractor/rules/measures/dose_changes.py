"""How a drug was dosed in its course, told in words: where it began, was reduced, and was held."""

from collections.abc import Iterator

from abstractor.chart import Order, Source, Standing
from abstractor.dates import DateInterval
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.drug_course import DrugCourse

__all__ = ["dosing_told"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_MILLIGRAMS = "mg"


def dosing_told(
    context: MeasureContext, course: DrugCourse, *, hold_days: int
) -> tuple[tuple[str, ...], tuple[Source, ...]]:
    """ "started at 600 mg", "reduced to 400 mg on 2022-05-01", "held from ... to ...", and the orders behind
    it. A pause of less than `hold_days` is a late refill."""
    told: list[str] = []
    sources: list[Source] = []
    before: float | None = None
    for amount, when, order in _doses(context, course):
        if before is None:
            told.append(f"started at {amount:g} mg")
        elif amount != before:
            told.append(f"{'reduced' if amount < before else 'raised'} to {amount:g} mg on {when}")
        if amount != before:
            sources += order.sources
        before = amount
    told += [f"held from {p.first} to {p.last}" for p in course.pauses if p.days >= hold_days]
    for order in context.holdings.ordered((course.agent,)):
        if order.status == "on-hold" and order.standing in _RELIED_ON:
            told.append(f"an order on hold ({order.when or 'without a date'})")
            sources += order.sources
    return tuple(told), tuple(sources)


def _doses(context: MeasureContext, course: DrugCourse) -> Iterator[tuple[float, DateInterval, Order]]:
    """The dose at a time of each order of the course in which one can be read, in the order of the chart."""
    for order in context.holdings.ordered((course.agent,)):
        amount = _milligrams(order)
        if amount is not None and order.when is not None and order.standing in _RELIED_ON:
            if order.when.earliest <= course.perhaps:
                yield amount, order.when, order


def _milligrams(order: Order) -> float | None:
    """What is taken at a time; tablets by their strength, where it is known."""
    dose = order.dose
    if dose is None or dose.amount is None or dose.unit is None:
        return None
    if dose.unit.lower() == _MILLIGRAMS:
        return dose.amount
    return dose.amount * order.strength if order.strength is not None and _counts_pieces(dose.unit) else None


def _counts_pieces(unit: str) -> bool:
    return any(unit.lower().startswith(piece) for piece in ("tab", "cap"))
