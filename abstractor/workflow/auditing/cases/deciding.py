"""What the program says today of the item of a case, on the chart of the case alone."""

from abstractor.abstract import LineRef
from abstractor.dates import Period
from abstractor.rules.library import Library
from abstractor.workflow.abstracting.deciding import Decide, Question
from abstractor.workflow.auditing.cases.file import Asked, OverturnedCase
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.items import MISSED, items_of

__all__ = ["says_now"]

_EVERYTHING = Design(charts=Charts.FLAGGED, seed=0)


def says_now(case: OverturnedCase, library: Library, decide: Decide) -> str | None:
    """The verdict; null where there is no such finding. Of a missed one: the verdict that was missed, where
    the rule gives it of that line; anywhere, where the case names none.
    """
    abstract, _ = decide(case.chart, library, _question(case.asked, case.program))
    items = items_of(abstract, _EVERYTHING)
    if case.item.startswith(f"{MISSED}:"):
        _, rule, *line = case.item.split(":")
        given = [
            item.program
            for item in items
            if item.rule == rule and (not line or item.line == LineRef(line[0], int(line[1])))
        ]
        return case.expected if case.expected in given else next(iter(given), None)
    return next((item.program for item in items if item.key == case.item), None)


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
