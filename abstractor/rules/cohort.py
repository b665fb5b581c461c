"""Whether a patient belongs to a cohort that somebody asks for by diagnoses and an order; nothing is judged.

Three values, as everywhere: what the records cannot tell is unknown, with the type that leaves it open.
"""

from collections.abc import Container
from dataclasses import dataclass, field

from abstractor.chart import Chart, Diagnosis, Order, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.standing import stands

__all__ = ["CohortAnswer", "CohortQuestion", "DiagnosisAsked", "OrderAsked", "Tally", "tally_of"]


@dataclass(frozen=True, slots=True)
class DiagnosisAsked:
    """A diagnosis of one of these concepts; `confirmed`: one whose verification status is absent is none."""

    concepts: frozenset[str]
    confirmed: bool

    def is_met_by(self, diagnosis: Diagnosis) -> bool:
        counts = diagnosis.standing is Standing.COUNTS if self.confirmed else stands(diagnosis.standing)
        return counts and not self.concepts.isdisjoint(diagnosis.concepts)


@dataclass(frozen=True, slots=True)
class OrderAsked:
    """At least so many orders that hold one of these agents."""

    agents: frozenset[str]
    at_least: int

    def is_met_by(self, order: Order) -> bool:
        return stands(order.standing) and not self.agents.isdisjoint(order.agents)

    def may_be_met_by(self, order: Order) -> bool:
        """An order whose drug could not be told may be of the agent."""
        return stands(order.standing) and (order.nameless or not self.agents.isdisjoint(order.may_be))


@dataclass(frozen=True, slots=True)
class CohortQuestion:
    """All of the diagnoses, and the order where one is asked for."""

    diagnoses: tuple[DiagnosisAsked, ...]
    order: OrderAsked | None

    @property
    def types(self) -> tuple[str, ...]:
        """The resource types that an answer rests on, beside the patient."""
        asked = ("Condition",) if self.diagnoses else ()
        return (*asked, *(("MedicationRequest",) if self.order else ()), "Encounter")


@dataclass(frozen=True, slots=True)
class CohortAnswer:
    """`belongs` with the types that leave it open (`unknown`), the first day and the number of the orders
    that were asked for, and how many visits there were; a number is null where its type was not seen whole.
    """

    patient: str
    belongs: Truth
    unknown: tuple[str, ...]
    first_order: DateInterval | None
    orders: int | None
    visits: int | None


@dataclass(slots=True)
class Tally:
    """What was met so far of a question, fact by fact in any order; each event of a chart counts once."""

    question: CohortQuestion
    met: set[DiagnosisAsked] = field(default_factory=set)
    orders: int = 0
    doubtful: int = 0
    first_order: DateInterval | None = None
    visits: int = 0

    def add(self, fact: Diagnosis | Order | Standing) -> None:
        """A diagnosis, an order, or how far a visit counts."""
        match fact:
            case Standing():
                self.visits += stands(fact)
            case Diagnosis():
                self.met.update(asked for asked in self.question.diagnoses if asked.is_met_by(fact))
            case Order():
                self._ordered(fact)

    def _ordered(self, order: Order) -> None:
        asked = self.question.order
        if asked is None:
            return
        if asked.is_met_by(order):
            self.orders += 1
            known = [day for day in (self.first_order, order.when) if day is not None]
            self.first_order = min(known, key=lambda day: (day.earliest, day.latest), default=None)
        elif asked.may_be_met_by(order):
            self.doubtful += 1

    def answer(self, patient: str, whole: Container[str]) -> CohortAnswer:
        """`whole` are the types that were seen whole: without them nobody is told not to belong."""
        parts = {"Condition": Truth.YES, "MedicationRequest": Truth.YES}
        if len(self.met) < len(set(self.question.diagnoses)):
            parts["Condition"] = Truth.NO if "Condition" in whole else Truth.UNKNOWN
        asked = self.question.order
        if asked is not None and self.orders < asked.at_least:
            open_ = self.orders + self.doubtful >= asked.at_least or "MedicationRequest" not in whole
            parts["MedicationRequest"] = Truth.UNKNOWN if open_ else Truth.NO
        belongs = parts["Condition"] & parts["MedicationRequest"]
        unknown = tuple(name for name, truth in parts.items() if truth is Truth.UNKNOWN)
        return CohortAnswer(
            patient=patient,
            belongs=belongs,
            unknown=unknown if belongs is Truth.UNKNOWN else (),
            first_order=self.first_order,
            orders=self.orders if "MedicationRequest" in whole else None,
            visits=self.visits if "Encounter" in whole else None,
        )


def tally_of(chart: Chart, question: CohortQuestion) -> Tally:
    """The question asked of a whole chart."""
    tally = Tally(question)
    facts: list[Diagnosis | Order | Standing] = [*chart.diagnoses, *chart.orders]
    for fact in (*facts, *(visit.standing for visit in chart.visits)):
        tally.add(fact)
    return tally
