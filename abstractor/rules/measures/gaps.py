"""How long a check was not done while a drug was taken: the gaps between checks, and the share covered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from abstractor.dates import DateInterval
from abstractor.rules.measures.exposed import Stretch
from abstractor.rules.measures.holding import Held
from abstractor.rules.measures.windows import Window
from abstractor.rules.therapy.course import Exposure

__all__ = ["Gap", "covered", "inside", "long_gaps", "without_supply"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of exposure without the check, from the day after `since` to `until`. `partly`: checks that lie
    in it on a day that is not known."""

    since: date
    until: date
    partly: tuple[Held, ...] = ()

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def within(self) -> Window:
        first, last = self.since + timedelta(days=1), self.until - timedelta(days=1)
        return Window((first, last), (first, last))


def inside(held: Iterable[Held], span: Stretch) -> tuple[DateInterval, ...]:
    """The days of checks that surely lie in the stretch."""
    days = [each.when for each in held if each.doubt is None and each.when is not None]
    return tuple(when for when in days if span.first <= when.earliest and when.latest <= span.last)


def long_gaps(span: Stretch, held: Sequence[Held], longest: int) -> Iterator[Gap]:
    """Those longer than `longest` days, wherever in its month or year a check of a partial date lies."""
    exact = sorted({when.earliest for when in inside(held, span) if when.is_exact})
    for since, until in pairwise((span.first, *exact, span.last)):
        if (until - since).days <= longest:
            continue
        partly = [each for each in held if each.doubt is None and _between(each, since, until)]
        if not partly or _longest(since, until, partly) > longest:
            yield Gap(since, until, tuple(partly))


def _between(each: Held, since: date, until: date) -> bool:
    when = each.when
    return when is not None and not when.is_exact and since <= when.earliest and when.latest <= until


def _longest(since: date, until: date, partly: Sequence[Held]) -> int:
    """The longest that a gap between them can be, by those of them that say the most."""
    days = [(each.when.earliest, each.when.latest) for each in partly if each.when is not None]
    points = [(since, since), *sorted(days), (until, until)]
    reached = [0]  # up to each point
    for at in range(1, len(points)):
        last = points[at][1]
        reached.append(min(max(reached[n], (last - points[n][0]).days) for n in range(at)))
    return reached[-1]


def covered(spans: Sequence[Stretch], held: Iterable[Held], reach_days: int) -> str:
    """The share of the exposed days that lie at most so many days after a check of a known day."""
    reach = timedelta(days=reach_days)
    known = [each.when for each in held if each.doubt is None and each.when is not None]
    days = sorted(when.latest for when in known if when.is_exact)
    count = 0
    for span in spans:
        reached = span.first - timedelta(days=1)  # the last day that is counted already
        for day in days:
            first, last = max(day, reached + timedelta(days=1)), min(day + reach, span.last)
            count += max((last - first).days + 1, 0)
            reached = max(reached, last)
    return f"{count / sum(span.days for span in spans):.0%}"


def without_supply(gap: Gap, held: Sequence[Exposure]) -> int:
    """Days of the gap that no supply covers; 0 where one of them does not say how long it lasts."""
    days = {gap.since + timedelta(days=n) for n in range(1, gap.days + 1)}
    for exposure in held:
        if exposure.ends.latest < gap.since or exposure.when.earliest > gap.until:
            continue
        if exposure.until is None:
            return 0
        length = (exposure.until.latest - exposure.when.earliest).days
        days -= {exposure.when.earliest + timedelta(days=n) for n in range(length + 1)}
    return len(days)
