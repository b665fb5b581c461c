"""Stages in the short form in which they are compared ("M1", "IV"), where what was written is exactly one
of these.
"""

import re

from abstractor.codes import ValueSets
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import codings_of, words_of

__all__ = ["GROUP", "METASTASIS", "category_of", "stage_value"]

METASTASIS = "m"
GROUP = "group"
# A value that is coded as metastasis says M1, whatever it is displayed as.
_METASTATIC = frozenset({"answer:m1", "distant-metastasis"})
_M = re.compile(
    r"(?:ajcc\s+)?(?:[yra]?[cp])?m(?P<m>[01x][a-d]?)(?:\s*\(i\+\))?(?:\s+(?:category|stage))?", re.IGNORECASE
)
_GROUP = re.compile(
    r"(?:ajcc\s+)?(?:clinical\s+|pathologic(?:al)?\s+|anatomic\s+|prognostic\s+)*(?:stage\s*)?(?:group\s*)?"
    r"(?P<stage>0|x|is|iv|i{1,3}|[1-4])(?P<part>[a-d]?[1-3]?)",
    re.IGNORECASE,
)
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def stage_value(category: str, value: CodeableConcept, value_sets: ValueSets) -> str | None:
    """The value in its short form, else as written; None where nothing is written."""
    if category == METASTASIS and _METASTATIC & set(value_sets.concepts_of(codings_of(value))):
        return "M1"
    codings = value.coding or ()
    written = [value.text, *(c.display for c in codings), *(c.code for c in codings)]
    found = [short for text in written if text and (short := _short(category, text)) is not None]
    return found[0] if found else words_of(value)


def category_of(text: str) -> str:
    """Of a stage that does not say which it is: an M category where it is written as one, else the stage
    group.
    """
    return METASTASIS if _M.fullmatch(text.strip()) else GROUP


def _short(category: str, text: str) -> str | None:
    if category == METASTASIS:
        m = _M.fullmatch(text.strip())
        return f"M{m['m'].upper() if m['m'][0] in 'xX' else m['m'].lower()}" if m else None
    group = _GROUP.fullmatch(text.strip())
    if group is None:
        return None
    stage = group["stage"].upper()
    return _ROMAN.get(stage, stage) + group["part"].upper()
