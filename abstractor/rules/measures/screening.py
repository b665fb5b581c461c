"""A score that is asked for at visits in the abstraction period, and what follows a high one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Result
from abstractor.dates import DateInterval, Truth, exact
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.enduring import over_by
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.listing import either, share_of
from abstractor.rules.measures.occasions import VisitsInPeriod
from abstractor.rules.measures.outcomes import care_ended, queried, unless_ended
from abstractor.rules.measures.searching import Search, search
from abstractor.rules.measures.windows import Window

__all__ = ["HighScore", "Instrument", "Screening"]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A result by which it is asked; a number of `high_from` or more, or one of `high_answers`, is high."""

    concept: str
    name: str
    high_from: float | None = None
    high_answers: tuple[str, ...] = ()

    def high(self, result: Result) -> Truth:
        """Unknown where the score cannot be read."""
        if self.high_from is None and not self.high_answers:
            return Truth.NO
        if set(result.value_concepts) & set(self.high_answers):
            return Truth.YES
        low, top = (result.number, result.number)
        if result.between is not None and result.number is None:
            low, top = result.between.low, result.between.high
        if self.high_from is not None and low is not None and low >= self.high_from:
            return Truth.YES
        if self.high_from is not None and top is not None and top < self.high_from:
            return Truth.NO
        return Truth.NO if result.value_concepts and result.number is None else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class HighScore:
    """What must follow a high score within `within` days. `dependable`: its silence says that it was not
    done, where `first_type` was seen whole; else no code carries it dependably."""

    follow_up: Wanted
    within: int
    first_type: str
    dependable: bool = True


