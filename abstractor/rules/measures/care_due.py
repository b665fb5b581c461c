"""Care that is due round an event: a test before a drug, a drug after a diagnosis, a referral."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Diagnosis, Procedure, Source
from abstractor.dates import DateInterval, Period, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on, one_for_the_patient
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.excusing import Due, Excusing
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.listing import either, listed
from abstractor.rules.measures.needs import Excuses, Need, Silence, expected_of, span_of
from abstractor.rules.measures.occasions import Occasion, Trigger
from abstractor.rules.measures.ordered_first import ordered_before
from abstractor.rules.measures.outcomes import excluded, queried, unless_ended
from abstractor.rules.measures.patients import Who, about
from abstractor.rules.measures.prompted import unless_prompted
from abstractor.rules.measures.seeking import NOTED, sought
from abstractor.rules.measures.standing_orders import VALIDITY
from abstractor.rules.measures.tails import ContraceptionTail, contraception_after
from abstractor.rules.measures.windows import Window

__all__ = ["CareDue"]


@dataclass(frozen=True, slots=True)
class CareDue:
    """Met by all `needs` of the edition that asks, each in its window round the `trigger`.

    `first_type` stands first in the measure's evidence column: silence is not-met only where it was seen
    whole. `least_days`: a line that ended sooner is excluded. `taken_out_by`: a diagnosis or a procedure on
    record by the event takes it out. `hospice`: concepts of hospice care. `who`: whom it is about; nobody
    named is everybody. `tails`: contraception after the last dose, told and not judged.
    """

    trigger: Trigger
    asked: tuple[Asking, ...]
    needs: tuple[Need, ...]
    first_type: str
    hospice: tuple[str, ...]
    excuses: Excuses = field(default_factory=Excuses)
    least_days: int | None = None
    taken_out_by: tuple[str, ...] = ()
    silence: Silence = Silence.NOT_MET
    who: tuple[Who, ...] = ()
    tails: tuple[ContraceptionTail, ...] = ()

    def editions(self) -> tuple[str, ...]:
        """The editions that ask, in the order in which they are looked up."""
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give, where its event has an exact day."""
        can = {Verdict.MET, Verdict.EXCLUDED, Verdict.UNKNOWN}
        later = any(asking.after for asking in self.asked)
        waits = any(later or need.after > 0 or need.in_period for need in self.needs if not need.noted)
        can |= {Verdict.PENDING} if waits or self.excuses.late_within else set()
        against = self.silence is Silence.NOT_MET and not all(need.noted for need in self.needs)
        can |= {Verdict.NOT_MET} if against else set()
        excused = self.excuses.documented or self.excuses.late_within
        can |= {Verdict.EXCEPTION} if excused else set()
        return frozenset(can)

    def sentence(self) -> str:
        """What is due, as a clinician reads it."""
        by_span: dict[tuple[str, str], list[str]] = {}
        for need in self.needs:
            apart = need.name if " or " in need.name else ""
            by_span.setdefault((span_of(need), apart), []).append(need.name)
        due = "; ".join(f"{listed(names)} {span}" for (span, _), names in by_span.items())
        own = (
            f" For {either(each.agents)} {'; '.join(span_of(n, each) for n in self._needed(each))}."
            for each in self.asked
            if each.agents and (each.before is not None or each.after is not None)
        )
        return f"At {self.trigger.sentence()}: {due}.{''.join(own)}"

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line with the trigger; one for the patient where the trigger is no drug of a line."""
        found: list[Found] = []
        for occasion in self._concerning(context):
            each = found_on(context, occasion, self.asked, partial(self.decided, context, occasion))
            if each is not None:
                found.append(each)
        yield from (each for each in found if each.finding.line is not None)
        for_patient = one_for_the_patient([each for each in found if each.finding.line is None])
        if for_patient is not None:
            yield for_patient

    def _concerning(self, context: MeasureContext) -> Iterator[Occasion]:
        """Its occasions in a patient whom it is about, or may be."""
        for occasion in self.trigger.occasions(context):
            match about(self.who, context.chart.patient, occasion.when):
                case Truth.YES:
                    yield occasion
                case Truth.UNKNOWN:
                    shows = "the gender or the date of birth is not recorded well enough to say"
                    yield replace(occasion, doubt=(shows, "patient-unknown"))
                case _:
                    return

    def _needed(self, asking: Asking) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if not asking.needs or need.id in asking.needs)

    def decided(
        self, context: MeasureContext, occasion: Occasion, asking: Asking, when: DateInterval
    ) -> Decision:
        """What one asking says of one occasion."""
        needed = self._needed(asking)
        windows = [self._window(occasion, need, when, asking, context.period) for need in needed]
        expected = expected_of(needed, asking, occasion) + self._told_besides(context, occasion)
        widest = Window(
            min(w.sure for w in windows),
            (min(w.possible[0] for w in windows), max(w.closes for w in windows)),
        )
        outcome = self._outcome(context, occasion, list(zip(needed, windows, strict=True)), widest)
        return Decision(outcome, widest.closes, expected)

    def _window(
        self, occasion: Occasion, need: Need, when: DateInterval, asking: Asking, period: Period
    ) -> Window:
        window = need.window(when, asking, period)
        ordered = ordered_before(occasion) if need.from_order else None
        if ordered is None:
            return window
        earlier = need.window(ordered, asking, period)
        return Window((earlier.sure[0], window.sure[1]), (earlier.possible[0], window.possible[1]))

    def _told_besides(self, context: MeasureContext, occasion: Occasion) -> str:
        agents = occasion.agents if occasion.line is None else occasion.line.line.agents
        after = contraception_after(self.tails, agents, context.chart.patient.gender)
        return f"; {after}" if after else ""

    def _outcome(
        self,
        context: MeasureContext,
        occasion: Occasion,
        due: list[tuple[Need, Window]],
        widest: Window,
    ) -> Outcome:
        if occasion.doubt is not None:
            return Outcome(Verdict.UNKNOWN, *occasion.doubt, (), occasion.sources)
        if occasion.absent:
            return Outcome(Verdict.EXCLUDED, f"no {occasion.names}", "no-event", (), occasion.sources)
        if self.silence is Silence.NOT_ASKED and (known := self._known(context, occasion)) is not None:
            return known  # what is reported alone is reported of those whom it is about
        found = tuple(Due(n, w, sought(context, n, w, first_type=self.first_type)) for n, w in due)
        if all(each.found.truth is Truth.YES for each in found):
            sources = tuple(source for each in found for source in each.found.sources)
            met = Outcome(Verdict.MET, _said(found), None, (), (*sources, *occasion.sources))
            return self._unprompted(context, occasion, found, met)
        excusing = Excusing(self.excuses, context, occasion, found, widest, self.first_type)
        out = self._taken_out(context, occasion, widest) or excusing.excused()
        if out is not None:
            return out
        missing = self._missing(context, occasion, found, excusing)
        return unless_ended(context, missing, self.hospice, widest.closes)

    def _taken_out(self, context: MeasureContext, occasion: Occasion, widest: Window) -> Outcome | None:
        out = excluded(context, occasion, widest, hospice=self.hospice, least_days=self.least_days)
        return out or self._known(context, occasion)

    def _known(self, context: MeasureContext, occasion: Occasion) -> Outcome | None:
        """On record by the event, it takes the event out."""
        out_of_it = Wanted("what takes it out", diagnoses=self.taken_out_by, studies=self.taken_out_by)
        for held in context.holdings.of(out_of_it):
            by_then = (
                held.when is None
                or occasion.when is None
                or held.when.on_or_before(occasion.when) is not Truth.NO
            )
            if held.doubt is None and by_then and isinstance(held.fact, Diagnosis | Procedure):
                when = held.when or "without a date"
                shows = (
                    f"{held.fact.text or 'a diagnosis or a procedure'} on record {when}, which takes it out"
                )
                return Outcome(Verdict.EXCLUDED, shows, "taken-out", (), held.sources)
        return None

    def _unprompted(
        self, context: MeasureContext, occasion: Occasion, due: tuple[Due, ...], outcome: Outcome
    ) -> Outcome:
        """What is only reported is reported of those for whom nothing asked for it, then or later."""
        if self.silence is not Silence.NOT_ASKED or occasion.when is None:
            return outcome
        return unless_prompted(context, self.taken_out_by, occasion.when, due, outcome)

    def _missing(
        self, context: MeasureContext, occasion: Occasion, due: tuple[Due, ...], excusing: Excusing
    ) -> Outcome:
        """Not met where one surely lacks and its window is closed; else open for a reason, or pending."""
        lacking = [each for each in due if each.found.truth is not Truth.YES]
        clear = tuple(f"{each.need.name} dated {each.window}" for each in lacking)
        clear += ("a documented reason against it",) if self.excuses.documented else ()
        ends = self._longest(occasion, excusing)
        closed = [each for each in lacking if max(each.window.closes, ends) <= context.as_of]
        sure = [each for each in closed if self._says_nothing_else(each)]
        if self.silence is not Silence.NOT_MET and len(sure) == len(lacking):
            return self._silent(context, occasion, due)
        if sure:
            return self._against(context, occasion, due, sure, (clear, excusing))
        # What may stand in a note is not missed before its window closes.
        told = [each for each in lacking if each in closed or each.found.reason != NOTED]
        doubtful = [each.found for each in told if each.found.truth is Truth.UNKNOWN]
        if doubtful:
            found, sources = doubtful[0], (*doubtful[0].sources, *occasion.sources)
            return Outcome(Verdict.UNKNOWN, found.shows, found.reason, clear, sources)
        shows = f"{_said(due)} by {context.as_of}; the window closes later"
        return Outcome(Verdict.PENDING, shows, None, clear, occasion.sources)

    def _against(
        self,
        context: MeasureContext,
        occasion: Occasion,
        due: tuple[Due, ...],
        sure: list[Due],
        clearing: tuple[tuple[str, ...], Excusing],
    ) -> Outcome:
        clear, excusing = clearing
        types = dict.fromkeys(t for each in sure for one in each.need.any_of for t in one.types())
        kinds = queried(context.chart, *dict.fromkeys((self.first_type, *types)))
        done = sum(each.found.truth is Truth.YES for each in due)
        shows = f"partial, {done} of {len(due)}: {_said(due)}" if done else _said(due)
        sources = _sources(due, occasion)
        late = excusing.late()
        if late is not None:
            shows += f"; {late.shows}, {late.days} days after it, and no record says that it could not wait"
            clear += (f"a record that {occasion.names} was urgent",)
            sources = (*late.sources, *sources)
        return Outcome(Verdict.NOT_MET, f"{shows} (searched: {kinds})", None, clear, sources)

    def _says_nothing_else(self, each: Due) -> bool:
        """Surely none; where nothing could be missed, an order that may have run out is as good as none."""
        run_out = self.silence is Silence.NEVER_AGAINST and each.found.reason == VALIDITY
        return run_out or each.found.truth is Truth.NO

    def _silent(self, context: MeasureContext, occasion: Occasion, due: tuple[Due, ...]) -> Outcome:
        verdict = Verdict.MET if self.silence is Silence.NEVER_AGAINST else Verdict.EXCLUDED
        reason = None if verdict is Verdict.MET else "not-required"
        shows = f"{_said(due)}, which is required of nobody here"
        silent = Outcome(verdict, shows, reason, (), _sources(due, occasion))
        return self._unprompted(context, occasion, due, silent)

    def _longest(self, occasion: Occasion, excusing: Excusing) -> date:
        """The last day that an urgent start allows, where a record says that it was urgent."""
        days = self.excuses.late_within
        if days is None or occasion.when is None or excusing.urgent() is None:
            return date.min
        return occasion.when.latest + timedelta(days=days)


def _said(due: tuple[Due, ...]) -> str:
    return "; ".join(dict.fromkeys(each.found.shows for each in due))


def _sources(due: tuple[Due, ...], occasion: Occasion) -> tuple[Source, ...]:
    return (*(source for each in due for source in each.found.sources), *occasion.sources)
