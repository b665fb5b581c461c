"""What a measure is decided on: the chart by its meanings, the therapy, and the editions that ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from abstractor.abstract import Severity, Verdict
from abstractor.chart import Chart, Order, Procedure, Source, Standing, Visit
from abstractor.chart.lean import lean
from abstractor.dates import Period, Truth
from abstractor.rules.agents import Agent
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.measures.holding import Held, Holdings
from abstractor.rules.terms import ClinicalTerms
from abstractor.rules.therapy.course import Anchor, Therapy, TherapyLine
from abstractor.rules.visits import after_death

__all__ = ["AskedBy", "MeasureContext", "Outcome"]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)


@dataclass(frozen=True, slots=True)
class AskedBy:
    """The edition that asks for a measure; `advisory` where it is of low confidence."""

    edition: str
    authority: str
    title: str
    citation: str
    agents: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    next_review: date
    advisory: bool = False

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@lean
@dataclass(frozen=True, slots=True)
class Outcome:
    """A measure's verdict on one trigger; `reason` is a code wherever it is not simply met or not met.

    `severity` is that of its flag, where it is another than the verdict's own.
    """

    verdict: Verdict
    shows: str
    reason: str | None = None
    would_clear: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    severity: Severity | None = None


@lean
@dataclass(frozen=True, slots=True)
class MeasureContext:
    """One measure on one chart. `grace_days` and its authorities are the knowledge base's section 2.1.
    `uncoded`: concepts that no loaded table gives a code or a word for. `her2_positive`: does HER2-positive
    metastatic disease stand?
    """

    measure: str
    advisory: bool
    chart: Chart
    holdings: Holdings
    therapy: Therapy
    anchor: Anchor
    asked: Mapping[str, AskedBy]
    agents: Mapping[str, Agent]
    terms: ClinicalTerms
    inclusion: InclusionPolicy
    period: Period
    as_of: date
    grace_days: int
    grace_authorities: tuple[str, ...]
    uncoded: frozenset[str] = frozenset()
    her2_positive: Truth = Truth.UNKNOWN

    def in_force(self, edition: str, day: date) -> AskedBy | None:
        """That edition, or for a label its successor for the same drug: the one in force on that day."""
        first = self.asked[edition]
        if first.in_force(day) or not first.agents:
            return first if first.in_force(day) else None
        labels = [e for e in self.asked.values() if e.agents == first.agents]
        later = (e for e in labels if e.authority == first.authority and e.valid_from > first.valid_from)
        return next((e for e in later if e.in_force(day)), None)

    def last_day(self, each: TherapyLine) -> date:
        """The last day that the line may have gone on to; as_of where it goes on."""
        return self.as_of if each.line.end is None else min(each.line.end.latest, self.as_of)

    def is_order(self, held: Held) -> bool:
        return isinstance(held.fact, Order)

    def visits(self) -> tuple[Visit, ...]:
        """Those that count as visits, on record and not after death."""
        found = self.holdings.attended
        if found is None:
            none = frozenset(self.inclusion.no_visit_concepts)
            found = self.holdings.attended = tuple(
                visit
                for visit in self.chart.visits
                if visit.standing in _RELIED_ON
                and none.isdisjoint(visit.concepts)
                and visit.class_code in self.inclusion.visit_classes
                and after_death(visit, self.chart) is not Truth.YES
            )
        return found

    def first_visit(self) -> Visit | None:
        """The first visit that surely lies in the period and by as_of."""
        inside = [
            v for v in self.visits() if v.starts is not None and v.starts.within(self.period) is Truth.YES
        ]
        return min(inside, key=lambda v: (v.starts.earliest, v.reference) if v.starts else (), default=None)

    def unread_studies(self) -> tuple[Procedure, ...]:
        """Procedures and reports whose code system is not loaded: they may be anything."""
        return self.holdings.unread_studies
