"""Whether a chart belongs to a cohort that somebody asks for by diagnoses and an order; nothing is judged.

Three values, as everywhere: what the chart cannot tell is unknown, with the type that leaves it open.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from abstractor.chart import Chart, Diagnosis, Order, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.standing import stands

__all__ = ["CohortAnswer", "CohortQuestion", "DiagnosisAsked", "OrderAsked", "answer_cohort"]


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


def answer_cohort(chart: Chart, question: CohortQuestion) -> CohortAnswer:
    """The question asked of one chart."""
    asked = question.order
    orders = [order for order in chart.orders if asked is not None and asked.is_met_by(order)]
    parts = {"Condition": Truth.YES, "MedicationRequest": Truth.YES}
    for diagnosis in question.diagnoses:
        parts["Condition"] &= _truth(chart, "Condition", map(diagnosis.is_met_by, chart.diagnoses))
    if asked is not None:
        parts["MedicationRequest"] = _ordered(chart, asked, len(orders))
    belongs = parts["Condition"] & parts["MedicationRequest"]
    open_types = tuple(name for name, truth in parts.items() if truth is Truth.UNKNOWN)
    days = [order.when for order in orders if order.when is not None]
    return CohortAnswer(
        patient=chart.patient.reference,
        belongs=belongs,
        unknown=open_types if belongs is Truth.UNKNOWN else (),
        first_order=min(days, key=lambda day: (day.earliest, day.latest)) if days else None,
        orders=len(orders) if chart.seen_whole("MedicationRequest") else None,
        visits=sum(stands(visit.standing) for visit in chart.visits)
        if chart.seen_whole("Encounter")
        else None,
    )


def _truth(chart: Chart, resource_type: str, met: Iterable[bool]) -> Truth:
    """One that meets it is enough; without one only a type that was seen whole says no."""
    if any(met):
        return Truth.YES
    return Truth.NO if chart.seen_whole(resource_type) else Truth.UNKNOWN


def _ordered(chart: Chart, asked: OrderAsked, found: int) -> Truth:
    if found >= asked.at_least:
        return Truth.YES
    doubtful = sum(asked.may_be_met_by(order) for order in chart.orders)
    if found + doubtful >= asked.at_least:
        return Truth.UNKNOWN
    return Truth.NO if chart.seen_whole("MedicationRequest") else Truth.UNKNOWN
