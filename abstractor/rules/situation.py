"""What a condition of a recommendation is decided on: one line of one patient, on the day it was chosen."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from abstractor.chart import Chart
from abstractor.dates import DateInterval
from abstractor.rules.agents import Agent
from abstractor.rules.terms import ClinicalTerms
from abstractor.rules.therapy.course import Anchor, Intensification, Therapy, TherapyLine
from abstractor.rules.therapy.progression import Progression
from abstractor.rules.truth import Decided

__all__ = ["Situation"]


@dataclass(frozen=True, slots=True)
class Situation:
    """`chart` is as known at as_of; conditions look only at facts on or before `decision`.

    `step`: where not the line itself is judged, but agents that joined it as maintenance, on that step's
    own date (`decision`). `assumed`: answers to questions of conditions that are taken as given, to see
    what would change a verdict. `decided` keeps what was decided, so that each condition is decided once.
    """

    chart: Chart
    therapy: Therapy
    anchor: Anchor
    line: TherapyLine
    decision: DateInterval
    agents: Mapping[str, Agent]
    terms: ClinicalTerms
    chemotherapy_kinds: tuple[str, ...]
    progressions: tuple[Progression, ...]
    step: Intensification | None = None
    assumed: Mapping[str, Hashable] = field(default_factory=dict)
    decided: dict[Hashable, Decided] = field(default_factory=dict, compare=False, repr=False)

    def earlier_lines(self) -> tuple[TherapyLine, ...]:
        """Lines of any setting that stand before this one."""
        at = self.therapy.lines.index(self.line)
        return self.therapy.lines[:at]

    def earlier_palliative(self) -> tuple[TherapyLine, ...]:
        return tuple(each for each in self.earlier_lines() if each.line.setting == "palliative")

    def is_her2_directed(self, name: str) -> bool:
        return self.agents[name].her2_directed

    def her2_of(self, names: tuple[str, ...]) -> frozenset[str]:
        """Those of the agents that are HER2-directed."""
        return frozenset(name for name in names if self.agents[name].her2_directed)
