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
        return f"palliative lines {self.at_least} to {self.at_most}"

    def decide(self, situation: Situation) -> Decided:
        """An earlier line that rests on orders of unknown status may be none: the number is then in doubt."""
        number = situation.line.line.number
        doubtful = [each for each in situation.earlier_palliative() if each.rests_on_unknown_status]
        held = {self._holds(possible) for possible in range(number - len(doubtful), number + 1)}
        if len(held) > 1:
            sources = tuple(source for each in doubtful for source in each.exposures[0].sources)
            shows = f"this is palliative line {number}, if an earlier order of unknown status was carried out"
            return Decided(Truth.UNKNOWN, shows, "status-unknown", sources)
        holds = held.pop()
        return Decided(
            Truth.of(holds), f"this is palliative line {number}", None if holds else "another-line"
        )

    def _holds(self, number: int) -> bool:
        return self.at_least <= number and (self.at_most is None or number <= self.at_most)
