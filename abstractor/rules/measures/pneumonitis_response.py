"""What is done when interstitial lung disease comes up on a drug that must then be held (ILD-ACT).

The verdict is about the drug: held, and never given again after grade 2 or more. What else is expected (a
steroid, chest CT, a referral) is named in the statement and decides nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from abstractor.abstract import Severity, Verdict
from abstractor.chart import Source
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.lung_disease import Episode, LungDisease, new_on
from abstractor.rules.measures.occasions import Occasion, first_dose
from abstractor.rules.measures.outcomes import care_ended
from abstractor.rules.measures.redosing import Redosing, redosed
from abstractor.rules.measures.restarting import amount_told, restart_told
from abstractor.rules.measures.searching import Search, search
from abstractor.rules.measures.windows import around
from abstractor.rules.therapy.course import Exposure, TherapyLine

__all__ = ["AlsoExpected", "PneumonitisResponse"]

# The worst first; of those not met, the one that a human must see first.
_WORST = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET)
_BY_DATE = ("onset-uncertain", "date-uncertain")
_GRAVEST = (Severity.CRITICAL, None, Severity.REVIEW)


@dataclass(frozen=True, slots=True)
class AlsoExpected:
    """What the label asks for besides, from `before` days before the event to `within` after it; told, not
    judged. `first_type` must have been seen whole for its silence to say anything."""

    wanted: Wanted
    within: int
    first_type: str
    before: int = 0

    def search(self, context: MeasureContext, when: DateInterval) -> Search:
        window = around(when, self.before, self.within)
        return search(context, self.wanted, window, first_type=self.first_type)


@dataclass(frozen=True, slots=True)
class PneumonitisResponse:
    """Not met by a dose of `agents` after a record of grade `never_again_from` or more.

    New on the drug: after its first dose, to `tail` days after its line, or later where a dose follows.
    After a lower grade it may be given again once the disease is over. Without any grade a `steroid`
    started in its days stands for grade `never_again_from`, and its flag asks for review.
    """

    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    disease: LungDisease
    never_again_from: int
    same_dose_within: int
    tail: int
    steroid: AlsoExpected
    also: tuple[AlsoExpected, ...]
    hospice: tuple[str, ...]
    first_type: str

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        return frozenset({Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.PENDING, Verdict.UNKNOWN})

    def sentence(self) -> str:
        return (
            f"At {self.disease.name} on {' or '.join(self.agents)}: the drug is held, and never given again "
            f"after grade {self.never_again_from} or more."
        )

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line with the drug, in any setting, in which the disease came up."""
        if not self.disease.any(context) or not any(a in context.holdings.drugs for a in self.agents):
            return
        records = self.disease.episodes(context, self.never_again_from)
        lines = [(each, self._first(context, each)) for each in context.therapy.lines]
        taken = [(each, dose) for each, dose in lines if dose is not None]
        for at, (each, dose) in enumerate(taken):
            following = taken[at + 1][1].when if at + 1 < len(taken) else None
            own = self._own(context, [e for e in records if self._is_of(context, e, each, dose, following)])
            if not own:
                continue
            first = own[0]
            names = f"{self.disease.name} ({first.when or 'no date'}) on {dose.agent}"
            occasion = Occasion(each, first.when, names, (dose.agent,), first.sources)
            decide = partial(
                self._decide, context, occasion, [(e, new_on(e, dose.when, records)) for e in own]
            )
            found = found_on(context, occasion, self.asked, decide)
            if found is not None:
                yield found

    def _first(self, context: MeasureContext, each: TherapyLine) -> Exposure | None:
        """The first dose; the order where no dose is held and that says nothing. What was ordered and never
        given did no harm."""
        held = each.exposures_of(self.agents)
        if any(exposure.given for exposure in held):
            return first_dose(each, self.agents)
        if each.ordered_not_given or context.chart.seen_whole(self.first_type):
            held = tuple(exposure for exposure in held if not exposure.ordered)
        return min(held, key=lambda e: (e.when.earliest, e.when.latest), default=None)

    def _is_of(
        self,
        context: MeasureContext,
        episode: Episode,
        each: TherapyLine,
        dose: Exposure,
        following: DateInterval | None,
    ) -> bool:
        if episode.when is None:
            return following is None
        if episode.when.before(dose.when) is Truth.YES:
            return False
        last = context.last_day(each) + timedelta(days=self.tail)
        if (episode.first_told or episode.when.earliest) <= last:
            return True
        later = following is not None and following.on_or_before(episode.when) is not Truth.NO
        return not later and self._again(context, episode).first is not None

    def _own(self, context: MeasureContext, episodes: list[Episode]) -> list[Episode]:
        """Beside a record, what report text alone tells matters only where a dose may have followed it."""
        if all(each.quote is not None for each in episodes):
            return episodes
        return [e for e in episodes if e.quote is None or self._again(context, e).truth is not Truth.NO]

    def _again(self, context: MeasureContext, each: Episode) -> Redosing:
        return redosed(context, self.agents, each.when, each.documented, first_type=self.first_type)

    def _decide(
        self,
        context: MeasureContext,
        occasion: Occasion,
        episodes: list[tuple[Episode, Truth]],
        asking: Asking,
        when: DateInterval,
    ) -> Decision:
        expected = (
            f"the drug held after {occasion.names}, and never given again after grade "
            f"{self.never_again_from} or more"
        )
        closes = when.latest + timedelta(days=self.steroid.within)
        judged = [_dated(each, self._judged(context, each, new)) for each, new in episodes]
        outcome = min(judged, key=_worst)
        if outcome.verdict is Verdict.MET:
            outcome = care_ended(context.chart, self.hospice, min(closes, context.as_of)) or outcome
        if outcome.verdict is Verdict.MET and context.as_of < closes:
            shows = f"{outcome.shows} by {context.as_of}; a week is watched"
            outcome = replace(outcome, verdict=Verdict.PENDING, shows=shows)
        beside = [(each, each.search(context, when)) for each in (self.steroid, *self.also)]
        sources = (*outcome.sources, *(source for _, found in beside for source in found.sources))
        graded = any(each.grade and (each.grade.low or 0) >= self.never_again_from for each, _ in episodes)
        told = [_told(each, found, open_on=_last(when, each) > context.as_of) for each, found in beside]
        if not graded and beside[0][1].truth is Truth.NO:
            told[0] = f"{self.steroid.wanted.name}: none, asked for from grade {self.never_again_from} on"
        shows = "; ".join([outcome.shows, *told])
        return Decision(replace(outcome, shows=shows, sources=sources), closes, expected)

    def _judged(self, context: MeasureContext, each: Episode, new: Truth) -> Outcome:
        again = self._again(context, each)
        evidence = (*each.sources, *again.sources)
        if each.quote is not None:
            shows = f"{again.shows}; {each.doubt}: “{each.quote}”"
            return Outcome(Verdict.UNKNOWN, shows, "text-only", (), evidence)
        if each.doubt is not None:
            return Outcome(Verdict.UNKNOWN, f"{again.shows}; {each.doubt}", "not-confirmed", (), evidence)
        if new is not Truth.YES:
            shows = f"{again.shows}; the disease may have been there before the drug"
            return Outcome(Verdict.UNKNOWN, shows, "onset-uncertain", (), evidence)
        if each.grade is None and again.truth is not Truth.NO:
            return self._ungraded(context, each, again, evidence)
        return self._contradicted(context, each, self._graded(context, each, again, evidence))

    def _graded(
        self, context: MeasureContext, each: Episode, again: Redosing, evidence: tuple[Source, ...]
    ) -> Outcome:
        if each.grade is not None and (each.grade.low or 0) >= self.never_again_from:
            outcome = _after(again, f"grade {each.grade} on {each.when}", evidence)
            if outcome.verdict is Verdict.NOT_MET and each.on_both_sides:
                clear = ("one grade that its records agree on",)
                return replace(outcome, reason="grade-conflict", would_clear=clear, severity=Severity.REVIEW)
            return outcome
        if each.restarts(self.never_again_from):
            if again.truth is Truth.NO:
                return Outcome(Verdict.MET, f"{again.shows} after grade {each.grade}", None, (), evidence)
            return self._restarted(context, each, again, evidence)
        if again.truth is Truth.NO:
            return Outcome(Verdict.MET, f"{again.shows}, whatever its grade", None, (), evidence)
        shows = f"{again.shows}; its grade lies on both sides of {self.never_again_from}"
        return Outcome(Verdict.UNKNOWN, shows, "grade-unknown", (), evidence)

    def _contradicted(self, context: MeasureContext, each: Episode, outcome: Outcome) -> Outcome:
        """Tells what contradicts its grade. Report text confirms none, but a lower one that it contradicts
        is not relied on."""
        if each.conflict is not None:
            outcome = replace(outcome, shows=f"{outcome.shows}; {each.conflict}")
        other = next((told for told in self.disease.quotes(context, each) if not told.agrees(each)), None)
        if other is None:
            return outcome
        shows = f"{outcome.shows}; report text says otherwise: “{other.quote}”"
        outcome = replace(outcome, shows=shows, sources=(*outcome.sources, *other.sources))
        higher = other.grade is not None and (other.grade.low or 0) >= self.never_again_from
        if outcome.verdict is Verdict.MET and each.restarts(self.never_again_from) and higher:
            return replace(outcome, verdict=Verdict.UNKNOWN, reason="grade-conflict")
        return outcome

    def _ungraded(
        self, context: MeasureContext, each: Episode, again: Redosing, evidence: tuple[Source, ...]
    ) -> Outcome:
        """A steroid soon after it stands for a grade that nobody recorded: its flag then asks for review. The
        words of a report say a grade and confirm none."""
        steroid = None if each.when is None else self.steroid.search(context, each.when)
        if steroid is not None and steroid.truth is Truth.YES:
            graded = f"an unstated grade, taken for {self.never_again_from}: {steroid.shows}"
            outcome = _after(again, graded, (*evidence, *steroid.sources))
            if outcome.verdict is Verdict.NOT_MET:
                clear = ("a documented grade below that",)
                return replace(outcome, reason="grade-assumed", would_clear=clear, severity=Severity.REVIEW)
            return outcome
        quoted = next(self.disease.quotes(context, each), None)
        if quoted is not None:
            shows = f"{again.shows}; the grade stands in report text alone: “{quoted.quote}”"
            return Outcome(Verdict.UNKNOWN, shows, "grade-text-only", (), (*evidence, *quoted.sources))
        graded = "no grade is recorded"
        if each.ungraded is not None:
            graded = f"no grade that can be told to be its own: “{each.ungraded}”"
        return Outcome(Verdict.UNKNOWN, f"{again.shows}; {graded}", "grade-unknown", (), evidence)

    def _restarted(
        self, context: MeasureContext, each: Episode, again: Redosing, evidence: tuple[Source, ...]
    ) -> Outcome:
        """After a lower grade it may be given again once the disease is over."""
        graded = f"grade {each.grade} on {each.when}"
        if again.first is None or each.when is None or each.resolved is None:
            shows = f"{again.shows} after {graded}; that it was over by then is not recorded"
            return Outcome(Verdict.UNKNOWN, shows, "resolution-not-recorded", (), evidence)
        shows = f"{again.shows} after {graded}, over on {each.resolved}"
        match each.resolved.on_or_before(again.first):
            case Truth.YES:
                told = restart_told(
                    context,
                    self.agents,
                    each.when,
                    each.resolved,
                    again.first,
                    same_dose_within=self.same_dose_within,
                )
                return Outcome(Verdict.MET, f"{shows}; {told}", None, (), evidence)
            case Truth.NO if again.truth is Truth.YES:
                return Outcome(Verdict.NOT_MET, shows, "not-held", (), evidence)
            case _:
                return Outcome(Verdict.UNKNOWN, shows, "date-uncertain", (), evidence)


