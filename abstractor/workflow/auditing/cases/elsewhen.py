"""Cases of a chart put into another time, so that who knows the abstraction period cannot tell the true days.

One shift moves every date of all cases of a chart, for good. The period of a case is not the true one moved:
it is drawn anew from what the case itself holds, and nothing of the chart is kept behind its as-of day. All
is put back to the test: the program must say the same, by the same edition and on the same evidence; and what
is told of a chart, now and before, must leave so many shifts that none can be told from the others (`doubt`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from abstractor.chart import Chart
from abstractor.dates import DateInterval
from abstractor.store.auditing.values import CaseShift
from abstractor.workflow.auditing.cases.deciding import Answered, Answers, Said
from abstractor.workflow.auditing.cases.disguise import moved
from abstractor.workflow.auditing.cases.doubt import (
    LEAST_DOUBT,
    STEP,
    alike_when_moved,
    beside_export,
    newest,
    remaining,
    shifts,
    told_together,
)
from abstractor.workflow.auditing.cases.file import Asked, OverturnedCase

__all__ = ["PERIODIC", "TELLING", "UNTIMELY", "Kept", "Placed", "another_time"]

_TRIES, _PERIODS = 60, 24
_TAIL, _FOLLOWED = 60, 90  # days: what is cut off at the end, at most by chance; what may follow a decision

UNTIMELY = "it hangs on the very day of a guideline: write it by hand"
PERIODIC = "it hangs on where the abstraction period lies: write it by hand"
TELLING = "who knows the abstraction period could tell the true days from it: write it by hand"
Kept = OverturnedCase | str  # a case, or why there is none


@dataclass(frozen=True, slots=True)
class Placed:
    """The cases in their order, and what holds for their chart from now on."""

    cases: tuple[Kept, ...]
    shift: CaseShift


def another_time(
    cases: Sequence[OverturnedCase],
    answers: Answers,
    *,
    seed: str,
    before: CaseShift | None,
    exported: int,
) -> Placed:
    """They are of one chart and one question. What holds for the chart since cases were made `before`, of
    whichever question, goes on to hold; where none were, it is drawn by the seed. `exported`: by how many
    days exports shift the chart.
    """
    true = answers(cases[0].chart, cases[0].asked)
    held = before or _best_shift(cases, answers, true, CaseShift(seed, 0, None), exported)
    chart, asked = moved(cases[0].chart, held.days), _moved_question(cases[0].asked, held.days)
    there = answers(chart, asked)
    ends = _last_day(chart, asked.as_of, held, exported)
    found: dict[int, Kept] = {}
    for at, case in enumerate(cases):
        said = there.said(case)
        if not said.is_like(true.said(case)):
            found[at] = UNTIMELY
            continue
        placed = replace(case, chart=chart, asked=asked)
        found[at] = _placed(placed, said, answers, _drawing(held.seed, case.item), ends) or PERIODIC
    tellable = {at: cases[at] for at, one in found.items() if not isinstance(one, str)}
    left = remaining(chart.as_of(ends), held.days, tellable, answers, true)
    together, remain = told_together(left, held.left, beside_export(held.days, exported))
    kept = (one if at in together or isinstance(one, str) else TELLING for at, one in found.items())
    return Placed(tuple(kept), replace(held, left=remain))


def _drawing(seed: str, what: str) -> Random:
    """The same each time: files made again are the same files."""
    return Random(f"{seed}/{what}")  # noqa: S311 - the seed is secret


def _best_shift(
    cases: Sequence[OverturnedCase], answers: Answers, true: Answered, undrawn: CaseShift, exported: int
) -> CaseShift:
    """The first drawn under which the program says the same of all, and all can be told; else most of them.
    So not all that are left are equally likely (docs/exports.md).
    """
    chart, asked = cases[0].chart, cases[0].asked
    near = alike_when_moved(cases, answers, true)
    best, most = undrawn, (-1, -1)
    for days in _drawing(undrawn.seed, "shift").sample(list(shifts()), _TRIES):
        drawn, question = replace(best, days=days), _moved_question(asked, days)
        there = answers(moved(chart, days), question)
        same = {at for at, case in enumerate(cases) if there.said(case).is_like(true.said(case))}
        behind = question.as_of - _last_day(moved(chart, days), question.as_of, drawn, exported)
        able = [other for other in shifts() if other >= days - behind.days]
        left = {at: frozenset(other for other in able if days - other in near[at]) for at in same}
        score = len(told_together(left, None, beside_export(days, exported))[0]), len(same)
        if score > most:
            best, most = drawn, score
        if score == (len(cases), len(cases)):
            break
    return best


def _last_day(chart: Chart, as_of: date, held: CaseShift, exported: int) -> date:
    """Behind which nothing is kept. Nothing in a chart lies behind its as-of day, so its last day bounds the
    shift from below; the fewer shifts there are above it, the more is cut off.
    """
    cut = _drawing(held.seed, "cut").randint(0, _TAIL)
    above = max(beside_export(held.days, exported)) - held.days
    room = as_of - timedelta(days=max(0, LEAST_DOUBT + STEP - above))
    return min(newest(chart, as_of) - timedelta(days=cut), room)


def _placed(
    case: OverturnedCase, said: Said, answers: Answers, draw: Random, ends: date
) -> OverturnedCase | None:
    for as_of in _as_of_days(case.asked, said.on, draw, ends):
        asked = _asked_on(case.asked, as_of)
        chart = case.chart.as_of(as_of)
        if answers(chart, asked).said(case) == said:
            return replace(case, asked=asked, chart=chart)
    return None


def _as_of_days(asked: Asked, on: DateInterval | None, draw: Random, ends: date) -> Iterator[date]:
    """Days to end on, none after `ends`: of a decision those with time behind it, in whose period it lies."""
    lag, length = (asked.as_of - asked.end).days, (asked.end - asked.start).days
    if on is not None and on.latest + timedelta(days=lag + _FOLLOWED) < ends:
        first = on.latest + timedelta(days=lag + _FOLLOWED)
        near, far = (ends - first).days, max(0, length - _FOLLOWED)
        for at in range(_PERIODS):
            yield first + timedelta(days=draw.randint(0, min(near, far) if at % 2 else near))
    yield ends


def _asked_on(asked: Asked, as_of: date) -> Asked:
    end = as_of - (asked.as_of - asked.end)
    return replace(asked, start=end - (asked.end - asked.start), end=end, as_of=as_of)


def _moved_question(asked: Asked, days: int) -> Asked:
    by = timedelta(days=days)
    return replace(asked, start=asked.start + by, end=asked.end + by, as_of=asked.as_of + by)
