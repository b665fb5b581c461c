"""A result past a limit while a drug is taken asks for a repeat or a referral, and the drug held (LVEF)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Bounds, Result, Source
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measured import is_measurement
from abstractor.rules.measures.asking import Asking, Decision, found_on, one_for_the_patient
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.hold_limits import HoldLimit, dropped, under
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.listing import either
from abstractor.rules.measures.occasions import Occasion, first_dose
from abstractor.rules.measures.outcomes import excluded, queried, unless_ended
from abstractor.rules.measures.readings import Reading, named, readings_of
from abstractor.rules.measures.searching import Search, not_whole, search
from abstractor.rules.measures.told_amounts import TEXT_ONLY, ToldAmount
from abstractor.rules.measures.windows import Window, around
from abstractor.rules.terms import Quantity
from abstractor.rules.therapy.course import Exposure, TherapyLine

__all__ = ["ActedOnResult"]


@dataclass(frozen=True, slots=True)
class _Watched:
    """A line with the drugs: its first dose, the days on treatment, and what was measured."""

    line: TherapyLine
    first: Exposure
    days: Window
    readings: tuple[Reading, ...]
    baseline: Bounds | None

    @property
    def agents(self) -> tuple[str, ...]:
        return self.line.line.agents


@dataclass(frozen=True, slots=True)
class _Event:
    """`doubt`: why it is open whether it is past the limit at all."""

    reading: Reading
    when: DateInterval
    doubt: str | None


@dataclass(frozen=True, slots=True)
class _Held:
    """Was the drug given although it was to be held? `open`: the days of holding are not over."""

    given: Truth
    shows: str = ""
    reason: str | None = None
    sources: tuple[Source, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class ActedOnResult:
    """Met where a result of `concept` under `below`, or one that fell by `drop` points or more from the
    baseline, was followed within `within` days by a repeat (`again`, from the next day on) or a `referral`,
    and where `holds` asked for it, by no dose until a better result. A number in words alone is never one of
    these: it leaves open whether it is past the limit, or the repeat.

    The baseline is the last result from `baseline_before` days before the first dose of the line, else the
    first one to `baseline_after` days after it. On treatment: to `tail` days after the line. `dose_type`: the
    record kind of doses, whose silence says something only where it was seen whole.
    """

    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    concept: str
    below: float
    drop: float
    baseline_before: int
    baseline_after: int
    tail: int
    within: int
    again: Wanted
    referral: Wanted
    holds: tuple[HoldLimit, ...]
    first_type: str
    dose_type: str
    hospice: tuple[str, ...]
    least_days: int | None = None

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        return frozenset({Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.PENDING, Verdict.UNKNOWN})

    def sentence(self) -> str:
        """What is due, as a clinician reads it."""
        return (
            f"On {either(self.agents)}, at {self._limit}: {self._due}, and the drug held where its "
            "label asks for it."
        )

    @property
    def _limit(self) -> str:
        return f"{self.again.name} under {self.below:g} or {self.drop:g} points below the baseline"

    @property
    def _due(self) -> str:
        return f"a repeat or {self.referral.name} within {self.within} days"

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line in which there was such a result: that of the worst verdict."""
        quantity = context.terms.quantity(self.concept)
        for watched in self._watched(context, quantity):
            found: list[Found] = []
            for event in self._events(watched, quantity):
                occasion = self._occasion(watched, event, quantity)
                decide = partial(self._decide, context, watched, event, occasion)
                each = found_on(context, occasion, self.asked, decide)
                if each is not None and (event.doubt is None or each.finding.verdict is not Verdict.MET):
                    found.append(each)
            worst = one_for_the_patient(found)
            if worst is not None:
                yield worst

    def _watched(self, context: MeasureContext, quantity: Quantity) -> Iterator[_Watched]:
        """Each line with the drugs; what is measured once the next one has begun belongs to that."""
        readings = readings_of(context, quantity, later=self.within)
        lines_of = context.therapy.palliative() if readings else ()
        started = [(each, first_dose(each, self.agents)) for each in lines_of]
        lines = [(each, first) for each, first in started if first is not None]
        for at, (each, first) in enumerate(lines):
            last = context.last_day(each) + timedelta(days=self.tail)
            if at + 1 < len(lines):
                last = min(last, lines[at + 1][1].when.earliest)
            days = Window(
                (first.when.latest + timedelta(days=1), last), (first.when.earliest + timedelta(days=1), last)
            )
            yield _Watched(each, first, days, readings, self._baseline(readings, first.when))

    def _baseline(self, readings: tuple[Reading, ...], first: DateInterval) -> Bounds | None:
        """The last one before treatment, else the first one soon after its start."""
        window = around(first, self.baseline_before, self.baseline_after)
        known = [r for r in readings if r.firm and r.amount and window.holds(r.when) is Truth.YES]
        before = [r for r in known if r.when and r.when.on_or_before(first) is Truth.YES]
        chosen = before[-1] if before else known[0] if known else None
        return None if chosen is None else chosen.amount

    def _events(self, watched: _Watched, quantity: Quantity) -> Iterator[_Event]:
        """Each result past the limit; one that comes while the one before is followed up, and is no worse, is
        no new event."""
        before: _Event | None = None
        for reading in watched.readings:
            past = self._past(reading, watched.baseline, quantity)
            inside = watched.days.holds(reading.when)
            if past is Truth.NO or inside is Truth.NO:
                continue
            first, last = watched.days.possible
            event = _Event(
                reading, reading.when or DateInterval(first, max(first, last)), _doubt(past, inside, reading)
            )
            if before is not None and event.when.latest <= before.when.latest + timedelta(days=self.within):
                if not _worse(reading.amount, before.reading.amount):
                    continue
            yield event
            before = event if event.doubt is None else before

    def _past(self, reading: Reading, baseline: Bounds | None, quantity: Quantity) -> Truth:
        """A number in a unit that is not known is doubtful where it would be low."""
        amount, fact = reading.amount, reading.fact
        if isinstance(fact, ToldAmount) and fact.amount.high is None:
            return Truth.NO  # "over 55": nobody says that it fell
        if amount is None:
            number = fact.number if isinstance(fact, Result) and is_measurement(fact, quantity) else None
            return Truth.UNKNOWN if number is not None and number < self.below else Truth.NO
        fell = Truth.NO if baseline is None else dropped(amount, baseline, self.drop)
        return under(amount, self.below) | fell

    def _occasion(self, watched: _Watched, event: _Event, quantity: Quantity) -> Occasion:
        agents = tuple(agent for agent in self.agents if agent in watched.agents)
        names = f"{named(event.reading.fact, quantity)} on {', '.join(agents)}"
        return Occasion(watched.line, event.when, names, agents, event.reading.fact.sources)

    def _decide(
        self,
        context: MeasureContext,
        watched: _Watched,
        event: _Event,
        occasion: Occasion,
        asking: Asking,
        when: DateInterval,
    ) -> Decision:
        window = around(when, 0, self.within)
        held = self._held(context, watched, event)
        followed = self._followed(context, watched, window, when)
        outcome = self._outcome(context, occasion, window, followed, held)
        if event.doubt is not None and outcome.verdict is not Verdict.MET:
            told = isinstance(event.reading.fact, ToldAmount)
            open_on = "no result says it" if told else "it is open whether the result is past the limit"
            shows = f"{outcome.shows}; {open_on}"
            outcome = Outcome(Verdict.UNKNOWN, shows, event.doubt, outcome.would_clear, outcome.sources)
        expected = f"{self._due} after {occasion.names}, and the drug held where its label asks for it"
        return Decision(outcome, window.closes, expected)

    def _outcome(
        self, context: MeasureContext, occasion: Occasion, window: Window, followed: Search, held: _Held
    ) -> Outcome:
        shows = "; ".join(part for part in (followed.shows, held.shows) if part)
        sources = (*followed.sources, *held.sources, *occasion.sources)
        if followed.truth is Truth.YES and held.given is Truth.NO and not held.open:
            return Outcome(Verdict.MET, shows, None, (), sources)
        out = excluded(context, occasion, window, hospice=self.hospice, least_days=self.least_days)
        if out is not None:
            return out
        clear = (f"{self._due} after the result",) if followed.truth is not Truth.YES else ()
        missed = followed.truth is Truth.NO and window.closes <= context.as_of
        if held.given is Truth.YES or missed:
            types = (*self.again.types(), *self.referral.types())
            kinds = queried(context.chart, *dict.fromkeys((self.first_type, *types)))
            against = Outcome(Verdict.NOT_MET, f"{shows} (searched: {kinds})", None, clear, sources)
            if held.given is Truth.YES:
                return against
            return unless_ended(context, against, self.hospice, window.closes)
        for truth, reason in ((followed.truth, followed.reason), (held.given, held.reason)):
            if truth is Truth.UNKNOWN:
                return Outcome(Verdict.UNKNOWN, shows, reason, clear, sources)
        shows = f"{shows} by {context.as_of}; the window closes later"
        return Outcome(Verdict.PENDING, shows, None, clear, sources)

    def _followed(
        self, context: MeasureContext, watched: _Watched, window: Window, when: DateInterval
    ) -> Search:
        after = around(when.shift(1), 0, self.within - 1)
        again = search(context, self.again, after, first_type=self.first_type)
        referred = search(context, self.referral, window, first_type=self.first_type)
        for truth in (Truth.YES, Truth.UNKNOWN):
            for found in (again, referred):
                if found.truth is truth:
                    return found
        for reading in watched.readings:
            if isinstance(reading.fact, ToldAmount) and after.holds(reading.when) is not Truth.NO:
                shows = f"a repeat in words alone ({reading.when}: \u201c{reading.fact.quote}\u201d)"
                return Search(Truth.UNKNOWN, shows, TEXT_ONLY, reading.fact.sources)
        return Search(Truth.NO, f"no repeat and no {self.referral.name}")

    def _held(self, context: MeasureContext, watched: _Watched, event: _Event) -> _Held:
        """The worst of what the limits of the line's drugs give."""
        amount = event.reading.amount
        answers = [_Held(Truth.NO)]
        for limit in self.holds if amount is not None else ():
            agents = tuple(agent for agent in limit.agents if agent in watched.agents)
            reached = limit.reached(amount, watched.baseline) if agents and amount else Truth.NO
            if reached is not Truth.NO:
                answers.append(self._dosed(context, watched, event, limit, agents, reached))
        order = (Truth.NO, Truth.UNKNOWN, Truth.YES)
        return max(answers, key=lambda each: (order.index(each.given), each.open))

    def _dosed(
        self,
        context: MeasureContext,
        watched: _Watched,
        event: _Event,
        limit: HoldLimit,
        agents: tuple[str, ...],
        reached: Truth,
    ) -> _Held:
        """A dose in the days of holding, not preceded by a repeat that is no longer past the limit."""
        better = self._better(watched, event, limit)
        days = around(event.when.shift(1), 0, limit.days - 1)
        doubtful: _Held | None = None
        for dose in (dose for each in context.therapy.lines for dose in each.exposures_of(agents)):
            inside = days.holds(dose.when)
            cleared = better is not None and better.on_or_before(dose.when) is Truth.YES
            if not dose.given or not dose.relied_on or inside is Truth.NO or cleared:
                continue
            shows = f"{dose.agent} given on {dose.when}, to be held for {limit.days} days"
            if inside is Truth.YES and reached is Truth.YES:
                return _Held(Truth.YES, shows, None, dose.sources)
            reason = "date-uncertain" if reached is Truth.YES else "no-baseline"
            doubtful = doubtful or _Held(Truth.UNKNOWN, shows, reason, dose.sources)
        if doubtful is not None:
            return doubtful
        unseen = not_whole(context.chart, self.dose_type)
        if unseen is not None:
            return _Held(Truth.UNKNOWN, unseen.shows, unseen.reason)
        running = better is None and context.as_of < days.closes
        return _Held(
            Truth.NO, f"no dose of {', '.join(agents)} in the {limit.days} days after it", open=running
        )

    def _better(self, watched: _Watched, event: _Event, limit: HoldLimit) -> DateInterval | None:
        """The first repeat after it that surely lies within the limit."""
        for reading in watched.readings:
            when, amount = reading.when, reading.amount
            later = when is not None and when.earliest > event.when.latest
            if later and reading.firm and amount and limit.reached(amount, watched.baseline) is Truth.NO:
                return when
        return None


def _doubt(past: Truth, inside: Truth, reading: Reading) -> str | None:
    if isinstance(reading.fact, ToldAmount):
        return TEXT_ONLY
    if past is Truth.UNKNOWN:
        return "value-uncertain"
    if inside is Truth.UNKNOWN:
        return "date-uncertain"
    return None if reading.firm else "not-final"


def _worse(amount: Bounds | None, before: Bounds | None) -> bool:
    """May it be lower than the one before?"""
    if amount is None or before is None or amount.low is None or before.high is None:
        return True
    return amount.low < before.high
