"""Checks that are due again and again while a drug is taken: no gap longer than allowed (LVEF, CT, liver)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Source
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.exposed import Stretch, doses, sources_of, stretches
from abstractor.rules.measures.gaps import Gap, covered, inside, long_gaps, without_supply
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.listing import either, listed
from abstractor.rules.measures.needs import Silence
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.outcomes import excluded, queried, unless_ended
from abstractor.rules.measures.searching import Search, doubt_in, search
from abstractor.rules.measures.windows import Window, around
from abstractor.rules.therapy.course import Exposure, TherapyLine

__all__ = ["Baseline", "LongerPlan", "RollingCheck"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Every check is due, too, from `before` days before the first dose to `after` days after it."""

    before: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class LongerPlan:
    """A documented plan for a longer interval (`plan`), accepted after `after_days` of exposure up to
    `longest_gap` days."""

    plan: Wanted
    after_days: int
    longest_gap: int


@dataclass(frozen=True, slots=True)
class _Lack:
    """A check that is missing in a gap, or at the baseline where there is no gap; `doubt`: why that is not
    sure."""

    check: Wanted
    shows: str
    clear: str
    doubt: Search | None
    gap: Gap | None = None

    @property
    def days(self) -> int:
        return 0 if self.gap is None else self.gap.days


