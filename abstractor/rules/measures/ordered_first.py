"""The order by which the first dose of a drug of a line was handed out."""

from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.occasions import Occasion

__all__ = ["ordered_before"]


def ordered_before(occasion: Occasion) -> DateInterval | None:
    """The day of the last order that the first dose answers; null where none came before it."""
    if occasion.line is None or occasion.when is None:
        return None
    first = occasion.when
    doses = occasion.line.exposures_of(occasion.agents)
    orders = [order.when for dose in doses if dose.when == first for order in dose.answers]
    before = [when for when in orders if when.on_or_before(first) is Truth.YES]
    return max(before, key=lambda when: (when.latest, when.earliest), default=None)
