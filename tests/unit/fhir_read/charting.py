"""Small FHIR resources of one patient, and the chart that they give."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from abstractor.chart import Chart, Completeness, Seen
from abstractor.codes import ValueSets
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
NEW_YORK = ZoneInfo("America/New_York")

Json = dict[str, Any]


@cache
def value_sets() -> ValueSets:
    return load_value_sets()


def coded(code: str, system: str = SNOMED, text: str | None = None) -> Json:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def _concept(code: Any, system: str) -> Any:
    return coded(code, system) if isinstance(code, str) else code


def resource(
    kind: str, identity: str | None = "1", patient: str | None = "Patient/1", **elements: Any
) -> Json:
    """Elements that are None are left out."""
    subject = {"subject": {"reference": patient}} if patient and kind != "Patient" else {}
    whole = {"resourceType": kind, "id": identity, **subject, **elements}
    return {name: value for name, value in whole.items() if value is not None}


def condition(code: Any = "C50.911", **elements: Any) -> Json:
    given = {"verificationStatus": coded("confirmed", "x"), "code": _concept(code, ICD)}
    return resource("Condition", **{**given, **elements})


def order(text: str = "trastuzumab", **elements: Any) -> Json:
    given = {"status": "active", "intent": "order", "authoredOn": "2022-06-14"}
    return resource("MedicationRequest", **{**given, "medicationCodeableConcept": {"text": text}, **elements})


def dose(text: str = "trastuzumab", on: str = "2022-06-14", **elements: Any) -> Json:
    given = {"status": "completed", "effectiveDateTime": on, "medicationCodeableConcept": {"text": text}}
    return resource("MedicationAdministration", **{**given, **elements})


def dispense(text: str = "tucatinib", **elements: Any) -> Json:
    given = {
        "status": "completed",
        "whenHandedOver": "2022-06-14",
        "medicationCodeableConcept": {"text": text},
    }
    return resource("MedicationDispense", **{**given, **elements})


def observation(code: Any = "85319-2", **elements: Any) -> Json:
    given = {"status": "final", "code": _concept(code, LOINC), "effectiveDateTime": "2022-06-14"}
    return resource("Observation", **{**given, **elements})


def visit(**elements: Any) -> Json:
    period = {"start": "2022-06-14", "end": "2022-06-15"}
    return resource(
        "Encounter", **{"status": "finished", "class": {"code": "AMB"}, "period": period, **elements}
    )


def procedure(code: Any = "40701008", system: str = SNOMED, **elements: Any) -> Json:
    given = {"status": "completed", "code": _concept(code, system), "performedDateTime": "2022-06-14"}
    return resource("Procedure", **{**given, **elements})


def received(record: Json | bytes, origin: str = "all.ndjson:1") -> Received:
    return Received(record if isinstance(record, bytes) else json.dumps(record).encode(), origin)


def record_set(*records: Json | bytes | Received, overrides: Mapping[str, Seen] | None = None) -> RecordSet:
    held = RecordSet(Reading(value_sets(), NEW_YORK, overrides or {}))
    for record in records:
        held.add(record if isinstance(record, Received) else received(record))
    return held


def chart_of(*records: Json, patient: str = "Patient/1") -> Chart:
    """The chart of records of which none is refused."""
    held = record_set(*records)
    assert held.quarantined() == ()
    return held.chart(patient)


def row(chart: Chart, kind: str) -> Completeness:
    return next(each for each in chart.completeness if each.type == kind)


def days(interval: object) -> str | None:
    return None if interval is None else str(interval)
