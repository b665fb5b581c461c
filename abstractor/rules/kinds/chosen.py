"""What was chosen for this line: a regimen of the catalogue, or agents that must or must not be part of
it."""

from dataclasses import dataclass

from abstractor.chart import Source
from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["ChosenAgents", "ChosenRegimen"]


@dataclass(frozen=True, slots=True)
class ChosenRegimen:
    """The line's regimen is one of these catalogue names."""

    one_of: tuple[str, ...]

    def sentence(self) -> str:
        return f"choosing {' or '.join(self.one_of)}"

    def decide(self, situation: Situation) -> Decided:
        regimen = situation.line.line.regimen
        holds = regimen in self.one_of
        name = regimen or ", ".join(situation.line.first_agents)
        return Decided(
            Truth.of(holds), f"{name} was chosen", None if holds else "another-choice", _opening(situation)
        )


@dataclass(frozen=True, slots=True)
class ChosenAgents:
    """All of `all_of`, one or more of `any_of` (where given) and none of `none_of` are in the line's
    opening."""

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def sentence(self) -> str:
        parts = [
            f"with {' and '.join(self.all_of)}" if self.all_of else "",
            f"with {' or '.join(self.any_of)}" if self.any_of else "",
            f"without {' or '.join(self.none_of)}" if self.none_of else "",
        ]
        return ", ".join(part for part in parts if part)

    def decide(self, situation: Situation) -> Decided:
        chosen = set(situation.line.first_agents)
        holds = (
            set(self.all_of) <= chosen
            and (not self.any_of or bool(chosen & set(self.any_of)))
            and not chosen & set(self.none_of)
        )
        agents = situation.line.first_agents
        shows = f"{', '.join(agents)} {'was' if len(agents) == 1 else 'were'} chosen"
        return Decided(Truth.of(holds), shows, None if holds else "another-choice", _opening(situation))


def _opening(situation: Situation) -> tuple[Source, ...]:
    first = situation.line.exposures[0]
    return first.sources
