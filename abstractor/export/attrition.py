"""Counting, chart by chart, how a cohort came down to those included: nothing of a patient is kept."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from abstractor.abstract import Abstract
from abstractor.export.cohort import steps_of, stopping
from abstractor.export.fields import Field, Kind, Table

__all__ = ["ATTRITION", "Counting"]

ATTRITION = Table(
    "attrition",
    "a step on the way to those included",
    (
        Field("place", Kind.COUNT, "The order of the steps, from 1.", "the export"),
        Field("step", Kind.CODE, "A criterion, `review` or `included`.", "inclusion"),
        Field("patients", Kind.COUNT, "How many patients ended there.", "inclusion", units="patients"),
        Field("left", Kind.COUNT, "How many were left after it.", "inclusion", units="patients"),
    ),
    ("step",),
)


@dataclass(slots=True)
class Counting:
    """Criteria in the order in which the abstracts give them, and how many patients ended where."""

    criteria: dict[str, None] = field(default_factory=dict)
    ended: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def add(self, abstract: Abstract) -> None:
        self.criteria |= dict.fromkeys(each.criterion for each in abstract.inclusion.criteria)
        stopped = stopping(abstract)
        self.ended[str(abstract.inclusion.verdict), stopped.criterion if stopped else None] += 1

    def rows(self) -> Iterator[dict[str, object]]:
        for place, step in enumerate(steps_of(self.criteria, self.ended), start=1):
            yield {"place": place, "step": step.step, "patients": step.patients, "left": step.left}
