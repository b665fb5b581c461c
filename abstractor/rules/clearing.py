"""What would clear a verdict: the findings that a reader could still make, each tried out before it is said.

Every question that the rows ask is answered otherwise in turn, and where no single answer helps, two of
them together; an answer is named only where the same rows then give a better verdict. So what is said to
clear a verdict does.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations

from abstractor.abstract import Verdict
from abstractor.rules.found import shortest_first
from abstractor.rules.kinds import Findable
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.library import Recommendation
from abstractor.rules.situation import Situation

__all__ = ["UNCLEAR", "would_clear"]

UNCLEAR = (Verdict.NOT_PREFERRED, Verdict.NOT_RECOMMENDED, Verdict.OFF_LABEL, Verdict.INDETERMINATE)
_Assumption = tuple[str, Answer]


def would_clear(
    verdict: Verdict,
    rows: Iterable[Recommendation],
    situation: Situation,
    again: Callable[[Situation], Verdict],
) -> tuple[str, ...]:
    """At most five findings, shortest first: single ones, else pairs; none where nothing is to be cleared.

    `rows` can speak of the choice; `again` gives the verdict where other answers are assumed.
    """
    if verdict not in UNCLEAR:
        return ()

    def clears(*assumptions: _Assumption) -> bool:
        assumed = {question: answer.value for question, answer in assumptions}
        return again(replace(situation, assumed=assumed)) not in UNCLEAR

    open_answers = _answers(rows, situation)
    singles = [each[1].finding for each in open_answers if clears(each)]
    if singles:
        return shortest_first(singles)
    pairs = [
        f"{one[1].finding}; and {other[1].finding}"
        for one, other in combinations(open_answers, 2)
        if one[0] != other[0] and clears(one, other)
    ]
    return shortest_first(pairs)


def _answers(rows: Iterable[Recommendation], situation: Situation) -> list[_Assumption]:
    """Every answer to every question of the rows, each once."""
    found: dict[_Assumption, None] = {}
    for row in rows:
        for condition in row.when:
            if isinstance(condition, Findable):
                for answer in condition.answers(situation):
                    found.setdefault((condition.question(), answer))
    return list(found)