@dataclass(frozen=True, slots=True)
class _Course:
    """The drugs of the edition that asks, as they were taken."""

    held: tuple[Exposure, ...]
    spans: tuple[Stretch, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return sources_of(self.held)

    @property
    def whole(self) -> Window:
        first, last = self.spans[0].first, self.spans[-1].last
        return Window((first, last), (first, last))


@dataclass(frozen=True, slots=True)
class RollingCheck:
    """Met where no more than `longest_gap` days of exposure to the drugs of the edition that asks pass
    without each of the `checks` (`every` days and a tolerance), and where all of them were there at the
    `baseline`.

    `agents` (none: whatever the line holds) trigger it once the exposure lasted `least_days`. `break_days`
    without a dose interrupt the exposure: nothing is due in a break. `shortest_line`: a line that ended
    sooner is excluded. `pauses_excuse`: days that no supply covers are not counted against a gap.
    """

    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    checks: tuple[Wanted, ...]
    every: int
    longest_gap: int
    least_days: int
    break_days: int
    first_type: str
    hospice: tuple[str, ...]
    baseline: Baseline | None = None
    longer_plan: LongerPlan | None = None
    shortest_line: int | None = None
    pauses_excuse: bool = False
    silence: Silence = Silence.NOT_MET
    settings: tuple[str, ...] = ("palliative",)

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give; with a baseline nothing is left open at the first dose."""
        can = {Verdict.MET, Verdict.EXCLUDED, Verdict.UNKNOWN}
        can |= {Verdict.NOT_MET} if self.silence is Silence.NOT_MET else set()
        can |= {Verdict.PENDING} if self.baseline is None or self.baseline.after > 0 else set()
        excused = self.longer_plan is not None or self.pauses_excuse
        return frozenset(can | ({Verdict.EXCEPTION} if excused else set()))

    def sentence(self) -> str:
        drugs = either(self.agents or ("any drug",))
        lasting = f" for {self.least_days} days or more" if self.least_days > 1 else ""
        first = "" if self.baseline is None else f"in the {self.baseline.before} days before it, and "
        return (
            f"On {drugs}{lasting}: {self._names} {first}every {self.every} days, no more than "
            f"{self.longest_gap} days of exposure without."
        )

    @property
    def _names(self) -> str:
        return listed(check.name for check in self.checks)

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line whose exposure lasted long enough."""
        for each in context.therapy.lines:
            if each.line.setting not in self.settings:
                continue
            course = self._course(context, each, self.agents)
            if course is None or sum(span.days for span in course.spans) < self.least_days:
                continue
            agents = tuple(dict.fromkeys(exposure.agent for exposure in course.held))
            names = f"treatment with {listed(sorted(agents))} (from {course.held[0].when})"
            occasion = Occasion(each, course.held[0].when, names, agents, course.sources)
            found = found_on(
                context, occasion, self.asked, partial(self._decide, context, each, occasion, course)
            )
            if found is not None:
                yield found

    def _course(self, context: MeasureContext, each: TherapyLine, agents: tuple[str, ...]) -> _Course | None:
        named = agents or each.line.agents
        held = doses(each, named)
        return _Course(held, stretches(context, each, held, break_days=self.break_days)) if held else None

    def _decide(
        self,
        context: MeasureContext,
        each: TherapyLine,
        occasion: Occasion,
        whole: _Course,
        asking: Asking,
        when: DateInterval,
    ) -> Decision:
        agents = tuple(a for a in occasion.agents if not asking.agents or a in asking.agents)
        course = whole if agents == occasion.agents else self._course(context, each, agents)
        expected = (
            f"{self._names} every {self.every} days (at most {self.longest_gap} without) during "
            f"{occasion.names}"
        )
        if self.baseline is not None:
            expected += f", and in the {self.baseline.before} days before it"
        if course is None:
            out = Outcome(Verdict.EXCLUDED, "no dose of it on record", "no-event", (), occasion.sources)
            return Decision(out, when.latest, expected)
        return Decision(self._outcome(context, occasion, course), course.spans[-1].last, expected)

    def _outcome(self, context: MeasureContext, occasion: Occasion, course: _Course) -> Outcome:
        lacks = [*self._at_baseline(context, course), *self._in_gaps(context, course)]
        shows, sources = self._told(context, course)
        if not lacks:
            return self._complete(context, course, Outcome(Verdict.MET, shows, None, (), sources))
        out = excluded(context, occasion, course.whole, hospice=self.hospice, least_days=self.shortest_line)
        if out is not None:
            return out
        worst = max(lacks, key=_gravity)
        shows = f"{shows}; {worst.shows}"
        clear = tuple(dict.fromkeys(lack.clear for lack in lacks))[:3]
        against = Outcome(Verdict.NOT_MET, shows, None, clear, sources)
        missed = self._excused(context, course, lacks, against) or self._missed(context, lacks, against)
        return unless_ended(context, missed, self.hospice, course.whole.closes)

    def _complete(self, context: MeasureContext, course: _Course, met: Outcome) -> Outcome:
        """Met, unless nothing was due yet and nothing is there."""
        firm = any(h.doubt is None for check in self.checks for h in context.holdings.of(check))
        if not firm and course.spans[-1].open:
            shows = f"{met.shows}; the next is not overdue"
            return Outcome(Verdict.PENDING, shows, None, (), met.sources)
        return met

    def _at_baseline(self, context: MeasureContext, course: _Course) -> Iterator[_Lack]:
        if self.baseline is None:
            return
        window = around(course.held[0].when, self.baseline.before, self.baseline.after)
        for check in self.checks:
            found = search(context, check, window, first_type=self.first_type)
            if found.truth is not Truth.YES:
                shows = f"{check.name} at the start: none"
                doubt = found if found.truth is Truth.UNKNOWN else None
                if doubt is None and window.closes > context.as_of:
                    doubt = Search(Truth.UNKNOWN, f"{check.name} may still come", None)
                yield _Lack(check, shows, f"{check.name} dated {window}", doubt)

    def _in_gaps(self, context: MeasureContext, course: _Course) -> Iterator[_Lack]:
        for check in self.checks:
            held = context.holdings.of(check)
            for gap in (gap for span in course.spans for gap in long_gaps(span, held, self.longest_gap)):
                shows = f"{check.name}: none from {gap.since} to {gap.until}, {gap.days} days"
                clear = f"{check.name} at least every {self.longest_gap} days from {gap.since} to {gap.until}"
                yield _Lack(check, shows, clear, self._doubt(context, check, gap), gap)

    def _doubt(self, context: MeasureContext, check: Wanted, gap: Gap) -> Search | None:
        if gap.partly:
            said, sources = f"{gap.partly[0].said}, its day not known", gap.partly[0].sources
            return Search(Truth.UNKNOWN, said, "date-uncertain", sources)
        return doubt_in(context, check, gap.within, first_type=self.first_type)

    def _told(self, context: MeasureContext, course: _Course) -> tuple[str, tuple[Source, ...]]:
        """How often each was done on treatment, and the share of the exposure that it covered."""
        exposed = sum(span.days for span in course.spans)
        said: list[str] = []
        sources: list[Source] = []
        for check in self.checks:
            held = context.holdings.of(check)
            days = {when for span in course.spans for when in inside(held, span)}
            share = covered(course.spans, held, self.longest_gap)
            named = f"{check.name} " if len(self.checks) > 1 else ""
            said.append(f"{named}{len(days)} on treatment, {share} of {exposed} days covered")
            sources += [s for each in held if each.doubt is None and each.when in days for s in each.sources]
        return "; ".join(said), (*sources, *course.sources)

    def _excused(
        self, context: MeasureContext, course: _Course, lacks: list[_Lack], against: Outcome
    ) -> Outcome | None:
        """By a plan for a longer interval, or by days on which the drug was not taken."""
        gaps = [lack.gap for lack in sorted(lacks, key=_gravity, reverse=True) if lack.gap is not None]
        if len(gaps) < len(lacks):
            return None
        if self.pauses_excuse and all(
            gap.days - without_supply(gap, course.held) <= self.longest_gap for gap in gaps
        ):
            shows = f"{against.shows}; no supply for {without_supply(gaps[0], course.held)} days of it"
            return Outcome(Verdict.EXCEPTION, shows, "treatment-paused", (), against.sources)
        plan = self.longer_plan
        if plan is None:
            return None
        since = course.spans[0].first + timedelta(days=plan.after_days)
        if any(gap.since < since or gap.days > plan.longest_gap for gap in gaps):
            return None
        day = min(gap.until for gap in gaps)
        found = search(
            context, plan.plan, around(DateInterval(day, day), None, 0), first_type=self.first_type
        )
        if found.truth is Truth.YES:
            shows, evidence = f"{against.shows}; {found.shows}", (*found.sources, *against.sources)
            return Outcome(Verdict.EXCEPTION, shows, "longer-plan", (), evidence)
        if found.truth is Truth.UNKNOWN:
            return _unknown(against, found)
        return None

    def _missed(self, context: MeasureContext, lacks: list[_Lack], against: Outcome) -> Outcome:
        """Not met where one is surely missing; else open for the first doubt."""
        doubts = [lack.doubt for lack in lacks if lack.doubt is not None]
        if len(doubts) == len(lacks):
            if all(doubt.reason is None for doubt in doubts):
                shows = f"{against.shows} by {context.as_of}; the window closes later"
                return Outcome(Verdict.PENDING, shows, None, against.would_clear, against.sources)
            return _unknown(against, next(doubt for doubt in doubts if doubt.reason is not None))
        if self.silence is not Silence.NOT_MET:
            shows = f"{against.shows}, which is required of nobody here"
            verdict = Verdict(self.silence)
            reason = None if verdict is Verdict.MET else "not-required"
            return Outcome(verdict, shows, reason, (), against.sources)
        types = (t for check in self.checks for t in check.types())
        kinds = queried(context.chart, *dict.fromkeys((self.first_type, *types)))
        shows = f"{against.shows} (searched: {kinds})"
        return Outcome(Verdict.NOT_MET, shows, None, against.would_clear, against.sources)


def _gravity(lack: _Lack) -> tuple[bool, int]:
    """Of several the longest of those that are sure is told."""
    return (lack.doubt is None, lack.days)


def _unknown(against: Outcome, found: Search) -> Outcome:
    shows, evidence = f"{against.shows}; {found.shows}", (*found.sources, *against.sources)
    return Outcome(Verdict.UNKNOWN, shows, found.reason, against.would_clear, evidence)
