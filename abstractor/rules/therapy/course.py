"""The values that therapy derivation works with: exposures to one agent, and lines with what they rest on."""

from dataclasses import dataclass
from datetime import date

from abstractor.abstract import Flag, Line
from abstractor.chart import Source
from abstractor.chart.lean import lean
from abstractor.dates import DateInterval, Truth

__all__ = [
    "ORDER",
    "STATEMENT",
    "Anchor",
    "Exposure",
    "Intensification",
    "MayOpen",
    "OrderDay",
    "Therapy",
    "TherapyLine",
    "Unplaced",
    "weakness_of",
]

ORDER = "order"
STATEMENT = "statement"


def weakness_of(kind: str) -> int:
    """How weak a source is: 0 where the drug was given, 1 ordered, 2 only said to be taken (section 3.3)."""
    return (ORDER, STATEMENT).index(kind) + 1 if kind in (ORDER, STATEMENT) else 0


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day from which the disease counts as metastatic; `when` is null where no metastasis has a date.

    `stands` is unknown where only an ambiguous site is recorded.
    """

    stands: Truth
    when: DateInterval | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class OrderDay:
    """An order that can be relied on, and the day it was written."""

    when: DateInterval
    reference: str


@lean
@dataclass(frozen=True, slots=True)
class Exposure:
    """One agent on one occasion. `kind`: "administration", "procedure", "dispense", "order" or "statement".

    `until` is the last day that it is stated to cover (oral supply, treatment period), null where nothing
    says. `answers` are the orders that a given dose answers, by day. `relied_on` is false where the status
    is unknown. `place` is the day by which a partial date is sorted, where something else in the chart says
    where it belongs. `unended`: an active order whose stated period has no end.
    """

    agent: str
    kind: str
    when: DateInterval
    until: DateInterval | None
    relied_on: bool
    sources: tuple[Source, ...]
    reference: str = ""
    answers: tuple[OrderDay, ...] = ()
    place: date | None = None
    unended: bool = False

    @property
    def given(self) -> bool:
        return self.kind not in (ORDER, STATEMENT)

    @property
    def ordered(self) -> bool:
        return self.kind == ORDER

    @property
    def weakness(self) -> int:
        """0: given; 1: ordered; 2: only said to be taken."""
        return weakness_of(self.kind)

    @property
    def ends(self) -> DateInterval:
        return self.until or self.when

    @property
    def day(self) -> date:
        """The day by which it is sorted."""
        return self.place or self.when.earliest


@dataclass(frozen=True, slots=True)
class Intensification:
    """Agents that joined a line by an exemption, and the day on which that step was decided."""

    agents: tuple[str, ...]
    start: DateInterval
    decision: DateInterval
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class MayOpen:
    """An exposure of a line of which it is open whether another line begins with it. `reason`:
    "date-uncertain" or "progression-uncertain"."""

    exposure: Exposure
    reason: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A drug on record that is part of no derived line, and may be one: without any date, or an infusion that
    is only said to have been taken while other treatment went on (`when`)."""

    agent: str
    kind: str
    sources: tuple[Source, ...]
    when: DateInterval | None = None


@lean
@dataclass(frozen=True, slots=True)
class TherapyLine:
    """A public `Line` with what rules need besides: its decision date, exposures, and doubts.

    `first_agents` are the agents of the line's opening (window and late partners), by which its regimen is
    named. `first_order` is the reference of the order that decided it, null where no order is held.
    `may_open` are those of its exposures with which another line may begin. `progressed` is the day of the
    progression that ended it, which treatment or its supply may outlast; null where no record says a day.
    `end_sources` are those of the reason for which it ended. `never_given` are those of its infusions that
    were ordered and not given, though doses would have been seen; `ordered_not_given`: nothing else was.
    """

    line: Line
    decision: DateInterval
    decision_sources: tuple[Source, ...]
    first_agents: tuple[str, ...]
    exposures: tuple[Exposure, ...]
    rests_on_unknown_status: bool
    ordered_not_given: bool
    first_order: str | None = None
    intensified: tuple[Intensification, ...] = ()
    may_open: tuple[MayOpen, ...] = ()
    progressed: DateInterval | None = None
    end_sources: tuple[Source, ...] = ()
    never_given: tuple[str, ...] = ()

    @property
    def only_said(self) -> bool:
        """Does nothing but statements tell of it?"""
        return all(exposure.kind == STATEMENT for exposure in self.exposures)

    def exposures_of(self, agents: tuple[str, ...]) -> tuple[Exposure, ...]:
        return tuple(e for e in self.exposures if e.agent in agents)

    def begun_of(self, agents: tuple[str, ...]) -> tuple[Exposure, ...]:
        """Those of them that were not ordered in vain; all, where every one was."""
        begun = tuple(agent for agent in agents if agent not in self.never_given)
        return self.exposures_of(begun) or self.exposures_of(agents)


@dataclass(frozen=True, slots=True)
class Therapy:
    """All lines, by start and then setting, and the flags that deriving them raised.

    `unplaced` could be a line of its own, or none: what counts lines must not be sure of fewer.
    """

    lines: tuple[TherapyLine, ...]
    flags: tuple[Flag, ...]
    unplaced: tuple[Unplaced, ...] = ()

    def palliative(self) -> tuple[TherapyLine, ...]:
        return tuple(each for each in self.lines if each.line.setting == "palliative")
