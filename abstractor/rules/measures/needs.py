"""What is due round an event, in which days, what excuses that it was not done, and what silence means."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from abstractor.dates import DateInterval, Period
from abstractor.rules.measures.asking import Asking
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.listing import counted, listed
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.windows import Window, around
from abstractor.rules.terms import Threshold

__all__ = ["Excuses", "LeftOpen", "Need", "Silence", "Substitution", "expected_of", "span_of"]


class Silence(StrEnum):
    """What it means that none was found where everything was seen."""

    NOT_MET = "not-met"
    NEVER_AGAINST = "met"  # nothing is asked that silence could miss
    NOT_ASKED = "excluded"  # reported where it is there, asked of nobody


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A record in the window, `by` which it stays open where nothing else shows it: it may say so in its
    words, or stand in its place. `reason` is the code of that doubt, `because` what a reader is told."""

    by: Wanted
    reason: str
    because: str


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is due, from `before` days before the event (null: ever before) to `after` days after.

    `least`: how many of them. One of `any_of` is enough. `late_counts`: it is looked for until then, and
    counts whenever it came. `in_period`: on any day of the abstraction period, whatever the days.
    `noted`: no code carries it dependably, so that its silence says nothing: it may stand in a note.
    `left_open`: records by which its silence says nothing, either. `standing_orders`: an order of a drug to
    be taken when needed counts while it is valid. `from_order`: the days before it count from the order by
    which the first dose was handed out: what was ordered with it is at hand at that dose.
    """

    id: str
    any_of: tuple[Wanted, ...]
    after: int
    before: int | None = None
    least: int = 1
    late_counts: bool = False
    in_period: bool = False
    noted: bool = False
    left_open: tuple[LeftOpen, ...] = ()
    standing_orders: bool = False
    from_order: bool = False

    def window(self, when: DateInterval, asking: Asking, period: Period) -> Window:
        if self.in_period:
            return Window((period.start, period.end), (period.start, period.end))
        before = self.before if asking.before is None else asking.before
        return around(when, before, self.after if asking.after is None else asking.after)

    def counts_in(self, window: Window) -> Window:
        """The days in which evidence counts, where the window is that in which it is due."""
        if not self.late_counts:
            return window
        return Window((window.sure[0], date.max), (window.possible[0], date.max))

    def concepts(self) -> set[str]:
        return {concept for each in self.any_of for concept in each.concepts()}

    @property
    def name(self) -> str:
        return " or ".join(each.name for each in self.any_of)


@dataclass(frozen=True, slots=True)
class Substitution:
    """A drug of `by` in the place of those of the need, where one of `diagnoses` is on record against them or
    they were withheld for one of `stop_reasons`. `why` is what a reader calls the diagnosis."""

    need: str
    why: str
    by: Wanted
    diagnoses: tuple[str, ...] = ()
    stop_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excuses:
    """Documented reasons that justify that it was not done, by the end of the window.

    `late_within`: it came so many days after the event, and the order of the drug, or a visit of one of
    `urgent_classes` on its day, says that the start was urgent. `diagnoses`: one on record, and not over.
    `stop_reasons`: a drug that would have counted was refused or withheld for one. `declined`: care (by
    concept) that was offered and not done, whatever the reason, for each need that lacks. `said_to_take`:
    drugs that somebody says are taken. `urgent_order`: the order of the drug itself says that it was urgent.
    `substituted`: another class was given for one that is contraindicated. `results`: one past its limit in
    the window.
    """

    late_within: int | None = None
    urgent_classes: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    diagnoses_named: str = ""
    stop_reasons: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    said_to_take: tuple[str, ...] = ()
    urgent_order: bool = False
    substituted: tuple[Substitution, ...] = ()
    results: tuple[Threshold, ...] = ()

    @property
    def documented(self) -> bool:
        """Is there a reason that a record could still give?"""
        by_concept = self.diagnoses or self.stop_reasons or self.declined
        return bool(by_concept or self.said_to_take or self.urgent_order or self.substituted or self.results)


def span_of(need: Need, asking: Asking | None = None) -> str:
    """The days in which it is due, as that edition asks where it has its own."""
    if need.in_period:
        return "in the period"
    return _span(need, asking, "the day itself")


def _span(need: Need, asking: Asking | None, own_day: str) -> str:
    """`own_day`: what the day of the event is called at the end."""
    before = need.before if asking is None or asking.before is None else asking.before
    after = need.after if asking is None or asking.after is None else asking.after
    last = f"{counted(after, 'day')} after" if after else own_day
    if before is None:
        return f"at any time up to {last}"
    if not before:
        return f"from the day itself to {last}" if after else f"on {own_day}"
    return f"from {counted(before, 'day')} before{_or_its_order(need)} to {last}"


def _or_its_order(need: Need) -> str:
    return " (or before its order)" if need.from_order else ""


def expected_of(needed: tuple[Need, ...], asking: Asking, occasion: Occasion) -> str:
    """What is due, with the windows: things of one window are told together."""
    by_span: dict[str, list[str]] = {}
    for need in needed:
        by_span.setdefault(_days(need, asking), []).append(need.name)
    told = [f"{listed(names)} {span} {occasion.names}" for span, names in by_span.items()]
    return "; ".join(told)


def _days(need: Need, asking: Asking) -> str:
    if need.in_period:
        return "in the abstraction period, as there were"
    return _span(need, asking, "the day of")
