"""Whether the value of a record of what a patient wants (code status, an advance directive, goals of care)
says that anything is documented: "No", "None on file" and false do not; "No CPR" and "Full code" do.
"""

import re
from enum import Enum
from functools import lru_cache

from abstractor.fhir.facts.values import Value

__all__ = ["Documented", "documented"]

_OF_WISHES = "goals-of-care"
_WORD = re.compile(r"[a-z0-9]+")
# The answer "No" of LOINC, of SNOMED CT and of HL7 v2, where it comes without a display.
_NO_IN_CODES = frozenset({"LA32-8", "373067005", "N"})
_NOTHING = frozenset(
    "no none not false n na absent unknown never nothing nil null without lacks lacking blank unavailable"
    " undocumented unaddressed deferred pending".split()
)
_REFUSED = re.compile(r"\b(?:declin\w*|refus\w*|presum\w*|assum\w*|default|unable)\b")
# What may stand beside "no" and "not" where nothing is documented.
_BESIDE = frozenset(
    "a an any and at applicable asked assessed addressed available be been by care chart code completed"
    " currently decided directive directives discuss discussed discussion documented documentation does done"
    " ehr emr entered established exist exists file filed for found from given goals has have health"
    " healthcare held in information is known later living made mentioned now obtained of on or patient"
    " person polst molst present provided proxy pt record recorded records received reviewed scanned set"
    " signed specified stated status still system the there this time to today treatment was will yet advance"
    " determined data".split()
)
# Wishes themselves, which say "no" too.
_WISHES = re.compile(
    r"\b(?:dnr\w*|dni|dnar|cpr|resuscit\w*|intubat\w*|ventilat\w*|limit\w*|restrict\w*|full|comfort"
    r"|life|prolong\w*|heroic|escalat\w*|icu|dialysis|feeding|attempt\w*)\b|\bno code\b(?! status)"
)


class Documented(Enum):
    """What a value says of it: that it is there, that it is not, or neither."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


def documented(concepts: tuple[str, ...], value: Value | None) -> Documented:
    """YES of every result that is no record of wishes: its value is read by others."""
    if _OF_WISHES not in concepts or value is None or value.text is None:
        return Documented.YES
    codes = (coding.code for coding in (value.concept.coding or () if value.concept is not None else ()))
    if not _NO_IN_CODES.isdisjoint(code for code in codes if code):
        return Documented.NO
    return _read(value.text)


@lru_cache(maxsize=1024)
def _read(text: str) -> Documented:
    words = _WORD.findall(text.lower())
    plain = " ".join(words)
    if _REFUSED.search(plain):
        return Documented.OPEN
    if _NOTHING.isdisjoint(words) or _WISHES.search(plain):
        return Documented.YES
    return Documented.NO if _NOTHING.union(_BESIDE).issuperset(words) else Documented.OPEN