def _after(again: Redosing, graded: str, evidence: tuple[Source, ...]) -> Outcome:
    match again.truth:
        case Truth.YES:
            shows = f"{again.shows} after {graded}"
            return Outcome(Verdict.NOT_MET, shows, None, (), evidence, Severity.CRITICAL)
        case Truth.NO:
            return Outcome(Verdict.MET, f"{again.shows} after {graded}", None, (), evidence)
        case _:
            return Outcome(Verdict.UNKNOWN, f"{again.shows}; {graded}", again.reason, (), evidence)


def _dated(each: Episode, outcome: Outcome) -> Outcome:
    """What a missing or partial date leaves open asks for review."""
    partial = each.when is None or not each.when.is_exact
    if outcome.verdict is Verdict.UNKNOWN and partial and (each.when is None or outcome.reason in _BY_DATE):
        return replace(outcome, severity=Severity.REVIEW)
    return outcome


def _last(when: DateInterval, each: AlsoExpected) -> date:
    return when.latest + timedelta(days=each.within)


def _told(each: AlsoExpected, found: Search, *, open_on: bool) -> str:
    stated = "" if found.found is None else amount_told(found.found)
    said = {
        Truth.YES: f"met ({found.shows}{stated})",
        Truth.NO: "pending" if open_on else "not met",
        Truth.UNKNOWN: "unknown",
    }[found.truth]
    return f"{each.wanted.name} within {each.within} days {said}"


def _worst(outcome: Outcome) -> tuple[int, int]:
    gravity = _GRAVEST.index(outcome.severity) if outcome.severity in _GRAVEST else len(_GRAVEST)
    return (_WORST.index(outcome.verdict), gravity)
