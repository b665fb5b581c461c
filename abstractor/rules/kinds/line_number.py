"""Which palliative line it is, counted from the metastatic anchor."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["LineNumber"]


@dataclass(frozen=True, slots=True)
class LineNumber:
    """`at_most` null: that line or any later one."""

    at_least: int
    at_most: int | None = None

    def __post_init__(self) -> None:
        if self.at_least < 1 or (self.at_most is not None and self.at_most < self.at_least):
            raise ValueError("a line number runs from at_least (1 or more) to at_most")

    def sentence(self) -> str:
        if self.at_most is None:
            return f"palliative line {self.at_least} or later"
        if self.at_most == self.at_least:
            return f"palliative line {self.at_least}"
        return f"palliative line {self.at_least} to {self.at_most}"

    def decide(self, situation: Situation) -> Decided:
        number = situation.line.line.number
        holds = self.at_least <= number and (self.at_most is None or number <= self.at_most)
        return Decided(
            Truth.of(holds), f"this is palliative line {number}", None if holds else "another-line"
        )
