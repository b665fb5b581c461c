"""Whether the patient had received an agent before this line."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["Received"]


@dataclass(frozen=True, slots=True)
class Received:
    """One of `agents` in an earlier line of any setting; `before` false asks that none was. A record of one
    without a date leaves it open.

    That none was needs orders and administrations seen whole only where no line is held at all: a line
    that was not seen would also change the line's number, which its inclusion criterion already doubts.
    """

    agents: tuple[str, ...]
    before: bool

    def sentence(self) -> str:
        names = " or ".join(self.agents)
        return f"after {names}" if self.before else f"not after {names}"

    def decide(self, situation: Situation) -> Decided:
        names = " or ".join(self.agents)
        for earlier in situation.earlier_lines():
            taken = earlier.exposures_of(self.agents)
            if taken:
                relied_on = any(e.relied_on for e in taken) and not earlier.ordered_not_given
                sure = Truth.YES if relied_on else Truth.UNKNOWN
                truth = sure if self.before or sure is Truth.UNKNOWN else Truth.NO
                reason = None if truth is Truth.YES else "received-before"
                return Decided(
                    truth, f"{taken[0].agent} given before, from {taken[0].when}", reason, taken[0].sources
                )
        for drug in situation.therapy.unplaced:
            if drug.agent in self.agents:
                shows = f"{drug.agent} on record without a date"
                return Decided(Truth.UNKNOWN, shows, "date-uncertain", drug.sources)
        truth = Truth.NO if self.before else Truth.YES
        return Decided(
            truth, f"no {names} in an earlier line", "not-received-before" if self.before else None
        )

    def question(self) -> str:
        return f"received {' '.join(self.agents)}"

    def answers(self, situation: Situation) -> tuple[Answer, ...]:
        return (Answer(True, f"an earlier line with {' or '.join(self.agents)}"),)

    def given(self, answer: object, situation: Situation) -> Truth:
        return Truth.of(answer is self.before)
