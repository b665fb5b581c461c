"""A resource as a line of NDJSON, validated: its elements by `fhir.resources`, its required codes by a list.

`fhir.resources` takes any word for a code, also where FHIR binds it to a few.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from abstractor.errors import AbstractorError

__all__ = ["DEVICE", "Plain", "concept", "line_of", "meta", "reference", "system"]

Plain = dict[str, Any]
DEVICE = "Device/abstractor"
_SECURITY = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
_CONFIDENTIAL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

# The codes that R4B binds elements of ours to, by type and path.
_BOUND: Mapping[str, frozenset[str]] = {
    "DetectedIssue.status": frozenset({"registered", "preliminary", "final", "amended", "corrected"}),
    "DetectedIssue.severity": frozenset({"high", "moderate", "low"}),
    "Task.status": frozenset({"requested", "ready", "in-progress", "completed", "cancelled"}),
    "Task.intent": frozenset({"order", "proposal", "plan"}),
    "Task.priority": frozenset({"routine", "urgent", "asap", "stat"}),
    "Questionnaire.status": frozenset({"draft", "active", "retired", "unknown"}),
    "Questionnaire.item.type": frozenset({"group", "display", "string", "choice", "boolean", "text"}),
    "Questionnaire.item.item.type": frozenset({"string", "choice", "boolean", "text"}),
    "Questionnaire.item.item.enableBehavior": frozenset({"all", "any"}),
    "Questionnaire.item.item.enableWhen.operator": frozenset({"=", "!=", "exists"}),
    "QuestionnaireResponse.status": frozenset({"in-progress", "completed", "amended", "stopped"}),
    "Provenance.entity.role": frozenset({"derivation", "revision", "quotation", "source", "removal"}),
    "Patient.link.type": frozenset({"replaced-by", "replaces", "refer", "seealso"}),
    "Device.deviceName.type": frozenset({"user-friendly-name", "model-name", "other"}),
}


def line_of(resource: Plain) -> str:
    """`AbstractorError` names elements and never a value: it would be a fault of this program."""
    kind = str(resource["resourceType"])
    wrong = sorted(_unbound(kind, resource))
    try:
        text: str = get_fhir_model_class(kind).model_validate(resource).model_dump_json()
    except ValidationError as refused:
        wrong += sorted({".".join(map(str, error["loc"])) for error in refused.errors()})
        text = ""
    if wrong:
        raise AbstractorError(f"a {kind} to be exported is not valid: {', '.join(wrong)}")
    return text


def system(name: str) -> str:
    """Of codes and identifiers of ours."""
    return f"urn:abstractor:{name}"


def concept(name: str, code: str, *, display: str | None = None) -> Plain:
    coding = {"system": system(name), "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def reference(kind: str, identity: str) -> Plain:
    return {"reference": f"{kind}/{identity}"}


def meta(*, identified: bool, tag: Plain | None = None) -> Plain:
    """Whether a resource tells who the patient is: pseudonymised, or restricted."""
    label = (
        {"system": _CONFIDENTIAL, "code": "R", "display": "restricted"}
        if identified
        else {"system": _SECURITY, "code": "PSEUDED", "display": "pseudonymized"}
    )
    return {"security": [label]} | ({"tag": [tag]} if tag else {})


def _unbound(path: str, value: object) -> Iterator[str]:
    """Elements whose code FHIR does not have."""
    match value:
        case dict():
            for name, held in value.items():
                yield from _unbound(f"{path}.{name}", held)
        case list():
            for held in value:
                yield from _unbound(path, held)
        case str() if path in _BOUND and value not in _BOUND[path]:
            yield path
