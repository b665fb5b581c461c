"""Care that was asked for, planned or given, and who was to give it: the elements of it that we read."""

from msgspec import Struct, field

from abstractor.fhir.elements.datatypes import CodeableConcept, Period, Reference, Resource, When

__all__ = [
    "AdverseEvent",
    "CarePlan",
    "CarePlanActivity",
    "CarePlanDetail",
    "CareTeam",
    "CareTeamParticipant",
    "Immunization",
    "ServiceRequest",
]


class ServiceRequest(Resource, tag="ServiceRequest", rename="camel"):
    status: str | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    category: tuple[CodeableConcept, ...] | None = None
    code: CodeableConcept | None = None
    authored_on: When | None = None
    occurrence_date_time: When | None = None
    occurrence_period: Period | None = None
    performer_type: CodeableConcept | None = None
    reason_code: tuple[CodeableConcept, ...] | None = None
    reason_reference: tuple[Reference, ...] | None = None


class CarePlanDetail(Struct, gc=False, rename="camel"):
    code: CodeableConcept | None = None
    status: str | None = None
    status_reason: CodeableConcept | None = None
    do_not_perform: bool | None = None
    scheduled_period: Period | None = None
    reason_code: tuple[CodeableConcept, ...] | None = None
    reason_reference: tuple[Reference, ...] | None = None


class CarePlanActivity(Struct, gc=False):
    detail: CarePlanDetail | None = None


class CarePlan(Resource, tag="CarePlan", rename="camel"):
    status: str | None = None
    intent: str | None = None
    category: tuple[CodeableConcept, ...] | None = None
    title: str | None = None
    created: When | None = None
    period: Period | None = None
    activity: tuple[CarePlanActivity, ...] | None = None


class CareTeamParticipant(Struct, gc=False):
    role: tuple[CodeableConcept, ...] | None = None
    period: Period | None = None


class CareTeam(Resource, tag="CareTeam", rename="camel"):
    status: str | None = None
    category: tuple[CodeableConcept, ...] | None = None
    name: str | None = None
    period: Period | None = None
    participant: tuple[CareTeamParticipant, ...] | None = None


class Immunization(Resource, tag="Immunization", rename="camel"):
    """An occurrence in words is no date; then the day it was written down is not one either."""

    status: str | None = None
    status_reason: CodeableConcept | None = None
    vaccine_code: CodeableConcept | None = None
    subject: Reference | None = field(default=None, name="patient")
    occurrence_date_time: When | None = None
    occurrence_string: str | None = None
    recorded: When | None = None


class AdverseEvent(Resource, tag="AdverseEvent", rename="camel"):
    actuality: str | None = None
    event: CodeableConcept | None = None
    encounter: Reference | None = None
    date: When | None = None
    detected: When | None = None
    recorded_date: When | None = None
    severity: CodeableConcept | None = None
    outcome: CodeableConcept | None = None
