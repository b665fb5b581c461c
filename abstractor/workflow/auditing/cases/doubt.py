"""What is left in doubt of the true days of a chart by the cases that are told of it.

Tried is somebody who has all files of the chart and knows this program, the period and the as-of day of the
audit, and has an export of it too, whose dates are shifted by other days: they move the chart back by each
shift that there may be, decide it for the true period, and drop each under which the program would not
have said what the files tell, under which a record lies behind the as-of day, or which no export has.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from abstractor.chart import Chart
from abstractor.dates import DateInterval
from abstractor.export.disclosing import LONGEST_SHIFT
from abstractor.workflow.auditing.cases.deciding import Answered, Answers
from abstractor.workflow.auditing.cases.disguise import moved
from abstractor.workflow.auditing.cases.file import OverturnedCase

__all__ = [
    "FURTHEST",
    "LEAST_DOUBT",
    "STEP",
    "alike_when_moved",
    "beside_export",
    "days_left",
    "newest",
    "remaining",
    "shifts",
    "told_together",
]

FURTHEST = 180  # days
_NEAREST = 20
STEP = 5  # days between the shifts that are tried
LEAST_DOUBT = 60  # days that must be left


def shifts() -> Iterator[int]:
    """Every number of days by which a chart may be moved."""
    return (days for days in range(-FURTHEST, FURTHEST + 1) if abs(days) >= _NEAREST)


def days_left(left: Collection[int]) -> int:
    """How many shifts remain, where those between two tried ones that remain do too, and no others."""
    ordered = sorted(left)
    return bool(ordered) + sum(
        after - before if after - before <= STEP else 1 for before, after in pairwise(ordered)
    )


def beside_export(shift: int, exported: int) -> frozenset[int]:
    """The shifts that are left to who lays a file, moved by `shift`, beside an export that is moved by
    `exported`, since how far the two lie apart is seen: those under which the export's is one there can be.
    """
    return frozenset(days for days in shifts() if -LONGEST_SHIFT <= exported + days - shift <= -1)


def remaining(
    given: Chart,
    shift: int,
    cases: Mapping[int, OverturnedCase],
    answers: Answers,
    true: Answered,
) -> dict[int, frozenset[int]]:
    """For each case the shifts that it leaves. `given` is the longest chart in the files, moved by `shift`;
    `true` what is said of the chart that the cases still have.

    Where the end that is left out changes what is said, the whole chart is tried: the files alone would lead
    astray, and that must not be counted upon.
    """
    if not cases:
        return {}
    asked = next(iter(cases.values())).asked
    here = answers(moved(given, -shift), asked)
    cut = {at for at, case in cases.items() if here.verdict(case) == case.program_said}
    wanted = {at: (here if at in cut else true).said(case) for at, case in cases.items()}
    left = dict.fromkeys(cases, frozenset[int]())
    least = (newest(given, asked.as_of + timedelta(days=shift)) - asked.as_of).days
    for days in shifts():
        if (days - shift) % STEP or days < least:
            continue
        there = answers(moved(given, -days), asked) if cut else None
        whole = answers(_whole(cases, shift - days), asked) if len(cut) < len(cases) else None
        for at, case in cases.items():
            found = there if at in cut else whole
            if found is not None and found.said(case).is_like(wanted[at]):
                left[at] |= {days}
    return left


def alike_when_moved(
    cases: Sequence[OverturnedCase], answers: Answers, true: Answered
) -> list[frozenset[int]]:
    """Of each case by how many days the whole chart can be moved for the same question and answer: how many
    shifts a file leaves, before anything of it is made.
    """
    chart, asked = cases[0].chart, cases[0].asked
    found: list[set[int]] = [set() for _ in cases]
    for days in range(-2 * FURTHEST, 2 * FURTHEST + 1, STEP):
        there = answers(moved(chart, days), asked)
        for at, case in enumerate(cases):
            if there.said(case).is_like(true.said(case)):
                found[at].add(days)
    return [frozenset(each) for each in found]


def told_together(
    left: Mapping[int, frozenset[int]], before: tuple[int, ...] | None, beside: frozenset[int]
) -> tuple[set[int], tuple[int, ...] | None]:
    """The cases that can be told, those that narrow it least first, and what they leave with all that was
    told `before` and what an export leaves `beside` them.
    """
    together = beside if before is None else beside & frozenset(before)
    told = set[int]()
    for at in sorted(left, key=lambda at: (-len(left[at] & together), at)):
        both = together & left[at]
        if days_left(both) >= LEAST_DOUBT:
            told.add(at)
            together = both
    return told, tuple(sorted(together)) if told else before


def newest(chart: Chart, as_of: date) -> date:
    """The last day in it that is not behind `as_of`; that, where it has none."""
    return max((day for day in _days(chart) if day <= as_of), default=as_of)


def _whole(cases: Mapping[int, OverturnedCase], by: int) -> Chart:
    chart: Chart = moved(next(iter(cases.values())).chart, by)
    return chart


def _days(value: Any) -> Iterator[date]:
    if isinstance(value, DateInterval):
        if value.is_exact:
            yield value.earliest
    elif isinstance(value, date):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _days(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _days(getattr(value, each.name))
