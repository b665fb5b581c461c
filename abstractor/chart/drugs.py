"""Drugs ordered, given, dispensed or said to be taken, as the clinic recorded them.

`nameless`: nothing can be read of which drug it is, so that it may be any.
"""

from dataclasses import dataclass

from abstractor.chart.lean import lean
from abstractor.chart.provenance import Source, Standing
from abstractor.dates import DateInterval

__all__ = ["Administration", "Dispense", "Dose", "Order", "Statement", "UnreadDosage"]


@dataclass(frozen=True, slots=True)
class Dose:
    """How much at a time, in `unit` as written ("mg", "tablet"), and `per_day`: how often a day (2 for twice
    daily, 0.5 for every other day). What is not said, or said in two ways, is null.
    """

    amount: float | None
    unit: str | None
    per_day: float | None


@dataclass(frozen=True, slots=True)
class UnreadDosage:
    """What stands as a dosage in which no dose could be read; `words` are "" where it has none."""

    words: str
    sources: tuple[Source, ...]


@lean
@dataclass(frozen=True, slots=True)
class Order:
    """A MedicationRequest. `agents` is empty and `unmapped` holds the text where the drug could not be
    told.

    `supply` is the stated treatment or supply period (validityPeriod, boundsPeriod,
    expectedSupplyDuration). `reasons` are the concepts of its reasonCode and reasonReference;
    `stop_reasons` those of statusReason, and `stop_words` what it says. `dose` is what the dosage says;
    `prn`: to be taken only when needed. `strength` is what one tablet or capsule holds, in mg.
    `urgent`: it says that it could not wait. `steps`: doses that come one after another, in their order.
    `dosage_unread`: what stands as its dosage where no dose could be read.
    """

    reference: str
    agents: tuple[str, ...]
    unmapped: str | None
    when: DateInterval | None
    supply: tuple[DateInterval, DateInterval | None] | None
    standing: Standing
    status: str | None
    intent: str | None
    reasons: tuple[str, ...]
    stop_reasons: tuple[str, ...]
    requester: str | None
    encounter: str | None
    sources: tuple[Source, ...]
    may_be: tuple[str, ...] = ()
    nameless: bool = False
    stop_words: str | None = None
    dose: Dose | None = None
    prn: bool = False
    strength: float | None = None
    urgent: bool = False
    steps: tuple[Dose, ...] = ()
    dosage_unread: UnreadDosage | None = None


@lean
@dataclass(frozen=True, slots=True)
class Administration:
    """A dose given: a MedicationAdministration, or a Procedure with a drug code (`kind`)."""

    reference: str
    kind: str
    agents: tuple[str, ...]
    unmapped: str | None
    when: DateInterval | None
    standing: Standing
    status: str | None
    order: str | None
    reasons: tuple[str, ...]
    stop_reasons: tuple[str, ...]
    encounter: str | None
    sources: tuple[Source, ...]
    may_be: tuple[str, ...] = ()
    nameless: bool = False
    dose: Dose | None = None
    stop_words: str | None = None


@lean
@dataclass(frozen=True, slots=True)
class Dispense:
    """A MedicationDispense; `days_supply` in days, null where not stated; its dose as an order has it."""

    reference: str
    agents: tuple[str, ...]
    unmapped: str | None
    when: DateInterval | None
    days_supply: int | None
    standing: Standing
    status: str | None
    order: str | None
    reasons: tuple[str, ...]
    sources: tuple[Source, ...]
    may_be: tuple[str, ...] = ()
    nameless: bool = False
    dose: Dose | None = None
    strength: float | None = None
    steps: tuple[Dose, ...] = ()
    dosage_unread: UnreadDosage | None = None


@lean
@dataclass(frozen=True, slots=True)
class Statement:
    """A MedicationStatement, the weakest source: somebody said that the drug was taken, from `when`, to
    `ended` where that is said. `order` is the MedicationRequest that it rests on.
    """

    reference: str
    agents: tuple[str, ...]
    unmapped: str | None
    when: DateInterval | None
    ended: DateInterval | None
    standing: Standing
    status: str | None
    order: str | None
    reasons: tuple[str, ...]
    stop_reasons: tuple[str, ...]
    sources: tuple[Source, ...]
    may_be: tuple[str, ...] = ()
    stop_words: str | None = None
