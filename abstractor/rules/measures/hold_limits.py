"""When a label asks that a drug be held: by a result, and by how far it fell from its baseline."""

from dataclasses import dataclass

from abstractor.chart import Bounds
from abstractor.dates import Truth

__all__ = ["HoldLimit", "dropped", "under"]


@dataclass(frozen=True, slots=True)
class HoldLimit:
    """All that is given must hold: a result `below` or `up_to` (included), a drop of `drop_from` points or
    more, or of more than `drop_over`. `agents` are then held for `days` at least."""

    agents: tuple[str, ...]
    days: int
    below: float | None = None
    up_to: float | None = None
    drop_from: float | None = None
    drop_over: float | None = None

    def __post_init__(self) -> None:
        if (self.below, self.up_to, self.drop_from, self.drop_over) == (None, None, None, None):
            raise ValueError("a limit is a result or a drop: give one")

    def reached(self, amount: Bounds, baseline: Bounds | None) -> Truth:
        """Unknown where a drop decides and there is no baseline."""
        answer = Truth.YES
        if self.below is not None:
            answer &= under(amount, self.below)
        if self.up_to is not None:
            answer &= _at_most(amount, self.up_to)
        if self.drop_from is not None:
            answer &= dropped(amount, baseline, self.drop_from)
        if self.drop_over is not None:
            answer &= _over(amount, baseline, self.drop_over)
        return answer


def under(amount: Bounds, limit: float) -> Truth:
    low, high = amount.low, amount.high
    if low is not None and low >= limit:
        return Truth.NO
    surely = high is not None and (high < limit or (high == limit and amount.high_excluded))
    return Truth.YES if surely else Truth.UNKNOWN


def _at_most(amount: Bounds, limit: float) -> Truth:
    low, high = amount.low, amount.high
    if low is not None and (low > limit or (low == limit and amount.low_excluded)):
        return Truth.NO
    return Truth.YES if high is not None and high <= limit else Truth.UNKNOWN


def dropped(amount: Bounds, baseline: Bounds | None, points: float) -> Truth:
    """Did it fall by so many points or more?"""
    least, most = _drop(amount, baseline)
    if most is not None and most < points:
        return Truth.NO
    return Truth.YES if least is not None and least >= points else Truth.UNKNOWN


def _over(amount: Bounds, baseline: Bounds | None, points: float) -> Truth:
    least, most = _drop(amount, baseline)
    if most is not None and most <= points:
        return Truth.NO
    return Truth.YES if least is not None and least > points else Truth.UNKNOWN


def _drop(amount: Bounds, baseline: Bounds | None) -> tuple[float | None, float | None]:
    """The least and the most that it can have fallen; null where an end is open."""
    if baseline is None:
        return None, None
    least = None if baseline.low is None or amount.high is None else round(baseline.low - amount.high, 6)
    most = None if baseline.high is None or amount.low is None else round(baseline.high - amount.low, 6)
    return least, most
