"""Who ordered and who saw the patient, and where: references to people and places, roles resolved to their
person.
"""

from typing import Any

from abstractor.fhir.elements.datatypes import Reference
from abstractor.fhir.elements.people import PractitionerRole
from abstractor.fhir.elements.records import Encounter, Participant
from abstractor.fhir.facts.desk import Desk, Record

__all__ = ["attender_of", "clinician", "site_of"]

_ATTENDING = frozenset({"ATND", "PPRF"})  # v3-ParticipationType: attender, primary performer


def clinician(record: Record[Any], reference: Reference | None, desk: Desk) -> str | None:
    """The Practitioner that is named, through a PractitionerRole where one is held; None for others."""
    named = record.named(reference, expected="Practitioner")
    if named is None or named.partition("/")[0] not in ("Practitioner", "PractitionerRole"):
        return None
    found = desk.shared(named)
    if found is None or not isinstance(found.resource, PractitionerRole):
        return named
    person = found.named(found.resource.practitioner, expected="Practitioner")
    if person is None or not person.startswith("Practitioner/"):
        return named
    desk.shared(person)
    return person


def attender_of(record: Record[Any], encounter: Encounter, desk: Desk) -> str | None:
    """The attender or primary performer of a visit, else the only clinician that took part in it."""
    present = [
        (p, who) for p in encounter.participant or () if (who := clinician(record, p.individual, desk))
    ]
    for participant, who in present:
        if _ATTENDING & _types_of(participant):
            return who
    people = {who for _, who in present}
    return people.pop() if len(people) == 1 else None


def _types_of(participant: Participant) -> frozenset[str]:
    return frozenset(c.code for concept in participant.type or () for c in concept.coding or () if c.code)


def site_of(record: Record[Any], encounter: Encounter, desk: Desk) -> str | None:
    """The organisation that gave the care, else the first place where it was given."""
    provider = record.named(encounter.service_provider, expected="Organization")
    if provider is not None:
        desk.shared(provider)
        return provider
    named = (record.named(place.location, expected="Location") for place in encounter.location or ())
    return next((place for place in named if place is not None), None)
