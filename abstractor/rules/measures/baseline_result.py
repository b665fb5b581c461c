"""A test that is due before or just after a drug of a line is started (LVEF before an anti-HER2
antibody)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from abstractor.abstract import LineRef, Verdict
from abstractor.chart import Procedure, Result, Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.context import AskedBy, MeasureContext, Outcome, care_ended, finding, queried
from abstractor.rules.therapy.course import Exposure, TherapyLine

__all__ = ["BaselineResult", "BaselineTrigger"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class BaselineTrigger:
    """The drug that asks for the test, by which edition, and its window in days around the first dose."""

    agent: str
    edition: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Window:
    """The days in which a test surely counts, and those in which it may, where the first dose has no
    exact day."""

    sure: tuple[date, date]
    possible: tuple[date, date]

    def holds(self, when: DateInterval | None) -> Truth:
        if when is None:
            return Truth.UNKNOWN
        if self.sure[0] <= when.earliest and when.latest <= self.sure[1]:
            return Truth.YES
        outside = when.latest < self.possible[0] or when.earliest > self.possible[1]
        return Truth.NO if outside else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """Met by a final result of `results`, or a completed study of `studies`, in the window of the line's
    trigger.

    `first_type` stands first in the measure's evidence column: silence is not-met only where it was seen
    whole. `urgent_within` days after the start: a result so late is an exception (urgent start).
    """

    triggers: tuple[BaselineTrigger, ...]
    results: tuple[str, ...]
    studies: tuple[str, ...]
    test_name: str
    first_type: str
    urgent_within: int
    excluded_by: tuple[str, ...]

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each palliative line with a trigger whose edition was in force on the first dose."""
        for each in context.therapy.palliative():
            triggered = self._trigger(each)
            if triggered is None:
                continue
            trigger, dose = triggered
            asked = context.in_force(trigger.edition, dose.when.latest)
            if asked is None:
                continue
            yield self._finding(context, each, trigger, dose, asked)

    def _trigger(self, each: TherapyLine) -> tuple[BaselineTrigger, Exposure] | None:
        """The first trigger drug of the line, by its first dose where one is held, else its first order.

        A drug that is only said to be taken has no first dose that a test could precede.
        """
        first: list[tuple[BaselineTrigger, Exposure]] = []
        for trigger in self.triggers:
            taken = [e for e in each.exposures_of((trigger.agent,)) if e.given or e.ordered]
            given = [exposure for exposure in taken if exposure.given]
            if taken:
                first.append((trigger, min(given or taken, key=lambda e: (e.when.earliest, e.when.latest))))
        return min(first, key=lambda pair: (pair[1].when.earliest, pair[1].when.latest), default=None)

    def _finding(
        self,
        context: MeasureContext,
        each: TherapyLine,
        trigger: BaselineTrigger,
        dose: Exposure,
        asked: AskedBy,
    ) -> Found:
        before, after = timedelta(days=trigger.before), timedelta(days=trigger.after)
        window = _Window(
            sure=(dose.when.latest - before, dose.when.earliest + after),
            possible=(dose.when.earliest - before, dose.when.latest + after),
        )
        expected = (
            f"{self.test_name} from {trigger.before} days before to {trigger.after} days after the first "
            f"dose ({dose.when}) of {trigger.agent}"
        )
        line = LineRef(each.line.setting, each.line.number)
        outcome = self._decide(context, each, dose, window)
        return finding(
            context,
            asked,
            outcome,
            line=line,
            trigger=dose.when,
            window_end=window.possible[1],
            expected=expected,
        )

    def _decide(self, context: MeasureContext, each: TherapyLine, dose: Exposure, window: _Window) -> Outcome:
        chart = context.chart
        tests = self._tests(context)
        for fact in tests:
            if window.holds(fact.when) is Truth.YES:
                return Outcome(Verdict.MET, f"{self._said(fact)}", None, (), (*fact.sources, *dose.sources))
        if each.ordered_not_given:
            return Outcome(
                Verdict.EXCLUDED,
                "the line was ordered and never given",
                "ordered-not-given",
                (),
                dose.sources,
            )
        ended = care_ended(chart, self.excluded_by, window.possible[1])
        if ended is not None:
            return replace(ended, sources=(*ended.sources, *dose.sources))
        clear = (f"a final {self.test_name} dated from {window.sure[0]} to {window.sure[1]}",)
        late = self._urgent(tests, dose)
        if late is not None:
            return Outcome(
                Verdict.EXCEPTION,
                f"{self._said(late)}, after an urgent start",
                "urgent-start",
                (),
                late.sources,
            )
        doubt = self._doubt(context, tests, window)
        if doubt is not None:
            return Outcome(Verdict.UNKNOWN, doubt[1], doubt[0], clear, (*doubt[2], *dose.sources))
        last_chance = dose.when.latest + timedelta(days=self.urgent_within)
        if context.as_of < max(window.possible[1], last_chance):
            return Outcome(
                Verdict.PENDING,
                f"none by {context.as_of}; the window closes later",
                None,
                clear,
                dose.sources,
            )
        searched = queried(chart, "Observation", "DiagnosticReport", "Procedure")
        return Outcome(Verdict.NOT_MET, f"none (searched: {searched})", None, clear, dose.sources)

    def _tests(self, context: MeasureContext) -> list[Result | Procedure]:
        results = [
            r
            for r in context.chart.results
            if set(r.concepts) & set(self.results) and r.standing in _RELIED_ON and _has_value(r)
        ]
        studies = [
            p
            for p in context.chart.procedures
            if set(p.concepts) & set(self.studies) and p.standing in _RELIED_ON
        ]
        return [*results, *studies]

    def _urgent(self, tests: list[Result | Procedure], dose: Exposure) -> Result | Procedure | None:
        limit = dose.when.earliest + timedelta(days=self.urgent_within)
        for fact in tests:
            if fact.when is not None and dose.when.latest < fact.when.earliest and fact.when.latest <= limit:
                return fact
        return None

    def _doubt(
        self, context: MeasureContext, tests: list[Result | Procedure], window: _Window
    ) -> tuple[str, str, tuple[Source, ...]] | None:
        """Why silence cannot be taken for an omission: (reason, what the chart shows, sources)."""
        for fact in tests:
            if window.holds(fact.when) is Truth.UNKNOWN:
                return "date-uncertain", f"{self._said(fact)}, which may lie in the window", fact.sources
        unread = [p for p in context.chart.procedures if p.unread and p.standing in _RELIED_ON]
        for procedure in unread:
            if window.holds(procedure.when) is not Truth.NO:
                shows = "a procedure in the window whose code cannot be read: its code system is not loaded"
                return "codes-not-loaded", shows, procedure.sources
        if not context.chart.seen_whole(self.first_type):
            shows = (
                f"none seen, and {self.first_type} was not seen whole ({context.chart.seen(self.first_type)})"
            )
            return "not-seen-whole", shows, ()
        return None

    def _said(self, fact: Result | Procedure) -> str:
        value = ""
        if isinstance(fact, Result) and (fact.number is not None or fact.between is not None):
            amount = fact.between if fact.number is None else f"{fact.number:g}"
            value = f" {amount} {'' if fact.unit in (None, '1') else fact.unit}".rstrip()
        return (
            f"{self.test_name}{value} on {fact.when}"
            if fact.when
            else f"{self.test_name}{value} without a date"
        )


def _has_value(result: Result) -> bool:
    """In any form. 0 is what an empty field is sent as: no test ends in it."""
    if result.number is not None:
        return result.number != 0
    return result.between is not None or bool(result.text) or bool(result.value_concepts)
