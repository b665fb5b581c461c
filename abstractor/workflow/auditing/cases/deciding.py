"""What the program says today of the item of a case, on the chart of the case alone."""

from collections.abc import Callable
from dataclasses import dataclass

from abstractor.abstract import Abstract, Evidence, LineRef
from abstractor.chart import Chart
from abstractor.dates import DateInterval, Period
from abstractor.rules.library import Library
from abstractor.workflow.abstracting.deciding import Decide, Question
from abstractor.workflow.auditing.cases.file import Asked, OverturnedCase
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.items import MISSED, Item, ItemKind, items_of

__all__ = ["Answered", "Answers", "Said", "answers_of", "says_now"]

_EVERYTHING = Design(charts=Charts.FLAGGED, seed=0)


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict, and what tells it from the same verdict of something else: its edition, and what of the
    chart it rests on. Of a missed finding, whether the line is there.
    """

    verdict: str | None
    edition: str | None = None
    evidence: tuple[Evidence, ...] = ()
    on: DateInterval | None = None

    def is_like(self, other: "Said") -> bool:
        """But for the day."""
        mine, theirs = ((one.verdict, one.edition, one.evidence) for one in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class Answered:
    """A chart decided; asked for one item of it after another."""

    abstract: Abstract
    items: tuple[Item, ...]

    def verdict(self, case: OverturnedCase) -> str | None:
        """Null where there is no such finding. Of a missed one: the verdict that was missed, where the rule
        gives it of that line; anywhere, where the case names none.
        """
        if not case.item.startswith(f"{MISSED}:"):
            return next((item.program for item in self.items if item.key == case.item), None)
        _, rule, *line = case.item.split(":")
        given = [
            item.program
            for item in self.items
            if item.rule == rule and (not line or item.line == LineRef(line[0], int(line[1])))
        ]
        return case.expected if case.expected in given else next(iter(given), None)

    def said(self, case: OverturnedCase) -> Said:
        verdict = self.verdict(case)
        if case.item.startswith(f"{MISSED}:"):
            lines = ",".join(f"{one.setting}:{one.number}" for one in self.abstract.lines)
            return Said(verdict, lines)
        item = next((item for item in self.items if item.key == case.item), None)
        if item is None:
            return Said(verdict)
        if item.kind is ItemKind.CRITERION:
            return Said(verdict, None, self.abstract.inclusion.criteria[item.at].evidence)
        finding = self.abstract.findings[item.at]
        return Said(verdict, finding.edition, finding.evidence, finding.decision_date)


Answers = Callable[[Chart, Asked], Answered]


def answers_of(library: Library, decide: Decide, program: str) -> Answers:
    def answers(chart: Chart, asked: Asked) -> Answered:
        abstract, _ = decide(chart, library, _question(asked, program))
        return Answered(abstract, items_of(abstract, _EVERYTHING))

    return answers


def says_now(case: OverturnedCase, library: Library, decide: Decide) -> str | None:
    return answers_of(library, decide, case.program)(case.chart, case.asked).verdict(case)


def _question(asked: Asked, program: str) -> Question:
    return Question(
        period=Period(asked.start, asked.end),
        as_of=asked.as_of,
        timezone=asked.timezone,
        definition=asked.definition,
        gap_days=asked.gap_days,
        program=program,
        cohort=asked.cohort,
    )
