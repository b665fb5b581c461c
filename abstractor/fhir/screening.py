"""Records asked for a few concepts and agents one by one, each let go once it was read: no chart is held.

A record that says nothing of what is sought goes no further than its decoding; any other is translated as for
a chart. Where that could come out otherwise than in the chart (a record in several versions, one event from
several systems, a drug named elsewhere, a record in quarantine) the patient is `unsure`: read the chart.
"""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from abstractor.chart import Diagnosis, Order, Standing
from abstractor.fhir.completeness import Ledger
from abstractor.fhir.decoding import Decoded, NotUsed, decode, type_of
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.elements.medications import MedicationRequest
from abstractor.fhir.elements.records import Condition, Encounter
from abstractor.fhir.facts.coded import Lexicon
from abstractor.fhir.facts.dated import days_of
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.diagnoses import diagnosis_of
from abstractor.fhir.facts.drugs import drug_of
from abstractor.fhir.facts.orders import order_of
from abstractor.fhir.facts.phrases import concepts_in_words
from abstractor.fhir.facts.standing import status_of
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.reading import Reading
from abstractor.fhir.received import Received
from abstractor.fhir.tally import Counts

__all__ = ["Screening", "Sighting", "Sought"]

Fact = Diagnosis | Order | Standing


@dataclass(frozen=True, slots=True)
class Sought:
    """Diagnoses of these concepts, orders of these agents; visits are counted whatever they are."""

    concepts: frozenset[str]
    agents: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one record says of it; of a visit how far it counts."""

    patient: str
    fact: Fact


@dataclass(slots=True)
class _Patient:
    """What tells whether the records read so far can be taken one by one."""

    references: list[int] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    visits: set[tuple[date, str | None]] = field(default_factory=set)
    unsure: bool = False


class Screening:
    """Fed record by record; afterwards it knows the patients, and which of them it is not sure about."""

    def __init__(self, reading: Reading, sought: Sought) -> None:
        self._reading = reading
        self._sought = sought
        self._lexicon = Lexicon(reading.value_sets)
        self._patients: dict[str, _Patient] = {}
        self._read: set[int] = set()
        self._repeated: set[int] = set()
        self._irregular = False
        self._diagnoses: dict[CodeableConcept | None, bool] = {}
        self._drugs: dict[CodeableConcept | None, bool] = {}
        self._standings: dict[str | None, Standing | None] = {}
        self._used: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self.quarantined: list[Quarantined] = []

    def read(self, received: Received) -> Sighting | None:
        """What the record says of what is sought; never raises for what it holds."""
        kind = type_of(received.body)
        if kind is not None and kind not in self._sought.types and kind != "OperationOutcome":
            return None
        match decode(received, self._reading.zone, self._reading.limits):
            case Decoded() as decoded:
                self._used[decoded.type] += 1
                return self._sighted(decoded, received)
            case Quarantined() as record:
                self._refused[record.type] += 1
                self.quarantined.append(record)
                self._doubted(record.patient)
            case NotUsed():
                self._irregular = True
        return None

    def patients(self) -> tuple[str, ...]:
        """Every patient that a record of the types sought names, sorted."""
        return tuple(sorted(self._patients))

    def unsure(self) -> Set[str]:
        """The patients whose charts must be read."""
        if self._irregular:
            return self._patients.keys()
        return {
            name
            for name, patient in self._patients.items()
            if patient.unsure or not self._repeated.isdisjoint(patient.references)
        }

    def whole(self) -> frozenset[str]:
        """The types seen whole for whoever nothing is in quarantine of."""
        held = {*self._used, *self._refused}
        ledger = Ledger(counts={}, held=held, doubts={}, answers=None, overrides=self._reading.overrides)
        return frozenset(row.type for row in ledger.rows() if row.state.whole)

    def counts(self) -> dict[str, Counts]:
        """Per type that is sought, sorted."""
        used, refused = self._used, self._refused
        return {
            name: Counts(used[name] + refused[name], used[name], 0, refused[name])
            for name in sorted({*used, *refused})
        }

    def _doubted(self, patient: str | None) -> None:
        if patient is None:
            self._irregular = True
        else:
            self._patient(patient).unsure = True

    def _patient(self, name: str) -> _Patient:
        known = self._patients.get(name)
        if known is None:
            known = self._patients[name] = _Patient()
        return known

    def _sighted(self, decoded: Decoded, received: Received) -> Sighting | None:
        if decoded.patient is None:
            return None
        patient = self._patient(decoded.patient)
        identity = hash(decoded.reference)
        if identity in self._read:
            self._repeated.add(identity)
        self._read.add(identity)
        patient.references.append(identity)
        record: Record[Any] = Record(decoded.type, decoded.reference, decoded.resource, received.links, None)
        fact = self._fact(record, patient)
        return None if fact is None else Sighting(decoded.patient, fact)

    def _fact(self, record: Record[Any], patient: _Patient) -> Fact | None:
        match record.resource:
            case Encounter():
                return self._visit(record, patient)
            case MedicationRequest():
                return self._order(record, patient)
            case Condition():
                return self._diagnosis(record, patient)
            case _:
                return None

    def _diagnosis(self, record: Record[Condition], patient: _Patient) -> Diagnosis | None:
        code = record.resource.code
        sought = self._diagnoses.get(code)
        if sought is None:
            meaning, desk = self._lexicon.meaning(code), self._desk()
            concepts = (*meaning.concepts, *concepts_in_words(code, meaning, desk))
            sought = self._diagnoses[code] = not self._sought.concepts.isdisjoint(concepts)
        if not sought:
            return None
        desk = self._desk()
        diagnosis = diagnosis_of(record, desk)
        patient.unsure = patient.unsure or bool(desk.remarks.unclear)
        return diagnosis

    def _order(self, record: Record[MedicationRequest], patient: _Patient) -> Order | None:
        request = record.resource
        if request.medication_reference is not None:
            patient.unsure = True
            return None
        concept = request.medication_codeable_concept
        sought = self._drugs.get(concept)
        if sought is None:
            drug = drug_of(record, self._desk())
            named = not self._sought.agents.isdisjoint((*drug.agents, *drug.may_be))
            sought = self._drugs[concept] = named or drug.nameless
        order = order_of(record, self._desk()) if sought else None
        if order is not None:
            day = order.when.earliest if order.when is not None and order.when.is_exact else None
            patient.unsure = patient.unsure or day is None or day in patient.days
            patient.days.add(day or date.max)
        return order

    def _visit(self, record: Record[Encounter], patient: _Patient) -> Standing | None:
        encounter = record.resource
        start = encounter.period.start if encounter.period is not None else None
        if start is None or days_of(start) is None:
            patient.unsure = True
            return None
        visit = (start.days.earliest, encounter.visit_class.code if encounter.visit_class else None)
        patient.unsure = patient.unsure or visit in patient.visits
        patient.visits.add(visit)
        status = encounter.status
        if status not in self._standings:
            self._standings[status] = status_of(record, self._desk(), status)
        return self._standings[status]

    def _desk(self) -> Desk:
        """Its remarks are for a chart; here they are let go."""
        return Desk(self._lexicon, self._reading.zone, {}, lambda _: None)
