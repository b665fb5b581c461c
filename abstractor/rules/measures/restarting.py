"""How a drug that was held was taken up again, and how much of a drug was ordered against its harm.

Told beside the verdict, and judged by nobody: the label asks for one dose level less after a longer pause,
and for a steroid by weight, which is not read.
"""

from abstractor.chart import Administration, Dose, Order
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.holding import Held

__all__ = ["amount_told", "restart_told"]


def amount_told(held: Held) -> str:
    """What an order says of its daily dose and its days; nothing of any other record."""
    order = held.fact
    if not isinstance(order, Order):
        return ""
    dose, supply = order.dose, order.supply
    ends = None if supply is None else supply[1]
    lasts = (
        "" if supply is None or ends is None else f" for {(ends.latest - supply[0].earliest).days + 1} days"
    )
    if dose is None or dose.amount is None or dose.per_day is None or not dose.unit:
        return f"{lasts}, its daily dose not stated"
    return f", {dose.amount * dose.per_day:g} {dose.unit} a day{lasts}"


def restart_told(
    context: MeasureContext,
    agents: tuple[str, ...],
    event: DateInterval,
    over: DateInterval,
    again: DateInterval,
    *,
    same_dose_within: int,
) -> str:
    """What was due by how long it lasted, and the doses before and after, as far as they are stated."""
    least, most = (over.earliest - event.latest).days, (over.latest - event.earliest).days
    if most <= same_dose_within:
        due = "the same dose may be given"
    elif least > same_dose_within:
        due = "one dose level less is due"
    else:
        due = "the same dose or one level less is due, by days that are not exact"
    before, after = _doses(context, agents, event, again)
    if before is None or after is None:
        stated = "the doses are not both stated"
    else:
        stated = f"{_said(before)} before and {_said(after)} after"
    return f"{due}; {stated}"


def _doses(
    context: MeasureContext, agents: tuple[str, ...], event: DateInterval, again: DateInterval
) -> tuple[Dose | None, Dose | None]:
    """The last stated dose before the event, and that of the first dose after it."""
    given = [(r.when, r) for r in context.holdings.given(agents) if isinstance(r, Administration) and r.when]
    earlier = [(when, r) for when, r in given if when.before(event) is Truth.YES]
    _, last = max(earlier, key=lambda each: each[0].earliest, default=(None, None))
    first = next((r for when, r in given if when == again), None)
    return _stated(last), _stated(first)


def _stated(record: Administration | None) -> Dose | None:
    dose = None if record is None else record.dose
    return dose if dose is not None and dose.amount is not None else None


def _said(dose: Dose) -> str:
    return f"{dose.amount:g} {dose.unit or ''}".rstrip()
