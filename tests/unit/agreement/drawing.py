"""Audits drawn from a known truth: with chance kappa both readers say one thing, else each what is common."""

import random
from collections.abc import Sequence

from abstractor.workflow.agreement.ratings import Interval, Measured, Ratings
from tests.unit.agreement.examples import interval_of

__all__ = ["audit", "by_charts", "covered"]


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


def by_charts(
    draw: random.Random,
    *,
    kappa: float,
    prevalence: Sequence[float],
    charts: int,
    items: tuple[int, int],
    correlation: float,
) -> Ratings:
    """Charts of several items, read by two, some of them easy: each has its own chance of agreement, with
    kappa the mean, and so far apart that two items of one chart correlate by as much.
    """
    names = tuple("abcdef"[: len(prevalence)])
    rows: list[tuple[str, str]] = []
    compositions = []
    spread = (1 - correlation) / correlation
    for _ in range(charts):
        easy = draw.betavariate(kappa * spread, (1 - kappa) * spread)
        many = draw.randint(*items)
        compositions.append((tuple(range(len(rows), len(rows) + many)), 1))
        for _ in range(many):
            said = draw.choices(names, prevalence)[0]
            rows.append((said, said if draw.random() < easy else draw.choices(names, prevalence)[0]))
    return Ratings(names, ("first", "second"), tuple(rows), tuple(compositions))


def covered(found: Sequence[Measured], truth: float) -> float:
    """How often the interval holds the truth."""
    held: list[Interval] = [interval_of(one) for one in found]
    return sum(one.low <= truth <= one.high for one in held) / len(held)
