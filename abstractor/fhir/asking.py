"""How each resource type is asked for one patient, and what is asked instead where an endpoint wants more.

Epic refuses a plain Observation search and athena a plain MedicationRequest search, both with the issue code
`required`; US Core says which second parameter every endpoint takes (knowledge base, section 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["FAN_OUTS", "ORDERS", "PATIENT_PARAMETER", "FanOut"]

# What may name its drug by a reference to a Medication.
ORDERS = frozenset(
    {"MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement"}
)

# AdverseEvent has no `patient` parameter in R4. Types that are not here are not searched by patient.
PATIENT_PARAMETER: Mapping[str, str] = MappingProxyType(
    {
        "AdverseEvent": "subject",
        "CarePlan": "patient",
        "CareTeam": "patient",
        "Condition": "patient",
        "DiagnosticReport": "patient",
        "DocumentReference": "patient",
        "Encounter": "patient",
        "Immunization": "patient",
        "MedicationAdministration": "patient",
        "MedicationDispense": "patient",
        "MedicationRequest": "patient",
        "MedicationStatement": "patient",
        "Observation": "patient",
        "Procedure": "patient",
        "ServiceRequest": "patient",
    }
)


@dataclass(frozen=True, slots=True)
class FanOut:
    """One search for each value. `whole`: every resource of the type must carry one, so nothing is missed."""

    parameter: str
    values: tuple[str, ...]
    whole: bool


FAN_OUTS: Mapping[str, FanOut] = MappingProxyType(
    {
        "Observation": FanOut(
            "category",
            (
                "activity",
                "exam",
                "genomics",
                "imaging",
                "laboratory",
                "procedure",
                "social-history",
                "survey",
                "therapy",
                "vital-signs",
            ),
            whole=False,
        ),
        "DiagnosticReport": FanOut(
            "category", ("GE", "LAB", "PAT", "RAD", "SP", "LP29684-5", "LP29708-2", "LP7839-6"), whole=False
        ),
        "CarePlan": FanOut("category", ("assess-plan",), whole=False),
        "CareTeam": FanOut("status", ("active", "inactive", "proposed", "suspended"), whole=False),
        "MedicationRequest": FanOut(
            "intent",
            (
                "order",
                "plan",
                "proposal",
                "original-order",
                "reflex-order",
                "filler-order",
                "instance-order",
                "option",
            ),
            whole=True,
        ),
    }
)
