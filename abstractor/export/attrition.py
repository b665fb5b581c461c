"""Counting, chart by chart, how a cohort came down to those included: nothing of a patient is kept, and small
counts are left out where nobody is to be known by them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from abstractor.abstract import Abstract
from abstractor.export.cohort import steps_of, stopping
from abstractor.export.fields import Field, Kind, Table
from abstractor.export.small_cells import LEAST, Told, told_steps

__all__ = ["ATTRITION", "Counting", "attrition_table"]


def attrition_table(least: int) -> Table:
    """`least`: counts from 1 to one less are left out; none are where it is 0 or 1."""
    small = f" Empty where `withheld` says so: counts of 1 to {least - 1} are left out."
    withheld = small if least > 1 else ""
    return Table(
        "attrition",
        "a step on the way to those included",
        (
            Field("place", Kind.COUNT, "The order of the steps, from 1.", "the export"),
            Field("step", Kind.CODE, "A criterion, `review` or `included`.", "inclusion"),
            _counted("patients", f"How many patients ended there.{withheld}"),
            _counted("left", f"How many were left after it.{withheld}"),
            Field(
                "withheld",
                Kind.YES_NO,
                "Whether a count of this step is left out: it is small, or a small one beside it could be "
                "computed from it. Never in an identified export.",
                "the export",
            ),
        ),
        ("step",),
    )


def _counted(name: str, meaning: str) -> Field:
    return Field(name, Kind.COUNT, meaning, "inclusion", units="patients", required=False)


ATTRITION = attrition_table(LEAST)


@dataclass(slots=True)
class Counting:
    """Criteria in the order in which the abstracts give them, and how many patients ended where."""

    criteria: dict[str, None] = field(default_factory=dict)
    ended: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def add(self, abstract: Abstract) -> None:
        self.criteria |= dict.fromkeys(each.criterion for each in abstract.inclusion.criteria)
        stopped = stopping(abstract)
        self.ended[str(abstract.inclusion.verdict), stopped.criterion if stopped else None] += 1

    def rows(self, least: int = 0) -> Iterator[dict[str, object]]:
        steps = steps_of(self.criteria, self.ended)
        told = told_steps([step.patients for step in steps], least) or (Told(None, None),) * len(steps)
        for place, (step, one) in enumerate(zip(steps, told, strict=True), start=1):
            withheld = None in (one.ended, one.left)
            counts = {"patients": one.ended, "left": one.left, "withheld": withheld}
            yield {"place": place, "step": step.step, **counts}

    def tells_all(self, least: int) -> bool:
        """Whether the number of all patients may be told beside these rows."""
        steps = steps_of(self.criteria, self.ended)
        return told_steps([step.patients for step in steps], least) is not None
