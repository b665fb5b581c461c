"""Entries of the audit trail as FHIR AuditEvent, one a line.

De-identified unless asked: codes in place of charts, resources and accounts, and none of the words that an
entry has. Days and times are those of the entry: when somebody looked, not when something was done to a
patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from abstractor.export.disclosing import Disclosure
from abstractor.export.resources.building import Plain, line_of, meta, system

__all__ = ["Logged", "audit_event"]

_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
_SUCCESS, _MINOR_FAILURE, _SERIOUS_FAILURE = "0", "4", "8"

_ACTIVITY = ("110100", "Application Activity")
_LOG_USED = ("110101", "Audit Log Used")
_EXPORT = ("110106", "Export")
_RECORD = ("110110", "Patient Record")
_ALERT = ("110113", "Security Alert")
_SIGN_IN = ("110114", "User Authentication")

# What an action of ours is in the words of DICOM, and whether it creates, reads, changes, deletes or does.
_KINDS: Mapping[str, tuple[tuple[str, str], str]] = {
    "signed-in": (_SIGN_IN, "E"),
    "signed-out": (_SIGN_IN, "E"),
    "sign-in-refused": (_SIGN_IN, "E"),
    "launch-refused": (_SIGN_IN, "E"),
    "access-refused": (_ALERT, "E"),
    "queue-read": (_RECORD, "R"),
    "chart-opened": (_RECORD, "R"),
    "source-opened": (_RECORD, "R"),
    "chart-pulled": (_RECORD, "U"),
    "chart-abstracted": (_RECORD, "U"),
    "patient-purged": (_RECORD, "D"),
    "charts-exported": (_EXPORT, "R"),
    "backed-up": (_EXPORT, "R"),
    "trail-exported": (_LOG_USED, "R"),
    "trail-read": (_LOG_USED, "R"),
    "trail-verified": (_LOG_USED, "E"),
    "trail-broken": (_ALERT, "E"),
}
_OUTCOMES: Mapping[str, str] = {
    "sign-in-refused": _MINOR_FAILURE,
    "launch-refused": _MINOR_FAILURE,
    "access-refused": _MINOR_FAILURE,
    "trail-broken": _SERIOUS_FAILURE,
}


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry; `account` is its name where there is one, and `mac` its digest in the chain, if chained."""

    number: int
    at: datetime
    action: str
    account_id: int | None
    account: str | None
    patient_id: int | None
    cycle_id: int | None
    resource: str | None
    version: str | None
    detail: str | None
    mac: str | None


def audit_event(entry: Logged, disclosure: Disclosure) -> str:
    """A line of NDJSON, validated."""
    code, letter = _kind_of(entry)
    resource: Plain = {
        "resourceType": "AuditEvent",
        "id": f"trail-{entry.number}",
        "meta": meta(identified=disclosure.identified),
        "type": {"system": _DICOM, "code": code[0], "display": code[1]},
        "subtype": [{"system": system("trail-action"), "code": entry.action}],
        "action": letter,
        "recorded": entry.at.isoformat(),
        "outcome": _OUTCOMES.get(entry.action, _SUCCESS),
        "agent": [_agent(entry, disclosure)],
        "source": {"observer": {"display": "abstractor"}},
    }
    entities = [*_chart(entry, disclosure), *_source(entry, disclosure), *_own(entry, disclosure)]
    return line_of(resource | ({"entity": entities} if entities else {}))


def _kind_of(entry: Logged) -> tuple[tuple[str, str], str]:
    other = (_RECORD, "U") if entry.patient_id is not None else (_ACTIVITY, "E")
    return _KINDS.get(entry.action, other)


def _agent(entry: Logged, disclosure: Disclosure) -> Plain:
    if entry.account_id is None:
        by, _, name = (entry.detail or "").partition(" ")[0].partition("=")
        somebody = by == "by" and bool(name)
        told = {"altId": name} if disclosure.identified and somebody else {}
        nobody = {"display": "no account: a command, a job, or nobody yet"}
        return told | {"who": nobody, "requestor": somebody}
    number = str(entry.account_id)
    if not disclosure.identified:
        number = disclosure.code("account", number)
    who: Plain = {"identifier": {"system": system("account"), "value": number}}
    if disclosure.identified and entry.account is not None:
        who["display"] = entry.account
    return {"who": who, "requestor": True}


def _chart(entry: Logged, disclosure: Disclosure) -> list[Plain]:
    if entry.patient_id is None:
        return []
    number = str(entry.patient_id)
    value = number if disclosure.identified else disclosure.code("chart", number)
    return [
        {
            "what": {"type": "Patient", "identifier": {"system": system("chart"), "value": value}},
            "type": {"system": _ENTITY, "code": "1", "display": "Person"},
            "role": {"system": _ROLE, "code": "1", "display": "Patient"},
        }
    ]


def _source(entry: Logged, disclosure: Disclosure) -> list[Plain]:
    if entry.resource is None:
        return []
    kind, _, identity = entry.resource.partition("/")
    what: Plain = {"type": kind}
    if identity and disclosure.identified:
        what["reference"] = entry.resource + (f"/_history/{entry.version}" if entry.version else "")
    elif identity:
        named = disclosure.code("reference", str(entry.patient_id or 0), entry.resource)
        what["identifier"] = {"system": system("source"), "value": named}
    return [{"what": what, "type": {"system": _ENTITY, "code": "2", "display": "System Object"}}]


def _own(entry: Logged, disclosure: Disclosure) -> list[Plain]:
    """What the entry has beside that: its digest, and its words where they may be told."""
    said: list[Plain] = []
    if entry.cycle_id is not None:
        said.append({"type": "cycle", "valueString": str(entry.cycle_id)})
    if entry.mac is not None:
        said.append({"type": "chain", "valueString": entry.mac})
    if entry.detail and disclosure.identified:
        said.append({"type": "detail", "valueString": entry.detail})
    return [{"name": f"entry {entry.number} of the trail", "detail": said}] if said else []
