"""Care that is due round an event: a test before a drug, a drug after a diagnosis, a referral."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Activity, Diagnosis, Procedure, Source, Standing, Statement
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on, one_for_the_patient
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.leaving_open import left_open
from abstractor.rules.measures.needs import Excuses, Need, Silence, expected_of, span_of
from abstractor.rules.measures.occasions import Occasion, Trigger
from abstractor.rules.measures.outcomes import excluded, queried
from abstractor.rules.measures.patients import Who, about
from abstractor.rules.measures.searching import Search, search
from abstractor.rules.measures.substituting import beyond, substituted, withheld
from abstractor.rules.measures.tails import ContraceptionTail, contraception_after
from abstractor.rules.measures.windows import Window

__all__ = ["CareDue"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_NOTED = "no-dependable-code"


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
        due = "; ".join(f"{need.name} {span_of(need)}" for need in self.needs)
        return f"At {self.trigger.sentence()}: {due}."

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
        windows = [need.window(when, asking, context.period) for need in needed]
        expected = expected_of(needed, asking, occasion) + self._told_besides(context, occasion)
        widest = Window(
            min(w.sure for w in windows),
            (min(w.possible[0] for w in windows), max(w.closes for w in windows)),
        )
        outcome = self._outcome(context, occasion, list(zip(needed, windows, strict=True)), widest)
        return Decision(outcome, widest.closes, expected)

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
        searched = [(need, window, self._search(context, need, window)) for need, window in due]
        if all(found.truth is Truth.YES for _, _, found in searched):
            sources = tuple(source for _, _, found in searched for source in found.sources)
            return Outcome(Verdict.MET, _said(searched), None, (), (*sources, *occasion.sources))
        out = self._taken_out(context, occasion, widest) or self._excused(context, occasion, due, widest)
        lacking = [need for need, _, found in searched if found.truth is not Truth.YES]
        out = out or self._declined(context, due, lacking, widest)
        if out is not None:
            return out
        return self._missing(context, occasion, searched)

    def _search(self, context: MeasureContext, need: Need, window: Window) -> Search:
        """The first of the alternatives that is there; else the first doubt; else none."""
        answers = [
            search(context, wanted, need.counts_in(window), first_type=self.first_type, least=need.least)
            for wanted in need.any_of
        ]
        for truth in (Truth.YES, Truth.UNKNOWN):
            for answer in answers:
                if answer.truth is truth:
                    return answer
        if need.noted:
            shows = f"{need.name}: none by code; no code carries it dependably, a note may"
            return Search(Truth.UNKNOWN, shows, _NOTED)
        return left_open(context, need, window) or Search(Truth.NO, f"{need.name}: none")

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

    def _excused(
        self,
        context: MeasureContext,
        occasion: Occasion,
        due: list[tuple[Need, Window]],
        widest: Window,
    ) -> Outcome | None:
        late = self._late(context, occasion, due)
        if late is not None:
            return late
        excuses = self.excuses
        for held in context.holdings.of(Wanted(excuses.diagnoses_named, diagnoses=excuses.diagnoses)):
            if (
                held.doubt is None
                and held.when is not None
                and held.when.on_or_before(widest.closes) is Truth.YES
            ):
                return Outcome(Verdict.EXCEPTION, held.said, "reason-recorded", (), held.sources)
        return (
            self._withheld(context, due, widest)
            or beyond(context, excuses.results, widest)
            or substituted(context, due, excuses.substituted, first_type=self.first_type)
            or self._said_to_take(context, due)
            or self._urgent(context, occasion)
        )

    def _said_to_take(self, context: MeasureContext, due: list[tuple[Need, Window]]) -> Outcome | None:
        """What is sold without prescription, as the patient says to take it in the window."""
        for held in context.holdings.of(Wanted("taken", drugs=self.excuses.said_to_take)):
            said = isinstance(held.fact, Statement) and held.doubt is None
            if said and any(_taken_in(held, window) for _, window in due):
                shows = f"{held.said}, said to be taken"
                return Outcome(Verdict.EXCEPTION, shows, "said-to-take", (), held.sources)
        return None

    def _urgent(self, context: MeasureContext, occasion: Occasion) -> Outcome | None:
        if not self.excuses.urgent_order or occasion.when is None:
            return None
        for order in context.holdings.ordered(occasion.agents):
            in_time = order.when is None or order.when.on_or_before(occasion.when) is not Truth.NO
            if order.urgent and order.standing in _RELIED_ON and in_time:
                shows = f"{occasion.names}, ordered as urgent"
                return Outcome(Verdict.EXCEPTION, shows, "urgent-start", (), order.sources)
        return None

    def _late(
        self, context: MeasureContext, occasion: Occasion, due: list[tuple[Need, Window]]
    ) -> Outcome | None:
        """All of it came, some of it after its window and within the days of an urgent start."""
        days, when = self.excuses.late_within, occasion.when
        if days is None or when is None:
            return None
        sources: list[Source] = []
        said: list[str] = []
        for need, window in due:
            first = min(window.sure[0], window.sure[1])
            later = Window((first, when.earliest + timedelta(days=days)), window.possible)
            found = self._search(context, need, later)
            if found.truth is not Truth.YES:
                return None
            said.append(found.shows)
            sources += found.sources
        shows = f"{'; '.join(said)}, after an urgent start"
        return Outcome(Verdict.EXCEPTION, shows, "urgent-start", (), tuple(sources))

    def _withheld(
        self, context: MeasureContext, due: list[tuple[Need, Window]], widest: Window
    ) -> Outcome | None:
        wanted = [each for need, _ in due for each in need.any_of]
        drugs = {agent for each in wanted for agent in (*each.drugs, *each.possible_drugs)}
        name = " or ".join(each.name for each in wanted)
        return withheld(context, drugs, self.excuses.stop_reasons, widest.closes, name=name)

    def _declined(
        self,
        context: MeasureContext,
        due: list[tuple[Need, Window]],
        lacking: list[Need],
        widest: Window,
    ) -> Outcome | None:
        """Each need that lacks was offered and not done: what belongs to another need excuses only that."""
        refused: list[Procedure | Activity] = []
        for need in lacking if self.excuses.declined else ():
            others = {concept for each, _ in due for concept in each.concepts()} - need.concepts()
            excusing = tuple(concept for concept in self.excuses.declined if concept not in others)
            facts = context.holdings.refused(excusing)
            in_time = (
                f for f in facts if f.when is None or f.when.on_or_before(widest.closes) is not Truth.NO
            )
            fact = next(in_time, None)
            if fact is None:
                return None
            refused.append(fact)
        if not refused:
            return None
        shows = f"offered and not done ({refused[0].when or 'without a date'})"
        return Outcome(Verdict.EXCEPTION, shows, "declined", (), tuple(s for f in refused for s in f.sources))

    def _missing(
        self,
        context: MeasureContext,
        occasion: Occasion,
        searched: list[tuple[Need, Window, Search]],
    ) -> Outcome:
        """Not met where one surely lacks and its window is closed; else open for a reason, or pending."""
        lacking = [(need, window, found) for need, window, found in searched if found.truth is not Truth.YES]
        clear = tuple(f"{need.name} dated {window}" for need, window, _ in lacking)
        clear += ("a documented reason against it",) if self.excuses.documented else ()
        closed = [(n, w, f) for n, w, f in lacking if self._closes(occasion, w) <= context.as_of]
        sure = [each for each in closed if each[2].truth is Truth.NO]
        if self.silence is not Silence.NOT_MET and len(sure) == len(lacking):
            return self._silent(occasion, searched)
        if sure:
            types = dict.fromkeys(t for need, _, _ in sure for each in need.any_of for t in each.types())
            kinds = queried(context.chart, *dict.fromkeys((self.first_type, *types)))
            done = len(searched) - len(lacking)
            partly = f"partial, {done} of {len(searched)}: " if done else ""
            shows = f"{partly}{_said(searched)} (searched: {kinds})"
            return Outcome(Verdict.NOT_MET, shows, None, clear, _sources(searched, occasion))
        # What may stand in a note is not missed before its window closes.
        told = [each for each in lacking if each in closed or each[2].reason != _NOTED]
        doubtful = [each for each in told if each[2].truth is Truth.UNKNOWN]
        if doubtful:
            found = doubtful[0][2]
            return Outcome(
                Verdict.UNKNOWN, found.shows, found.reason, clear, (*found.sources, *occasion.sources)
            )
        shows = f"{_said(searched)} by {context.as_of}; the window closes later"
        return Outcome(Verdict.PENDING, shows, None, clear, occasion.sources)

    def _silent(self, occasion: Occasion, searched: list[tuple[Need, Window, Search]]) -> Outcome:
        verdict = Verdict.MET if self.silence is Silence.NEVER_AGAINST else Verdict.EXCLUDED
        reason = None if verdict is Verdict.MET else "not-required"
        shows = f"{_said(searched)}, which is required of nobody here"
        return Outcome(verdict, shows, reason, (), _sources(searched, occasion))

    def _closes(self, occasion: Occasion, window: Window) -> date:
        """The day by which it must be there, the days of an urgent start included."""
        if self.excuses.late_within is None or occasion.when is None:
            return window.closes
        return max(window.closes, occasion.when.latest + timedelta(days=self.excuses.late_within))


def _taken_in(held: Held, window: Window) -> bool:
    """Surely begun by the end of the window, and not over before it."""
    if held.when is None or not isinstance(held.fact, Statement):
        return False
    begun = held.when.on_or_before(window.sure[1]) is Truth.YES
    return begun and (held.fact.ended is None or held.fact.ended.before(window.sure[0]) is Truth.NO)


def _said(searched: list[tuple[Need, Window, Search]]) -> str:
    return "; ".join(dict.fromkeys(found.shows for _, _, found in searched))


def _sources(searched: list[tuple[Need, Window, Search]], occasion: Occasion) -> tuple[Source, ...]:
    return (*(source for _, _, found in searched for source in found.sources), *occasion.sources)
