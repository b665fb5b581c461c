"""Whether the choice leaves out or changes HER2-directed therapy, as a weak heart may ask for."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["Her2TherapyAltered"]


@dataclass(frozen=True, slots=True)
class Her2TherapyAltered:
    """No HER2-directed agent; or, in a later line, other ones than in the palliative line before; or, in the
    first, not all of `standard` (knowledge base, section 2.1)."""

    standard: tuple[str, ...]

    def sentence(self) -> str:
        return "where the choice leaves out or changes HER2-directed therapy"

    def decide(self, situation: Situation) -> Decided:
        chosen = situation.her2_of(situation.line.first_agents)
        sources = situation.line.exposures[0].sources
        if not chosen:
            return Decided(Truth.YES, "no HER2-directed agent was chosen", None, sources)
        before = situation.earlier_palliative()
        if before:
            former = situation.her2_of(before[-1].line.agents)
            altered = chosen != former
            shows = "HER2-directed therapy was changed" if altered else "HER2-directed therapy went on"
        else:
            missing = sorted(set(self.standard) - chosen)
            altered = bool(missing)
            shows = f"chosen without {' and '.join(missing)}" if altered else "nothing was left out"
        return Decided(Truth.of(altered), shows, None if altered else "her2-therapy-as-before", sources)