@dataclass(frozen=True, slots=True)
class Screening:
    """Met by one of `instruments` (or other `screened` evidence) in the period, or with `every_visit` on the
    days of each visit in it; a high score asks for what follows.

    `declined`: concepts of a screening that was offered and not done. `taken_out_by`: diagnoses that take the
    patient out, unless they were over before the period.
    """

    instruments: tuple[Instrument, ...]
    asked: tuple[Asking, ...]
    name: str
    first_type: str
    hospice: tuple[str, ...]
    screened: Wanted | None = None
    every_visit: bool = False
    high: HighScore | None = None
    declined: tuple[str, ...] = ()
    taken_out_by: tuple[str, ...] = ()

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give; pending only while what follows a high score may still come."""
        can = {Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.UNKNOWN, Verdict.PENDING}
        return frozenset(can | ({Verdict.EXCEPTION} if self.declined else set()))

    def sentence(self) -> str:
        often = "at each visit of" if self.every_visit else "at least once in"
        after = ""
        if self.high is not None:
            limits = either(f"{i.name} {i.high_from:g}" for i in self.instruments if i.high_from is not None)
            after = f"; at {limits} or more, {self.high.follow_up.name} within {self.high.within} days"
        return f"{self.name} {often} the abstraction period{after}."

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for a patient with a visit in the period."""
        for occasion in VisitsInPeriod().occasions(context):
            found = found_on(context, occasion, self.asked, partial(self._decide, context))
            if found is not None:
                yield found

    def _decide(self, context: MeasureContext, _: Asking, when: DateInterval) -> Decision:
        expected = self.sentence().rstrip(".")
        closes = context.period.end
        return Decision(self._outcome(context, closes), closes, f"{expected[:1].lower()}{expected[1:]}")

    def _outcome(self, context: MeasureContext, closes: date) -> Outcome:
        windows = self._windows(context)
        answers = [self._search(context, window) for window in windows]
        done = [answer for answer in answers if answer.truth is Truth.YES]
        sources = tuple(source for answer in done for source in answer.sources)
        shows = (
            f"{self.name} at {share_of(len(done), len(windows), 'visit')}"
            if self.every_visit
            else (done[0].shows if done else f"{self.name}: none")
        )
        if len(done) == len(windows):
            return self._followed(context, Outcome(Verdict.MET, shows, None, (), sources))
        out = care_ended(context.chart, self.hospice, closes) or self._taken_out(context, closes)
        if out is not None:
            return out
        against = Outcome(Verdict.NOT_MET, shows, None, (), sources)
        missing = self._missing(context, closes, answers, against)
        return unless_ended(context, missing, self.hospice, closes)

    def _windows(self, context: MeasureContext) -> list[Window]:
        """The period, or the days of each visit that surely lies in it."""
        period = context.period
        if not self.every_visit:
            return [Window((period.start, period.end), (period.start, period.end))]
        visits = ((v.starts, v.ends) for v in context.visits())
        inside = ((first, last) for first, last in visits if first and first.within(period) is Truth.YES)
        return list(dict.fromkeys(_days_of(first, last) for first, last in inside))

    def _wanted(self) -> tuple[Wanted, ...]:
        scores = tuple(Wanted(i.name, results=(i.concept,), zero_counts=True) for i in self.instruments)
        return scores if self.screened is None else (*scores, self.screened)

    def _search(self, context: MeasureContext, window: Window) -> Search:
        answers = [search(context, w, window, first_type=self.first_type) for w in self._wanted()]
        for truth in (Truth.YES, Truth.UNKNOWN):
            for answer in answers:
                if answer.truth is truth:
                    return answer
        return Search(Truth.NO, f"{self.name}: none")

    def _taken_out(self, context: MeasureContext, closes: date) -> Outcome | None:
        start = exact(context.period.start)
        for held in context.holdings.of(Wanted("a diagnosis that takes it out", diagnoses=self.taken_out_by)):
            by_then = held.when is None or held.when.on_or_before(closes) is not Truth.NO
            if held.doubt is None and by_then and over_by(held, start) is not Truth.YES:
                return Outcome(Verdict.EXCLUDED, held.said, "taken-out", (), held.sources)
        return None

    def _missing(
        self, context: MeasureContext, closes: date, answers: list[Search], against: Outcome
    ) -> Outcome:
        """Not met where a period that is over shows none and the chart has shown one before: scores stand in
        flowsheets and notes that many sources never send. Offered and declined is an exception."""
        declined = self._declined(context)
        if declined is not None:
            return declined
        doubtful = [answer for answer in answers if answer.truth is Truth.UNKNOWN]
        clear = (f"{self.name} from {context.period.start} to {context.period.end}",)
        sure = any(answer.truth is Truth.NO for answer in answers)
        if doubtful and not (self.every_visit and sure):
            told = doubtful[0]
            return Outcome(Verdict.UNKNOWN, told.shows, told.reason, clear, (*told.sources, *against.sources))
        if not self.every_visit and context.as_of < closes:
            shows = f"{against.shows} by {context.as_of}; the period ends {closes}"
            return Outcome(Verdict.PENDING, shows, None, clear, against.sources)
        if not any(context.holdings.of(wanted) for wanted in self._wanted()):
            shows = f"{against.shows}, and never one on record: it may be kept where we do not read"
            return Outcome(Verdict.UNKNOWN, shows, "never-recorded", clear, against.sources)
        kinds = queried(context.chart, self.first_type)
        return Outcome(Verdict.NOT_MET, f"{against.shows} (searched: {kinds})", None, clear, against.sources)

    def _declined(self, context: MeasureContext) -> Outcome | None:
        held = context.holdings.refused(self.declined)
        for fact in held:
            if fact.when is not None and fact.when.within(context.period) is Truth.YES:
                shows = f"offered and not done ({fact.when})"
                return Outcome(Verdict.EXCEPTION, shows, "declined", (), fact.sources)
        return None

    def _followed(self, context: MeasureContext, met: Outcome) -> Outcome:
        """What must follow each high score of the period."""
        if self.high is None:
            return met
        after: list[Outcome] = []
        for instrument in self.instruments:
            for held in context.holdings.of(
                Wanted(instrument.name, results=(instrument.concept,), zero_counts=True)
            ):
                inside = held.when is not None and held.when.within(context.period) is Truth.YES
                if inside and held.doubt is None and isinstance(held.fact, Result):
                    after.append(self._after(context, held, instrument.high(held.fact), met))
        worst = min((met, *after), key=_badness)
        return _with_high(met, [each for each in after if each is not met]) if worst is met else worst

    def _after(self, context: MeasureContext, held: Held, high: Truth, met: Outcome) -> Outcome:
        rule = self.high
        if rule is None or held.when is None or high is Truth.NO:
            return met
        sources = (*held.sources, *met.sources)
        if high is Truth.UNKNOWN:
            shows = f"{held.said}, which cannot be read as high or not"
            return Outcome(Verdict.UNKNOWN, shows, "score-unread", (), sources)
        until = held.when.latest + timedelta(days=rule.within)
        window = Window((held.when.earliest, until), (held.when.earliest, until))
        found = search(context, rule.follow_up, window, first_type=rule.first_type)
        if found.truth is Truth.YES:
            shows = f"{held.said}, high; {found.shows}"
            return Outcome(Verdict.MET, shows, None, (), (*found.sources, *sources))
        clear = (f"{rule.follow_up.name} by {until}",)
        shows = f"{held.said}, high; {found.shows}"
        for fact in context.holdings.refused(rule.follow_up.activities) if self.declined else ():
            if fact.when is not None and window.holds(fact.when) is Truth.YES:
                said = f"{shows}; offered and not done ({fact.when})"
                return Outcome(Verdict.EXCEPTION, said, "declined", (), (*fact.sources, *sources))
        if context.as_of < until:
            return Outcome(Verdict.PENDING, f"{shows} by {context.as_of}", None, clear, sources)
        if found.truth is Truth.UNKNOWN:
            return Outcome(Verdict.UNKNOWN, shows, found.reason, clear, (*found.sources, *sources))
        if not rule.dependable:
            return Outcome(Verdict.UNKNOWN, f"{shows}; a note may", "no-dependable-code", clear, sources)
        kinds = queried(context.chart, *dict.fromkeys((rule.first_type, *rule.follow_up.types())))
        ended = care_ended(context.chart, self.hospice, until)
        if ended is not None:  # screened; nobody was left to see her after it
            return Outcome(Verdict.MET, f"{shows}; {ended.shows}", None, (), (*ended.sources, *sources))
        against = Outcome(Verdict.NOT_MET, f"{shows} (searched: {kinds})", None, clear, sources)
        return unless_ended(context, against, self.hospice, until)


_ORDER = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.PENDING, Verdict.EXCEPTION, Verdict.MET)


def _with_high(met: Outcome, high: list[Outcome]) -> Outcome:
    """Met, with each high score and what followed it."""
    if not high:
        return met
    said = [each.shows for each in high]
    shows = said if any(each.startswith(met.shows) for each in said) else [met.shows, *said]
    sources = tuple(source for each in (met, *high) for source in each.sources)
    return replace(met, shows="; ".join(dict.fromkeys(shows)), sources=sources)


def _badness(outcome: Outcome) -> int:
    return _ORDER.index(outcome.verdict)


def _days_of(first: DateInterval, last: DateInterval | None) -> Window:
    """A visit that lasted is asked at once in it; of one day, that day."""
    days = (first.earliest, max(first.latest, (last or first).latest))
    return Window(days, days)
