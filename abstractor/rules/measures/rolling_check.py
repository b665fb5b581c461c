"""A check that is due again and again while a drug is taken: no gap longer than allowed (LVEF, CT)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from abstractor.abstract import Verdict
from abstractor.dates import DateInterval
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.exposed import Stretch, doses, sources_of, stretches
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.outcomes import excluded, queried
from abstractor.rules.measures.searching import doubt_in, search
from abstractor.rules.measures.windows import Window, around

__all__ = ["LongerPlan", "RollingCheck"]


@dataclass(frozen=True, slots=True)
class LongerPlan:
    """A documented plan for a longer interval (`plan`), accepted after `after_days` of exposure up to
    `longest_gap` days."""

    plan: Wanted
    after_days: int
    longest_gap: int


@dataclass(frozen=True, slots=True)
class _Gap:
    """Days of exposure without the check, from the day after `since` to `until`."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class RollingCheck:
    """Met where no more than `longest_gap` days of exposure to the drugs of the edition that asks pass
    without the check (`every` days and a tolerance).

    `agents` trigger it once the exposure lasted `least_days`. `break_days` without a dose interrupt the
    exposure: nothing is due in a break.
    """

    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    check: Wanted
    every: int
    longest_gap: int
    least_days: int
    break_days: int
    first_type: str
    hospice: tuple[str, ...]
    longer_plan: LongerPlan | None = None
    settings: tuple[str, ...] = ("palliative",)

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give."""
        can = {Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.PENDING, Verdict.UNKNOWN}
        return frozenset(can | ({Verdict.EXCEPTION} if self.longer_plan is not None else set()))

    def sentence(self) -> str:
        return (
            f"On {' or '.join(self.agents)} for {self.least_days} days or more: {self.check.name} every "
            f"{self.every} days, no more than {self.longest_gap} days of exposure without one."
        )

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line whose exposure lasted long enough."""
        for each in context.therapy.lines:
            if each.line.setting not in self.settings:
                continue
            held = doses(each, self.agents)
            spans = stretches(context, each, self.agents, break_days=self.break_days)
            if sum(span.days for span in spans) < self.least_days:
                continue
            agents = tuple(dict.fromkeys(exposure.agent for exposure in held))
            names = f"treatment with {', '.join(sorted(agents))} (from {held[0].when})"
            occasion = Occasion(each, held[0].when, names, agents, sources_of(held))
            found = found_on(context, occasion, self.asked, partial(self._decide, context, occasion))
            if found is not None:
                yield found

    def _decide(
        self, context: MeasureContext, occasion: Occasion, asking: Asking, _: DateInterval
    ) -> Decision:
        agents = tuple(a for a in self.agents if not asking.agents or a in asking.agents)
        spans = stretches(context, occasion.line, agents, break_days=self.break_days)
        closes = spans[-1].last
        expected = (
            f"{self.check.name} every {self.every} days (at most {self.longest_gap} without) during "
            f"{occasion.names}"
        )
        return Decision(self._outcome(context, occasion, spans), closes, expected)

    def _outcome(self, context: MeasureContext, occasion: Occasion, spans: tuple[Stretch, ...]) -> Outcome:
        held = context.holdings.of(self.check)
        firm = [each for each in held if each.doubt is None and each.when is not None and each.when.is_exact]
        gaps = [gap for span in spans for gap in _gaps(span, firm)]
        done = [each for each in firm if any(_inside(each, span) for span in spans)]
        sources = (*(source for each in done for source in each.sources), *occasion.sources)
        exposed = sum(span.days for span in spans)
        shows = f"{len(done)} on treatment, {self._covered(spans, firm)} of {exposed} days covered"
        long = [gap for gap in gaps if gap.days > self.longest_gap]
        if not long:
            if not firm and spans[-1].open:
                return Outcome(Verdict.PENDING, f"{shows}; the next is not overdue", None, (), sources)
            return Outcome(Verdict.MET, shows, None, (), sources)
        whole = Window((spans[0].first, spans[-1].last), (spans[0].first, spans[-1].last))
        out = excluded(context, occasion, whole, hospice=self.hospice, least_days=None)
        if out is not None:
            return out
        worst = max(long, key=lambda gap: (gap.days, -gap.since.toordinal()))
        shows = f"{shows}; none from {worst.since} to {worst.until}, {worst.days} days"
        return self._missed(context, worst, long, spans, Outcome(Verdict.NOT_MET, shows, sources=sources))

    def _missed(
        self,
        context: MeasureContext,
        worst: _Gap,
        long: list[_Gap],
        spans: tuple[Stretch, ...],
        against: Outcome,
    ) -> Outcome:
        """Not met, unless something in a gap may be the check, or a plan allowed the longer interval."""
        clear = (
            f"{self.check.name} at least every {self.longest_gap} days from {worst.since} to {worst.until}",
        )
        planned = self._planned(context, long, spans)
        if planned is not None:
            shows = f"{against.shows}; {planned.said}"
            return Outcome(Verdict.EXCEPTION, shows, "longer-plan", (), (*planned.sources, *against.sources))
        for gap in long:
            found = doubt_in(context, self.check, _within(gap), first_type=self.first_type)
            if found is not None:
                shows = f"{against.shows}; {found.shows}"
                return Outcome(
                    Verdict.UNKNOWN, shows, found.reason, clear, (*found.sources, *against.sources)
                )
        kinds = queried(context.chart, *dict.fromkeys((self.first_type, *self.check.types())))
        return Outcome(Verdict.NOT_MET, f"{against.shows} (searched: {kinds})", None, clear, against.sources)

    def _planned(self, context: MeasureContext, long: list[_Gap], spans: tuple[Stretch, ...]) -> Held | None:
        plan = self.longer_plan
        if plan is None:
            return None
        since = spans[0].first + timedelta(days=plan.after_days)
        if any(gap.since < since or gap.days > plan.longest_gap for gap in long):
            return None
        until = around(DateInterval(long[0].until, long[0].until), None, 0)
        found = search(context, plan.plan, until, first_type=self.first_type)
        return found.found if found.reason is None else None

    def _covered(self, spans: tuple[Stretch, ...], firm: list[Held]) -> str:
        """The share of the exposed days that lie within the longest gap after a check."""
        reach = timedelta(days=self.longest_gap)
        days = sorted(each.when.latest for each in firm if each.when is not None)
        covered = 0
        for span in spans:
            reached = span.first - timedelta(days=1)  # the last day that is counted already
            for day in days:
                first, last = max(day, reached + timedelta(days=1)), min(day + reach, span.last)
                covered += max((last - first).days + 1, 0)
                reached = max(reached, last)
        return f"{covered / sum(span.days for span in spans):.0%}"


def _inside(each: Held, span: Stretch) -> bool:
    return each.when is not None and span.first <= each.when.earliest and each.when.latest <= span.last


def _gaps(span: Stretch, firm: list[Held]) -> Iterator[_Gap]:
    days = [each.when.earliest for each in firm if each.when is not None and _inside(each, span)]
    for since, until in pairwise(sorted({span.first, *days, span.last})):
        yield _Gap(since, until)


def _within(gap: _Gap) -> Window:
    first, last = gap.since + timedelta(days=1), gap.until - timedelta(days=1)
    return Window((first, last), (first, last))
