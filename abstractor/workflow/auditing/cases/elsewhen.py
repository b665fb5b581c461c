"""Cases of a chart put into another time, so that who knows the abstraction period cannot tell the true days.

One shift moves every date of all cases of a chart, the same in every run. The period of a case is not the
true one moved: it is drawn anew from what the case itself holds, and nothing of the chart is kept behind its
as-of day. All is put back to the test: the program must say the same, by the same edition and on the same
evidence; and somebody who knows the true period, and decides the chart under each shift that there may be,
must find the same under so many of them that none can be told from the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from random import Random

from abstractor.chart import Chart
from abstractor.dates import DateInterval
from abstractor.workflow.auditing.cases.deciding import Answered, Answers, Said
from abstractor.workflow.auditing.cases.disguise import moved
from abstractor.workflow.auditing.cases.file import Asked, OverturnedCase

__all__ = ["LEAST_DOUBT", "STEP", "Kept", "another_time", "shifts"]

_NEAREST, _FURTHEST = 20, 180  # days
_TRIES, _PERIODS = 60, 24
_TAIL, _FOLLOWED = 60, 90  # days: the most that is cut off at the end; what may follow a decision
STEP = 5  # days between the shifts that somebody else is taken to try
LEAST_DOUBT = 60  # days that must be left in doubt

UNTIMELY = "it hangs on the very day of a guideline: write it by hand"
PERIODIC = "it hangs on where the abstraction period lies: write it by hand"
TELLING = "who knows the abstraction period could tell the true days from it: write it by hand"
Kept = OverturnedCase | str  # a case, or why there is none


def another_time(cases: Sequence[OverturnedCase], answers: Answers, draw: Random) -> tuple[Kept, ...]:
    """In their order. They are of one chart and one question; `draw` is made of a secret and the chart."""
    cut = draw.randint(0, _TAIL)
    days, held = _best_shift(cases, answers, draw)
    found: dict[int, Kept] = {}
    true = answers(cases[0].chart, cases[0].asked)
    chart, asked = moved(cases[0].chart, days), _moved_question(cases[0].asked, days)
    there = answers(chart, asked)
    ends = _newest(chart, asked.as_of) - timedelta(days=cut)
    for at, case in enumerate(cases):
        if at not in held:
            found[at] = UNTIMELY
            continue
        placed = replace(case, chart=chart, asked=asked)
        found[at] = _placed(placed, there.said(case), answers, draw, ends) or PERIODIC
    left = [at for at, one in found.items() if not isinstance(one, str)]
    doubted = _doubted(cases, left, answers, true, days)
    return tuple(one if at in doubted or isinstance(one, str) else TELLING for at, one in found.items())


def shifts() -> Iterator[int]:
    """Every number of days by which a chart may be moved."""
    return (days for days in range(-_FURTHEST, _FURTHEST + 1) if abs(days) >= _NEAREST)


def _best_shift(cases: Sequence[OverturnedCase], answers: Answers, draw: Random) -> tuple[int, set[int]]:
    """The first drawn under which the program says the same of all; else of the most."""
    chart, asked = cases[0].chart, cases[0].asked
    true = answers(chart, asked)
    best, most = 0, set[int]()
    for days in draw.sample(list(shifts()), _TRIES):
        there = answers(moved(chart, days), _moved_question(asked, days))
        held = {at for at, case in enumerate(cases) if there.said(case).is_like(true.said(case))}
        if len(held) > len(most):
            best, most = days, held
        if len(held) == len(cases):
            break
    return best, most


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


def _newest(chart: Chart, as_of: date) -> date:
    """The last day of a record that is known to the day, as of that day."""
    known = [
        days.earliest
        for each in fields(chart)
        if isinstance(facts := getattr(chart, each.name), tuple)
        for fact in facts
        if isinstance(days := getattr(fact, "when", getattr(fact, "starts", None)), DateInterval)
    ]
    return max((day for day in known if day <= as_of), default=as_of)


def _doubted(
    cases: Sequence[OverturnedCase], left: Sequence[int], answers: Answers, true: Answered, shift: int
) -> set[int]:
    """Those that can be told together: the shifts that remain for who knows the true period are many. They
    move the chart that they were given back by each shift that there may be, and decide it for that period.
    """
    chart, asked = cases[0].chart, cases[0].asked
    tried = [days for days in shifts() if (days - shift) % STEP == 0]
    remain: dict[int, set[int]] = {at: set() for at in left}
    wanted = {at: true.said(cases[at]) for at in left}
    for days in tried:
        there = answers(moved(chart, shift - days), asked)
        for at in left:
            if there.said(cases[at]).is_like(wanted[at]):
                remain[at].add(days)
    told, together = set[int](), set(tried)
    for at in sorted(left, key=lambda at: -len(remain[at])):
        both = together & remain[at]
        if len(both) * STEP >= LEAST_DOUBT:
            told.add(at)
            together = both
    return told
