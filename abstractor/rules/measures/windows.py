"""The days in which evidence surely counts, and those in which it may, where a trigger has no exact day."""

from dataclasses import dataclass
from datetime import date, timedelta

from abstractor.dates import DateInterval, Truth

__all__ = ["Window", "around"]


@dataclass(frozen=True, slots=True)
class Window:
    """`sure` may be empty (its first day after its last) where the trigger's date is too wide."""

    sure: tuple[date, date]
    possible: tuple[date, date]

    def holds(self, when: DateInterval | None) -> Truth:
        """Does a fact of that day lie in the window?"""
        if when is None:
            return Truth.UNKNOWN
        if self.sure[0] <= when.earliest and when.latest <= self.sure[1]:
            return Truth.YES
        outside = when.latest < self.possible[0] or when.earliest > self.possible[1]
        return Truth.NO if outside else Truth.UNKNOWN

    @property
    def closes(self) -> date:
        """The last day on which evidence may still count."""
        return self.possible[1]

    def __str__(self) -> str:
        """The days on which evidence surely counts; where there are none, those on which it may."""
        first, last = self.sure if self.sure[0] <= self.sure[1] else self.possible
        return f"from {'any day' if first == date.min else first.isoformat()} to {last}"


def around(when: DateInterval, before: int | None, after: int) -> Window:
    """From `before` days before the trigger (null: ever before) to `after` days after it, both included."""
    return Window(
        sure=(_back(when.latest, before), _ahead(when.earliest, after)),
        possible=(_back(when.earliest, before), _ahead(when.latest, after)),
    )


def _back(day: date, days: int | None) -> date:
    if days is None:
        return date.min
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return date.min


def _ahead(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max
