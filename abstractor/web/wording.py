"""Short plain words for the codes of an abstract, as an auditor reads them; the codes stay beside them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Protocol

from abstractor.abstract import LineRef, Severity, Verdict

__all__ = [
    "CRITERIA",
    "DEFINITIONS",
    "END_REASONS",
    "FLAGS",
    "GIVEN",
    "MARKS",
    "MARK_LOOKS",
    "OPENED",
    "OUTCOMES",
    "OUTCOME_LOOKS",
    "REPAIRS",
    "ROUNDS",
    "SAID_SHORT",
    "SEEN",
    "SEVERITY_HINTS",
    "SEVERITY_WORDS",
    "SIGHTS",
    "SIGHT_LOOKS",
    "Days",
    "capfirst",
    "dates_in_words",
    "flag_in_words",
    "line_in_words",
    "standing_of",
    "verdict_in_words",
]


class Days(Protocol):
    """The days that a date can mean."""

    @property
    def earliest(self) -> date: ...
    @property
    def latest(self) -> date: ...


SEVERITY_WORDS: Mapping[Severity, str] = {
    Severity.CRITICAL: "Critical",
    Severity.DISCORDANT: "Discordant",
    Severity.REVIEW: "Review",
    Severity.DATA_QUALITY: "Data quality",
}

SEVERITY_HINTS: Mapping[Severity, str] = {
    Severity.CRITICAL: "possible harm, look first",
    Severity.DISCORDANT: "differs from the guideline in force",
    Severity.REVIEW: "a person must decide",
    Severity.DATA_QUALITY: "something about the record",
}

FLAGS: Mapping[str, str] = {
    "ILD-ACT": "Drug given again after lung toxicity",
    "inclusion-sensitive": "Inclusion depends on how lines are counted",
    "status-conflict": "Order and administration disagree",
    "date-uncertain": "A date that matters is only partly known",
    "her2-equivocal": "HER2 result is equivocal",
    "her2-discordant": "HER2 results disagree",
    "her2-criteria-2013": "HER2 positive by the 2013 criteria only",
    "her2-text-only": "HER2 stands in free text only",
    "guideline-stale": "Edition is past its review date",
    "guideline-divergence": "Guidelines disagree about this choice",
    "ordered-not-given": "Ordered, no administration found",
    "agent-attribution": "Drug may belong to another cancer",
    "component-from-statement": "Drug known from a statement only",
    "treatment-break": "Long break inside a line",
    "evidence-precedes-guideline": "Choice came before the guideline",
    "evidence-precedes-label": "Choice came before the label",
    "event-after-death": "Event recorded after death",
    "resource-quarantined": "A record could not be read",
    "agent-unmapped": "A drug could not be identified",
    "partial-record": "Record seen in part only",
    "status-assumed": "A status is missing, unknown or repaired",
    "date-repaired": "A date was repaired",
}

REPAIRS: Mapping[str, str] = {
    "zone-assumed": "A time without its zone, read in the site's",
    "date-spelling": "A date in another spelling than FHIR's",
    "date-placeholder": "A day that stands where none is known, read as no date",
    "status-spelling": "A status in another spelling than FHIR's",
    "id-shape": "An id in another shape than FHIR's",
}

_SEQUENCING: Mapping[Severity, str] = {
    Severity.DISCORDANT: "Choice of therapy differs from the guideline",
    Severity.REVIEW: "Choice of therapy could not be judged",
}

CRITERIA: Mapping[str, str] = {
    "her2-positive-mbc": "HER2-positive metastatic breast cancer",
    "her2-lines": "Two or more lines of HER2-directed therapy",
    "visit-in-period": "A visit in the abstraction period",
    "hr-positive-her2-negative-mbc": "HR-positive, HER2-negative metastatic breast cancer",
    "cdk46-started": "CDK4/6 inhibitor started",
}

DEFINITIONS: Mapping[str, str] = {
    "A": "two palliative lines, each with a HER2-directed drug",
    "B": "two palliative lines of any systemic therapy",
    "C": "two HER2-directed lines in any setting",
}

END_REASONS: Mapping[str, str] = {
    "progression": "progression",
    "toxicity": "toxicity",
    "completion": "completed",
    "patient-choice": "patient's choice",
    "death": "death",
    "next-line": "next line began",
    "unknown": "reason not documented",
    "ongoing": "ongoing",
}

OPENED: Mapping[str, str] = {
    "first": "first line of its setting",
    "new-agent": "a new drug",
    "restart-after-gap": "restart after a gap",
    "restart-after-progression": "restart after progression",
}

SEEN: Mapping[str, str] = {
    "complete": "seen whole",
    "empty": "seen whole, none there",
    "partial": "seen in part",
    "refused": "refused by the clinic",
    "not-asked": "not asked for",
}

ROUNDS: Mapping[str, str] = {
    "running": "running",
    "done": "done",
    "incomplete": "done, not all was seen",
    "failed": "failed",
}

# How a type of record came, where nobody's chart is meant.
GIVEN: Mapping[str, str] = {
    "complete": "whole",
    "empty": "whole, none there",
    "partial": "in part",
    "refused": "not given",
    "not-asked": "not asked for",
}

SAID_SHORT: Mapping[str, str] = {
    "answered": "Answered",
    "empty": "None there",
    "partly-authorised": "Withheld in part",
    "ignored": "Parameter passed over",
    "truncated": "Cut short",
    "not-asked": "Not asked",
    "refused": "Refused",
    "failed": "Failed",
}

# What a doctor's report says, and how it is shown: as the verdicts are.
OUTCOMES: Mapping[str, str] = {
    "ready": "every rule can run",
    "blind": "some rules are blind",
    "stopped": "cannot be reached or signed in",
}
OUTCOME_LOOKS: Mapping[str, str] = {"ready": "fine", "blind": "unclear", "stopped": "against"}
MARKS: Mapping[str, str] = {"fine": "fine", "look": "look at it", "stop": "stopped here"}
MARK_LOOKS: Mapping[str, str] = {"fine": "fine", "look": "unclear", "stop": "against"}
SIGHTS: Mapping[str, str] = {"runs": "can run", "in-part": "in part", "blind": "blind", "untried": "untried"}
SIGHT_LOOKS: Mapping[str, str] = {
    "runs": "fine",
    "in-part": "unclear",
    "blind": "against",
    "untried": "aside",
}

_AGAINST = frozenset({Verdict.NOT_PREFERRED, Verdict.NOT_RECOMMENDED, Verdict.NOT_MET, Verdict.OFF_LABEL})
_UNCLEAR = frozenset({Verdict.INDETERMINATE, Verdict.UNKNOWN, Verdict.REVIEW, Verdict.PENDING})
_ASIDE = frozenset({Verdict.NOT_ADDRESSED, Verdict.EXCEPTION, Verdict.EXCLUDED})


def standing_of(verdict: Verdict) -> str:
    """How a verdict is shown: "against", "unclear", "aside" (nothing to judge by it) or "fine"."""
    if verdict in _AGAINST:
        return "against"
    if verdict in _UNCLEAR:
        return "unclear"
    return "aside" if verdict in _ASIDE else "fine"


def verdict_in_words(verdict: Verdict) -> str:
    return {Verdict.ON_LABEL: "on label", Verdict.OFF_LABEL: "off label"}.get(
        verdict, str(verdict).replace("-", " ")
    )


def capfirst(text: str) -> str:
    """A sentence begins with a capital; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def flag_in_words(code: str, severity: Severity, titles: Mapping[str, str]) -> str:
    """The flag in a few words; a measure's flag always means that it was not met."""
    if code == "sequencing":
        return _SEQUENCING.get(severity, "Choice of therapy")
    return FLAGS.get(code) or (f"Not met: {titles[code]}" if code in titles else code)


def line_in_words(line: LineRef) -> str:
    return f"{line.setting.capitalize()} line {line.number}"


def dates_in_words(days: Days | None) -> str:
    """A day, a month or a year as far as it is known; else the span in which the day lies."""
    if days is None:
        return "ongoing"
    first, last = days.earliest, days.latest
    if first == last:
        return first.isoformat()
    if date.min == first:  # what bounds them is hidden, here and below
        return "hidden" if last == date.max else f"{last} or before (day not known)"
    if last == date.max:
        return f"{first} or later (day not known)"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year} (day not known)"
    if first.day == 1 and last == (first + timedelta(days=31)).replace(day=1) - timedelta(days=1):
        return f"{first:%Y-%m} (day not known)"
    return f"{first} to {last} (day not known)"
