"""Where a result or a diagnosis is in the body, in words, and which Conditions it names.

A body site is read by its words: its text and the displays of its codes. A specimen is known by the display
of its reference, a method by its text ("IHC on liver biopsy"); the shapes are mCODE's and what EHRs send.
"""

from collections.abc import Iterable
from typing import Any

from abstractor.fhir.elements.datatypes import CodeableConcept, Extension, Reference
from abstractor.fhir.elements.records import Condition, Observation
from abstractor.fhir.facts.desk import Desk, Record

__all__ = ["conditions_named", "site_in_words", "tissue_in_words"]

_RELATED = ("condition-related", "mcode-related-condition", "mcode-related-primary-cancer-condition")


def site_in_words(*sites: CodeableConcept | None) -> str | None:
    """All words of these elements, each once."""
    said: dict[str, None] = {}
    for site in sites:
        if site is not None:
            for words in (site.text, *(coding.display for coding in site.coding or ())):
                if words and words.strip():
                    said[words.strip()] = None
    return "; ".join(said) or None


def tissue_in_words(result: Observation) -> str | None:
    """Where the tissue was taken: body site, specimen and method."""
    specimen = result.specimen.display if result.specimen is not None else None
    parts = (site_in_words(result.body_site), specimen, site_in_words(result.method))
    return "; ".join(part for part in parts if part) or None


def conditions_named(
    record: Record[Any],
    desk: Desk,
    references: Iterable[Reference],
    extensions: Iterable[Extension],
) -> tuple[str, ...]:
    """What the Conditions mean that are named by reference, or by mCODE's and FHIR's own extensions."""
    concepts: list[CodeableConcept] = []
    named = list(references)
    for extension in extensions:
        if (extension.url or "").rpartition("/")[2] in _RELATED:
            if extension.value_codeable_concept is not None:
                concepts.append(extension.value_codeable_concept)
            if extension.value_reference is not None:
                named.append(extension.value_reference)
    for reference in named:
        found = desk.own.get(record.named(reference, expected="Condition") or "")
        if found is not None and isinstance(found.resource, Condition) and found.resource.code is not None:
            concepts.append(found.resource.code)
    return desk.lexicon.concepts_of(*concepts)
