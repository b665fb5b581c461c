"""Diagnoses, results, visits, procedures and reports: the elements of them that we read."""

from msgspec import Raw, Struct, field

from abstractor.fhir.elements.datatypes import (
    Annotation,
    Attachment,
    CodeableConcept,
    Coding,
    Extension,
    Identifier,
    Period,
    Quantity,
    Range,
    Ratio,
    Reference,
    Resource,
    When,
)

__all__ = [
    "Collection",
    "Component",
    "Condition",
    "ConditionStage",
    "DiagnosticReport",
    "DocumentContent",
    "DocumentReference",
    "Encounter",
    "Location",
    "Observation",
    "Participant",
    "Procedure",
    "Specimen",
]


class ConditionStage(Struct, gc=False):
    summary: CodeableConcept | None = None
    type: CodeableConcept | None = None


class Condition(Resource, tag="Condition", rename="camel"):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    severity: CodeableConcept | None = None
    code: CodeableConcept | None = None
    encounter: Reference | None = None
    onset_date_time: When | None = None
    onset_period: Period | None = None
    abatement_date_time: When | None = None
    abatement_period: Period | None = None
    recorded_date: When | None = None
    category: tuple[CodeableConcept, ...] | None = None
    body_site: tuple[CodeableConcept, ...] | None = None
    extension: tuple[Extension, ...] | None = None
    stage: tuple[ConditionStage, ...] | None = None


class Component(Struct, gc=False, rename="camel"):
    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_ratio: Ratio | None = None
    value_range: Range | None = None
    data_absent_reason: CodeableConcept | None = None
    interpretation: tuple[CodeableConcept, ...] | None = None


class Collection(Struct, gc=False, rename="camel"):
    body_site: CodeableConcept | None = None


class Specimen(Struct, gc=False):
    """One inside a result; those that stand beside it are not read."""

    id: str | None = None
    type: CodeableConcept | None = None
    collection: Collection | None = None


class Observation(Resource, tag="Observation", rename="camel"):
    """Its value fields are those of `Component`: both are read by the same functions.

    `contained` stays raw: only the Specimen in it that the result names is read.
    """

    contained: tuple[Raw, ...] | None = None
    status: str | None = None
    code: CodeableConcept | None = None
    effective_date_time: When | None = None
    effective_period: Period | None = None
    effective_instant: When | None = None
    issued: When | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_ratio: Ratio | None = None
    value_range: Range | None = None
    data_absent_reason: CodeableConcept | None = None
    interpretation: tuple[CodeableConcept, ...] | None = None
    body_site: CodeableConcept | None = None
    method: CodeableConcept | None = None
    specimen: Reference | None = None
    extension: tuple[Extension, ...] | None = None
    focus: tuple[Reference, ...] | None = None
    has_member: tuple[Reference, ...] | None = None
    component: tuple[Component, ...] | None = None
    note: tuple[Annotation, ...] | None = None


class Participant(Struct, gc=False):
    type: tuple[CodeableConcept, ...] | None = None
    individual: Reference | None = None


class Location(Struct, gc=False):
    location: Reference | None = None


class Hospitalization(Struct, gc=False, rename="camel"):
    discharge_disposition: CodeableConcept | None = None


class Encounter(Resource, tag="Encounter", rename="camel"):
    status: str | None = None
    visit_class: Coding | None = field(default=None, name="class")
    type: tuple[CodeableConcept, ...] | None = None
    service_type: CodeableConcept | None = None
    reason_code: tuple[CodeableConcept, ...] | None = None
    participant: tuple[Participant, ...] | None = None
    period: Period | None = None
    location: tuple[Location, ...] | None = None
    service_provider: Reference | None = None
    hospitalization: Hospitalization | None = None


class Procedure(Resource, tag="Procedure", rename="camel"):
    identifier: tuple[Identifier, ...] | None = None
    status: str | None = None
    status_reason: CodeableConcept | None = None
    category: CodeableConcept | None = None
    code: CodeableConcept | None = None
    encounter: Reference | None = None
    body_site: tuple[CodeableConcept, ...] | None = None
    performed_date_time: When | None = None
    performed_period: Period | None = None
    reason_code: tuple[CodeableConcept, ...] | None = None
    reason_reference: tuple[Reference, ...] | None = None


class DiagnosticReport(Resource, tag="DiagnosticReport", rename="camel"):
    status: str | None = None
    code: CodeableConcept | None = None
    effective_date_time: When | None = None
    effective_period: Period | None = None
    issued: When | None = None
    conclusion: str | None = None
    conclusion_code: tuple[CodeableConcept, ...] | None = None
    specimen: tuple[Reference, ...] | None = None
    presented_form: tuple[Attachment, ...] | None = None


class DocumentContent(Struct, gc=False):
    attachment: Attachment | None = None


class DocumentReference(Resource, tag="DocumentReference", rename="camel"):
    status: str | None = None
    doc_status: str | None = None
    type: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] | None = None
    date: When | None = None
    description: str | None = None
    content: tuple[DocumentContent, ...] | None = None
