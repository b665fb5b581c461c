"""Changes of a patient's records, or of what is known, that must not change what is said of the patient."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from abstractor.rules.library import Library
from tests.asking import library

__all__ = [
    "BRANDS",
    "copied_in_error",
    "in_another_zone",
    "later_knowledge",
    "moved",
    "renamed",
    "shuffled",
    "texts",
    "unrelated",
    "without",
]

HL7 = "http://terminology.hl7.org/CodeSystem"
Resources = tuple[dict[str, Any], ...]

# One product for another of the same agents: RxNorm codes and names, as the knowledge base's codes give them.
BRANDS = {
    "224905": ("2103478", "trastuzumab-dkst"),
    "2103478": ("2174802", "trastuzumab-anns"),
    "1371041": ("1371046", "Kadcyla"),
    "2267576": ("2267577", "Enhertu"),
}
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})(T.*)?$")
_INSTANT = re.compile(r"^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})Z$")


def shuffled(resources: Resources, seed: int) -> Resources:
    mixed = list(resources)
    Random(seed).shuffle(mixed)
    return tuple(mixed)


def renamed(resources: Resources) -> Resources:
    """Every HER2-directed drug under another brand or as a biosimilar."""
    return tuple(_each_coding(resource) for resource in resources)


def _each_coding(value: Any) -> Any:
    if isinstance(value, list):
        return [_each_coding(item) for item in value]
    if not isinstance(value, dict):
        return value
    if (
        isinstance(value.get("code"), str)
        and value["code"] in BRANDS
        and "rxnorm" in str(value.get("system"))
    ):
        code, name = BRANDS[value["code"]]
        return {**value, "code": code, "display": name}
    changed = {key: _each_coding(item) for key, item in value.items()}
    codings = changed.get("coding")
    if codings != value.get("coding") and isinstance(codings, list):
        changed["text"] = codings[0]["display"]
    return changed


def in_another_zone(resources: Resources) -> Resources:
    """The same instants, written five and a half hours east of Greenwich."""
    return tuple(_strings(resource, _eastern) for resource in resources)


def _eastern(text: str) -> str:
    found = _INSTANT.match(text)
    if found is None or not _is_a_day(found[1]):
        return text
    day, hour, minute, second = found.groups()
    minutes = int(hour) * 60 + int(minute) + 330
    later = date.fromisoformat(day) + timedelta(days=minutes // 1440)
    return f"{later}T{minutes % 1440 // 60:02d}:{minutes % 60:02d}:{second}+05:30"


def moved(resources: Resources, days: int) -> Resources:
    """Every date of the records so many days later."""

    def later(text: str) -> str:
        found = _DAY.match(text)
        if found is None or not _is_a_day(found[1]):
            return text
        return f"{date.fromisoformat(found[1]) + timedelta(days=days)}{found[2] or ''}"

    return tuple(_strings(resource, later) for resource in resources)


def _is_a_day(text: str) -> bool:
    """A record with a day that does not exist is kept as bad as it is."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _strings(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_strings(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _strings(item, change) for key, item in value.items()}
    return value


@cache
def later_knowledge(days: int) -> Library:
    """Every date of the knowledge so many days later."""
    moved_library: Library = _dates(library(), days)
    return moved_library


def _dates(value: Any, days: int) -> Any:
    if isinstance(value, date):
        return value + timedelta(days=days)
    if isinstance(value, tuple):
        return tuple(_dates(item, days) for item in value)
    if isinstance(value, Mapping):
        return {key: _dates(item, days) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: _dates(getattr(value, field.name), days) for field in fields(value) if field.init}
        return replace(value, **held)
    return value


def copied_in_error(resources: Resources) -> Resources:
    """A copy of each clinical record that was entered in error, under an id of its own, besides."""
    copies = [_withdrawn(json.loads(json.dumps(each))) for each in resources if _can_be_in_error(each)]
    return (*resources, *copies)


def _can_be_in_error(resource: dict[str, Any]) -> bool:
    return "status" in resource or resource["resourceType"] == "Condition"


def _withdrawn(resource: dict[str, Any]) -> dict[str, Any]:
    resource["id"] = f"{resource['id']}-copy"
    if resource["resourceType"] == "Condition":
        system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
        resource["verificationStatus"] = {"coding": [{"system": system, "code": "entered-in-error"}]}
        resource.pop("clinicalStatus", None)
    else:
        resource["status"] = "entered-in-error"
    return resource


def unrelated(resources: Resources, patient: str) -> Resources:
    """Records of types that are held anyway, that say nothing that any rule asks about."""
    held = {resource["resourceType"] for resource in resources}
    subject = {"reference": patient}
    loinc, icd = "http://loinc.org", "http://hl7.org/fhir/sid/icd-10-cm"
    hcpcs = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
    more: list[dict[str, Any]] = [
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": loinc, "code": "8302-2", "display": "Body height"}]},
            "subject": subject,
            "effectiveDateTime": "2021-03-03",
            "valueQuantity": {"value": 164, "unit": "cm"},
        },
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"system": f"{HL7}/condition-clinical", "code": "active"}]},
            "verificationStatus": {
                "coding": [{"system": f"{HL7}/condition-ver-status", "code": "confirmed"}]
            },
            "code": {"coding": [{"system": icd, "code": "M17.0", "display": "Osteoarthritis of knee"}]},
            "subject": subject,
            "onsetDateTime": "2015-05-05",
        },
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "ondansetron"},
            "subject": subject,
            "authoredOn": "2021-03-03",
        },
        {
            "resourceType": "Procedure",
            "status": "completed",
            # By its code: what stands in words alone may be anything, a germline test among it.
            "code": {"coding": [{"system": hcpcs, "code": "A4550", "display": "Surgical trays"}]},
            "subject": subject,
            "performedDateTime": "2018-08-08",
        },
    ]
    return tuple({"id": f"unrelated-{at}", **r} for at, r in enumerate(more) if r["resourceType"] in held)


def texts(value: Any) -> list[str]:
    """Every text in the records."""
    found: list[str] = []
    _strings(list(value), lambda text: found.append(text) or text)
    return found


def without(resources: Resources, references: set[str]) -> Resources:
    return tuple(each for each in resources if f"{each['resourceType']}/{each['id']}" not in references)
