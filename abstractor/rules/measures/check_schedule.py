"""Checks due at the start of a drug and on set days of its course (blood count, liver tests, ECG)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import chain, count

from abstractor.abstract import Verdict
from abstractor.chart import Source
from abstractor.dates import DateInterval, Truth
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on, one_for_the_patient
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.drug_course import DrugCourse, course_of
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.listing import either, listed, share_of
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.outcomes import care_ended, excluded, may_have_ended, queried
from abstractor.rules.measures.searching import Search, search
from abstractor.rules.measures.windows import Window, around
from abstractor.rules.therapy.course import TherapyLine

__all__ = ["CheckSchedule", "Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """Checks on `days` after the first one, each from `before` days before to `after` days after its day;
    with `every` again and again after the last of them. Day 0 is the baseline."""

    id: str
    days: tuple[int, ...]
    before: int
    after: int
    every: int | None = None

    def all_days(self) -> Iterator[int]:
        if self.every is None:
            return iter(self.days)
        return chain(self.days, count(self.days[-1] + self.every, self.every))

    def sentence(self) -> str:
        numbers = [str(day + 1) for day in self.days if day]
        days = [f"{'day' if len(numbers) == 1 else 'days'} {listed(numbers)}"] if numbers else []
        named = listed([*(["baseline"] if 0 in self.days else []), *days])
        return named if self.every is None else f"{named} and every {self.every} days after it"


class _Done(Enum):
    YES = "done"
    NO = "missed"
    OPEN = "open"  # the window has not closed
    DOUBT = "in doubt"
    OUT = "taken out"


@dataclass(frozen=True, slots=True)
class _Check:
    """One check of the schedule, on the day `due`; `lacks` is what was searched for in vain."""

    due: DateInterval
    window: Window
    baseline: bool
    done: _Done
    found: tuple[Search, ...]
    lacks: Search | None = None

    @property
    def name(self) -> str:
        return "baseline" if self.baseline else str(self.due)


@dataclass(frozen=True, slots=True)
class CheckSchedule:
    """Met where every check that was due while the drug was taken was done, all of `checks`, in its window.

    Each edition asks for its own `steps`. Due days stop with the drug and wait in its pauses. `rest_cycle`:
    drugs with days of rest, by the days of their cycle. `least_days`: a line that ended sooner is excluded.
    """

    agents: tuple[str, ...]
    asked: tuple[Asking, ...]
    checks: tuple[Wanted, ...]
    steps: tuple[Step, ...]
    first_type: str
    hospice: tuple[str, ...]
    open_days: int
    settings: tuple[str, ...] = ("palliative",)
    rest_cycle: Mapping[str, int] | None = None
    least_days: int | None = None

    def editions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(asking.edition for asking in self.asked))

    def verdicts(self) -> frozenset[Verdict]:
        """Every verdict that it can give."""
        can = {Verdict.MET, Verdict.NOT_MET, Verdict.EXCLUDED, Verdict.UNKNOWN}
        later = any(step.after > 0 for step in self.steps)
        return frozenset(can | ({Verdict.PENDING} if later else set()))

    def sentence(self) -> str:
        """What is due, drug by drug, as a clinician reads it."""
        by_drugs: dict[tuple[str, ...], list[str]] = {}
        for asking in self.asked:
            said = by_drugs.setdefault(asking.agents or self.agents, [])
            said.append(self._at(asking))
        told = (
            f"On {either(drugs)}: {self._named()} {'; by another edition '.join(dict.fromkeys(said))}."
            for drugs, said in by_drugs.items()
        )
        return f"{' '.join(told)} It is due while the drug is taken."

    def findings(self, context: MeasureContext) -> Iterator[Found]:
        """One for each line with one of the drugs; of two drugs in a line the worse."""
        for each in context.therapy.lines:
            if each.line.setting in self.settings:
                found = [self._on(context, each, agent) for agent in self.agents if agent in each.line.agents]
                worst = one_for_the_patient([one for one in found if one is not None])
                if worst is not None:
                    yield worst

    def _on(self, context: MeasureContext, each: TherapyLine, agent: str) -> Found | None:
        cycle = (self.rest_cycle or {}).get(agent)
        course = course_of(context, each, agent, cycle=cycle, open_days=self.open_days)
        if course is None:
            return None
        names = f"{agent} from {course.start}"
        occasion = Occasion(each, course.start, names, (agent,), course.sources)
        return found_on(context, occasion, self.asked, partial(self._decide, context, occasion, course))

    def _decide(
        self,
        context: MeasureContext,
        occasion: Occasion,
        course: DrugCourse,
        asking: Asking,
        _: DateInterval,
    ) -> Decision:
        steps = self._steps(asking)
        perhaps = f", perhaps to {course.perhaps}" if course.perhaps > course.last else ""
        expected = f"{self._named()} {self._at(asking)} of {occasion.names} to {course.last}{perhaps}"
        judged = [self._judged(context, course, day, step) for day, step in _due(course, steps)]
        outcome = self._outcome(context, occasion, course, judged)
        return Decision(outcome, course.perhaps, expected)

    def _steps(self, asking: Asking) -> list[Step]:
        return [step for step in self.steps if not asking.needs or step.id in asking.needs]

    def _at(self, asking: Asking) -> str:
        """ "at baseline, then days 15, 29 and 43"."""
        return f"at {', then '.join(step.sentence() for step in self._steps(asking))}"

    def _named(self) -> str:
        return listed(check.name for check in self.checks)

    def _judged(self, context: MeasureContext, course: DrugCourse, day: int, step: Step) -> _Check:
        due = course.due(day)
        window = around(due, step.before, step.after)
        found = tuple(search(context, check, window, first_type=self.first_type) for check in self.checks)
        baseline = day == 0
        lacking = [one for one in found if one.truth is not Truth.YES]
        if not lacking:
            return _Check(due, window, baseline, _Done.YES, found)
        surely = next((one for one in lacking if one.truth is Truth.NO), None)
        if window.closes > context.as_of:
            done = _Done.OPEN
        elif care_ended(context.chart, self.hospice, window.closes) is not None:
            done = _Done.OUT
        elif surely is None or not course.firm or due.latest > course.last:
            done = _Done.DOUBT
        elif (perhaps := may_have_ended(context, self.hospice, window.closes)) is not None:
            surely = Search(Truth.UNKNOWN, perhaps.shows, perhaps.reason, perhaps.sources)
            done = _Done.DOUBT
        else:
            done = _Done.NO
        return _Check(due, window, baseline, done, found, surely or lacking[0])

    def _outcome(
        self, context: MeasureContext, occasion: Occasion, course: DrugCourse, judged: list[_Check]
    ) -> Outcome:
        by = {state: [check for check in judged if check.done is state] for state in _Done}
        missed, doubted = by[_Done.NO], by[_Done.DOUBT]
        counted = len(judged) - len(by[_Done.OPEN]) - len(by[_Done.OUT])
        # Those of days on which the drug may have been over, or was perhaps never taken.
        perhaps = sum(check.due.latest > course.last or not course.firm for check in doubted)
        shows = f"{share_of(len(by[_Done.YES]), counted - perhaps, 'due check')} done"
        shows += f", {perhaps} more may have been due" if perhaps else ""
        sources = (*(s for check in by[_Done.YES] for s in _sources(check)), *occasion.sources)
        if not missed and not doubted and not by[_Done.OPEN] and counted:
            return Outcome(Verdict.MET, shows, None, (), sources)
        # Death takes out the checks that it came before, not the others.
        first_day = around(course.start, 0, 0)
        # A line that may have gone on longer than the records of the drug say is not short for sure.
        longer = self.least_days is not None and course.longest >= self.least_days
        least = None if longer else self.least_days
        out = excluded(context, occasion, first_day, hospice=self.hospice, least_days=least)
        if out is not None:
            return out
        clear = (self._clear([*missed, *doubted]),) if missed or doubted else ()
        if missed:
            lacks = ", ".join(f"{check.name} ({check.lacks.shows})" for check in missed if check.lacks)
            types = (self.first_type, *(t for check in self.checks for t in check.types()))
            kinds = queried(context.chart, *dict.fromkeys(types))
            shows = f"{shows}; missing {lacks} (searched: {kinds})"
            return Outcome(Verdict.NOT_MET, shows, None, clear, sources)
        if doubted:
            return _doubtful(course, doubted[0], shows, clear, sources)
        if by[_Done.OPEN]:
            opened = by[_Done.OPEN][0]
            shows = f"{shows}; {opened.name} may still be done until {opened.window.closes}"
            return Outcome(Verdict.PENDING, shows, None, (), sources)
        ended = care_ended(context.chart, self.hospice, context.as_of)
        return ended or Outcome(Verdict.EXCLUDED, "nothing was due", "nothing-due", (), sources)

    def _clear(self, lacking: list[_Check]) -> str:
        return " and ".join(f"{self._named()} dated {check.window}" for check in lacking)


def _doubtful(
    course: DrugCourse,
    check: _Check,
    shows: str,
    clear: tuple[str, ...],
    sources: tuple[Source, ...],
) -> Outcome:
    """Why it cannot be told whether the check was due, or done."""
    lacks = check.lacks
    if lacks is not None and lacks.truth is Truth.UNKNOWN:
        said = f"{shows}; {check.name}: {lacks.shows}"
        return Outcome(Verdict.UNKNOWN, said, lacks.reason, clear, (*lacks.sources, *sources))
    if not course.firm:
        said = f"{shows}; {course.agent} is known from a record of unknown status alone"
        return Outcome(Verdict.UNKNOWN, said, "status-unknown", clear, sources)
    said = f"{shows}; none for {check.name}, when {course.agent} may have been stopped or held"
    return Outcome(Verdict.UNKNOWN, said, "exposure-unknown", clear, sources)


def _sources(check: _Check) -> tuple[Source, ...]:
    return tuple(source for found in check.found for source in found.sources)


def _due(course: DrugCourse, steps: list[Step]) -> list[tuple[int, Step]]:
    """Every check whose day lies in the course, by day; the baseline always."""
    found: list[tuple[int, Step]] = []
    for step in steps:
        for day in step.all_days():
            if course.due(day).earliest > course.perhaps:
                break
            found.append((day, step))
    return sorted(found, key=lambda each: each[0])
