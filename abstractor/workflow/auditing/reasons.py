"""The codes that a reader may give for a reason, each with its words: why a verdict is overruled, what
excuses a departure, what is missing, what is wrong with a line.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["EXCEPTIONS", "MISSING", "OTHER", "OVERRULED", "WRONG"]

# Of any list: its words stand in the reader's text.
OTHER = "other"

OVERRULED: Mapping[str, str] = MappingProxyType(
    {
        "record-not-used": "The chart holds a record that was not used",
        "record-misread": "A record was read wrongly",
        "in-free-text": "It stands in a note or a report only",
        "outside-care": "It was done elsewhere, and the chart says so",
        "wrong-date": "A date is wrong",
        "wrong-line": "It belongs to another line of therapy",
        "other-disease": "It belongs to another disease",
        "duplicate-record": "The same thing is recorded twice",
        "entered-in-error": "The record was entered in error",
        "rule-does-not-apply": "The rule is not about this patient",
        "guideline-misapplied": "The guideline says otherwise",
        OTHER: "Another reason",
    }
)

EXCEPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "comorbidity": "Another disease speaks against it",
        "toxicity": "It was not tolerated, or harm was to be expected",
        "performance-status": "The patient was too frail",
        "patient-choice": "The patient declined",
        "trial": "The patient was in a clinical trial",
        "interaction": "Another drug speaks against it",
        "pregnancy": "Pregnancy or the wish for a child",
        "goals-of-care": "Comfort alone was the goal",
        "access": "It could not be had: coverage, supply, distance",
        OTHER: "Another documented exception",
    }
)

MISSING: Mapping[str, str] = MappingProxyType(
    {
        "pathology": "A pathology report",
        "receptor-result": "A HER2 or hormone receptor result",
        "imaging": "An imaging report",
        "cardiac": "An echocardiogram or other heart result",
        "laboratory": "A laboratory result",
        "order": "An order",
        "administration": "A record of what was given",
        "dispense": "A record of what was dispensed",
        "visit": "A visit",
        "note": "A clinician's note",
        "outside-record": "Records of another hospital",
        "date": "A date, or part of one",
        OTHER: "Something else",
    }
)

WRONG: Mapping[str, str] = MappingProxyType(
    {
        "start": "It began on another day",
        "end": "It ended on another day, or has not ended",
        "end-reason": "It ended for another reason",
        "agents": "A drug is wrong or missing",
        "regimen": "The regimen has another name",
        "phases": "Its phases are wrong",
        "setting": "It is of the other setting, curative or palliative",
        "split": "It is more than one line",
        "merged": "It is part of another line",
        "not-a-line": "It is no line of therapy",
        OTHER: "Something else",
    }
)
