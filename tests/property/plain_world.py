"""What the slow reference knows: exposures and lines with days as numbers, and plain questions about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from abstractor.rules.library import Agent, LinePolicy

__all__ = ["PlainExposure", "PlainFacts", "PlainLine", "World"]


@dataclass(frozen=True, slots=True, order=True)
class PlainExposure:
    """One agent on one day; `last` is the last day that it covers, the day itself where nothing says."""

    day: int
    said: bool
    agent: str
    last: int
    dated_end: bool = False

    @property
    def given(self) -> bool:
        return not self.said


@dataclass(frozen=True, slots=True)
class PlainFacts:
    """`not_tolerated`: agent and day of the records that say so; `anchor`: the first metastasis."""

    exposures: tuple[PlainExposure, ...]
    progressions: tuple[int, ...]
    anchor: int | None
    not_tolerated: tuple[tuple[str, int], ...]
    as_of: int


@dataclass(slots=True)
class PlainLine:
    because: str
    held: list[PlainExposure] = field(default_factory=list)
    opening: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    setting: str = ""
    end: int | None = None
    reason: str = ""

    @property
    def agents(self) -> set[str]:
        return {e.agent for e in self.held}

    @property
    def start(self) -> int:
        return min([e.day for e in self.held if e.given] or [e.day for e in self.held])


@dataclass(frozen=True, slots=True)
class World:
    facts: PlainFacts
    policy: LinePolicy
    agents: Mapping[str, Agent]
    catalogue: Sequence[frozenset[str]]

    def same(self, one: str, other: str) -> bool:
        return one == other or any({one, other} <= set(group) for group in self.policy.equivalent)

    def beside(self, agent: str) -> bool:
        return bool({agent, self.agents[agent].kind} & set(self.policy.joins_maintenance))

    def oral(self, agent: str) -> bool:
        return self.agents[agent].route == "oral"

    def boundary(self) -> int | None:
        anchor = self.facts.anchor
        return None if anchor is None else anchor - self.policy.lookback_before_anchor_days

    def palliative(self, day: int) -> bool:
        boundary = self.boundary()
        return boundary is not None and day >= boundary

    def end_of(self, line: PlainLine, agent: str) -> int:
        own = [e for e in line.held if e.agent == agent]
        given = [e for e in own if e.given]
        return max(e.last for e in (own if self.oral(agent) or not given else given))

    def reach(self, line: PlainLine, agents: Iterable[str] | None = None) -> int:
        return max(self.end_of(line, agent) for agent in (line.agents if agents is None else agents))

    def says_it_went_on(self, line: PlainLine, e: PlainExposure) -> bool:
        return e.given or self.oral(e.agent) or not any(h.given and h.agent == e.agent for h in line.held)

    def worse(self, after: int, until: int, *, since: int) -> bool:
        return any(after < day <= until and day >= since for day in self.facts.progressions)
