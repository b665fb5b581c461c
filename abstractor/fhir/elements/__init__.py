"""The typed shape of every resource type that we read: its elements that we read, and no others."""

from collections.abc import Mapping
from types import MappingProxyType

from abstractor.fhir.elements.care import (
    AdverseEvent,
    CarePlan,
    CareTeam,
    Immunization,
    ServiceRequest,
)
from abstractor.fhir.elements.datatypes import Resource
from abstractor.fhir.elements.medications import (
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)
from abstractor.fhir.elements.people import Organization, Patient, Practitioner, PractitionerRole
from abstractor.fhir.elements.records import (
    Condition,
    DiagnosticReport,
    DocumentReference,
    Encounter,
    Observation,
    Procedure,
)

__all__ = ["SHAPES"]

SHAPES: Mapping[str, type[Resource]] = MappingProxyType(
    {
        "AdverseEvent": AdverseEvent,
        "CarePlan": CarePlan,
        "CareTeam": CareTeam,
        "Condition": Condition,
        "DiagnosticReport": DiagnosticReport,
        "DocumentReference": DocumentReference,
        "Encounter": Encounter,
        "Immunization": Immunization,
        "Medication": Medication,
        "MedicationAdministration": MedicationAdministration,
        "MedicationDispense": MedicationDispense,
        "MedicationRequest": MedicationRequest,
        "MedicationStatement": MedicationStatement,
        "Observation": Observation,
        "Organization": Organization,
        "Patient": Patient,
        "Practitioner": Practitioner,
        "PractitionerRole": PractitionerRole,
        "Procedure": Procedure,
        "ServiceRequest": ServiceRequest,
    }
)
