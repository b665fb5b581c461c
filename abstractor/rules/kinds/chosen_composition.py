"""What kinds of drugs the choice is made of, where the recommendation names no regimen."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.agents import ENDOCRINE
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["ChosenComposition"]


@dataclass(frozen=True, slots=True)
class ChosenComposition:
    """Each that is given must be so: a HER2-directed agent, chemotherapy, endocrine therapy in the opening or
    not; every HER2-directed agent among `her2_among`."""

    her2_directed: bool | None = None
    her2_among: tuple[str, ...] = ()
    chemotherapy: bool | None = None
    endocrine: bool | None = None

    def __post_init__(self) -> None:
        asked = (self.her2_directed, self.chemotherapy, self.endocrine)
        if not self.her2_among and all(each is None for each in asked):
            raise ValueError("a composition asks for at least one thing")

    def sentence(self) -> str:
        kinds = {
            "a HER2-directed agent": self.her2_directed,
            "chemotherapy": self.chemotherapy,
            "endocrine therapy": self.endocrine,
        }
        parts = [
            f"{'with' if held else 'without'} {name}" for name, held in kinds.items() if held is not None
        ]
        if self.her2_among:
            parts.append(f"no HER2-directed agent but {' or '.join(self.her2_among)}")
        return ", ".join(parts)

    def decide(self, situation: Situation) -> Decided:
        chosen = situation.line.first_agents
        her2 = situation.her2_of(chosen)
        kinds = {situation.agents[name].kind for name in chosen}
        asked = (
            (self.her2_directed, bool(her2)),
            (self.chemotherapy, bool(kinds & set(situation.chemotherapy_kinds))),
            (self.endocrine, ENDOCRINE in kinds),
        )
        among = not self.her2_among or (bool(her2) and her2 <= set(self.her2_among))
        holds = among and all(want is None or want is has for want, has in asked)
        shows = f"{', '.join(chosen)} {'was' if len(chosen) == 1 else 'were'} chosen"
        sources = situation.line.exposures[0].sources
        return Decided(Truth.of(holds), shows, None if holds else "another-choice", sources)
