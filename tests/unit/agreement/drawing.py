"""Audits drawn from a known truth: with chance kappa both readers say one thing, else each what is common."""

import random
from collections.abc import Sequence

from abstractor.workflow.agreement.ratings import Interval, Measured, Ratings
from tests.unit.agreement.examples import interval_of

__all__ = ["audit", "covered"]


def audit(
    draw: random.Random, *, kappa: float, prevalence: Sequence[float], charts: int, double: int
) -> Ratings:
    """Charts that one of three readers read, the first so many by a second one too."""
    names = tuple("abcdef"[: len(prevalence)])
    rows = []
    for place in range(charts):
        one, other = draw.sample(range(3), 2)
        seats: list[str | None] = [None, None, None]
        seats[one] = draw.choices(names, prevalence)[0]
        if place < double:
            seats[other] = seats[one] if draw.random() < kappa else draw.choices(names, prevalence)[0]
        rows.append(tuple(seats))
    return Ratings(names, ("first", "second", "third"), tuple(rows))


def covered(found: Sequence[Measured], truth: float) -> float:
    """How often the interval holds the truth."""
    held: list[Interval] = [interval_of(one) for one in found]
    return sum(one.low <= truth <= one.high for one in held) / len(held)
