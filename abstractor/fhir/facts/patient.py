"""Patient to the chart's Patient; one who is known from references alone has a name to be called by and no
more.
"""

from typing import TypeVar

from abstractor import chart
from abstractor.fhir.elements.people import Patient
from abstractor.fhir.facts.dated import first_date
from abstractor.fhir.facts.desk import Desk, Record

__all__ = ["merged", "patient_of", "unknown_patient"]

T = TypeVar("T")


def patient_of(record: Record[Patient], desk: Desk) -> chart.Patient:
    """Birth, gender and death; a death without a date is a death all the same. Of one that is denied
    beside its day the day is not relied on: whether and when is open."""
    person = record.resource
    birth, born = first_date(record, desk, ("birthDate", person.birth_date))
    death, died = first_date(record, desk, ("deceasedDateTime", person.deceased_date_time))
    gender = () if person.gender is None else (record.source("gender", person.gender),)
    said = person.deceased_boolean
    disputed = bool(died) and said is False
    if disputed:
        desk.remarks.partial.append(("a patient who is said to live and to have died", died[0]))
        death = None
    said_dead = () if said is None else (record.source("deceasedBoolean", said),)
    return chart.Patient(
        reference=record.reference,
        birth=birth,
        gender=person.gender,
        deceased=bool(died) or bool(said),
        death=death,
        sources=(*born, *gender, *died, *said_dead),
        disputed=disputed,
    )


def unknown_patient(reference: str) -> chart.Patient:
    return chart.Patient(reference, None, None, deceased=False, death=None, sources=())


def merged(one: chart.Patient, other: chart.Patient) -> chart.Patient:
    """Two records of one patient, neither known to be newer: what they disagree on is not known."""
    return chart.Patient(
        reference=one.reference,
        birth=_agreed(one.birth, other.birth),
        gender=_agreed(one.gender, other.gender),
        deceased=one.deceased or other.deceased,
        death=_agreed(one.death, other.death),
        sources=tuple(
            sorted({*one.sources, *other.sources}, key=lambda s: (s.resource, s.path, str(s.value)))
        ),
        disputed=one.disputed or other.disputed,
    )


def _agreed(one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return one if other is None else other
    return one if one == other else None
