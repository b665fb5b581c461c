"""What makes a measure due: the first dose of a drug of a line, a diagnosis, the metastatic disease itself.

An occasion is one such event; a measure gives one finding for each line, or one for the patient.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from abstractor.chart import Diagnosis, Source, Standing, Statement
from abstractor.chart.lean import lean
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.listing import any_kind, either
from abstractor.rules.measures.searching import not_whole
from abstractor.rules.therapy.course import STATEMENT, Exposure, TherapyLine

__all__ = [
    "TRIGGER_KINDS",
    "Diagnosed",
    "DoseAfterEvent",
    "DrugStarted",
    "EventOnTreatment",
    "FirstDose",
    "Metastatic",
    "Occasion",
    "ProgressedOn",
    "Trigger",
    "VisitsInPeriod",
    "first_dose",
]

_CONFIRMED = (Standing.COUNTS, Standing.ASSUMED)


@lean
@dataclass(frozen=True, slots=True)
class Occasion:
    """`when` is null where the event has no date. `names` is what a reader calls it, its day included."""

    line: TherapyLine | None
    when: DateInterval | None
    names: str
    agents: tuple[str, ...]
    sources: tuple[Source, ...]
    absent: bool = False  # the drug is there, the event that asks for care is not
    doubt: tuple[str, str] | None = None  # in words and as a code, why it is open whether the event was there
    started_elsewhere: bool = False  # a drug of no line that is only said to be taken

    @property
    def only_said(self) -> bool:
        """Is it of drugs that nobody here ordered or gave?"""
        if self.line is None:
            return self.started_elsewhere
        held = self.line.exposures_of(self.agents or self.line.line.agents)
        return bool(held) and all(exposure.kind == STATEMENT for exposure in held)


@dataclass(frozen=True, slots=True)
class FirstDose:
    """The first dose of one of `agents` (or of an agent of `agent_kinds`) in a line: by its first dose where
    one is held, else its first order. Of a drug that is only said to be taken, the first day that is said.

    `beside_all`: the line also holds one of each of these; `without`: and none of those. `settings`: of which
    lines. `only_first`: the first such line alone.
    """

    agents: tuple[str, ...] = ()
    agent_kinds: tuple[str, ...] = ()
    beside_any: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    settings: tuple[str, ...] = ("palliative",)
    only_first: bool = False

    def sentence(self) -> str:
        named = either((*self.agents, *any_kind(self.agent_kinds)))
        beside = f" beside {either(self.beside_any)}" if self.beside_any else ""
        without = f" without {either(self.without)}" if self.without else ""
        line = f"{'the first' if self.only_first else 'each'} {either(self.settings)} line"
        return f"the first dose of {named}{beside}{without} in {line}"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        for each in context.therapy.lines:
            if each.line.setting not in self.settings or not self._fits(each):
                continue
            found = first_dose(each, self._names(context, each))
            if found is None:
                continue
            start = "start" if found.kind == STATEMENT else "first dose"
            names = f"the {start} ({found.when}) of {found.agent}"
            names += ", which is only said to be taken" if found.kind == STATEMENT else ""
            yield Occasion(each, found.when, names, (found.agent,), found.sources)
            if self.only_first:
                return

    def _fits(self, each: TherapyLine) -> bool:
        held = set(each.line.agents)
        return not held & set(self.without) and (not self.beside_any or bool(held & set(self.beside_any)))

    def _names(self, context: MeasureContext, each: TherapyLine) -> tuple[str, ...]:
        of_kind = (a for a in each.line.agents if context.agents[a].kind in self.agent_kinds)
        return (*self.agents, *of_kind)


def first_dose(each: TherapyLine, agents: tuple[str, ...]) -> Exposure | None:
    """The first of the drugs in the line, each by its first dose where one is held, else its first order;
    where neither is held of any, the first that is said to be taken."""
    given: dict[str, Exposure] = {}
    ordered: dict[str, Exposure] = {}
    said: dict[str, Exposure] = {}
    for exposure in each.begun_of(agents):
        held = given if exposure.given else ordered if exposure.ordered else said
        earlier = held.get(exposure.agent)
        if earlier is None or _by_day(exposure) < _by_day(earlier):
            held[exposure.agent] = exposure
    first = {**ordered, **given} or said
    return min((first[a] for a in dict.fromkeys(agents) if a in first), key=_by_day, default=None)


def _by_day(exposure: Exposure) -> tuple[date, date]:
    return (exposure.when.earliest, exposure.when.latest)


@dataclass(frozen=True, slots=True)
class Metastatic:
    """Distant metastasis stands: the day of the metastatic anchor."""

    def sentence(self) -> str:
        return "distant metastasis"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        anchor = context.anchor
        if anchor.stands is Truth.YES:
            day = anchor.when if anchor.when is not None else "no date"
            yield Occasion(None, anchor.when, f"distant metastasis ({day})", (), anchor.sources)


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A confirmed diagnosis of `concepts`, the first one; with `again_after` days, each one that comes so
    long after the one before (a symptom that is coded at every visit is one episode). `once_metastatic`: none
    that surely came before the metastasis."""

    concepts: tuple[str, ...]
    name: str
    again_after: int | None = None
    once_metastatic: bool = False

    def sentence(self) -> str:
        again = f", and again where {self.again_after} days lie between" if self.again_after else ""
        return f"{self.name}, the first on record{again}"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        held = context.holdings.of(Wanted(self.name, diagnoses=self.concepts))
        since = [each for each in held if self._counts(context, each)]
        firm = [each for each in since if each.doubt is None and isinstance(each.fact, Diagnosis)]
        dated = [each for each in firm if each.when is not None]
        if not dated and firm:
            yield Occasion(None, None, f"{self.name} (no date)", (), firm[0].sources)
        if not firm:
            yield from self._in_words(since)
        episodes = dated[:1]
        if self.again_after is not None:
            apart = timedelta(days=self.again_after)
            for before, each in pairwise(dated):
                if before.when and each.when and each.when.earliest - before.when.latest >= apart:
                    episodes.append(each)
        for each in episodes:
            yield Occasion(None, each.when, f"{self.name} ({each.when})", (), each.sources)

    def _in_words(self, since: list[Held]) -> Iterator[Occasion]:
        """A diagnosis that its words alone give, and that is otherwise confirmed: a reason to look."""
        for each in since:
            if isinstance(each.fact, Diagnosis) and each.fact.verified in _CONFIRMED:
                shows = f'"{each.fact.text}" in words alone: no code says that it is {self.name}'
                names = f"{self.name} ({each.when or 'no date'})"
                yield Occasion(None, each.when, names, (), each.sources, doubt=(shows, "diagnosis-in-words"))
                return

    def _counts(self, context: MeasureContext, each: Held) -> bool:
        when = context.anchor.when
        if not self.once_metastatic or when is None or each.when is None:
            return True
        return each.when.before(when) is not Truth.YES


