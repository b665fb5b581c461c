"""A test that is due before or just after a drug of a line is started (LVEF before an anti-HER2 antibody)."""

from dataclasses import dataclass

__all__ = ["BaselineResult", "BaselineTrigger"]


@dataclass(frozen=True, slots=True)
class BaselineTrigger:
    """The drug that asks for the test, by which edition, and its window in days around the first dose."""

    agent: str
    edition: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """Met by a final result of `results`, or a completed study of `studies`, in the window of the line's trigger.

    `first_type` stands first in the measure's evidence column: silence is not-met only where it was seen whole.
    `urgent_within` days after the start: a result so late is an exception (urgent start).
    """

    triggers: tuple[BaselineTrigger, ...]
    results: tuple[str, ...]
    studies: tuple[str, ...]
    test_name: str
    first_type: str
    urgent_within: int
