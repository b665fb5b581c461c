"""Telling a synthetic chart for the web's tests: resources as a clinic sends them, an abstract citing them.

Nothing is decided here; abstracts are written by hand, so that the pages are tested apart from the engine.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from abstractor.abstract import (
    Abstract,
    Criterion,
    Evidence,
    Finding,
    Flag,
    Inclusion,
    Line,
    LineRef,
    ReportingPeriod,
    Severity,
    Stamps,
    Verdict,
)
from abstractor.chart import Completeness, Seen
from abstractor.dates import exact

__all__ = [
    "CANARIES",
    "EDITIONS",
    "Told",
    "cited",
    "doses",
    "drug",
    "finding",
    "flag",
    "judged",
    "line",
    "patient",
]

CANARIES = ("Canarywell", "1961-04-17", "MRN-CANARY-4711")
EDITIONS = ("asco-her2-2018", "asco-her2-2022", "fda-fam-trastuzumab-deruxtecan-2022-05-04")


@dataclass(slots=True)
class Told:
    """One patient's resources by reference, and the abstract that was made of them."""

    patient: str
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    abstract: Abstract | None = None

    def add(self, kind: str, number: int, **elements: Any) -> dict[str, Any]:
        resource: dict[str, Any] = {"resourceType": kind, "id": f"{self.patient}-{kind[:3].lower()}{number}"}
        resource |= {"meta": {"versionId": "1"}} | elements
        if kind != "Patient":
            resource["subject"] = {"reference": f"Patient/{self.patient}"}
        self.resources[f"{kind}/{resource['id']}"] = resource
        return resource

    @property
    def bodies(self) -> list[bytes]:
        return [json.dumps(resource, indent=1).encode() for resource in self.resources.values()]


def cited(resource: dict[str, Any], path: str) -> Evidence:
    """The element at that path, as evidence."""
    value: Any = resource
    for step in path.split("."):
        name, _, index = step.partition("[")
        value = value[name][int(index[:-1])] if index else value[name]
    kind = resource["resourceType"]
    plain_value = value if isinstance(value, str | float | bool) else None
    return Evidence(f"{kind}/{resource['id']}", resource["meta"]["versionId"], f"{kind}.{path}", plain_value)


def drug(told: Told, kind: str, number: int, day: str, name: str) -> Evidence:
    dated = {"MedicationRequest": "authoredOn", "MedicationAdministration": "effectiveDateTime"}[kind]
    resource = told.add(
        kind, number, status="completed", medicationCodeableConcept={"text": name}, **{dated: day}
    )
    return cited(resource, dated)


def line(number: int, agents: str, regimen: str, start: str, end: str | None, **changed: Any) -> Line:
    made = Line(
        setting="palliative",
        number=number,
        agents=tuple(agents.split("+")),
        regimen=regimen,
        her2_directed=True,
        start=exact(date.fromisoformat(start)),
        end=exact(date.fromisoformat(end)) if end else None,
        end_reason="progression" if end else "ongoing",
        opened_because="first" if number == 1 else "new-agent",
        phases=(),
        evidence=(),
    )
    return replace(made, **changed)


def finding(rule: str, number: int, day: str, verdict: Verdict, statement: str, **changed: Any) -> Finding:
    made = Finding(
        rule=rule,
        line=LineRef("palliative", number),
        phase=None,
        decision_date=exact(date.fromisoformat(day)),
        in_period=True,
        authority="ASCO",
        edition="asco-her2-2022",
        also=None,
        verdict=verdict,
        advisory=False,
        statement=statement,
        citation="Giordano et al., J Clin Oncol 2022;40:2612",
        later=(),
        would_clear=(),
        evidence=(),
    )
    return replace(made, **changed)


def flag(raised_by: Finding, severity: Severity) -> Flag:
    return Flag(raised_by.rule, severity, raised_by.statement, raised_by.evidence)


def patient(number: int) -> Told:
    told = Told(f"told{number}")
    resource = told.add(
        "Patient",
        0,
        name=[{"family": CANARIES[0], "given": ["Zelda"]}],
        birthDate=CANARIES[1],
        identifier=[{"system": "urn:oid:1.2.3", "value": CANARIES[2]}],
    )
    resource["id"] = told.patient
    told.resources = {f"Patient/{told.patient}": resource}
    return told


def criteria(told: Told) -> tuple[Criterion, ...]:
    her2 = told.add(
        "Observation",
        1,
        status="final",
        code={
            "coding": [{"system": "http://loinc.org", "code": "85319-2", "display": "HER2 [Presence] by IHC"}]
        },
        effectiveDateTime="2019-12-11",
        valueCodeableConcept={"coding": [{"code": "3+"}], "text": "3+"},
    )
    mets = told.add(
        "Condition",
        1,
        verificationStatus={"coding": [{"code": "confirmed"}]},
        code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C78.7"}]},
        onsetDateTime="2020-05-20",
    )
    visit = told.add("Encounter", 1, status="finished", period={"start": "2022-03-01T09:00:00-05:00"})
    return (
        Criterion(
            "her2-positive-mbc",
            Verdict.MET,
            None,
            "HER2 IHC 3+ on 2019-12-11; liver metastasis confirmed 2020-05-20",
            (
                cited(mets, "code.coding[0].code"),
                cited(mets, "onsetDateTime"),
                cited(her2, "effectiveDateTime"),
                cited(her2, "valueCodeableConcept.coding[0].code"),
            ),
        ),
        Criterion("her2-lines", Verdict.MET, None, "2 palliative lines, both with a HER2-directed drug", ()),
        Criterion(
            "visit-in-period", Verdict.MET, None, "Visit on 2022-03-01", (cited(visit, "period.start"),)
        ),
    )


def judged(told: Told, **parts: Any) -> Told:
    inclusion = Inclusion(
        "her2-mbc",
        Verdict.INCLUDED,
        "A",
        tuple((name, Verdict.INCLUDED) for name in "ABC"),
        False,
        criteria(told),
    )
    made = Abstract(
        patient=f"Patient/{told.patient}",
        period=ReportingPeriod(date(2022, 1, 1), date(2022, 12, 31), "America/New_York"),
        as_of=date(2023, 1, 31),
        inclusion=inclusion,
        lines=(),
        findings=(),
        flags=(),
        flagged=True,
        completeness=(
            Completeness("Condition", Seen.COMPLETE, 3, None),
            Completeness("Encounter", Seen.COMPLETE, 12, None),
            Completeness("MedicationAdministration", Seen.PARTIAL, 31, "paging stopped at the cap"),
            Completeness("MedicationDispense", Seen.EMPTY, 0, None),
            Completeness("MedicationRequest", Seen.COMPLETE, 9, None),
            Completeness("Observation", Seen.COMPLETE, 40, None),
            Completeness("Procedure", Seen.REFUSED, 0, "403"),
            Completeness("ServiceRequest", Seen.NOT_ASKED, 0, None),
        ),
        stamps=Stamps("0.1.0", EDITIONS, "sha256:" + "ab" * 32, "her2mbc-1", "sha256:" + "cd" * 32),
    )
    told.abstract = replace(made, **parts)
    return told


def doses(told: Told, kind: str, first: int, name: str, days: str) -> tuple[Evidence, ...]:
    return tuple(drug(told, kind, first + at, day, name) for at, day in enumerate(days.split()))
