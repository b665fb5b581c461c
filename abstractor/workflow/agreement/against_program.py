"""The program as one more reader: what it finds of what reviewers find, and what they keep of its findings.

The reviewers' final answer is taken for the truth; where they could not tell, the chart is counted apart.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from abstractor.workflow.agreement.intervals import proportion
from abstractor.workflow.agreement.ratings import LEVEL, Measured

__all__ = ["Tally", "ppv", "sensitivity", "tally", "tally_of"]


@dataclass(frozen=True, slots=True)
class Tally:
    """`left_open`: charts where the program or the reviewers gave no answer."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    left_open: int = 0


def tally(answers: Iterable[tuple[bool | None, bool | None]]) -> Tally:
    """Both answers, chart by chart: the program's and the reviewers', None where there is none."""
    return tally_of(Counter(answers))


def tally_of(counted: Counter[tuple[bool | None, bool | None]]) -> Tally:
    """The same where it is counted already."""
    told = Tally(counted[True, True], counted[True, False], counted[False, True], counted[False, False])
    answered = told.true_positive + told.false_positive + told.false_negative + told.true_negative
    return replace(told, left_open=counted.total() - answered)


def sensitivity(counted: Tally, *, level: float = LEVEL) -> Measured:
    """Of the findings that reviewers confirm or add, the share that the program found.

    Yerushalmy, Public Health Rep 1947;62:1432-1449; Wilson's interval, see `wilson`. Holds only where charts
    were drawn without regard to the program's verdict: who counts says so of others.
    """
    found = counted.true_positive
    return proportion(found, trials=found + counted.false_negative, level=level)


def ppv(counted: Tally, *, level: float = LEVEL) -> Measured:
    """Of the program's findings, the share that reviewers confirm.

    Vecchio, N Engl J Med 1966;274:1171-1173; Wilson's interval.
    """
    found = counted.true_positive
    return proportion(found, trials=found + counted.false_positive, level=level)
