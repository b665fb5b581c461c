"""How many HER2-directed regimens for metastatic disease came before this line."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["PriorHer2Regimens"]


@dataclass(frozen=True, slots=True)
class PriorHer2Regimens:
    """At least that many earlier lines with a HER2-directed agent; palliative ones, unless `any_setting`."""

    at_least: int
    any_setting: bool = False

    def sentence(self) -> str:
        return f"after {self.at_least} or more HER2-directed regimens{self._purpose()}"

    def decide(self, situation: Situation) -> Decided:
        earlier = [
            each
            for each in situation.earlier_lines()
            if each.line.her2_directed and (self.any_setting or each.line.setting == "palliative")
        ]
        sure = [e for e in earlier if not (e.rests_on_unknown_status or e.ordered_not_given)]
        sources = tuple(each.exposures[0].sources[0] for each in earlier)
        noun = "regimen" if len(earlier) == 1 else "regimens"
        shows = f"{len(earlier)} HER2-directed {noun}{self._purpose()} before"
        if len(sure) >= self.at_least:
            return Decided(Truth.YES, shows, None, sources)
        if len(earlier) >= self.at_least:
            return Decided(
                Truth.UNKNOWN, f"{shows}, some of unknown status or never given", "status-unknown", sources
            )
        return Decided(Truth.NO, shows, "too-few-regimens", sources)

    def question(self) -> str:
        return f"regimens {self.any_setting}"

    def answers(self, situation: Situation) -> tuple[Answer, ...]:
        said = f"{self.at_least} or more earlier HER2-directed regimens{self._purpose()}"
        return (Answer(self.at_least, said),)

    def given(self, answer: object, situation: Situation) -> Truth:
        """`answer` is the number of earlier regimens."""
        return Truth.of(isinstance(answer, int) and answer >= self.at_least)

    def _purpose(self) -> str:
        return " in any setting" if self.any_setting else " for metastatic disease"
