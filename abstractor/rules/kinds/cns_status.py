"""Metastases in the central nervous system on the day of the decision (knowledge base, section 2.7)."""

from dataclasses import dataclass

from abstractor.dates import Truth
from abstractor.rules.cns import ACTIVE, NONE, STABLE, STATUSES, cns_state
from abstractor.rules.kinds.answers import Answer
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided

__all__ = ["CnsStatus"]


@dataclass(frozen=True, slots=True)
class CnsStatus:
    """The status is one of these: "active", "stable", "none"."""

    one_of: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.one_of or not set(self.one_of) <= set(STATUSES):
            raise ValueError(f"a CNS status is one of {', '.join(STATUSES)}")

    def sentence(self) -> str:
        if self.one_of == ("none",):
            return "without CNS metastases"
        return f"with {' or '.join(self.one_of)} CNS metastases"

    def decide(self, situation: Situation) -> Decided:
        state = cns_state(situation)
        holds = state.possible <= set(self.one_of)
        if not holds and state.possible & set(self.one_of):
            return Decided(Truth.UNKNOWN, state.shows, "cns-status-unknown", state.sources)
        return Decided(Truth.of(holds), state.shows, None if holds else "another-cns-status", state.sources)

    def question(self) -> str:
        return "cns-status"

    def answers(self, situation: Situation) -> tuple[Answer, ...]:
        days = situation.terms.cns.settled_after_days
        treated = f"local therapy {days} days before or more"
        return (
            Answer(ACTIVE, f"a CNS metastasis recorded by then, without {treated}, or progressing after it"),
            Answer(STABLE, f"a CNS metastasis recorded by then, with {treated} and nothing after it"),
            Answer(NONE, "all Conditions seen, and no CNS metastasis among them"),
        )

    def given(self, answer: object, situation: Situation) -> Truth:
        return Truth.of(answer in self.one_of)
