"""Dots with their intervals, as shapes with places; the template draws. The table beside says the same.

What is undefined has no dot: its row says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import floor
from textwrap import wrap

from abstractor.workflow.agreement.ratings import Interval, Measured, Undefined

__all__ = ["Dot", "Gridline", "Plot", "Row", "Series", "draw_plot", "interval_in_words", "share_in_words"]

WIDTH, LEFT, RIGHT = 860.0, 300.0, 840.0
TOP, ROW = 34.0, 34.0
# A name stands left of the axis, in as many lines as it takes.
NAME_LETTERS, NAME_LINE = 40, 15.0


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one row, in the order of `looks`."""

    name: str
    values: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """`low_x` and `high_x` are null where the interval is undefined."""

    x: float
    y: float
    low_x: float | None
    high_x: float | None
    look: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """`note` says why there is no dot at all. `lines` are the whole name, each with its place."""

    y: float
    name: str
    lines: tuple[tuple[float, str], ...]
    dots: tuple[Dot, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Gridline:
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    grid: tuple[Gridline, ...]
    rows: tuple[Row, ...]
    looks: tuple[tuple[str, str], ...]


def draw_plot(series: Sequence[Series], looks: Sequence[tuple[str, str]]) -> Plot:
    """`looks` are (style, name) of the values of each row; the axis reaches below 0 where a value does."""
    first = _first(series)
    drawn = [one for one in series if len(one.values) == len(looks)]
    tops = list(accumulate((_height(one) for one in drawn), initial=TOP))
    middles = [top + _height(one) / 2 for top, one in zip(tops, drawn, strict=False)]
    rows = tuple(_row(one, y, looks, first) for one, y in zip(drawn, middles, strict=True))
    bottom = tops[-1]
    steps = round((1 - first) / 0.25)
    grid = tuple(Gridline(_x(1 - step * 0.25, first), f"{1 - step * 0.25:g}") for step in range(steps + 1))
    return Plot(WIDTH, bottom + 8, LEFT, RIGHT, TOP, bottom, grid, rows, tuple(looks))


def _first(series: Sequence[Series]) -> float:
    """The left end of the axis: 0, else the quarter below the lowest value or limit."""
    lowest = 0.0
    for value in (value for one in series for value in one.values):
        if not isinstance(value, Undefined):
            low = value.interval.low if isinstance(value.interval, Interval) else value.value
            lowest = min(lowest, low)
    return max(floor(lowest * 4) / 4, -1.0)


def _x(value: float, first: float) -> float:
    share = (min(max(value, first), 1.0) - first) / (1 - first)
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _name_lines(one: Series) -> list[str]:
    return wrap(one.name, NAME_LETTERS) or [""]


def _height(one: Series) -> float:
    """As high as its name needs, and no row lower than the others."""
    return max(ROW, NAME_LINE * (len(_name_lines(one)) + 0.7))


def _row(one: Series, y: float, looks: Sequence[tuple[str, str]], first: float) -> Row:
    lines = _name_lines(one)
    above = y + 4 - NAME_LINE * (len(lines) - 1) / 2
    spread = 9.0 if len(looks) > 1 else 0.0
    dots: list[Dot] = []
    for place, (value, (look, name)) in enumerate(zip(one.values, looks, strict=True)):
        if isinstance(value, Undefined):
            continue
        limits = value.interval if isinstance(value.interval, Interval) else None
        dots.append(
            Dot(
                x=_x(value.value, first),
                y=y + spread * (place - (len(looks) - 1) / 2),
                low_x=_x(limits.low, first) if limits else None,
                high_x=_x(limits.high, first) if limits else None,
                look=look,
                title=f"{one.name}, {name}: {value.value:.2f} ({interval_in_words(value)})",
            )
        )
    told = next((value.sentence for value in one.values if isinstance(value, Undefined)), None)
    placed = tuple((above + NAME_LINE * at, line) for at, line in enumerate(lines))
    return Row(y, one.name, placed, tuple(dots), None if dots else told)


def interval_in_words(value: Measured) -> str:
    """The limits of a value, or the sentence that says why there are none."""
    if isinstance(value, Undefined):
        return value.sentence
    limits = value.interval
    if isinstance(limits, Undefined):
        return limits.sentence
    return f"{limits.level:.0%} interval {limits.low:.2f} to {limits.high:.2f}"


def share_in_words(share: float) -> str:
    return f"{share:.0%}"
