"""A status that is a coded element, of which FHIR wants one code, or one and its broader one.

Codes that contradict each other say nothing, whatever their order; nor do words alone that take a record
back, for a sentence is no code. Words that agree with the record's standing are read.
"""

from typing import NamedTuple

from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import code_in
from abstractor.fhir.repairs import as_status

__all__ = ["CodedStatus", "status_in"]

_BROADER = {
    "differential": "unconfirmed",
    "provisional": "unconfirmed",
    "recurrence": "active",
    "relapse": "active",
    "remission": "inactive",
    "resolved": "inactive",
}
_TAKEN_BACK = frozenset({"entered-in-error", "refuted"})


class CodedStatus(NamedTuple):
    """The code, as it stood; `unclear` says why nobody can tell it, and then there is none."""

    code: str | None
    unclear: str | None = None


def status_in(concept: CodeableConcept | None, system: str) -> CodedStatus:
    """The status by the codes of that system where it is named, else by the others, else by the words."""
    if concept is None:
        return CodedStatus(None)
    coded = [(each.system, each.code) for each in concept.coding or () if each.code]
    stood = [code for of, code in coded if of == system] or [code for _, code in coded]
    if not stood:
        words = (concept.text, *(each.display for each in concept.coding or ()))
        if any(as_status(said.strip()).lower() in _TAKEN_BACK for said in words if said):
            return CodedStatus(None, "a status in words alone, which take the record back")
        return CodedStatus(code_in(concept, system))
    told = {as_status(code): code for code in reversed(stood)}
    if len(told) > 1:
        broad = {_BROADER.get(code, code) for code in told}
        if len(broad) > 1:
            return CodedStatus(None, "a status of several codes that contradict each other")
        narrow = [code for name, code in told.items() if name not in broad]
        return CodedStatus(narrow[0] if len(narrow) == 1 else broad.pop())
    return CodedStatus(stood[0])
