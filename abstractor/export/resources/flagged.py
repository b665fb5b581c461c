"""A flagged chart: the Task to review it, and a DetectedIssue for each flag."""

from collections.abc import Iterator
from typing import assert_never

from abstractor.abstract import Evidence, Flag, Severity
from abstractor.export.disclosing import Disclosure
from abstractor.export.resources.building import DEVICE, Plain, concept, meta, reference, system
from abstractor.export.resources.form import FORM_ID
from abstractor.export.subjects import Subject

__all__ = ["issue_id", "issues", "patient", "source", "task", "task_id"]


def patient(subject: Subject, disclosure: Disclosure) -> Plain:
    """A study id and no more; identified, also where the clinic's own record of the patient is."""
    identity = disclosure.study_id(subject.who)
    told: Plain = {
        "resourceType": "Patient",
        "id": identity,
        "meta": meta(identified=disclosure.identified),
        "identifier": [{"system": system("study-id"), "value": identity}],
    }
    if disclosure.identified:
        there = f"{subject.clinic.rstrip('/')}/{subject.abstract.patient}"
        if subject.clinic:
            told["link"] = [{"other": {"reference": there}, "type": "seealso"}]
        else:
            told["identifier"].append({"system": system("reference"), "value": subject.abstract.patient})
    return told


def issue_id(subject: Subject, number: int, disclosure: Disclosure) -> str:
    return f"{disclosure.study_id(subject.who)}-flag-{number}"


def issues(subject: Subject, disclosure: Disclosure, *, signed: bool) -> Iterator[Plain]:
    """Preliminary while no clinician has signed all that the verdicts rest on."""
    for number, flag in enumerate(subject.abstract.flags, start=1):
        detail = {"detail": flag.statement} if disclosure.identified else {}
        tag = {"system": system("severity"), "code": str(flag.severity)}
        evidence = [
            {
                "code": [concept("element", each.path)],
                "detail": [source(subject, each, disclosure)],
            }
            for each in flag.evidence
        ]
        yield {
            "resourceType": "DetectedIssue",
            "id": issue_id(subject, number, disclosure),
            "meta": meta(identified=disclosure.identified, tag=tag),
            "status": "final" if signed else "preliminary",
            "code": concept("flag", flag.code),
            "severity": _severity(flag),
            "patient": reference("Patient", disclosure.study_id(subject.who)),
            "author": {"reference": DEVICE},
            **detail,
            **({"evidence": evidence} if evidence else {}),
        }


def task_id(subject: Subject, disclosure: Disclosure) -> str:
    return f"{disclosure.study_id(subject.who)}-task"


def task(subject: Subject, disclosure: Disclosure, *, responses: tuple[str, ...]) -> Plain:
    """Requested, and completed once a review is locked: `responses` are their ids. The first flag is the
    worst.
    """
    abstract = subject.abstract
    flags = [
        reference("DetectedIssue", issue_id(subject, number, disclosure))
        for number in range(1, len(abstract.flags) + 1)
    ]
    person = reference("Patient", disclosure.study_id(subject.who))
    urgent = any(flag.severity is Severity.CRITICAL for flag in abstract.flags)
    given = [("form", reference("Questionnaire", FORM_ID)), *(("flag", flag) for flag in flags)]
    output = [
        {"type": concept("task-output", "review"), "valueReference": reference("QuestionnaireResponse", each)}
        for each in responses
    ]
    return {
        "resourceType": "Task",
        "id": task_id(subject, disclosure),
        "meta": meta(identified=disclosure.identified),
        "status": "completed" if responses else "requested",
        "intent": "order",
        "priority": "urgent" if urgent else "routine",
        "code": concept("task", "review-chart", display="Review the flagged chart"),
        "focus": flags[0] if flags else person,
        "for": person,
        "requester": {"reference": DEVICE},
        "input": [{"type": concept("task-input", name), "valueReference": what} for name, what in given],
        **({"output": output} if output else {}),
    }


def source(subject: Subject, evidence: Evidence, disclosure: Disclosure) -> Plain:
    """A stored resource, by version: where it stands, or a code that is the same wherever it is named."""
    named = evidence.resource + (f"/_history/{evidence.version}" if evidence.version else "")
    kind = evidence.resource.partition("/")[0]
    if disclosure.identified and subject.clinic:
        return {"reference": f"{subject.clinic.rstrip('/')}/{named}", "type": kind}
    code = disclosure.place(subject, named)
    return {"type": kind, "identifier": {"system": system("source"), "value": code}}


def _severity(flag: Flag) -> str:
    """FHIR has three: what is left to a reader's judgement, and what is about the record, are low."""
    match flag.severity:
        case Severity.CRITICAL:
            return "high"
        case Severity.DISCORDANT:
            return "moderate"
        case Severity.REVIEW | Severity.DATA_QUALITY:
            return "low"
        case _:
            assert_never(flag.severity)
