"""What excuses that care round an event was not done, by the end of its windows (the words are `Excuses`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from abstractor.abstract import Verdict
from abstractor.chart import Activity, Procedure, Source, Statement
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.enduring import over_by
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.needs import Excuses, Need
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.searching import Search
from abstractor.rules.measures.seeking import sought
from abstractor.rules.measures.substituting import beyond, substituted, withheld
from abstractor.rules.measures.urgency import urgent_start
from abstractor.rules.measures.windows import Window

__all__ = ["Due", "Excusing", "Late"]


@dataclass(frozen=True, slots=True)
class Due:
    """One need in its window, and what was found of it."""

    need: Need
    window: Window
    found: Search


@dataclass(frozen=True, slots=True)
class Late:
    """All that is due came, some of it after its window and within the days that an urgent start allows."""

    shows: str
    days: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Excusing:
    """The excuses of a measure, asked of one event."""

    excuses: Excuses
    context: MeasureContext
    occasion: Occasion
    due: tuple[Due, ...]
    widest: Window
    first_type: str

    def excused(self) -> Outcome | None:
        """The first reason that stands; else one that may."""
        maybe: Outcome | None = None
        for reason in self._reasons():
            if reason is not None and reason.verdict is Verdict.EXCEPTION:
                return reason
            maybe = maybe or reason
        return maybe

    def _reasons(self) -> Iterator[Outcome | None]:
        excuses, context, occasion = self.excuses, self.context, self.occasion
        yield self._urgent_and_late()
        yield self._diagnosed()
        yield self._withheld()
        yield beyond(context, excuses.results, self.widest)
        yield self._substituted()
        yield self._said_to_take()
        yield urgent_start(context, occasion) if excuses.urgent_order else None
        yield self._declined()

    def urgent(self) -> Outcome | None:
        """Where an urgent start allows some more days: the record that says so."""
        if self.excuses.late_within is None:
            return None
        return urgent_start(self.context, self.occasion, self.excuses.urgent_classes)

    def late(self) -> Late | None:
        days, when = self.excuses.late_within, self.occasion.when
        if days is None or when is None:
            return None
        said: list[str] = []
        sources: list[Source] = []
        after = 0
        for each in self.due:
            found = self._within(each, days, when)
            if found.truth is not Truth.YES:
                return None
            said.append(found.shows)
            sources += found.sources
            if found.found is not None and found.found.when is not None:
                after = max(after, (found.found.when.latest - when.earliest).days)
        return Late("; ".join(said), after, tuple(sources))

    def _within(self, each: Due, days: int, when: DateInterval) -> Search:
        first = min(each.window.sure)
        later = Window((first, when.earliest + timedelta(days=days)), each.window.possible)
        return sought(self.context, each.need, later, first_type=self.first_type)

    def _urgent_and_late(self) -> Outcome | None:
        late = self.late()
        urgent = self.urgent() if late is not None else None
        if late is None or urgent is None:
            return None
        shows = f"{late.shows}; {urgent.shows}"
        return Outcome(Verdict.EXCEPTION, shows, urgent.reason, (), (*late.sources, *urgent.sources))

    def _diagnosed(self) -> Outcome | None:
        """A diagnosis that stood at the event, or came up by the end of the window; open where it is over and
        nothing says since when."""
        maybe: Outcome | None = None
        named = Wanted(self.excuses.diagnoses_named, diagnoses=self.excuses.diagnoses)
        for held in self.context.holdings.of(named):
            in_time = held.when is not None and held.when.on_or_before(self.widest.closes) is Truth.YES
            over = over_by(held, self.occasion.when)
            if held.doubt is not None or not in_time or over is Truth.YES:
                continue
            if over is Truth.NO:
                return Outcome(Verdict.EXCEPTION, held.said, "reason-recorded", (), held.sources)
            shows = f"{held.said}, which may have been over by then"
            maybe = maybe or Outcome(Verdict.UNKNOWN, shows, "date-uncertain", (), held.sources)
        return maybe

    def _substituted(self) -> Outcome | None:
        lacking = frozenset(each.need.id for each in self.due if each.found.truth is not Truth.YES)
        windows = [(each.need, each.window) for each in self.due]
        accepted, when = self.excuses.substituted, self.occasion.when
        return substituted(self.context, windows, accepted, when, lacking=lacking, first_type=self.first_type)

    def _said_to_take(self) -> Outcome | None:
        """What is sold without prescription, as the patient says to take it in the window."""
        for held in self.context.holdings.of(Wanted("taken", drugs=self.excuses.said_to_take)):
            if held.doubt is None and any(_taken_in(held, each.window) for each in self.due):
                shows = f"{held.said}, said to be taken"
                return Outcome(Verdict.EXCEPTION, shows, "said-to-take", (), held.sources)
        return None

    def _withheld(self) -> Outcome | None:
        wanted = [one for each in self.due for one in each.need.any_of]
        drugs = {agent for one in wanted for agent in (*one.drugs, *one.possible_drugs)}
        name = " or ".join(one.name for one in wanted)
        reasons = self.excuses.stop_reasons
        # A diagnosis that excuses it, written as the reason, excuses it too.
        reasons += self.excuses.diagnoses if reasons else ()
        opens, closes = self.widest.possible
        return withheld(self.context, drugs, reasons, closes, name=name, opens=opens)

    def _declined(self) -> Outcome | None:
        """Each need that lacks was offered and not done: what belongs to another need excuses only that."""
        refused: list[Procedure | Activity] = []
        for each in self.due if self.excuses.declined else ():
            if each.found.truth is Truth.YES:
                continue
            fact = self._refused(each.need)
            if fact is None:
                return None
            refused.append(fact)
        if not refused:
            return None
        shows = f"offered and not done ({refused[0].when or 'without a date'})"
        return Outcome(Verdict.EXCEPTION, shows, "declined", (), tuple(s for f in refused for s in f.sources))

    def _refused(self, need: Need) -> Procedure | Activity | None:
        others = {concept for each in self.due for concept in each.need.concepts()} - need.concepts()
        excusing = tuple(concept for concept in self.excuses.declined if concept not in others)
        closes: date = self.widest.closes
        for fact in self.context.holdings.refused(excusing):
            if fact.when is None or fact.when.on_or_before(closes) is not Truth.NO:
                return fact
        return None


def _taken_in(held: Held, window: Window) -> bool:
    """Surely begun by the end of the window, and not over before it."""
    if held.when is None or not isinstance(held.fact, Statement):
        return False
    begun = held.when.on_or_before(window.sure[1]) is Truth.YES
    return begun and (held.fact.ended is None or held.fact.ended.before(window.sure[0]) is Truth.NO)
