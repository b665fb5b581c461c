"""What is done when interstitial lung disease comes up on a drug that must then be held (ILD-ACT).

The verdict is about the drug: held, and never given again after grade 2 or more. What else the label asks for
(a steroid, chest CT, a referral) is named in the statement and decides nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from abstractor.abstract import Severity, Verdict
from abstractor.chart import Bounds, Diagnosis, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.occasions import Occasion, first_dose
from abstractor.rules.measures.redosing import Redosing, redosed
from abstractor.rules.measures.searching import search
from abstractor.rules.measures.windows import around

__all__ = ["AlsoExpected", "PneumonitisResponse"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class AlsoExpected:
    """What the label asks for besides, within `within` days of the event; told, not judged."""

    wanted: Wanted
    within: int


@dataclass(frozen=True, slots=True)
class _Event:
    """One record of the lung disease: `when` it began, `documented` the day by which it was surely written
    down, `grade` where a record says it, `firm` where it is confirmed and no unspecific code."""

    when: DateInterval
    documented: DateInterval
    resolved: DateInterval | None
    grade: Bounds | None
    firm: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class PneumonitisResponse:
    """Not met by a dose of `agents` after a record of grade `never_again_from` or more.

    `events` are the diagnoses, `weak_events` those too unspecific to be sure; new on the drug: from its first
    dose to `tail` days after its line. `severities` and `grades` (results that focus the diagnosis) say the
    grade; without one, a drug of `steroids` within `steroid_within` days stands for grade `never_again_from`.
    `mention` is what report text calls it.
    """

    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    events: tuple[str, ...]
    weak_events: tuple[str, ...]
    event_name: str
    mention: str
    severities: Mapping[str, float]
    grades: tuple[str, ...]
    never_again_from: int
    tail: int
    steroids: tuple[str, ...]
    steroid_within: int
    also: tuple[AlsoExpected, ...]
    first_type: str

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        return frozenset({Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN})

    def sentence(self) -> str:
        return (
            f"At {self.event_name} on {' or '.join(self.agents)}: the drug is held, and never given again "
            f"after grade {self.never_again_from} or more."
        )

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line with the drug, in any setting, in which the disease came up."""
        events = [] if not self._any(context) else sorted(self._events(context), key=_by_day)
        for each in context.therapy.lines if events else ():
            dose = first_dose(each, self.agents)
            if dose is None:
                continue
            last = context.last_day(each) + timedelta(days=self.tail)
            own = [e for e in events if dose.when.earliest <= e.when.latest and e.when.earliest <= last]
            if not own:
                continue
            first = own[0]
            names = f"{self.event_name} ({first.when}) on {dose.agent}"
            occasion = Occasion(each, first.when, names, (dose.agent,), first.sources)
            found = found_on(context, occasion, self.asked, partial(self._decide, context, occasion, own))
            if found is not None:
                yield found

    def _any(self, context: MeasureContext) -> bool:
        held = context.holdings.diagnoses
        return any(name in held for name in (*self.events, *self.weak_events))

    def _events(self, context: MeasureContext) -> Iterator[_Event]:
        for diagnosis in context.chart.diagnoses:
            named = set(diagnosis.concepts) & {*self.events, *self.weak_events}
            standing = diagnosis.verified or diagnosis.standing
            if not named or diagnosis.when is None or standing not in (*_RELIED_ON, Standing.CONTEXT):
                continue
            firm = standing in _RELIED_ON and bool(named & set(self.events))
            yield self._event(context, diagnosis, diagnosis.when, firm=firm)

    def _event(
        self, context: MeasureContext, diagnosis: Diagnosis, when: DateInterval, *, firm: bool
    ) -> _Event:
        grade, sources = self._graded(context, diagnosis)
        written = diagnosis.recorded or when
        documented = DateInterval(max(written.earliest, when.earliest), max(written.latest, when.latest))
        return _Event(
            when,
            documented,
            diagnosis.ended,
            grade,
            firm,
            (*diagnosis.sources, *sources),
        )

    def _graded(
        self, context: MeasureContext, diagnosis: Diagnosis
    ) -> tuple[Bounds | None, tuple[Source, ...]]:
        """The highest grade that its severity, its words or a graded result say, as a range."""
        said = [] if diagnosis.grade is None else [diagnosis.grade]
        by_severity = self.severities.get(diagnosis.severity or "")
        if by_severity is not None:
            said.append(Bounds.exactly(by_severity))
        sources: list[Source] = []
        for result in context.chart.results:
            graded = set(result.concepts) & set(self.grades) and set(result.about) & set(diagnosis.concepts)
            if graded and result.standing in _RELIED_ON and result.number:
                said.append(Bounds.exactly(result.number))
                sources += result.sources
        if not said:
            return None, ()
        low = max(each.low or 0 for each in said)
        return Bounds(low, max(each.high or 0 for each in said)), tuple(sources)

    def _decide(
        self,
        context: MeasureContext,
        occasion: Occasion,
        events: list[_Event],
        asking: Asking,
        when: DateInterval,
    ) -> Decision:
        expected = (
            f"the drug held after {occasion.names}, and never given again after grade "
            f"{self.never_again_from} or more"
        )
        outcome = self._outcome(context, occasion, events)
        beside = self._beside(context, when)
        sources = (*outcome.sources, *beside[1])
        told = replace(outcome, shows="; ".join([outcome.shows, *beside[0]]), sources=sources)
        return Decision(told, when.latest + timedelta(days=self.steroid_within), expected)

    def _outcome(self, context: MeasureContext, occasion: Occasion, events: list[_Event]) -> Outcome:
        firm = [each for each in events if each.firm]
        graded = [e for e in firm if e.grade is not None and (e.grade.low or 0) >= self.never_again_from]
        sources = tuple(source for each in events for source in each.sources)
        if graded:
            since = min(graded, key=_by_day)
            again = redosed(context, self.agents, since.when, since.documented, first_type=self.first_type)
            return self._after(again, f"grade {since.grade} on {since.when}", sources)
        again = redosed(
            context, self.agents, events[0].when, events[0].documented, first_type=self.first_type
        )
        if again.truth is Truth.NO:
            return Outcome(
                Verdict.MET, f"{again.shows}, whatever its grade", None, (), (*sources, *again.sources)
            )
        if not firm:
            shows = f"{again.shows}; the disease is not confirmed, or its code too unspecific"
            return Outcome(Verdict.UNKNOWN, shows, "not-confirmed", (), (*sources, *again.sources))
        if all(each.grade is None for each in firm):
            return self._ungraded(context, firm, again, sources)
        if all(e.grade is not None and (e.grade.high or 0) < self.never_again_from for e in firm):
            return self._restarted(context, firm, again, sources)
        shows = f"{again.shows}; its grade lies on both sides of {self.never_again_from}"
        return Outcome(Verdict.UNKNOWN, shows, "grade-unknown", (), (*sources, *again.sources))

    def _after(self, again: Redosing, graded: str, sources: tuple[Source, ...]) -> Outcome:
        evidence = (*sources, *again.sources)
        match again.truth:
            case Truth.YES:
                shows = f"{again.shows} after {graded}"
                return Outcome(Verdict.NOT_MET, shows, None, (), evidence, Severity.CRITICAL)
            case Truth.NO:
                return Outcome(Verdict.MET, f"{again.shows} after {graded}", None, (), evidence)
            case _:
                return Outcome(Verdict.UNKNOWN, f"{again.shows}; {graded}", again.reason, (), evidence)

    def _ungraded(
        self,
        context: MeasureContext,
        firm: list[_Event],
        again: Redosing,
        sources: tuple[Source, ...],
    ) -> Outcome:
        """A steroid soon after it stands for a grade that nobody recorded: its flag then asks for review. The
        words of a report say a grade and confirm none."""
        steroid = self._steroid(context, firm[0].when)
        if steroid is not None:
            graded = f"an unstated grade, taken for {self.never_again_from}: {steroid.shows}"
            outcome = self._after(again, graded, (*sources, *steroid.sources))
            if outcome.verdict is Verdict.NOT_MET:
                clear = ("a documented grade below that",)
                return replace(outcome, reason="grade-assumed", would_clear=clear, severity=Severity.REVIEW)
            return outcome
        quoted = [m for m in context.chart.mentions if m.about == self.mention and m.assertion == "stated"]
        if quoted:
            shows = f"{again.shows}; the grade stands in report text alone: “{quoted[0].quote}”"
            evidence = (*sources, *again.sources, *quoted[0].sources)
            return Outcome(Verdict.UNKNOWN, shows, "grade-text-only", (), evidence)
        shows = f"{again.shows}; no grade is recorded"
        return Outcome(Verdict.UNKNOWN, shows, "grade-unknown", (), (*sources, *again.sources))

    def _restarted(
        self,
        context: MeasureContext,
        firm: list[_Event],
        again: Redosing,
        sources: tuple[Source, ...],
    ) -> Outcome:
        """After grade 1 it may be given again once the disease is over."""
        evidence = (*sources, *again.sources)
        ends = [each.resolved for each in firm if each.resolved is not None]
        first = again.first
        graded = f"grade {firm[0].grade} on {firm[0].when}"
        if first is None or len(ends) < len(firm):
            shows = f"{again.shows} after {graded}; that it was over by then is not recorded"
            return Outcome(Verdict.UNKNOWN, shows, "resolution-not-recorded", (), evidence)
        last = max(ends, key=lambda end: (end.latest, end.earliest))
        over = last.on_or_before(first)
        shows = f"{again.shows} after {graded}, over on {last}"
        match over:
            case Truth.YES:
                return Outcome(Verdict.MET, shows, None, (), evidence)
            case Truth.NO:
                return Outcome(Verdict.NOT_MET, shows, None, (), evidence)
            case _:
                return Outcome(Verdict.UNKNOWN, shows, "date-uncertain", (), evidence)

    def _steroid(self, context: MeasureContext, when: DateInterval) -> "_Told | None":
        wanted = Wanted("a systemic steroid", drugs=self.steroids)
        found = search(context, wanted, around(when, 0, self.steroid_within), first_type=self.first_type)
        return _Told(found.shows, found.sources) if found.truth is Truth.YES else None

    def _beside(self, context: MeasureContext, when: DateInterval) -> tuple[list[str], tuple[Source, ...]]:
        told: list[str] = []
        sources: list[Source] = []
        steroid = AlsoExpected(Wanted("a systemic steroid", drugs=self.steroids), self.steroid_within)
        for each in (steroid, *self.also):
            found = search(context, each.wanted, around(when, 0, each.within), first_type=self.first_type)
            met = {Truth.YES: "met", Truth.NO: "not met", Truth.UNKNOWN: "unknown"}[found.truth]
            told.append(f"{each.wanted.name} within {each.within} days {met}")
            sources += found.sources
        return told, tuple(sources)


@dataclass(frozen=True, slots=True)
class _Told:
    shows: str
    sources: tuple[Source, ...]


def _by_day(each: _Event) -> tuple[date, date]:
    return (each.when.earliest, each.when.latest)
