"""A line while it is being put together: its exposures so far, and the days that follow from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from abstractor.dates import DateInterval
from abstractor.rules.library import Agent
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.spans import earliest_of, latest_of

__all__ = ["Break", "Draft", "agent_ends", "last_day", "start_of"]


@dataclass(frozen=True, slots=True)
class Break:
    """A time without treatment inside a line: after which exposure, up to which, at least how many days."""

    after: Exposure
    until: Exposure
    days: int


@dataclass(slots=True)
class Draft:
    """`opening`: agents of the window and late partners. `added`: agents that joined by an exemption.

    `doubts` are exposures whose partial date decided nothing for sure. `awaited` are orders of its agents
    from which it is not counted, because they were given so much later.
    """

    because: str
    agents: Mapping[str, Agent]
    exposures: list[Exposure] = field(default_factory=list)
    opening: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    breaks: list[Break] = field(default_factory=list)
    doubts: list[Exposure] = field(default_factory=list)
    awaited: list[Exposure] = field(default_factory=list)
    _given: dict[str, DateInterval] = field(default_factory=dict)
    _ordered: dict[str, DateInterval] = field(default_factory=dict)
    _first_given: DateInterval | None = None
    _first_ordered: DateInterval | None = None

    def add(self, exposure: Exposure) -> None:
        self.exposures.append(exposure)
        ends = self._given if exposure.given else self._ordered
        held = ends.get(exposure.agent)
        ends[exposure.agent] = latest_of((held, exposure.ends)) if held else exposure.ends
        if exposure.given:
            self._first_given = earliest_of((self._first_given or exposure.when, exposure.when))
        else:
            self._first_ordered = earliest_of((self._first_ordered or exposure.when, exposure.when))

    @property
    def names(self) -> set[str]:
        return self._given.keys() | self._ordered.keys()

    @property
    def start(self) -> DateInterval:
        """The first dose or dispense where one is held, else the first order."""
        start = self._first_given or self._first_ordered
        if start is None:
            raise ValueError("a line without exposures has no start")
        return start

    @property
    def reach(self) -> DateInterval:
        """The last day that its treatment covers so far."""
        return latest_of(self.ends_of(name) for name in self.names)

    def ends_of(self, name: str) -> DateInterval:
        """The last day that one agent covers: orders of an infusion that is given say nothing more."""
        given, ordered = self._given.get(name), self._ordered.get(name)
        if given is None or ordered is None:
            end = given or ordered
            if end is None:
                raise KeyError(name)
            return end
        return latest_of((given, ordered)) if self.agents[name].route == "oral" else given

    def moves(self, exposure: Exposure) -> bool:
        """Does this exposure say that treatment went on? An unanswered order of a given infusion does not."""
        infused = self.agents[exposure.agent].route != "oral"
        return exposure.given or not (infused and exposure.agent in self._given)


def start_of(exposures: Iterable[Exposure]) -> DateInterval:
    """When the first of them was, doses and dispenses before orders."""
    held = tuple(exposures)
    given = [e.when for e in held if e.given]
    return earliest_of(given or [e.when for e in held])


def agent_ends(exposures: Iterable[Exposure], agents: Mapping[str, Agent]) -> dict[str, DateInterval]:
    """The last day that each agent covers."""
    draft = Draft("", agents)
    for exposure in exposures:
        draft.add(exposure)
    return {name: draft.ends_of(name) for name in sorted(draft.names)}


def last_day(exposures: Iterable[Exposure], agents: Mapping[str, Agent]) -> DateInterval:
    return latest_of(agent_ends(exposures, agents).values())
