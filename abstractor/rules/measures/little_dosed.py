"""Is no more of a drug taken in a day than so much? By its dosage; of a fill, by that of its order too."""

from collections.abc import Sequence
from dataclasses import dataclass

from abstractor.chart import Administration, Dispense, Dose, Order, Source, Standing, Statement
from abstractor.chart.drugs import UnreadDosage
from abstractor.chart.lean import lean
from abstractor.dates import Truth

__all__ = ["LittleDosed", "little_dosed"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_MILLIGRAMS = "mg"
Drug = Order | Administration | Dispense | Statement


@lean
@dataclass(frozen=True, slots=True)
class LittleDosed:
    """`shows` and `reason` say why it is open; `sources` are those of its dosage, and of an
    order that speaks for a fill."""

    truth: Truth
    shows: str = ""
    reason: str | None = None
    sources: tuple[Source, ...] = ()


def little_dosed(record: Drug, daily: float, orders: Sequence[Order]) -> LittleDosed:
    """Of several steps the first one counts. What is said to be taken has no dose and is not asked."""
    if isinstance(record, Statement):
        return LittleDosed(Truth.NO)
    own = _of_its_own(record, daily)
    if own.truth is not Truth.UNKNOWN or isinstance(record, Order):
        return own
    speaks = _order_of(record, orders)
    if speaks is None:
        return own
    asked = _of_its_own(speaks, daily)
    return LittleDosed(asked.truth, asked.shows, asked.reason, (*speaks.sources, *asked.sources))


def _of_its_own(record: Order | Administration | Dispense, daily: float) -> LittleDosed:
    if isinstance(record, Administration):
        # One dose says how much the day has at least.
        amount = _milligrams(record.dose, None)
        more = amount is not None and amount > daily
        return LittleDosed(Truth.NO) if more else LittleDosed(Truth.UNKNOWN, *_unsaid(record.dose, None))
    dose = record.dose or next(iter(record.steps), None)
    amount = _milligrams(dose, record.strength)
    if amount is not None and amount > daily and dose is not None and dose.per_day is None:
        return LittleDosed(Truth.NO)  # it is more already at one time
    if dose is None or amount is None or dose.per_day is None:
        return LittleDosed(Truth.UNKNOWN, *_unsaid(dose, record.dosage_unread))
    return LittleDosed(Truth.of(amount * dose.per_day <= daily))


def _unsaid(dose: Dose | None, unread: UnreadDosage | None) -> tuple[str, str, tuple[Source, ...]]:
    if dose is not None:
        return "its daily dose not understood", "dose-unread", ()
    if unread is None:
        return "its dose not stated", "dose-not-stated", ()
    quoted = f': "{unread.words}"' if unread.words else ""
    return f"its dose not understood{quoted}", "dose-unread", unread.sources


def _milligrams(dose: Dose | None, strength: float | None) -> float | None:
    if dose is None or dose.amount is None:
        return None
    one = 1.0 if (dose.unit or "").lower() == _MILLIGRAMS else strength
    return None if one is None else dose.amount * one


def _order_of(record: Administration | Dispense, orders: Sequence[Order]) -> Order | None:
    """The order that it names, else the last one of the drug by its day."""
    firm = [order for order in orders if order.standing in _RELIED_ON]
    named = next((order for order in firm if order.reference == record.order), None)
    if named is not None or record.when is None:
        return named
    before = [(o.when.latest, o.reference, o) for o in firm if o.when and _by_then(o, record)]
    return max(before, key=lambda each: each[:2], default=(None, None, None))[2]


def _by_then(order: Order, record: Administration | Dispense) -> bool:
    when = order.when
    return when is not None and record.when is not None and when.on_or_before(record.when) is Truth.YES
