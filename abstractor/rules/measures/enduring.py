"""Whether a diagnosis on record still stood on a day: what is over is no reason any more."""

from abstractor.chart import Diagnosis
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.holding import Held

__all__ = ["over_by"]

_OVER = ("inactive", "resolved", "remission")


def over_by(held: Held, when: DateInterval | None) -> Truth:
    """Unknown where it is over by today and no record says since when."""
    fact = held.fact
    if not isinstance(fact, Diagnosis):
        return Truth.NO
    if fact.ended is None:
        return Truth.UNKNOWN if fact.clinical_status in _OVER else Truth.NO
    return Truth.UNKNOWN if when is None else fact.ended.before(when)
