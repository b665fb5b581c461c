"""What a condition of a recommendation is decided on: one line of one patient, on the day it was chosen."""

from dataclasses import dataclass

from abstractor.chart import Chart
from abstractor.dates import DateInterval
from abstractor.rules.therapy.course import Anchor, Intensification, Therapy, TherapyLine

__all__ = ["Situation"]


@dataclass(frozen=True, slots=True)
class Situation:
    """`chart` is as known at as_of; conditions look only at facts on or before `decision`.

    `her2_agents`: the names of the HER2-directed agents. `step`: where not the line itself is judged, but
    agents that joined it as maintenance, on that step's own date (`decision`).
    """

    chart: Chart
    therapy: Therapy
    anchor: Anchor
    line: TherapyLine
    decision: DateInterval
    her2_agents: frozenset[str]
    step: Intensification | None = None

    def earlier_lines(self) -> tuple[TherapyLine, ...]:
        """Lines of any setting that stand before this one."""
        at = self.therapy.lines.index(self.line)
        return self.therapy.lines[:at]
