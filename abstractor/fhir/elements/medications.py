"""Drugs ordered, given and dispensed: the elements of them that we read."""

from msgspec import Raw, Struct

from abstractor.fhir.elements.datatypes import (
    CodeableConcept,
    Identifier,
    Period,
    Quantity,
    Range,
    Reference,
    Resource,
    When,
)

__all__ = [
    "DispenseRequest",
    "Dosage",
    "DoseAndRate",
    "DoseGiven",
    "Ingredient",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Prescribed",
    "Timing",
]


class Ingredient(Struct, gc=False, rename="camel"):
    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None


class Medication(Resource, tag="Medication"):
    status: str | None = None
    code: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] | None = None


class Prescribed(Resource, rename="camel"):
    """What orders, doses and dispenses share. `contained` stays raw: only a Medication in it is read."""

    identifier: tuple[Identifier, ...] | None = None
    status: str | None = None
    contained: tuple[Raw, ...] | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None


class Repeat(Struct, gc=False, rename="camel"):
    bounds_period: Period | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: float | None = None
    period_max: float | None = None
    period_unit: str | None = None


class Timing(Struct, gc=False):
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(Struct, gc=False, rename="camel"):
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None


class Dosage(Struct, gc=False, rename="camel"):
    sequence: int | None = None
    text: str | None = None
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: CodeableConcept | None = None
    dose_and_rate: tuple[DoseAndRate, ...] | None = None


class DispenseRequest(Struct, gc=False, rename="camel"):
    validity_period: Period | None = None
    expected_supply_duration: Quantity | None = None


class MedicationRequest(Prescribed, tag="MedicationRequest", rename="camel"):
    status_reason: CodeableConcept | None = None
    intent: str | None = None
    priority: str | None = None
    do_not_perform: bool | None = None
    encounter: Reference | None = None
    authored_on: When | None = None
    requester: Reference | None = None
    reason_code: tuple[CodeableConcept, ...] | None = None
    reason_reference: tuple[Reference, ...] | None = None
    dosage_instruction: tuple[Dosage, ...] | None = None
    dispense_request: DispenseRequest | None = None


class DoseGiven(Struct, gc=False):
    """How a dose was given, and how much of the drug it was."""

    text: str | None = None
    route: CodeableConcept | None = None
    dose: Quantity | None = None


class MedicationAdministration(Prescribed, tag="MedicationAdministration", rename="camel"):
    status_reason: tuple[CodeableConcept, ...] | None = None
    context: Reference | None = None
    effective_date_time: When | None = None
    effective_period: Period | None = None
    reason_code: tuple[CodeableConcept, ...] | None = None
    reason_reference: tuple[Reference, ...] | None = None
    request: Reference | None = None
    dosage: DoseGiven | None = None


class MedicationDispense(Prescribed, tag="MedicationDispense", rename="camel"):
    context: Reference | None = None
    authorizing_prescription: tuple[Reference, ...] | None = None
    days_supply: Quantity | None = None
    dosage_instruction: tuple[Dosage, ...] | None = None
    when_prepared: When | None = None
    when_handed_over: When | None = None


class MedicationStatement(Prescribed, tag="MedicationStatement", rename="camel"):
    status_reason: tuple[CodeableConcept, ...] | None = None
    based_on: tuple[Reference, ...] | None = None
    effective_date_time: When | None = None
    effective_period: Period | None = None
    date_asserted: When | None = None
    reason_code: tuple[CodeableConcept, ...] | None = None
    reason_reference: tuple[Reference, ...] | None = None
