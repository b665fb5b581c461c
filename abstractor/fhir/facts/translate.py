"""All records of one patient to facts, each by the translation of its type."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, assert_never

from abstractor import chart
from abstractor.fhir.elements.care import AdverseEvent, CarePlan, CareTeam, Immunization, ServiceRequest
from abstractor.fhir.elements.datatypes import Period, When
from abstractor.fhir.elements.medications import (
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)
from abstractor.fhir.elements.people import Patient
from abstractor.fhir.elements.records import (
    Condition,
    DiagnosticReport,
    DocumentReference,
    Encounter,
    Observation,
    Procedure,
)
from abstractor.fhir.facts.activities import document_of, immunization_of, plan_of, request_of, team_of
from abstractor.fhir.facts.adverse_events import adverse_event_of
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.diagnoses import diagnosis_of, stages_of
from abstractor.fhir.facts.dispenses import dispense_of
from abstractor.fhir.facts.doses import by_mouth, dose_by_procedure, dose_of
from abstractor.fhir.facts.ejection import ejection_of
from abstractor.fhir.facts.mentions import document_mentions, report_mentions, said_by_condition
from abstractor.fhir.facts.observations import Observed, observed
from abstractor.fhir.facts.orders import order_of
from abstractor.fhir.facts.patient import patient_of
from abstractor.fhir.facts.procedures import procedure_of, report_of
from abstractor.fhir.facts.statements import statement_of
from abstractor.fhir.facts.unlisted import not_done, said_to_be
from abstractor.fhir.facts.visits import discharge_of, visit_of

__all__ = ["Facts", "Traced", "translate"]

Drugged = TypeVar("Drugged", chart.Order, chart.Administration, chart.Dispense)


@dataclass(frozen=True, slots=True)
class Traced(Generic[Drugged]):
    """A fact with what tells whether another is the same event: its system, a full timestamp, by mouth."""

    fact: Drugged
    system: str | None
    timed: bool = False
    oral: bool = False


@dataclass(slots=True)
class Facts:
    """Everything that one patient's records say, before what several of them say of one event is merged."""

    patients: list[chart.Patient] = field(default_factory=list)
    diagnoses: list[chart.Diagnosis] = field(default_factory=list)
    stages: list[chart.Stage] = field(default_factory=list)
    biomarkers: list[chart.Biomarker] = field(default_factory=list)
    results: list[chart.Result] = field(default_factory=list)
    orders: list[Traced[chart.Order]] = field(default_factory=list)
    doses: list[Traced[chart.Administration]] = field(default_factory=list)
    dispenses: list[Traced[chart.Dispense]] = field(default_factory=list)
    statements: list[chart.Statement] = field(default_factory=list)
    visits: list[chart.Visit] = field(default_factory=list)
    procedures: list[chart.Procedure] = field(default_factory=list)
    activities: list[chart.Activity] = field(default_factory=list)
    mentions: list[chart.Mention] = field(default_factory=list)
    unlisted: list[chart.Unlisted] = field(default_factory=list)


def translate(records: Iterable[Record[Any]], desk: Desk) -> Facts:
    """The facts of the records, in their order; types without a translation give none."""
    facts = Facts()
    records = tuple(records)
    panels = _panels(records)
    for record in records:
        match record.resource:
            case Observation():
                _add_observed(facts, observed(record, desk, panels.get(record.reference)))
                facts.mentions.extend(ejection_of(record, desk))
            case Condition():
                _add_diagnosis(facts, record, desk)
            case MedicationRequest() | MedicationAdministration() | MedicationDispense():
                _add_drug(facts, record, desk)
            case MedicationStatement():
                _add(facts.statements, statement_of(record, desk))
            case Encounter():
                _add_visit(facts, record, desk)
            case Procedure():
                _add_procedure(facts, record, desk)
            case DiagnosticReport():
                report = report_of(record, desk)
                _add(facts.procedures, report)
                _add(facts.unlisted, said_to_be(record.type, report, record.resource.code, desk))
                _add_said(facts, report_mentions(record, desk))
            case ServiceRequest() | CarePlan() | CareTeam() | Immunization():
                _add_activities(facts, record, desk)
            case AdverseEvent():
                _add(facts.diagnoses, adverse_event_of(record, desk))
            case DocumentReference():
                document = document_of(record, desk)
                _add(facts.activities, document)
                _add(facts.unlisted, said_to_be(record.type, document, record.resource.type, desk))
                _add_said(facts, document_mentions(record, desk))
            case Patient():
                facts.patients.append(patient_of(record, desk))
            case _:
                pass  # people and places: looked up, no facts of their own
    return facts


