"""Where each resource of an export comes from: a Provenance with the program, the reader, and the sources."""

from collections.abc import Iterable
from datetime import datetime

from abstractor.abstract import Abstract, Evidence
from abstractor.export.disclosing import Disclosure
from abstractor.export.resources.building import DEVICE, Plain, concept, meta, reference
from abstractor.export.resources.flagged import source
from abstractor.export.subjects import Subject

__all__ = ["device", "evidence_of", "provenance"]

_TAKES_PART = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def device(*, version: str) -> Plain:
    return {
        "resourceType": "Device",
        "id": DEVICE.partition("/")[2],
        "deviceName": [{"name": "abstractor", "type": "user-friendly-name"}],
        "version": [{"value": version}],
    }


def provenance(
    subject: Subject,
    target: tuple[str, str],
    evidence: Iterable[Evidence],
    disclosure: Disclosure,
    *,
    now: datetime,
    reader: tuple[str, str] | None = None,
) -> Plain:
    """`target` is type and id; `reader` the id and role of whoever answered. A source of the same version is
    named once. `recorded` is the moment of the export.
    """
    kind, identity = target
    agents = [_agent("assembler", {"reference": DEVICE})]
    if reader is not None:
        who, role = reader
        answered = _agent("author", reference("PractitionerRole", who))
        agents.append(answered | {"role": [concept("reader-role", role)]})
    distinct = {(each.resource, each.version or ""): each for each in evidence}
    entities = [
        {"role": "source", "what": source(subject, distinct[key], disclosure)} for key in sorted(distinct)
    ]
    return {
        "resourceType": "Provenance",
        "id": f"{identity}-origin",
        "meta": meta(identified=disclosure.identified),
        "target": [reference(kind, identity)],
        "recorded": now.isoformat(),
        "agent": agents,
        **({"entity": entities} if entities else {}),
    }


def evidence_of(abstract: Abstract) -> Iterable[Evidence]:
    """All that the abstract rests on."""
    for part in (abstract.inclusion.criteria, abstract.lines, abstract.findings, abstract.flags):
        for each in part:
            yield from each.evidence


def _agent(kind: str, who: Plain) -> Plain:
    return {"type": {"coding": [{"system": _TAKES_PART, "code": kind}]}, "who": who}
