"""What readers said of charts, and what is said of their agreement: a number with its interval, or why none.

A rating that is missing (not asked, skipped, "cannot tell") is None; charts and readers may be any number.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType

__all__ = [
    "SENTENCES",
    "Estimate",
    "Interval",
    "Measured",
    "Method",
    "Ratings",
    "Undefined",
    "Why",
    "measured",
    "of_two",
    "pairs_of_readers",
]

LEVEL = 0.95


class Method(StrEnum):
    """How an interval was made; each is told, with its source, where it is computed."""

    WILSON = "wilson"
    LINEARISED = "linearised-t"
    JACKKNIFE = "jackknife-t"
    MOVER = "mover-wilson"


class Why(StrEnum):
    """Why a number or an interval is not given."""

    NO_DOUBLE_READ = "no-double-read"
    ONE_CATEGORY = "one-category"
    ONE_CHART = "one-chart"
    NO_SPREAD = "no-spread"
    HANGS_ON_ONE = "hangs-on-one-chart"
    NOTHING_COUNTED = "nothing-counted"


SENTENCES: Mapping[Why, str] = MappingProxyType(
    {
        Why.NO_DOUBLE_READ: "No chart was read by two readers.",
        Why.ONE_CATEGORY: "Every rating is the same, so chance alone would agree always.",
        Why.ONE_CHART: "One chart alone shows no spread.",
        Why.NO_SPREAD: "These charts show no spread from which to take an interval.",
        Why.HANGS_ON_ONE: "Without one of the charts it would be undefined.",
        Why.NOTHING_COUNTED: "There is nothing to count.",
    }
)


@dataclass(frozen=True, slots=True)
class Undefined:
    """There is no such number here, and why."""

    why: Why

    @property
    def sentence(self) -> str:
        return SENTENCES[self.why]


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float
    level: float
    method: Method


@dataclass(frozen=True, slots=True)
class Estimate:
    """`charts` is how many charts the value rests on, once each."""

    value: float
    interval: Interval | Undefined
    charts: int


Measured = Estimate | Undefined


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row a chart, one seat a reader. `categories` are all that could be chosen, in their order if any.

    A category that nobody chose counts where the definition says so (PABAK, AC1, weights), so it must be
    named.
    """

    categories: tuple[str, ...]
    readers: tuple[str, ...]
    charts: tuple[tuple[str | None, ...], ...]

    def __post_init__(self) -> None:
        if len(self.categories) < 2 or len(set(self.categories)) < len(self.categories):
            raise ValueError("ratings choose between two categories or more, each named once")
        if len(self.readers) < 2 or len(set(self.readers)) < len(self.readers):
            raise ValueError("ratings come from two readers or more, each named once")
        known = {None, *self.categories}
        for seats in set(self.charts):
            if len(seats) != len(self.readers):
                raise ValueError("each chart has one seat for each reader")
            if not known.issuperset(seats):
                raise ValueError("a rating is one of the categories, or None")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Charts with the same ratings: for each reader the place of the category chosen, or None."""

    seats: tuple[int | None, ...]
    charts: int

    @property
    def readings(self) -> int:
        return sum(seat is not None for seat in self.seats)

    def counts(self, categories: int) -> tuple[int, ...]:
        """How many readers chose each category."""
        chosen = Counter(self.seats)
        return tuple(chosen[place] for place in range(categories))


def measured(ratings: Ratings, *, readings: int) -> tuple[Pattern, ...]:
    """Charts with at least so many readings, equal ones together, without readers who rated none of them."""
    places: dict[str | None, int | None] = {name: place for place, name in enumerate(ratings.categories)}
    rows = Counter(
        tuple(places.get(seat) for seat in seats)
        for seats in ratings.charts
        if sum(seat is not None for seat in seats) >= readings
    )
    active = [
        reader for reader in range(len(ratings.readers)) if any(row[reader] is not None for row in rows)
    ]
    return tuple(Pattern(tuple(row[reader] for reader in active), charts) for row, charts in rows.items())


def of_two(ratings: Ratings, *, first: str, second: str) -> Ratings:
    """The same charts with two of the readers only."""
    one, other = ratings.readers.index(first), ratings.readers.index(second)
    charts = tuple((seats[one], seats[other]) for seats in ratings.charts)
    return Ratings(ratings.categories, (first, second), charts)


def pairs_of_readers(ratings: Ratings) -> tuple[Ratings, ...]:
    """Every two readers by themselves, in the order in which the readers are named."""
    return tuple(of_two(ratings, first=one, second=other) for one, other in combinations(ratings.readers, 2))
