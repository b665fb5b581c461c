"""A drug that was stopped early, and why: by the reason that a record states, else by what happened near it.

It is told and never held against anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from abstractor.abstract import Verdict
from abstractor.chart import Result, Source
from abstractor.dates import DateInterval, Truth, exact
from abstractor.rules.agents import ENDOCRINE
from abstractor.rules.found import Found
from abstractor.rules.measured import measured
from abstractor.rules.measures.asking import Asking, Decision, found_on, one_for_the_patient
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.dose_changes import dosing_told
from abstractor.rules.measures.drug_course import DrugCourse, course_of
from abstractor.rules.measures.holding import Held, Wanted
from abstractor.rules.measures.listing import either
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.outcomes import without_exposure
from abstractor.rules.measures.stop_records import StopRecord, quoted, stopping
from abstractor.rules.measures.windows import Window, around
from abstractor.rules.terms import Threshold
from abstractor.rules.therapy.course import TherapyLine

__all__ = ["EarlyStop", "Mark", "StopCategory", "StopPart"]

_PROGRESSION = "progression"
_STATED = "stated"
_CLEARS = "the reason why {} was stopped on {}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A length of treatment by which stops are reported: "6 months", 183 days."""

    name: str
    days: int


@dataclass(frozen=True, slots=True)
class StopPart:
    """A part of a category: the `events` that speak for it, and results past one of `limits`."""

    name: str
    events: tuple[str, ...] = ()
    limits: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True)
class StopCategory:
    """A category of reasons. `stated`: what a record of the drug may give as its reason. `answers` of the
    results `results` speak for it, and so do its `parts`; `another_drug`: another of the drugs followed, and
    where it is stated and none of them followed, it is called `otherwise`."""

    name: str
    stated: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    line_ended: bool = False
    another_drug: bool = False
    otherwise: str | None = None
    parts: tuple[StopPart, ...] = ()


@dataclass(frozen=True, slots=True)
class _Why:
    """A reason, how it is known, the records that say so, and what they say."""

    name: str
    known: str
    sources: tuple[Source, ...]
    said: str | None = None


