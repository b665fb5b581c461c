"""The patient, and the people and places that patients' records point at."""

from abstractor.fhir.elements.datatypes import Reference, Resource, When

__all__ = ["Organization", "Patient", "Practitioner", "PractitionerRole"]


class Patient(Resource, tag="Patient", rename="camel"):
    gender: str | None = None
    birth_date: When | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: When | None = None


class Practitioner(Resource, tag="Practitioner"):
    pass


class PractitionerRole(Resource, tag="PractitionerRole"):
    practitioner: Reference | None = None
    organization: Reference | None = None


class Organization(Resource, tag="Organization"):
    pass
