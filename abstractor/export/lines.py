"""The cohort table: one row a patient and line of therapy, and one for a patient who has no line."""

import re
from collections.abc import Iterator

from abstractor.abstract import SEVERITIES, Abstract, Line, LineRef, Verdict
from abstractor.chart import Seen
from abstractor.export.cohort import stopping
from abstractor.export.disclosing import OLDEST, Disclosure, precision_of
from abstractor.export.fields import Field, Kind, Table, joined
from abstractor.export.subjects import Given, Subject, line_item

__all__ = [
    "DEFINITIONS",
    "END_REASONS",
    "LINES",
    "LINE_FIELDS",
    "OPENINGS",
    "PATIENT_FIELDS",
    "PRECISIONS",
    "SETTINGS",
    "line_rows",
]

SETTINGS = ("curative", "palliative")
PRECISIONS = ("day", "month", "year", "between")
DEFINITIONS = ("A", "B", "C")
END_REASONS = (
    "progression",
    "toxicity",
    "completion",
    "patient-choice",
    "death",
    "next-line",
    "unknown",
    "ongoing",
)
OPENINGS = ("first", "new-agent", "restart-after-gap", "restart-after-progression")
_VERDICTS = tuple(str(each) for each in (Verdict.INCLUDED, Verdict.EXCLUDED, Verdict.REVIEW))
_SEVERITIES = tuple(str(each) for each in SEVERITIES)
_CODE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}")

PATIENT_FIELDS = (
    Field("study_id", Kind.ID, "The patient: the same in every table of an export.", "patient"),
    Field("patient", Kind.ID, "The patient's reference at the clinic.", "patient", identifying=True),
    Field("identified", Kind.YES_NO, "Whether this export tells who the patients are.", "the export"),
    Field("clinic", Kind.CODE, "The clinic: a code; its address where identified.", "cycle", required=False),
    Field("cohort", Kind.CODE, "The cohort asked about.", "inclusion.cohort", ("her2-mbc", "cdk46")),
    Field(
        "definition",
        Kind.CODE,
        "What counts as a line of HER2+ treatment; none in cdk46.",
        "inclusion.definition",
        DEFINITIONS,
        required=False,
    ),
    Field("verdict", Kind.CODE, "Whether the patient belongs to the audit.", "inclusion.verdict", _VERDICTS),
    *(
        Field(
            f"verdict_{name.lower()}",
            Kind.CODE,
            f"The same under definition {name}.",
            f"inclusion.by_definition.{name}",
            _VERDICTS,
            required=False,
        )
        for name in DEFINITIONS
    ),
    Field(
        "sensitive",
        Kind.YES_NO,
        "Whether another definition or another gap would give another verdict.",
        "inclusion.sensitive",
    ),
    Field(
        "stopped_by",
        Kind.CODE,
        "The first criterion that is not met; of those in review, that cannot be told.",
        "inclusion.criteria",
        required=False,
    ),
    Field("stopped_reason", Kind.CODE, "Why, as a code.", "inclusion.criteria.reason", required=False),
    Field("flagged", Kind.YES_NO, "Whether a human should see the chart.", "flagged"),
    Field(
        "worst_severity",
        Kind.CODE,
        "The worst severity of its flags.",
        "flags.severity",
        _SEVERITIES,
        required=False,
    ),
    Field("flags", Kind.COUNT, "How many flags.", "flags", units="flags"),
    Field("flag_codes", Kind.NAMES, "Their codes, each once.", "flags.code", required=False),
    Field("findings", Kind.COUNT, "How many findings.", "findings", units="findings"),
    Field(
        "not_seen_whole",
        Kind.NAMES,
        "The types of record that were not seen whole: what is missing there is unknown, not absent.",
        "completeness",
        required=False,
    ),
    Field(
        "lines", Kind.COUNT, "How many lines the patient has; 0: this row has none.", "lines", units="lines"
    ),
)
LINE_FIELDS = (
    Field("item", Kind.ID, "The line's key in reviews and labels.", "lines", required=False),
    Field(
        "setting",
        Kind.CODE,
        "Whether the treatment was meant to cure.",
        "lines.setting",
        SETTINGS,
        required=False,
    ),
    Field("line_number", Kind.COUNT, "From 1 in each setting.", "lines.number", required=False),
    Field("agents", Kind.NAMES, "Every agent, by its generic name.", "lines.agents", required=False),
    Field("regimen", Kind.CODE, "The catalogue's name for them.", "lines.regimen", required=False),
    Field("her2_directed", Kind.YES_NO, "Whether an agent is.", "lines.her2_directed", required=False),
    Field(
        "age_at_start",
        Kind.COUNT,
        f"Age when the line started; {OLDEST} is {OLDEST} or older unless identified.",
        "Patient.birthDate",
        units="years",
        required=False,
    ),
    Field(
        "start",
        Kind.DATE,
        "First day; empty where it is not known to the day.",
        "lines.start",
        required=False,
    ),
    Field("start_precision", Kind.CODE, "How well it is known.", "lines.start", PRECISIONS, required=False),
    Field(
        "start_earliest",
        Kind.DATE,
        "The first day that it can be.",
        "lines.start",
        required=False,
        identifying=True,
    ),
    Field(
        "start_latest",
        Kind.DATE,
        "The last day that it can be.",
        "lines.start",
        required=False,
        identifying=True,
    ),
    Field(
        "end",
        Kind.DATE,
        "Last day; empty while it goes on, or where it is not known to the day.",
        "lines.end",
        required=False,
    ),
    Field("end_precision", Kind.CODE, "How well it is known.", "lines.end", PRECISIONS, required=False),
    Field(
        "end_earliest",
        Kind.DATE,
        "The first day that it can be.",
        "lines.end",
        required=False,
        identifying=True,
    ),
    Field(
        "end_latest", Kind.DATE, "The last day that it can be.", "lines.end", required=False, identifying=True
    ),
    Field(
        "days",
        Kind.COUNT,
        "From the first to the last day, both counted, where both are known.",
        "lines.start, lines.end",
        units="days",
        required=False,
    ),
    Field("end_reason", Kind.CODE, "Why it ended.", "lines.end_reason", END_REASONS, required=False),
    Field(
        "opened_because", Kind.CODE, "Why it is a new line.", "lines.opened_because", OPENINGS, required=False
    ),
    Field("phases", Kind.NAMES, "Its phases, in order.", "lines.phases.name", required=False),
    Field(
        "site",
        Kind.CODE,
        "The organisation that gave it: a code; its reference where identified.",
        "Encounter.serviceProvider",
        required=False,
    ),
    Field(
        "clinician",
        Kind.CODE,
        "Who gave it: a code; the reference where identified.",
        "MedicationRequest.requester, Encounter.participant",
        required=False,
    ),
)
LINES = Table(
    "lines",
    "a patient and line of therapy",
    PATIENT_FIELDS + LINE_FIELDS,
    ("study_id", "setting", "line_number"),
)


