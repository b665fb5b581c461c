"""The editions on a scale of years, one row a guideline: where each bar begins and ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from abstractor.rules.library import Edition

__all__ = ["Bar", "Picture", "Row", "picture"]

_WIDTH, _LABELS, _ROW, _TOP = 1000, 270, 26, 26
# A guideline that changed within weeks still shows a bar that can be seen and pressed.
_NARROWEST = 4.0


@dataclass(frozen=True, slots=True)
class Bar:
    edition: Edition
    x: float
    width: float
    until: str


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    x: float
    named: bool


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    labels: int
    years: tuple[Year, ...]
    rows: tuple[Row, ...]


def picture(groups: Iterable[tuple[str, tuple[Edition, ...]]], on: date) -> Picture:
    """Of each guideline, by its label, the editions; what is open goes on to the end of the year after."""
    held = [(label, sorted(editions, key=lambda each: each.valid_from)) for label, editions in groups]
    first = min((editions[0].valid_from.year for _, editions in held), default=on.year)
    latest = max((e.valid_from.year for _, editions in held for e in editions), default=on.year)
    last = max(on.year, latest) + 1
    years = last + 1 - first

    def x(day: date) -> float:
        passed = day.year - first + (day.timetuple().tm_yday - 1) / 366
        return round(_LABELS + passed * (_WIDTH - _LABELS) / years, 1)

    def bar(edition: Edition) -> Bar:
        end = edition.valid_to or date(last, 12, 31)
        width = round(max(x(end) - x(edition.valid_from) - 1.5, _NARROWEST), 1)
        return Bar(edition, x(edition.valid_from), width, str(edition.valid_to or "still open"))

    rows = [
        Row(label, _TOP + at * _ROW, tuple(bar(edition) for edition in editions))
        for at, (label, editions) in enumerate(held)
    ]
    every = 1 if years <= 14 else 2
    scale = [Year(y, x(date(y, 1, 1)), (y - first) % every == 0) for y in range(first, last + 1)]
    return Picture(_WIDTH, _TOP + len(rows) * _ROW + 6, _LABELS, tuple(scale), tuple(rows))
