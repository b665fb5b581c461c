"""The forms of a REDCap project that holds an export, and its data dictionary.

A chart form, filled once, and those that repeat: lines, findings, and of an audit the ratings. Names have at
most 26 letters, digits and underscores; codes of choices have no hyphen, which REDCap takes for a minus in
some places.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from abstractor.export.fields import Field, Kind
from abstractor.export.findings import FINDINGS
from abstractor.export.lines import LINE_FIELDS, PATIENT_FIELDS
from abstractor.export.ratings import RATINGS

__all__ = [
    "CHART",
    "DICTIONARY_HEADER",
    "FINDING",
    "LINE",
    "RATING",
    "Form",
    "code_of",
    "dictionary",
    "forms_of",
    "repeating",
]

# The eighteen columns of a data dictionary, in REDCap's order and words.
DICTIONARY_HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_FEW = 4  # choices that are shown at once; more are a list to drop down
_VALIDATION = {Kind.COUNT: "integer", Kind.DATE: "date_ymd"}
_WHERE = ("clinic", "site", "clinician")


@dataclass(frozen=True, slots=True)
class Form:
    """`label`: what REDCap shows beside each instance of a form that repeats; empty: it is filled once."""

    name: str
    prefix: str
    fields: tuple[Field, ...]
    label: str = ""

    def variable(self, field: Field) -> str:
        """The name of a column in the project, where names are unique over all forms."""
        return field.name if field.name.startswith(self.prefix) else f"{self.prefix}{field.name}"

    def shown(self, *, identified: bool) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if identified or not field.identifying)


_ELSEWHERE = ("study_id", "patient", "identified", "place")  # on the chart form, or the instance itself
CHART = Form("chart", "", PATIENT_FIELDS)
LINE = Form("line_of_therapy", "line_", LINE_FIELDS, "[line_setting] [line_number]: [line_agents]")
FINDING = Form(
    "finding",
    "fnd_",
    tuple(field for field in FINDINGS.fields if field.name not in _ELSEWHERE),
    "[fnd_rule] [fnd_authority]: [fnd_verdict]",
)
RATING = Form(
    "rating",
    "rtg_",
    tuple(field for field in RATINGS.fields if field.name not in _ELSEWHERE),
    "[rtg_reader] [rtg_item]: [rtg_rating]",
)
# A field is only shown where it can have a value: REDCap asks to erase one that stands in a hidden field.
_BRANCHING = {
    "rtg_program": "[rtg_kind] <> 'missed'",
    "rtg_rating": "[rtg_answer] <> 'cannot_tell'",
    "rtg_reasons": "[rtg_answer] <> 'agree'",
}


def forms_of(*, reviewed: bool) -> tuple[Form, ...]:
    """`reviewed`: of an audit, with what its readers said."""
    return (CHART, LINE, FINDING, RATING) if reviewed else (CHART, LINE, FINDING)


def code_of(value: str) -> str:
    """Of a choice: "not-met" is `not_met`."""
    return value.replace("-", "_")


def dictionary(forms: Iterable[Form], *, identified: bool, notice: str | None) -> Iterator[tuple[str, ...]]:
    """A row a field, below the header; `notice` stands above the first verdict of a form."""
    for form in forms:
        untold = notice
        for field in form.shown(identified=identified):
            said = untold if field.verdict else None
            yield _row(form, field, identified=identified, header=said or "")
            untold = None if said else untold


def repeating(forms: Iterable[Form]) -> Iterable[tuple[str, str]]:
    """Which forms repeat, with their labels: what "Import Repeating Instruments" takes."""
    return ((form.name, form.label) for form in forms if form.label)


def _row(form: Form, field: Field, *, identified: bool, header: str) -> tuple[str, ...]:
    tells = identified and (field.identifying or field.kind is Kind.DATE or field.name in _WHERE)
    choices = " | ".join(f"{code_of(value)}, {value}" for value in field.values)
    said = {
        "Variable / Field Name": form.variable(field),
        "Form Name": form.name,
        "Section Header": header,
        "Field Type": _type(field),
        "Field Label": field.meaning,
        "Choices, Calculations, OR Slider Labels": choices,
        "Field Note": field.units,
        "Text Validation Type OR Show Slider Number": _VALIDATION.get(field.kind, ""),
        "Text Validation Min": "0" if field.kind is Kind.COUNT else "",
        "Identifier?": "y" if tells else "",
        "Branching Logic (Show field only if...)": _BRANCHING.get(form.variable(field), ""),
        # Results are imported again, not typed over.
        "Field Annotation": "@READONLY" if field.name != "study_id" else "",
    }
    return tuple(said.get(name, "") for name in DICTIONARY_HEADER)


def _type(field: Field) -> str:
    if field.values:
        return "radio" if len(field.values) <= _FEW else "dropdown"
    if field.kind is Kind.YES_NO:
        return "yesno"
    return "notes" if field.kind is Kind.WORDS else "text"
