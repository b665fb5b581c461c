"""The questions that a reader is asked, in plain words. They say what is known without any verdict: what was
given when, and by whose guideline it is judged; never which edition, and never the abstraction period.
"""

from collections.abc import Mapping
from types import MappingProxyType

from abstractor.abstract import Finding, Line, LineRef
from abstractor.dates import DateInterval

__all__ = ["of_choice", "of_criterion", "of_label", "of_line", "of_measure"]

_CRITERIA: Mapping[str, str] = MappingProxyType(
    {
        "her2-positive-mbc": "Does the patient have HER2-positive metastatic breast cancer?",
        "visit-in-period": "Did the patient have a visit in the abstraction period?",
        "hr-positive-her2-negative-mbc": (
            "Does the patient have hormone-receptor-positive, HER2-negative metastatic breast cancer?"
        ),
        "cdk46-started": "Was a CDK4/6 inhibitor started for metastatic disease by the end of the period?",
    }
)
_HER2_LINES: Mapping[str | None, str] = MappingProxyType(
    {
        "A": "Did the patient have two or more palliative lines, each with a HER2-directed drug?",
        "B": "Did the patient have two or more palliative lines of any systemic therapy?",
        "C": "Did the patient have two or more lines with a HER2-directed drug, in any setting?",
    }
)
_END_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "patient-choice": "the patient's choice",
        "next-line": "the next line",
        "completion": "completion",
        "unknown": "a reason that is not documented",
    }
)


def of_criterion(criterion: str, definition: str | None) -> str:
    if criterion == "her2-lines":
        return _HER2_LINES.get(definition, "Did the patient have two or more lines of HER2-directed therapy?")
    return _CRITERIA.get(criterion, f"Is the criterion {criterion} met?")


def of_line(line: Line) -> str:
    ended = "and goes on"
    if line.end is not None:
        reason = _END_REASONS.get(line.end_reason, line.end_reason.replace("-", " "))
        ended = f"to {_day(line.end)}, ended by {reason}"
    given = f"{_named(LineRef(line.setting, line.number))}: {_drugs(line)}, from {_day(line.start)} {ended}."
    return f"{given} Is that right?"


def of_measure(finding: Finding, title: str | None) -> str:
    about = f" for {_named(finding.line).lower()}" if finding.line else ""
    asked = f"{finding.rule} ({title})" if title else finding.rule
    return f"{asked}, asked by {finding.authority} from {_day(finding.decision_date)}{about}: was it met?"


def of_choice(finding: Finding, line: Line | None) -> str:
    return f"How did {_choice(finding, line)} stand to what {finding.authority} said that day?"


def of_label(finding: Finding, line: Line | None) -> str:
    return f"Was {_choice(finding, line)} within the label of that day?"


def _choice(finding: Finding, line: Line | None) -> str:
    """ "the choice of palliative line 2 (THP: docetaxel, ...), made on 2022-02-08" """
    named = _named(finding.line).lower() if finding.line else "therapy"
    drugs = f" ({_drugs(line)})" if line else ""
    step = f", {finding.phase.replace('-', ' ')}" if finding.phase else ""
    return f"the choice of {named}{step}{drugs}, made on {_day(finding.decision_date)},"


def _named(line: LineRef) -> str:
    return f"{line.setting.capitalize()} line {line.number}"


def _drugs(line: Line) -> str:
    drugs = ", ".join(line.agents)
    return f"{line.regimen}: {drugs}" if line.regimen else drugs


def _day(days: DateInterval) -> str:
    if days.earliest == days.latest:
        return days.earliest.isoformat()
    return f"some day from {days.earliest} to {days.latest}"
