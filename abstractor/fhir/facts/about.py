"""Where a result or a diagnosis is in the body, in words, and which Conditions it names.

A body site is read by its words: its text and the displays of its codes. A specimen is known by the display
of its reference, and one inside the result by its type and where it was taken; a method by its text ("IHC on
liver biopsy"). The shapes are mCODE's and what EHRs send.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from abstractor.fhir.decoding import type_of
from abstractor.fhir.elements.datatypes import CodeableConcept, Extension, Reference
from abstractor.fhir.elements.records import Condition, Observation, Specimen
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.references import contained_id

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
    inside = _specimen_inside(result)
    parts = (site_in_words(result.body_site), specimen, inside, site_in_words(result.method))
    return "; ".join(part for part in parts if part) or None


def _specimen_inside(result: Observation) -> str | None:
    """The words of the Specimen that the result holds and names ("#s"); one that cannot be read says none."""
    wanted = contained_id(result.specimen.reference if result.specimen is not None else None)
    if wanted is None:
        return None
    for raw in result.contained or ():
        if type_of(bytes(raw)) == "Specimen":
            try:
                found = msgspec.json.decode(raw, type=Specimen)
            except msgspec.MsgspecError:
                continue
            if found.id == wanted:
                taken_from = found.collection.body_site if found.collection is not None else None
                return site_in_words(found.type, taken_from)
    return None


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