@dataclass(frozen=True, slots=True)
class EarlyStop:
    """Met where the drug was taken for `early_before` days or more; stopped sooner for a known reason is an
    exception, for none that is known, unknown. What happened within `near` days of the stop may be the
    reason; `open_days` without a record count as stopped; pauses from `hold_days` on are told as held.
    `taken_until` is what the editions say of how long it is taken; `rest_cycle`: drugs with days of rest, by
    the days of their cycle.
    """

    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    categories: tuple[StopCategory, ...]
    marks: tuple[Mark, ...]
    early_before: int
    near: int
    open_days: int
    hold_days: int
    taken_until: str
    settings: tuple[str, ...] = ("palliative",)
    rest_cycle: Mapping[str, int] | None = None

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give: never that it was not met."""
        return frozenset({Verdict.MET, Verdict.EXCEPTION, Verdict.EXCLUDED, Verdict.PENDING, Verdict.UNKNOWN})

    def sentence(self) -> str:
        """What is told, as a clinician reads it."""
        marks = either(mark.name for mark in self.marks)
        return (
            f"Of {either(self.agents)}: whether it was stopped within {self.early_before} days "
            f"(by {marks}), and why. It is told and never a failure."
        )

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        for each in context.therapy.lines:
            if each.line.setting in self.settings:
                found = [self._on(context, each, agent) for agent in self.agents if agent in each.line.agents]
                one = one_for_the_patient([one for one in found if one is not None])
                if one is not None:
                    yield one

    def _on(self, context: MeasureContext, each: TherapyLine, agent: str) -> Found | None:
        cycle = (self.rest_cycle or {}).get(agent)
        course = course_of(context, each, agent, cycle=cycle, open_days=self.open_days)
        if course is None:
            return None
        names = f"{agent} from {course.start}"
        occasion = Occasion(each, course.start, names, (agent,), course.sources)
        return found_on(context, occasion, self.asked, partial(self._decide, context, occasion, course))

    def _decide(
        self, context: MeasureContext, occasion: Occasion, course: DrugCourse, _: Asking, __: DateInterval
    ) -> Decision:
        told_of = f"a stop before {self.early_before} days is told with its reason"
        expected = f"{occasion.names} to be taken {self.taken_until} ({told_of})"
        told, sources = dosing_told(context, course, hold_days=self.hold_days)
        outcome = self._outcome(context, occasion, course, told, (*course.sources, *sources))
        return Decision(outcome, course.perhaps, expected)

    def _outcome(
        self,
        context: MeasureContext,
        occasion: Occasion,
        course: DrugCourse,
        told: tuple[str, ...],
        sources: tuple[Source, ...],
    ) -> Outcome:
        never_given = without_exposure(occasion)
        if never_given is not None:
            return never_given
        least = (course.last - course.start.latest).days
        most = (course.perhaps - course.start.earliest).days
        if least >= self.early_before:
            return Outcome(Verdict.MET, _said(self._length(course, least, most), told), None, (), sources)
        if not course.stopped and most < self.early_before:
            shows = _said(f"taken for {least} days so far", told)
            return Outcome(Verdict.PENDING, shows, None, (), sources)
        if most >= self.early_before or not course.firm:
            shows = _said(f"taken for {least} to {most} days", told)
            reason = "exposure-unknown" if course.firm else "status-unknown"
            return Outcome(Verdict.UNKNOWN, shows, reason, (), sources)
        return self._early(context, occasion, course, told, sources)

    def _early(
        self,
        context: MeasureContext,
        occasion: Occasion,
        course: DrugCourse,
        told: tuple[str, ...],
        sources: tuple[Source, ...],
    ) -> Outcome:
        least = (course.last - course.start.latest).days
        most = (course.perhaps - course.start.earliest).days
        length = self._length(course, least, most)
        window = around(exact(course.last), self.near, self.near)
        death = context.chart.patient.death
        if death is not None and window.holds(death) is not Truth.NO:
            shows = _said(f"early ({length}), death on {death}", told)
            return Outcome(Verdict.EXCLUDED, shows, "death", (), (*sources, *context.chart.patient.sources))
        records = list(stopping(context, course, window))
        why = list(self._why(context, occasion, course, window, records))
        unread = [each for each in records if not self._names(context, course, each, window)]
        if unread:
            words = ", ".join(dict.fromkeys(quoted(each) for each in unread))
            told = (*told, f"a reason is on record that is not understood: {words}")
            sources = (*sources, *(source for each in unread for source in each.sources))
        if unread and not any(each.known == _STATED for each in why):
            near = f", near it {why[0].name} ({why[0].known})" if why else ""
            shows = _said(f"early ({length}){near}", told)
            clear = (_CLEARS.format(course.agent, course.last),)
            return Outcome(Verdict.UNKNOWN, shows, "stop-reason-unread", clear, sources)
        if not why:
            shows = _said(f"early ({length}), no reason on record within {self.near} days", told)
            clear = (_CLEARS.format(course.agent, course.last),)
            return Outcome(Verdict.UNKNOWN, shows, "stop-reason-unknown", clear, sources)
        said = list(dict.fromkeys(each.said for each in why if each.said is not None))
        told = (f"the record says {', '.join(said)}", *told) if said else told
        others = [f"{each.name} ({each.known})" for each in why[1:]]
        also = f"; also near it: {', '.join(others)}" if others else ""
        shows = _said(
            f"early ({length}), {why[0].name} ({why[0].known}){also}", (*told, *_goes_on(context, course))
        )
        evidence = (*sources, *(source for each in why for source in each.sources))
        return Outcome(Verdict.EXCEPTION, shows, "stopped-early", (), evidence)

    def _length(self, course: DrugCourse, least: int, most: int) -> str:
        """ "136 d, before 6 months": the first of the marks that it did not reach."""
        days = f"{least} d" if least == most else f"{least} to {most} d"
        mark = next((mark for mark in self.marks if most < mark.days), None)
        if not course.stopped or mark is None:
            return days
        return f"{days}, before {mark.name}"

    def _why(
        self,
        context: MeasureContext,
        occasion: Occasion,
        course: DrugCourse,
        window: Window,
        records: list[StopRecord],
    ) -> Iterator[_Why]:
        """What is stated, else all that may be inferred, in the order of the categories."""
        stated: dict[str, _Why] = {}
        for record in records:
            for name in self._names(context, course, record, window):
                said = quoted(record) if record.stop_words else None
                stated.setdefault(name, _Why(name, _STATED, record.sources, said))
        if stated:
            yield from stated.values()
            return
        for category in self.categories:
            yield from self._inferred(context, occasion, course, category, window)

    def _names(
        self, context: MeasureContext, course: DrugCourse, record: StopRecord, window: Window
    ) -> list[str]:
        """The categories that a stated reason names, each by its part where it names one."""
        said = set(record.stop_reasons)
        found: list[str] = []
        for category in self.categories:
            parts = [f"{category.name}/{part.name}" for part in category.parts if said & set(part.events)]
            found += parts
            if not parts and said & set(category.stated):
                followed = self._followed(context, course, category, window) is not None
                found.append(category.name if followed or not category.otherwise else category.otherwise)
        return found

    def _followed(
        self, context: MeasureContext, course: DrugCourse, category: StopCategory, window: Window
    ) -> Held | None:
        """Another of the drugs near the stop."""
        others = tuple(agent for agent in self.agents if agent != course.agent)
        wanted = Wanted(category.name, drugs=others if category.another_drug else ())
        return next((held for held in context.holdings.of(wanted) if _near(held, window)), None)

    def _inferred(
        self,
        context: MeasureContext,
        occasion: Occasion,
        course: DrugCourse,
        category: StopCategory,
        window: Window,
    ) -> Iterator[_Why]:
        line = course.line.line
        if category.line_ended and line.end is not None:
            if line.end_reason == _PROGRESSION and window.holds(line.end) is Truth.YES:
                yield _Why(category.name, f"inferred: the line ended with it on {line.end}", occasion.sources)
                return
        for held in context.holdings.of(Wanted(category.name, results=category.results)):
            answers = held.fact.value_concepts if isinstance(held.fact, Result) else ()
            if _near(held, window) and set(answers) & set(category.answers):
                yield _Why(category.name, f"inferred from {held.said}", held.sources)
                return
        for part in category.parts:
            why = _of_part(context, category, part, window)
            if why is not None:
                yield why
        followed = self._followed(context, course, category, window)
        if followed is not None:
            yield _Why(category.name, f"inferred from {followed.said}", followed.sources)


def _of_part(context: MeasureContext, category: StopCategory, part: StopPart, window: Window) -> _Why | None:
    name = f"{category.name}/{part.name}"
    for held in context.holdings.of(Wanted(part.name, diagnoses=part.events)):
        if _near(held, window):
            return _Why(name, f"inferred from {held.said}", held.sources)
    for limit in part.limits:
        for held in context.holdings.of(Wanted(limit.concept, results=(limit.concept,))):
            if _near(held, window) and isinstance(held.fact, Result) and _past(context, held.fact, limit):
                return _Why(name, f"inferred from {held.said}", held.sources)
    return None


def _past(context: MeasureContext, result: Result, limit: Threshold) -> bool:
    amount = measured(result, context.terms.quantity(limit.concept))
    return amount is not None and limit.passed_by(amount) is Truth.YES


def _near(held: Held, window: Window) -> bool:
    return held.doubt is None and window.holds(held.when) is Truth.YES


def _goes_on(context: MeasureContext, course: DrugCourse) -> tuple[str, ...]:
    """The endocrine therapy that went on after it."""
    later = {
        exposure.agent
        for each in context.therapy.lines
        for exposure in each.exposures
        if context.agents[exposure.agent].kind == ENDOCRINE and exposure.ends.latest > course.last
    }
    return (f"{', '.join(sorted(later))} went on",) if later else ()


def _said(first: str, told: tuple[str, ...]) -> str:
    return "; ".join((first, *told))
