"""What readers said of charts, and what is said of their agreement: a number with its interval, or why none.

A rating that is missing (not asked, skipped, "cannot tell") is None; charts and readers may be any number.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType

__all__ = [
    "SENTENCES",
    "Composition",
    "Counted",
    "Estimate",
    "Interval",
    "Measured",
    "Method",
    "Ratings",
    "Undefined",
    "Why",
    "counted",
    "of_two",
    "pairs_of_readers",
]

LEVEL = 0.95
# Of fewer charts, one of which has several items, no interval is given: see `clusters`.
FEWEST, FEWEST_OF_SHARE = 10, 3


class Method(StrEnum):
    """How an interval was made; each is told, with its source, where it is computed. Those of charts let the
    items of a chart hang together, the others take every item for independent.
    """

    WILSON = "wilson"
    LINEARISED = "linearised-t"
    JACKKNIFE = "jackknife-t"
    CHARTS_WILSON = "charts-wilson"
    CHARTS_LINEARISED = "charts-linearised-t"
    CHARTS_JACKKNIFE = "charts-jackknife-t"


class Why(StrEnum):
    """Why a number or an interval is not given."""

    NO_DOUBLE_READ = "no-double-read"
    ONE_CATEGORY = "one-category"
    ONE_CHART = "one-chart"
    NO_SPREAD = "no-spread"
    HANGS_ON_ONE = "hangs-on-one-chart"
    NOTHING_COUNTED = "nothing-counted"
    FEW_CHARTS = "few-charts"
    ONLY_FLAGGED = "only-flagged"


SENTENCES: Mapping[Why, str] = MappingProxyType(
    {
        Why.NO_DOUBLE_READ: "No chart was read by two readers.",
        Why.ONE_CATEGORY: "Every rating is the same, so chance alone would agree always.",
        Why.ONE_CHART: "One chart alone shows no spread.",
        Why.NO_SPREAD: "These charts show no spread from which to take an interval.",
        Why.HANGS_ON_ONE: "Without one of the charts it would be undefined.",
        Why.NOTHING_COUNTED: "There is nothing to count.",
        Why.FEW_CHARTS: "Too few charts to tell how far items of a chart hang together.",
        Why.ONLY_FLAGGED: "Only flagged charts were read: what was missed in the others is not seen.",
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
    """`charts` is how many charts the value rests on, once each. The others are null where nothing is known
    of charts with several items: `items` of those charts, the interval if they were `independent`, and the
    `design_effect`, how many times the variance is what it would be then.
    """

    value: float
    interval: Interval | Undefined
    charts: int
    items: int | None = None
    independent: Interval | Undefined | None = None
    design_effect: float | None = None


Measured = Estimate | Undefined


Composition = tuple[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Ratings:
    """One row a chart, one seat a reader. `categories` are all that could be chosen, in their order if any.

    A category that nobody chose counts where the definition says so (PABAK, AC1, weights), so it must be
    named. With `compositions` a row is an item that many charts may have: each of them says which rows the
    items of a chart are, by their place here, and how many such charts there are.
    """

    categories: tuple[str, ...]
    readers: tuple[str, ...]
    charts: tuple[tuple[str | None, ...], ...]
    compositions: tuple[Composition, ...] | None = None
    _counted: "dict[int, Counted]" = field(default_factory=dict, init=False, repr=False, compare=False)

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
        for rows, times in self.compositions or ():
            if times < 1 or not rows or min(rows) < 0 or max(rows) >= len(self.charts):
                raise ValueError("the items of a chart are rows that there are")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Charts with the same ratings: for each reader the place of the category chosen, or None."""

    seats: tuple[int | None, ...]
    charts: int

    @property
    def readings(self) -> int:
        return len(self.seats) - self.seats.count(None)

    @property
    def chosen(self) -> tuple[tuple[int, int], ...]:
        """The categories that readers chose, each with how many did."""
        return tuple((place, many) for place, many in Counter(self.seats).items() if place is not None)


@dataclass(frozen=True, slots=True)
class Counted:
    """Which ratings there were, how often, and which stood together in a chart: by the patterns' places, with
    how many such charts. `grouped`: whether the ratings told of charts with several items at all. `whole`:
    nothing was left out. Of the `items` two or more read `read_twice`, in `charts_read_twice`.
    """

    patterns: tuple[Pattern, ...]
    compositions: tuple[Composition, ...]
    grouped: bool
    whole: bool

    items: int
    read_twice: int
    charts_read_twice: int


def counted(ratings: Ratings, *, readings: int) -> Counted:
    """What has at least so many readings, equal ratings together, without readers who rated none of it."""
    known = ratings._counted.get(readings)
    if known is None:
        more = ratings._counted.get(readings + 1)
        known = more if more is not None and more.whole else _counted(ratings, readings=readings)
        ratings._counted[readings] = known
    return known


def _counted(ratings: Ratings, *, readings: int) -> Counted:
    places: dict[str | None, int | None] = {
        None: None,
        **{name: place for place, name in enumerate(ratings.categories)},
    }
    rows: dict[tuple[str | None, ...], int] = {}
    row_of: list[int | None] = []
    for seats in ratings.charts:
        enough = len(seats) - seats.count(None) >= readings
        row_of.append(rows.setdefault(seats, len(rows)) if enough else None)
    compositions = _compositions(ratings, row_of)
    times = [0] * len(rows)
    for chosen, charts in compositions:
        for row in chosen:
            times[row] += charts
    active = [reader for reader, seats in enumerate(zip(*rows, strict=True)) if any(seats)]
    patterns = tuple(
        Pattern(tuple([places[seats[reader]] for reader in active]), times[row])
        for seats, row in rows.items()
    )
    several = [pattern.readings > 1 for pattern in patterns]
    return Counted(
        patterns,
        compositions,
        grouped=ratings.compositions is not None,
        whole=None not in row_of,
        items=sum(times),
        read_twice=sum(one.charts for one in patterns if one.readings > 1),
        charts_read_twice=sum(many for rows, many in compositions if any(map(several.__getitem__, rows))),
    )


def _compositions(ratings: Ratings, row_of: Sequence[int | None]) -> tuple[Composition, ...]:
    if ratings.compositions is None:
        return tuple(((row,), times) for row, times in Counter(row_of).items() if row is not None)
    found = Counter[tuple[int, ...]]()
    for chart, times in ratings.compositions:
        kept = tuple([row for row in map(row_of.__getitem__, chart) if row is not None])
        if kept:
            found[kept] += times
    return tuple(found.items())


def of_two(ratings: Ratings, *, first: str, second: str) -> Ratings:
    """The same charts with two of the readers only."""
    one, other = ratings.readers.index(first), ratings.readers.index(second)
    charts = tuple((seats[one], seats[other]) for seats in ratings.charts)
    return Ratings(ratings.categories, (first, second), charts, ratings.compositions)


def pairs_of_readers(ratings: Ratings) -> tuple[Ratings, ...]:
    """Every two readers by themselves, in the order in which the readers are named."""
    return tuple(of_two(ratings, first=one, second=other) for one, other in combinations(ratings.readers, 2))
