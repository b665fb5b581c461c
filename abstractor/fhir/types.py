"""The resource types that we read, and where each of them names its patient."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["PATIENT_ELEMENT", "SHARED_TYPES", "TYPES_READ", "UNKNOWN_TYPE", "type_in"]

# Of no one patient: several patients' records point at them. A chart counts those that its own records name.
SHARED_TYPES = frozenset({"Medication", "Organization", "Practitioner", "PractitionerRole"})

# Required here of each of them, whatever FHIR says: without it a record belongs to nobody.
PATIENT_ELEMENT: Mapping[str, str] = MappingProxyType(
    {
        "AdverseEvent": "subject",
        "CarePlan": "subject",
        "CareTeam": "subject",
        "Condition": "subject",
        "DiagnosticReport": "subject",
        "DocumentReference": "subject",
        "Encounter": "subject",
        "Immunization": "patient",
        "MedicationAdministration": "subject",
        "MedicationDispense": "subject",
        "MedicationRequest": "subject",
        "MedicationStatement": "subject",
        "Observation": "subject",
        "Patient": "id",
        "Procedure": "subject",
        "ServiceRequest": "subject",
    }
)

TYPES_READ: tuple[str, ...] = tuple(sorted({*PATIENT_ELEMENT, *SHARED_TYPES}))

# Under this name stands what shows no resourceType at all, so that nothing goes uncounted.
UNKNOWN_TYPE = "(unknown)"


def type_in(url: str) -> str:
    """ " to Condition", of a type that is read; nothing else of an address is told."""
    parts = url.partition("?")[0].split("/")
    return next((f" to {part}" for part in reversed(parts) if part in TYPES_READ), "")
