"""A review is its steps: what stands after them, and what the next undo takes back.

Undo takes back the last answer that is not taken back yet, whichever item it was of; its step holds what
stood before, so that the last step of an item is always its answer.
"""

from collections.abc import Iterable
from typing import assert_never

from abstractor.store.auditing.values import Review, Step, StepKind
from abstractor.workflow.auditing.answers import Answer, answer_from_json

__all__ = ["answers_in", "changed_between", "next_number", "stood_before", "to_take_back"]


def answers_in(review: Review) -> dict[str, Answer]:
    """The answer of each item that has one, by its key, in the order in which items were first answered."""
    return {item: answer_from_json(body) for item, body in _bodies(review.steps).items()}


def changed_between(review: Review, since: int, until: int) -> frozenset[str]:
    """The items of which something else stands after step `until` than after step `since`."""
    before, after = (
        _bodies(step for step in review.steps if step.number <= number) for number in (since, until)
    )
    return frozenset(item for item in {**before, **after} if before.get(item) != after.get(item))


def to_take_back(steps: Iterable[Step]) -> Step | None:
    standing = _standing(steps)
    return standing[-1] if standing else None


def stood_before(steps: Iterable[Step]) -> str | None:
    """What the item of the step that would be taken back had as its answer before; null: none."""
    standing = _standing(steps)
    taken = standing.pop()
    return next((step.body for step in reversed(standing) if step.item == taken.item), None)


def next_number(review: Review) -> int:
    """What `expected` must be: the number of the last step, 0 where there is none."""
    return review.steps[-1].number if review.steps else 0


def _bodies(steps: Iterable[Step]) -> dict[str, str]:
    last: dict[str, Step] = {}
    for step in steps:
        if step.kind is not StepKind.ADDENDUM:
            last[step.item] = step
    return {item: step.body for item, step in last.items() if step.body is not None}


def _standing(steps: Iterable[Step]) -> list[Step]:
    standing: list[Step] = []
    for step in steps:
        match step.kind:
            case StepKind.ANSWER:
                standing.append(step)
            case StepKind.UNDO:
                standing.pop()
            case StepKind.ADDENDUM:
                pass
            case _:
                assert_never(step.kind)
    return standing
