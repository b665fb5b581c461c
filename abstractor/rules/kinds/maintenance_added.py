"""What was added to first-line maintenance while the disease did not progress (knowledge base, fact 3)."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["MaintenanceAdded"]


@dataclass(frozen=True, slots=True)
class MaintenanceAdded:
    """The agents that joined are all among `agents`, beside one or more of `beside_any` in the line (where
    given). Only a step of maintenance is asked this, never the opening of a line."""

    agents: tuple[str, ...]
    beside_any: tuple[str, ...] = ()

    def sentence(self) -> str:
        beside = f" beside {' or '.join(self.beside_any)}" if self.beside_any else ""
        return f"adding {' or '.join(self.agents)} to maintenance{beside}"

    def decide(self, situation: Situation) -> Decided:
        step = situation.step
        if step is None:
            return Decided(Truth.NO, "no addition to maintenance", "another-choice")
        given = [e for e in situation.line.exposures if e.agent in self.beside_any]
        beside = not self.beside_any or any(
            e.when.on_or_before(step.start) is not Truth.NO or e.ends.before(step.start) is not Truth.YES
            for e in given
        )
        holds = set(step.agents) <= set(self.agents) and beside
        shows = f"{', '.join(step.agents)} joined the maintenance"
        return Decided(Truth.of(holds), shows, None if holds else "another-choice", step.sources)