def line_rows(subject: Subject, disclosure: Disclosure) -> Iterator[dict[str, object]]:
    """The rows of a patient, with every column."""
    patient = _patient(subject, disclosure)
    if not subject.abstract.lines:
        yield patient | dict.fromkeys(field.name for field in LINE_FIELDS)
    for line in subject.abstract.lines:
        yield patient | _line(subject, line, disclosure)


def _patient(subject: Subject, disclosure: Disclosure) -> dict[str, object]:
    abstract = subject.abstract
    inclusion, stopped = abstract.inclusion, stopping(abstract)
    by_definition = dict(inclusion.by_definition)
    return {
        "study_id": disclosure.study_id(subject.who),
        "patient": abstract.patient,
        "identified": disclosure.identified,
        "clinic": disclosure.clinic(subject),
        "cohort": inclusion.cohort,
        "definition": inclusion.definition,
        "verdict": str(inclusion.verdict),
        **{f"verdict_{name.lower()}": _text(by_definition.get(name)) for name in DEFINITIONS},
        "sensitive": inclusion.sensitive,
        "stopped_by": stopped.criterion if stopped else None,
        "stopped_reason": _coded(stopped.reason) if stopped else None,
        "flagged": abstract.flagged,
        "worst_severity": _worst(abstract),
        "flags": len(abstract.flags),
        "flag_codes": joined(dict.fromkeys(flag.code for flag in abstract.flags)),
        "findings": len(abstract.findings),
        "not_seen_whole": joined(
            row.type for row in abstract.completeness if row.state not in (Seen.COMPLETE, Seen.EMPTY)
        ),
        "lines": len(abstract.lines),
    }


def _line(subject: Subject, line: Line, disclosure: Disclosure) -> dict[str, object]:
    named = LineRef(line.setting, line.number)
    given = subject.given.get(named, Given(None, None))
    known = line.start.is_exact and line.end is not None and line.end.is_exact
    return {
        "item": line_item(named),
        "setting": line.setting,
        "line_number": line.number,
        "agents": joined(line.agents),
        "regimen": line.regimen,
        "her2_directed": line.her2_directed,
        "age_at_start": disclosure.age(subject, line.start),
        "start": disclosure.day(subject, line.start),
        "start_precision": precision_of(line.start),
        "start_earliest": line.start.earliest,
        "start_latest": line.start.latest,
        "end": disclosure.day(subject, line.end),
        "end_precision": precision_of(line.end),
        "end_earliest": line.end.earliest if line.end else None,
        "end_latest": line.end.latest if line.end else None,
        "days": (line.end.latest - line.start.earliest).days + 1 if known and line.end else None,
        "end_reason": line.end_reason,
        "opened_because": line.opened_because,
        "phases": joined(phase.name for phase in line.phases),
        "site": disclosure.place(subject, given.site),
        "clinician": disclosure.place(subject, given.clinician),
    }


def _worst(abstract: Abstract) -> str | None:
    held = {flag.severity for flag in abstract.flags}
    return next((str(severity) for severity in SEVERITIES if severity in held), None)


def _text(verdict: Verdict | None) -> str | None:
    return None if verdict is None else str(verdict)


def _coded(reason: str | None) -> str | None:
    """Only what is a code leaves: a sentence in its place would be the chart's."""
    return reason if reason is None or _CODE.fullmatch(reason) else "other"
