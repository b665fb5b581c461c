"""The table of findings: one row a rule that was decided for a patient or a line."""

from collections.abc import Iterator

from abstractor.abstract import Finding, Verdict
from abstractor.export.disclosing import Disclosure, precision_of
from abstractor.export.fields import BETWEEN, Field, Kind, Table, joined
from abstractor.export.lines import PRECISIONS, SETTINGS
from abstractor.export.subjects import Subject, finding_items

__all__ = ["FINDINGS", "FINDING_VERDICTS", "PHASES", "finding_rows"]

FINDING_VERDICTS = tuple(str(each) for each in Verdict if each not in (Verdict.INCLUDED, Verdict.REVIEW))
PHASES = ("induction", "maintenance", "maintenance-intensified")

FINDINGS = Table(
    "findings",
    "a rule that was decided for a patient, or for a line of a patient",
    (
        Field("study_id", Kind.ID, "The patient: the same in every table of an export.", "patient"),
        Field("patient", Kind.ID, "The patient's reference at the clinic.", "patient", identifying=True),
        Field("identified", Kind.YES_NO, "Whether this export tells who the patients are.", "the export"),
        Field("place", Kind.COUNT, "Its place among the patient's findings, from 1.", "findings"),
        Field("item", Kind.ID, "The finding's key in reviews and labels.", "findings"),
        Field("rule", Kind.CODE, "`sequencing`, or the id of a measure.", "findings.rule"),
        Field("setting", Kind.CODE, "Of its line.", "findings.line.setting", SETTINGS, required=False),
        Field("line_number", Kind.COUNT, "Of its line.", "findings.line.number", required=False),
        Field("phase", Kind.CODE, "Of its line.", "findings.phase", PHASES, required=False),
        Field(
            "decision_date",
            Kind.DATE,
            "The day of the choice that is judged; empty where it is not known to the day.",
            "findings.decision_date",
            required=False,
        ),
        Field("decision_precision", Kind.CODE, "How well it is known.", "findings.decision_date", PRECISIONS),
        Field(
            "decision_earliest",
            Kind.DATE,
            "The first day that it can be.",
            "findings.decision_date",
            identifying=True,
        ),
        Field(
            "decision_latest",
            Kind.DATE,
            "The last day that it can be.",
            "findings.decision_date",
            identifying=True,
        ),
        Field("in_period", Kind.YES_NO, "Whether it shares a day with the period.", "findings.in_period"),
        Field("authority", Kind.CODE, "Whose guideline or label.", "findings.authority"),
        Field("edition", Kind.CODE, "The edition whose verdict is given.", "findings.edition"),
        Field("also", Kind.CODE, "The other edition, in its days of grace.", "findings.also", required=False),
        Field("verdict", Kind.CODE, "What was decided.", "findings.verdict", FINDING_VERDICTS),
        Field("advisory", Kind.YES_NO, "Reported, and never a flag.", "findings.advisory"),
        Field(
            "later",
            Kind.NAMES,
            "What later editions say of the same choice, as edition=verdict.",
            "findings.later",
            required=False,
        ),
        Field(
            "statement",
            Kind.WORDS,
            "What was expected, and what the chart shows.",
            "findings.statement",
            identifying=True,
        ),
        Field(
            "would_clear",
            Kind.WORDS,
            "What would change the verdict.",
            "findings.would_clear",
            required=False,
            identifying=True,
        ),
    ),
    ("study_id", "place"),
)


def finding_rows(subject: Subject, disclosure: Disclosure) -> Iterator[dict[str, object]]:
    """The rows of a patient, with every column."""
    common = {
        "study_id": disclosure.study_id(subject.who),
        "patient": subject.abstract.patient,
        "identified": disclosure.identified,
    }
    findings = subject.abstract.findings
    for place, (item, finding) in enumerate(zip(finding_items(findings), findings, strict=True), start=1):
        yield common | {"place": place, "item": item} | _finding(subject, finding, disclosure)


def _finding(subject: Subject, finding: Finding, disclosure: Disclosure) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "setting": finding.line.setting if finding.line else None,
        "line_number": finding.line.number if finding.line else None,
        "phase": finding.phase,
        "decision_date": disclosure.day(subject, finding.decision_date),
        "decision_precision": precision_of(finding.decision_date),
        "decision_earliest": finding.decision_date.earliest,
        "decision_latest": finding.decision_date.latest,
        "in_period": finding.in_period,
        "authority": finding.authority,
        "edition": finding.edition,
        "also": finding.also,
        "verdict": str(finding.verdict),
        "advisory": finding.advisory,
        "later": joined(f"{each.edition}={each.verdict}" for each in finding.later),
        "statement": finding.statement,
        "would_clear": BETWEEN.join(finding.would_clear) or None,
    }
