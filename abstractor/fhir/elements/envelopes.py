"""Types that are counted and known to be there, from which no fact is taken yet: only their envelope is
read.
"""

from msgspec import field

from abstractor.fhir.elements.datatypes import Reference, Resource

__all__ = [
    "AdverseEvent",
    "CarePlan",
    "CareTeam",
    "Immunization",
    "ServiceRequest",
]


class ServiceRequest(Resource, tag="ServiceRequest"):
    status: str | None = None


class CarePlan(Resource, tag="CarePlan"):
    status: str | None = None


class CareTeam(Resource, tag="CareTeam"):
    status: str | None = None


class Immunization(Resource, tag="Immunization"):
    status: str | None = None
    subject: Reference | None = field(default=None, name="patient")


class AdverseEvent(Resource, tag="AdverseEvent"):
    pass
