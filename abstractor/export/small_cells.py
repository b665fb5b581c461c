"""Small counts of a table of steps, left out so that nobody computes them back from the rest.

A count below the limit may tell of a person. It is left out, and the steps beside it are told only together
with it. Which steps those are follows from their order and not from how many ended where, so that whoever
knows this rule, the total and every count that is told learns no count that is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from abstractor.errors import OptionError

__all__ = ["LEAST", "Told", "require_limit", "told_steps"]

# Counts from 1 to one less than this are small.
LEAST = 5
# Below this a few counts that are told together would still give each other away.
_LOWEST_LIMIT, _HIGHEST_LIMIT = 5, 1000


@dataclass(frozen=True, slots=True)
class Told:
    """Of one step: how many ended there, and how many were left after it; null: left out."""

    ended: int | None
    left: int | None


def require_limit(least: int) -> None:
    """0 and 1 leave nothing out."""
    if least not in (0, 1) and not _LOWEST_LIMIT <= least <= _HIGHEST_LIMIT:
        raise OptionError(
            f"the limit of small counts is {_LOWEST_LIMIT} to {_HIGHEST_LIMIT}, or 0 to leave none out"
        )


def told_steps(ended: Sequence[int], least: int) -> tuple[Told, ...] | None:
    """How many ended at each step, of all, in their order; the last step is where nobody is stopped any more.
    None: nothing can be told, not even how many there are in all.
    """
    last = len(ended) - 1
    groups = [[step] for step in range(len(ended))] if least <= 1 else _grouped(ended, least)
    if groups is None:
        return None
    told: list[Told] = []
    for steps in groups:
        there = [step for step in steps if ended[step]]
        hidden = there if len(there) > 1 else []
        for step in steps:
            count = None if step in hidden else ended[step]
            if step == last:
                told.append(Told(count, count))
            else:  # what is left is had from the counts around, unless hidden ones stand on both sides
                among = bool(hidden) and hidden[0] <= step < hidden[-1]
                told.append(Told(count, None if among else sum(ended[step + 1 :])))
    return tuple(told)


def _grouped(ended: Sequence[int], least: int) -> list[list[int]] | None:
    """Neighbouring steps of which only the sum is told. From the last step on, whose count matters most, each
    takes the steps before it until the sum gives none of them away; the first takes those after it.
    """
    if 0 < sum(ended) < least:
        return None
    groups: list[list[int]] = []
    group: list[int] = []
    for step in reversed(range(len(ended))):
        group = [step, *group]
        if _is_safe([ended[one] for one in group], least):
            groups.insert(0, group)
            group = []
    while group and groups:
        group += groups.pop(0)
        if _is_safe([ended[one] for one in group], least):
            return [group, *groups]
    return None if group else groups


def _is_safe(counts: Sequence[int], least: int) -> bool:
    """One count is large or nought; of several each can be anything below the limit, whatever they sum to."""
    there = [count for count in counts if count]
    if len(there) <= 1:
        return all(count >= least for count in there)
    return sum(there) - (len(there) - 1) >= least - 1
