"""Days on a horizontal axis: where a day stands, and which years, quarters or months are written under it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Label", "Scale", "scale_for"]

MOST_LABELS = 14
LABEL_WIDTH = 48.0
EARLIER_WIDTH = 44.0


@dataclass(frozen=True, slots=True)
class Label:
    """`text` is empty where it would run out of the drawing."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """`first` stands at `left`, `last` at `right`; `earlier` is where days before `first` stand, all in one
    place (null: at `left`).
    """

    first: date
    last: date
    left: float
    right: float
    earlier: float | None = None

    def x(self, day: date) -> float:
        if self.earlier is not None and day < self.first:
            return self.earlier
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(self.left + min(max(share, 0), 1) * (self.right - self.left), 1)

    def labels(self) -> tuple[Label, ...]:
        """Years where they fit, every second, fifth, ... year of a long life, months of a short one."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        step = next(step for step in (1, 3, 12, 24, 60, 120, 12_000) if months / step <= MOST_LABELS)
        fits = self.right - (LABEL_WIDTH if step < 12 else LABEL_WIDTH / 2)
        places = ((self.x(day), day) for day in self._starts(step))
        return tuple(Label(x, _written(day, step) if x <= fits else "") for x, day in places)

    def _starts(self, step: int) -> Iterator[date]:
        month = self.first.year * 12 + self.first.month - 1
        month += -month % step
        while month < self.last.year * 12 + self.last.month:
            day = date(month // 12, month % 12 + 1, 1)
            if day >= self.first:
                yield day
            month += step


def _written(day: date, step: int) -> str:
    return f"{day:%Y}" if step >= 12 else f"{day:%Y-%m}"


def scale_for(days: Iterable[date], *, left: float, right: float, before: Iterable[date] = ()) -> Scale:
    """A scale that holds all these days, with a little room at both ends. Days `before` them by more than a
    quarter of that stand in one place at the left.
    """
    held = sorted(days)
    room = max((held[-1] - held[0]) // 40, timedelta(days=7))
    reach = (held[-1] - held[0]) // 4
    asked = tuple(before)
    near = [day for day in asked if held[0] - day <= reach]
    far = any(held[0] - day > reach for day in asked)
    held = sorted({*held, *near})
    first = held[0] - min(room, held[0] - date.min)
    last = held[-1] + min(room, date(9998, 12, 31) - held[-1])
    if not far:
        return Scale(first, max(first, last), left, right)
    return Scale(first, max(first, last), left + EARLIER_WIDTH, right, left + EARLIER_WIDTH / 2)
