"""A recorded reason for which a guideline allows another choice: lung disease, heart failure, a low
LVEF."""

from dataclasses import dataclass

from abstractor.chart import Administration, Diagnosis, Order, Result, Standing
from abstractor.dates import Truth
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["ExceptionRecorded"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class ExceptionRecorded:
    """One of these on or before the decision: a Condition of `concepts`; a result of `result_concepts` under
    `below`; an order or dose of `withheld_agents` that was refused or withheld.

    `recorded` false asks for the absence of all, which needs Condition seen whole.
    """

    recorded: bool
    concepts: tuple[str, ...]
    result_concepts: tuple[str, ...]
    below: float
    names: str
    withheld_agents: tuple[str, ...] = ()

    def sentence(self) -> str:
        return f"with {self.names} on record" if self.recorded else f"without {self.names} on record"

    def decide(self, situation: Situation) -> Decided:
        found = self._found(situation)
        if found.truth is Truth.NO and not situation.chart.seen_whole("Condition"):
            found = Decided(
                Truth.UNKNOWN,
                f"{self.names}: cannot be ruled out, Condition was not seen whole",
                "exception-unknown",
            )
        if self.recorded or found.truth is Truth.UNKNOWN:
            return found
        return Decided(
            ~found.truth,
            found.shows,
            "exception-recorded" if found.truth is Truth.YES else None,
            found.sources,
        )

    def _found(self, situation: Situation) -> Decided:
        doubt: Decided | None = None
        facts: list[Diagnosis | Result | Order | Administration]
        facts = [*self._conditions(situation), *self._results(situation), *self._withheld(situation)]
        for fact in facts:
            when = fact.when
            before = Truth.UNKNOWN if when is None else when.on_or_before(situation.decision)
            if before is Truth.YES:
                return Decided(Truth.YES, f"{self.names}: recorded {when}", None, fact.sources)
            if before is Truth.UNKNOWN:
                doubt = Decided(
                    Truth.UNKNOWN, f"{self.names}: of doubtful date", "exception-unknown", fact.sources
                )
        return doubt or Decided(Truth.NO, f"no {self.names} recorded", "no-exception")

    def _conditions(self, situation: Situation) -> list[Diagnosis]:
        wanted = set(self.concepts)
        return [d for d in situation.chart.diagnoses if wanted & set(d.concepts) and d.standing in _RELIED_ON]

    def _withheld(self, situation: Situation) -> list[Order | Administration]:
        """Orders not to give one of the agents, and doses that were not given (refused, withheld)."""
        records: list[Order | Administration] = [*situation.chart.orders, *situation.chart.administrations]
        wanted = set(self.withheld_agents)
        return [r for r in records if wanted & set(r.agents) and r.standing is Standing.AGAINST]

    def _results(self, situation: Situation) -> list[Result]:
        wanted = set(self.result_concepts)
        return [
            r
            for r in situation.chart.results
            if wanted & set(r.concepts)
            and r.standing in _RELIED_ON
            and r.number is not None
            and r.number < self.below
        ]