def _panels(records: Iterable[Record[Any]]) -> dict[str, Record[Observation]]:
    """The panel of each Observation that one names as its member; of two panels the first by reference."""
    panels: dict[str, Record[Observation]] = {}
    for record in records:
        if isinstance(record.resource, Observation):
            for member in record.resource.has_member or ():
                if (named := record.named(member, expected="Observation")) is not None:
                    panels.setdefault(named, record)
    return panels


def _add_visit(facts: Facts, record: Record[Encounter], desk: Desk) -> None:
    visit = visit_of(record, desk)
    if visit is not None:
        facts.visits.append(visit)
        _add(facts.activities, discharge_of(record, desk, visit))


def _add_diagnosis(facts: Facts, record: Record[Condition], desk: Desk) -> None:
    diagnosis = diagnosis_of(record, desk)
    if diagnosis is not None:
        facts.diagnoses.append(diagnosis)
        facts.stages.extend(stages_of(record, desk))
        facts.mentions.extend(said_by_condition(record, desk, diagnosis.standing, diagnosis.when))


Fact = TypeVar("Fact")


def _add(held: list[Fact], fact: Fact | None) -> None:
    if fact is not None:
        held.append(fact)


def _add_said(facts: Facts, said: Iterable[chart.Mention | chart.Unlisted]) -> None:
    for each in said:
        if isinstance(each, chart.Mention):
            facts.mentions.append(each)
        else:
            facts.unlisted.append(each)


def _add_activities(facts: Facts, record: Record[Any], desk: Desk) -> None:
    match record.resource:
        case ServiceRequest():
            _add(facts.activities, request_of(record, desk))
        case Immunization():
            _add(facts.activities, immunization_of(record, desk))
        case CarePlan():
            facts.activities.extend(plan_of(record, desk))
        case CareTeam():
            facts.activities.extend(team_of(record, desk))


def _add_observed(facts: Facts, found: Iterable[Observed]) -> None:
    for fact in found:
        match fact:
            case chart.Stage():
                facts.stages.append(fact)
            case chart.Biomarker():
                facts.biomarkers.append(fact)
            case chart.Result():
                facts.results.append(fact)
            case chart.Mention():
                facts.mentions.append(fact)
            case chart.Unlisted():
                facts.unlisted.append(fact)
            case _:
                assert_never(fact)


def _add_drug(facts: Facts, record: Record[Any], desk: Desk) -> None:
    match record.resource:
        case MedicationRequest() as request:
            order = order_of(record, desk)
            if order is not None:
                facts.orders.append(Traced(order, record.system, _timed(request.authored_on)))
        case MedicationAdministration() as given:
            dose = dose_of(record, desk)
            if dose is not None:
                timed = _timed(given.effective_date_time, given.effective_period)
                facts.doses.append(Traced(dose, record.system, timed, by_mouth(given)))
        case MedicationDispense() as dispensed:
            dispense = dispense_of(record, desk)
            if dispense is not None:
                facts.dispenses.append(Traced(dispense, record.system, _timed(dispensed.when_handed_over)))


def _timed(when: When | None, period: Period | None = None) -> bool:
    start = when or (period.start if period is not None else None)
    return start is not None and start.has_time


def _add_procedure(facts: Facts, record: Record[Procedure], desk: Desk) -> None:
    """A J code is a dose; what else the Procedure means, or one of another status, stays a procedure."""
    dose = dose_by_procedure(record, desk)
    if dose is not None:
        done = record.resource
        timed = _timed(done.performed_date_time, done.performed_period)
        facts.doses.append(Traced(dose, record.system, timed))
    procedure = procedure_of(record, desk)
    if procedure is not None and (dose is None or procedure.concepts):
        facts.procedures.append(procedure)
        done = record.resource
        _add(facts.unlisted, said_to_be(record.type, procedure, done.code, desk))
        _add(facts.unlisted, not_done(record.type, procedure, done.code, done.status_reason, desk))
