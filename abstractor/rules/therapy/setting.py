"""Curative or palliative: palliative lines start on or after the metastatic anchor, less a lookback
(knowledge base, section 3.3).

Without a standing metastasis every line is curative. One that stands without a date, or may be regional,
makes them palliative, in doubt: a metastatic line must not be lost for want of a date.
"""

from dataclasses import dataclass

from abstractor.dates import DateInterval, Truth
from abstractor.rules.library import LinePolicy
from abstractor.rules.therapy.course import Anchor

__all__ = ["CURATIVE", "PALLIATIVE", "Boundary", "boundary_of"]

CURATIVE = "curative"
PALLIATIVE = "palliative"


@dataclass(frozen=True, slots=True)
class Boundary:
    """`first` is the first day of palliative therapy; null where no day divides the lines."""

    metastatic: Truth
    first: DateInterval | None

    def palliative(self, start: DateInterval) -> Truth:
        """Does therapy that starts on that day count as palliative?"""
        if self.metastatic is Truth.NO:
            return Truth.NO
        if self.first is None:
            return Truth.UNKNOWN
        return self.first.on_or_before(start)

    def setting(self, start: DateInterval) -> str:
        return CURATIVE if self.palliative(start) is Truth.NO else PALLIATIVE

    def divides(self, before: DateInterval, after: DateInterval) -> bool:
        """Is the one day surely before the boundary, and the other perhaps not?"""
        if self.first is None:
            return False
        return self.palliative(before) is Truth.NO and self.palliative(after) is not Truth.NO


def boundary_of(anchor: Anchor, policy: LinePolicy) -> Boundary:
    if anchor.stands is Truth.NO or anchor.when is None:
        return Boundary(anchor.stands, None)
    return Boundary(anchor.stands, anchor.when.shift(-policy.lookback_before_anchor_days))
