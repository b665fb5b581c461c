"""One course as FHIR R4 resources, with the elements that an EHR's bulk export carries beside ours."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from benchmarks import vocabulary as v
from benchmarks.courses import Condition, Course, Ordered

__all__ = ["patient_id", "resources_of"]

Resource = dict[str, Any]

_LOINC = "http://loinc.org"
_SNOMED = "http://snomed.info/sct"
_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_ICD = "http://hl7.org/fhir/sid/icd-10-cm"
_HL7 = "http://terminology.hl7.org/CodeSystem/"
_STORE = "https://ehr.example.org/fhir/identifiers/"
_PATIENTS = 1_000_000


def patient_id(number: int) -> str:
    return f"p{_PATIENTS + number}"


def resources_of(course: Course) -> Iterator[Resource]:
    """Patient first, then by type; ids are as long as those of real exports."""
    yield _patient(course)
    for place, condition in enumerate(course.conditions):
        yield _condition(course, place, condition)
    for place, (day, status) in enumerate(course.visits):
        yield _encounter(course, place, day, status)
    for place, order in enumerate(course.orders):
        yield _order(course, place, order)
    for place, (measured, value, day) in enumerate(course.results):
        yield _observation(course, place, measured, value, day)


def _id(course: Course, kind: str, place: int) -> str:
    return hashlib.sha256(f"{kind}/{course.number}/{place}".encode()).hexdigest()[:32]


def _started(course: Course, kind: str, place: int) -> Resource:
    identity = _id(course, kind, place)
    return {
        "resourceType": kind,
        "id": identity,
        "meta": {
            "versionId": "1",
            "lastUpdated": "2024-02-01T06:00:00.000Z",
            "source": f"urn:ehr:bulk-export#{identity[:16]}",
        },
        "identifier": [{"system": f"{_STORE}{kind.lower()}", "value": identity.upper()}],
    }


def _coding(system: str, code: str, display: str) -> Resource:
    return {"system": system, "code": code, "display": display}


def _concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [_coding(system, code, display)], "text": display}


def _subject(course: Course) -> Resource:
    return {"reference": f"Patient/{patient_id(course.number)}", "display": f"Synthetic, {course.number}"}


def _visit(course: Course, day: date) -> Resource:
    """The visit of that day, else the last one before it, else the first."""
    places = [place for place, (held, _) in enumerate(course.visits) if held <= day]
    place = places[-1] if places else 0
    return {"reference": f"Encounter/{_id(course, 'Encounter', place)}", "display": "Office visit"}


def _clinician(place: int) -> Resource:
    return {
        "reference": f"Practitioner/{9000 + place % 40}",
        "type": "Practitioner",
        "display": f"Clinician {place % 40}",
    }


def _stamp(day: date, place: int) -> str:
    """As a day, or as an instant of that day in UTC: both are the same day for whoever reads it in UTC."""
    return day.isoformat() if place % 3 == 0 else f"{day.isoformat()}T{9 + place % 8:02}:30:00Z"


def _patient(course: Course) -> Resource:
    made = _started(course, "Patient", 0)
    return {
        **made,
        "id": patient_id(course.number),
        "active": True,
        "name": [{"use": "official", "family": "Synthetic", "given": [f"Number {course.number}"]}],
        "telecom": [{"system": "phone", "value": "555-0100", "use": "home"}],
        "gender": course.gender,
        "birthDate": course.birth.isoformat(),
        "address": [
            {
                "use": "home",
                "line": ["1 Example Street"],
                "city": "Exampletown",
                "state": "MA",
                "country": "US",
            }
        ],
        "maritalStatus": _concept(f"{_HL7}v3-MaritalStatus", "M", "Married"),
        "communication": [{"language": _concept("urn:ietf:bcp:47", "en-US", "English")}],
    }


def _condition(course: Course, place: int, condition: Condition) -> Resource:
    what = condition.what
    codings = []
    if what.snomed:
        codings.append(_coding(_SNOMED, what.snomed, what.snomed_display))
    if what.icd:
        codings.append(_coding(_ICD, what.icd, what.icd_display))
    made = _started(course, "Condition", place)
    made["clinicalStatus"] = _concept(f"{_HL7}condition-clinical", "active", "Active")
    if condition.verified:
        name = condition.verified.capitalize()
        made["verificationStatus"] = _concept(f"{_HL7}condition-ver-status", condition.verified, name)
    made |= {
        "category": [_concept(f"{_HL7}condition-category", "problem-list-item", "Problem List Item")],
        "code": {"coding": codings, "text": what.icd_display or what.snomed_display},
        "subject": _subject(course),
        "encounter": _visit(course, condition.day),
        "onsetDateTime": condition.day.isoformat(),
        "recordedDate": _stamp(condition.day, place),
        "recorder": _clinician(course.number + place),
    }
    return made


def _encounter(course: Course, place: int, day: date, status: str) -> Resource:
    made = _started(course, "Encounter", place)
    kind = ("185349003", "Encounter for check up (procedure)")
    if place % 4 == 3:
        kind = ("390906007", "Follow-up encounter (procedure)")
    period = {"start": f"{day.isoformat()}T09:00:00Z", "end": f"{day.isoformat()}T09:40:00Z"}
    return {
        **made,
        "status": status,
        "class": _coding(f"{_HL7}v3-ActCode", "AMB", "ambulatory"),
        "type": [_concept(_SNOMED, *kind)],
        "serviceType": _concept(f"{_HL7}service-type", "221", "Surgery - General"),
        "priority": _concept(f"{_HL7}v3-ActPriority", "R", "routine"),
        "subject": _subject(course),
        "participant": [
            {
                "type": [_concept(f"{_HL7}v3-ParticipationType", "ATND", "attender")],
                "period": period,
                "individual": _clinician(course.number),
            }
        ],
        "period": period,
        "hospitalization": {
            "dischargeDisposition": _concept(f"{_HL7}discharge-disposition", "home", "Home"),
        },
        "location": [
            {"location": {"reference": "Location/700", "display": "Oncology clinic"}, "status": "active"}
        ],
        "serviceProvider": {"reference": "Organization/500", "display": "Example Cancer Center"},
    }


def _order(course: Course, place: int, order: Ordered) -> Resource:
    made = _started(course, "MedicationRequest", place)
    made |= {"status": order.status, "intent": order.intent}
    if order.forbidden:
        made["doNotPerform"] = True
    made |= {
        "category": [_concept(f"{_HL7}medicationrequest-category", "outpatient", "Outpatient")],
        "medicationCodeableConcept": _concept(_RXNORM, order.drug.code, order.drug.display),
        "subject": _subject(course),
        "encounter": _visit(course, order.day),
        "authoredOn": _stamp(order.day, place),
        "requester": _clinician(course.number),
        "dosageInstruction": [
            {
                "sequence": 1,
                "text": "As directed by the protocol",
                "timing": {"code": {"text": "every cycle"}},
                "route": _concept(_SNOMED, "47625008", "Intravenous route (qualifier value)"),
            }
        ],
        "dispenseRequest": {
            "numberOfRepeatsAllowed": 2,
            "performer": {"reference": "Organization/500", "display": "Example Cancer Center"},
        },
    }
    return made


def _observation(course: Course, place: int, measured: v.Measured, value: float | str, day: date) -> Resource:
    made = _started(course, "Observation", place)
    made |= {
        "status": "final",
        "category": [_concept(f"{_HL7}observation-category", "laboratory", "Laboratory")],
        "code": _concept(_LOINC, measured.code, measured.display),
        "subject": _subject(course),
        "encounter": _visit(course, day),
        "effectiveDateTime": f"{day.isoformat()}T10:{place % 60:02}:00Z",
        "issued": f"{day.isoformat()}T12:{place % 60:02}:00.000Z",
    }
    if isinstance(value, str):
        made["valueCodeableConcept"] = {**_concept(_SNOMED, *v.MODIFIERS[value]), "text": value}
    else:
        made["valueQuantity"] = {
            "value": value,
            "unit": measured.unit,
            "system": "http://unitsofmeasure.org",
            "code": measured.unit,
        }
        made["referenceRange"] = [{"low": {"value": measured.low}, "high": {"value": measured.high}}]
    return made