@dataclass(frozen=True, slots=True)
class DrugStarted:
    """The first dose of one of `agents` that is part of no line (a bone-modifying agent), else its order,
    else the first day that it is said to be taken."""

    agents: tuple[str, ...]
    name: str

    def sentence(self) -> str:
        return f"the start of {self.name}"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        held = context.holdings.of(Wanted(self.name, drugs=self.agents))
        firm = [each for each in held if each.when is not None]
        here = [each for each in firm if not isinstance(each.fact, Statement)]
        given = [each for each in here if not context.is_order(each)]
        for each in (given or here or firm)[:1]:
            agents = tuple(a for a in getattr(each.fact, "agents", ()) if a in self.agents)
            names = f"the start ({each.when}) of {self.name}"
            yield Occasion(None, each.when, names, agents, each.sources, started_elsewhere=not here)


@dataclass(frozen=True, slots=True)
class EventOnTreatment:
    """The first record of `events` (diagnoses) from the first dose of one of `agents` to the end of its line
    and `tail` days, by partial dates no earlier than that dose; the line without one is told as such."""

    agents: tuple[str, ...]
    events: tuple[str, ...]
    name: str
    tail: int

    def sentence(self) -> str:
        return f"{self.name} on {either(self.agents)} (to {self.tail} days after the line)"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        for each in context.therapy.palliative():
            first = first_dose(each, self.agents)
            if first is None:
                continue
            last = max(context.last_day(each) + timedelta(days=self.tail), first.when.latest)
            yield self._of_line(context, each, first, DateInterval(first.when.earliest, last))

    def _of_line(
        self, context: MeasureContext, each: TherapyLine, first: Exposure, span: DateInterval
    ) -> Occasion:
        held = context.holdings.of(Wanted(self.name, diagnoses=self.events))
        event = next(
            (h for h in held if h.doubt is None and h.when and h.when.within(span) is Truth.YES), None
        )
        if event is not None:
            names = f"{self.name} ({event.when}) on {first.agent}"
            return Occasion(each, event.when, names, (first.agent,), event.sources)
        may = next((h for h in held if h.when is None or h.when.within(span) is not Truth.NO), None)
        names = f"{self.name} on {first.agent}"
        if may is not None:
            doubt = (f"{may.said}, which may have come up then", may.doubt or "date-uncertain")
            return Occasion(each, first.when, names, (first.agent,), may.sources, doubt=doubt)
        unseen = not_whole(context.chart, "Condition")
        doubt_of = None if unseen is None else (unseen.shows, unseen.reason or "not-seen-whole")
        return Occasion(each, first.when, names, (first.agent,), first.sources, absent=True, doubt=doubt_of)


