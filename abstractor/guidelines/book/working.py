"""What the cases give today: each one decided as a patient's chart is, when the book is made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from abstractor.abstract import Finding, ReportingPeriod, Verdict
from abstractor.chart import Chart
from abstractor.guidelines.book.cases import Case, MeasureCase
from abstractor.guidelines.book.charting import chart_of, known_by
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.decide import abstract_chart
from abstractor.rules.judging import judge
from abstractor.rules.library import Edition, Library
from abstractor.rules.situation import Situation
from abstractor.rules.therapy.deriving import derive
from abstractor.rules.therapy.progression import progressions

__all__ = ["Choice", "Worked", "WorkedMeasure", "measured", "situation_of", "situations", "worked"]

Choice = Callable[[Case], Situation | None]
# Enough for two editions that follow one another, and little enough for a service that goes on.
_KEPT = 300


@dataclass(frozen=True, slots=True)
class Worked:
    """A case and what it gives today; `row` is the recommendation that decided. `problem`: why it cannot be
    decided at all."""

    case: Case
    on: date | None
    verdict: Verdict | None
    row: str | None
    document: str
    shows: str
    problem: str | None = None

    @property
    def agrees(self) -> bool:
        case = self.case
        told = (case.verdict, case.row, case.document or case.edition)
        return self.problem is None and told == (self.verdict, self.row, self.document)


@dataclass(frozen=True, slots=True)
class WorkedMeasure:
    """A case of a measure and what it gives today; no verdict where there was nothing to measure."""

    case: MeasureCase
    verdict: Verdict | None
    shows: str
    edition: str | None

    @property
    def agrees(self) -> bool:
        said = self.case.reason is None or f"({self.case.reason})" in self.shows
        return self.case.verdict == self.verdict and said


def situations(library: Library) -> Choice:
    """The choice of a case, the latest few kept: two editions that are compared judge the same choices."""

    @lru_cache(maxsize=_KEPT)
    def of(case: Case) -> Situation | None:
        return situation_of(chart_of(case, library.agents).as_of(known_by(case)), case, library)

    return of


def worked(
    edition: Edition, cases: Iterable[Case], library: Library, choice: Choice | None = None
) -> Iterator[Worked]:
    """Each case as this edition judges it, wherever its day lies."""
    chosen = choice or situations(library)
    for case in cases:
        situation = chosen(case)
        if situation is None:
            problem = "the drugs told do not open the line that the case is about"
            yield Worked(case, None, None, None, edition.id, "", problem)
            continue
        judged = judge(edition, situation, library)
        rows = [row.id for row in judged.edition.recommendations if row.expected == judged.expected]
        deciding = rows[0] if len(rows) == 1 else None
        on = situation.decision.earliest
        outside = None if edition.in_force(on) else f"the day of the decision, {on}, is not one of its days"
        yield Worked(case, on, judged.verdict, deciding, judged.edition.id, judged.shows, outside)


def situation_of(known: Chart, case: Case, library: Library) -> Situation | None:
    """The choice that the case is about: its last line, or the step that adds to its maintenance."""
    anchor = metastatic_anchor(known, library.inclusion)
    policy, as_of = library.line_policy, known_by(case)
    therapy = derive(known, anchor, library, policy, as_of)
    held = [each for each in therapy.palliative() if each.line.number == len(case.lines)]
    step = next(iter(held[0].intensified), None) if held and case.adds is not None else None
    if not held or (case.adds is not None and step is None):
        return None
    (line,) = held
    signs = progressions(known, anchor, library.inclusion, policy, as_of)
    decision = step.decision if step is not None else line.decision
    kinds = policy.chemotherapy_kinds
    return Situation(
        known, therapy, anchor, line, decision, library.agents, library.terms, kinds, signs, step
    )


def measured(cases: Iterable[MeasureCase], library: Library) -> Iterator[WorkedMeasure]:
    """Each case of a measure through the whole abstract, as a patient's chart goes; the other measures are
    not asked, which takes much of the time."""
    alone = {each.id: replace(library, measures=(each,)) for each in library.measures}
    for case in cases:
        as_of = known_by(case)
        period = ReportingPeriod(date(as_of.year, 1, 1), date(as_of.year, 12, 31), "UTC")
        abstract = abstract_chart(
            chart_of(case, library.agents),
            alone.get(case.measure, library),
            library.line_policy,
            period,
            as_of,
            definition="A",
            program="book",
        )
        found = [each for each in abstract.findings if each.rule == case.measure]
        yield _measured(case, found[-1] if found else None)


def _measured(case: MeasureCase, found: Finding | None) -> WorkedMeasure:
    if found is None:
        return WorkedMeasure(case, None, "nothing on record asks for it", None)
    return WorkedMeasure(case, found.verdict, found.statement, found.edition)
