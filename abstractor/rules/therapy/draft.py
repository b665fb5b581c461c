"""A line while it is being put together: its exposures so far, and the days that follow from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from abstractor.dates import DateInterval
from abstractor.rules.library import Agent
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.progression import Progression
from abstractor.rules.therapy.spans import earliest_of, latest_of

__all__ = ["Break", "Doubt", "Draft", "agent_ends", "last_day", "start_of"]


@dataclass(frozen=True, slots=True)
class Break:
    """A time without treatment inside a line: after which exposure, up to which, at least how many days."""

    after: Exposure
    until: Exposure
    days: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """An exposure that may open another line: for want of a date, or because of `signs` that may be
    progression, or may lie before it. `beside`: drugs of the line that may have stopped before it, since
    their orders have no end."""

    exposure: Exposure
    signs: tuple[Progression, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def of_dates(self) -> bool:
        return not self.signs or any(not sign.weak for sign in self.signs)


@dataclass(slots=True)
class Draft:
    """`opening`: agents of the window and late partners. `added`: agents that joined by an exemption.

    `doubts` are exposures of which nothing says for sure whether another line begins with them. `awaited`
    are orders of its agents from which it is not counted, because they were given so much later. `rested` is
    the time without treatment before it, where it opened for that.
    """

    because: str
    agents: Mapping[str, Agent]
    exposures: list[Exposure] = field(default_factory=list)
    opening: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    breaks: list[Break] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    awaited: list[Exposure] = field(default_factory=list)
    rested: Break | None = None
    names: set[str] = field(default_factory=set)
    _given: dict[str, DateInterval] = field(default_factory=dict)
    _ordered: dict[str, DateInterval] = field(default_factory=dict)
    _first_given: DateInterval | None = None
    _first_ordered: DateInterval | None = None
    _first_said: DateInterval | None = None

    def add(self, exposure: Exposure) -> None:
        self.exposures.append(exposure)
        ends = self._given if exposure.given else self._ordered
        held = ends.get(exposure.agent)
        self.names.add(exposure.agent)
        ends[exposure.agent] = latest_of((held, exposure.ends)) if held else exposure.ends
        if exposure.given:
            self._first_given = earliest_of((self._first_given or exposure.when, exposure.when))
        elif exposure.ordered:
            self._first_ordered = earliest_of((self._first_ordered or exposure.when, exposure.when))
        else:
            self._first_said = earliest_of((self._first_said or exposure.when, exposure.when))

    @property
    def start(self) -> DateInterval:
        """The first dose or dispense where one is held, else the first order, else the first statement."""
        start = self._first_given or self._first_ordered or self._first_said
        if start is None:
            raise ValueError("a line without exposures has no start")
        return start

    @property
    def reach(self) -> DateInterval:
        """The last day that its treatment covers so far."""
        return self.reach_of(self.names)

    def reach_of(self, names: Iterable[str]) -> DateInterval:
        """The last day that any of these agents covers so far."""
        return latest_of(self.ends_of(name) for name in names)

    def ends_of(self, name: str) -> DateInterval:
        """The last day that one agent covers: orders and statements of an infusion that is given say nothing
        more."""
        given, ordered = self._given.get(name), self._ordered.get(name)
        if given is None or ordered is None:
            end = given or ordered
            if end is None:
                raise KeyError(name)
            return end
        return latest_of((given, ordered)) if self.agents[name].route == "oral" else given

    def moves(self, exposure: Exposure) -> bool:
        """Does this exposure say that treatment went on? An unanswered order, or a statement, of a given
        infusion does not."""
        infused = self.agents[exposure.agent].route != "oral"
        return exposure.given or not (infused and exposure.agent in self._given)


def start_of(exposures: Iterable[Exposure]) -> DateInterval:
    """When the first of them was, doses and dispenses before orders, and those before statements."""
    held = tuple(exposures)
    firmest = min(e.weakness for e in held)
    return earliest_of([e.when for e in held if e.weakness == firmest])


def agent_ends(exposures: Iterable[Exposure], agents: Mapping[str, Agent]) -> dict[str, DateInterval]:
    """The last day that each agent covers."""
    draft = Draft("", agents)
    for exposure in exposures:
        draft.add(exposure)
    return {name: draft.ends_of(name) for name in sorted(draft.names)}


def last_day(exposures: Iterable[Exposure], agents: Mapping[str, Agent]) -> DateInterval:
    return latest_of(agent_ends(exposures, agents).values())