@dataclass(frozen=True, slots=True)
class DoseAfterEvent:
    """The first dose of one of `agents` after an event that came up on them in a line: one of `events`, or
    all of `together` recorded on one day (two codes that make one disease)."""

    agents: tuple[str, ...]
    events: tuple[str, ...]
    together: tuple[str, ...]
    name: str

    def sentence(self) -> str:
        return f"the first dose of {either(self.agents)} after {self.name}"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        events = list(self._events(context))
        for each in context.therapy.palliative() if events else ():
            given = [e for e in each.exposures_of(self.agents) if e.given]
            first = min(given, key=_by_day, default=None)
            if first is None:
                continue
            own = [(when, of) for when, of in events if first.when.on_or_before(when) is Truth.YES]
            for when, sources in own[:1]:
                after = [e for e in given if when.before(e.when) is Truth.YES]
                dose = min(after, key=_by_day, default=None)
                if dose is not None:
                    names = f"the first dose ({dose.when}) of {dose.agent} after {self.name} ({when})"
                    yield Occasion(each, dose.when, names, (dose.agent,), (*dose.sources, *sources))

    def _events(self, context: MeasureContext) -> Iterator[tuple[DateInterval, tuple[Source, ...]]]:
        """By day, those of an exact day that stand."""
        held = context.holdings.of(Wanted(self.name, diagnoses=(*self.events, *self.together)))
        for each in held:
            fact = each.fact
            if each.doubt is not None or each.when is None or not isinstance(fact, Diagnosis):
                continue
            same_day = {c for h in held if h.when == each.when and h.doubt is None for c in _concepts(h.fact)}
            if set(self.events) & same_day or (self.together and same_day.issuperset(self.together)):
                yield each.when, each.sources


def _concepts(fact: object) -> tuple[str, ...]:
    return fact.concepts if isinstance(fact, Diagnosis) else ()


@dataclass(frozen=True, slots=True)
class ProgressedOn:
    """Progression that ended a line in metastatic disease with an agent of `agent_kinds`: by the day on which
    it is recorded, else the end of the line."""

    agent_kinds: tuple[str, ...]

    def sentence(self) -> str:
        return f"progression on {either(self.agent_kinds)} therapy"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        for each in context.therapy.palliative():
            line = each.line
            held = [agent for agent in line.agents if context.agents[agent].kind in self.agent_kinds]
            if held and line.end is not None and line.end_reason == "progression":
                when = each.progressed or line.end
                names = f"progression on {', '.join(held)} ({when})"
                yield Occasion(each, when, names, tuple(held), (*each.end_sources, *each.decision_sources))


@dataclass(frozen=True, slots=True)
class VisitsInPeriod:
    """A visit in the abstraction period: the care is due once in it."""

    def sentence(self) -> str:
        return "a visit in the abstraction period"

    def occasions(self, context: MeasureContext) -> Iterator[Occasion]:
        visit = context.first_visit()
        if visit is not None:
            names = f"visits from {context.period.start} to {context.period.end}"
            yield Occasion(None, visit.starts, names, (), visit.sources)


Trigger = (
    FirstDose
    | Metastatic
    | Diagnosed
    | DrugStarted
    | EventOnTreatment
    | DoseAfterEvent
    | ProgressedOn
    | VisitsInPeriod
)

TRIGGER_KINDS: dict[str, type[Trigger]] = {
    "first-dose": FirstDose,
    "metastatic": Metastatic,
    "diagnosed": Diagnosed,
    "drug-started": DrugStarted,
    "event-on-treatment": EventOnTreatment,
    "dose-after-event": DoseAfterEvent,
    "progressed-on": ProgressedOn,
    "visits-in-period": VisitsInPeriod,
}
