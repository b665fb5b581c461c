"""How many HER2-directed regimens for metastatic disease came before this line."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["PriorHer2Regimens"]


@dataclass(frozen=True, slots=True)
class PriorHer2Regimens:
    """At least that many earlier palliative lines with a HER2-directed agent."""

    at_least: int

    def sentence(self) -> str:
        return f"after {self.at_least} or more HER2-directed regimens for metastatic disease"

    def decide(self, situation: Situation) -> Decided:
        earlier = [
            each
            for each in situation.earlier_lines()
            if each.line.setting == "palliative" and each.line.her2_directed
        ]
        sure = [e for e in earlier if not (e.rests_on_unknown_status or e.ordered_not_given)]
        sources = tuple(each.exposures[0].sources[0] for each in earlier)
        shows = f"{len(earlier)} HER2-directed regimens for metastatic disease before"
        if len(sure) >= self.at_least:
            return Decided(Truth.YES, shows, None, sources)
        if len(earlier) >= self.at_least:
            return Decided(
                Truth.UNKNOWN, f"{shows}, some of unknown status or never given", "status-unknown", sources
            )
        return Decided(Truth.NO, shows, "too-few-regimens", sources)
