"""Which agents an order, dose or dispense is of: inline code, contained or referenced Medication, or words.

The most specific code wins; two answers are never chosen between, and a drug that cannot be told stays
visible by its name. A compound counts only where every part is known: an unknown part may change the drug.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from abstractor.chart import Source
from abstractor.codes import AgentMatch
from abstractor.fhir.decoding import contained_medication
from abstractor.fhir.elements.datatypes import CodeableConcept, Reference
from abstractor.fhir.elements.medications import Medication, Prescribed
from abstractor.fhir.facts.contradictions import words_beside
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.nameless import is_nameless
from abstractor.fhir.facts.unlisted import clipped

__all__ = ["Drug", "drug_of", "remark_unmapped"]

_NAMELESS = "a medication without code or name"


class Drug(Struct, frozen=True, gc=False):
    """`agents` is empty and `unmapped` holds the text where the drug could not be told. `displays` are the
    names that its codes have, or that stand as its text.
    """

    agents: tuple[str, ...]
    unmapped: str | None
    sources: tuple[Source, ...]
    may_be: tuple[str, ...] = ()
    nameless: bool = False
    displays: tuple[str, ...] = ()


class _Said(Struct, frozen=True, gc=False):
    """A coded element that names the drug, and where it stands."""

    record: Record[Any]
    path: str
    concept: CodeableConcept


def drug_of(record: Record[Any], desk: Desk) -> Drug:
    """The drug of an order, a dose or a dispense."""
    resource: Prescribed = record.resource
    inline = resource.medication_codeable_concept
    said = [_Said(record, "medicationCodeableConcept", inline)] if inline is not None else []
    medication = _medication(record, resource.medication_reference, desk)
    if medication is not None and medication[2].code is not None:
        said.append(_Said(medication[0], f"{medication[1]}code", medication[2].code))
    display = resource.medication_reference.display if resource.medication_reference is not None else None
    match = desk.lexicon.agents_of(tuple(each.concept for each in said), display)
    words = (desk.lexicon.meaning(each.concept).words for each in said)
    named = next((text for text in words if text), display)
    if match.reason == "unmapped" and medication is not None:
        match = _by_ingredients(medication[2], named, desk) or match
    sources = _sources(said, desk)
    if not sources and display:
        sources = (record.source("medicationReference.display", display),)
    if match.agents:
        shown = [text for each in said for text in words_beside(each.concept)]
        return Drug(match.agents, None, sources, displays=tuple([*shown, display] if display else shown))
    if named is None:
        named = _nameless(record, resource.medication_reference, desk)
    parts = (medication[2].ingredient or ()) if medication is not None else ()
    concepts = [each.concept for each in said]
    concepts += [part.item_codeable_concept for part in parts if part.item_codeable_concept is not None]
    codings = [coding for concept in concepts for coding in desk.lexicon.meaning(concept).codings]
    nameless = is_nameless(codings, [*(c.text for c in concepts), display], desk.value_sets)
    return Drug(
        (), clipped(named), sources or _pointed_at(record), match.may_be, nameless and not match.may_be
    )


def _pointed_at(record: Record[Any]) -> tuple[Source, ...]:
    """Where a drug should have been named: the reference to what is not held, as it stood."""
    reference: Reference | None = record.resource.medication_reference
    if reference is None or reference.reference is None:
        return (record.source("medicationReference", None),)
    return (record.source("medicationReference.reference", reference.reference),)


def _medication(
    record: Record[Any], reference: Reference | None, desk: Desk
) -> tuple[Record[Any], str, Medication] | None:
    """The Medication that is pointed at, inside the record or beside it, with the path to its elements."""
    if reference is None:
        return None
    contained = contained_medication(record.type, record.resource, desk.zone)
    if contained is not None:
        return record, f"{contained[0].removeprefix(f'{record.type}.')}.", contained[1]
    named = record.named(reference, expected="Medication")
    found = desk.shared(named) if named is not None else None
    if found is None or not isinstance(found.resource, Medication):
        return None
    return found, "", found.resource


def _by_ingredients(medication: Medication, named: str | None, desk: Desk) -> AgentMatch | None:
    """The agents of a compound by its parts; where one of them is unknown, the others are what it may be.

    Its own name, which no agent is known for, is read beside each part: it may say that a part was rolled up.
    """
    agents: set[str] = set()
    whole = True
    for part in medication.ingredient or ():
        if part.item_codeable_concept is None:
            whole = False
            continue
        match = desk.lexicon.agents_of((part.item_codeable_concept,), named)
        if match.may_be:
            return match
        whole = whole and bool(match.agents)
        agents.update(match.agents)
    if not agents:
        return None
    held = tuple(sorted(agents))
    return AgentMatch(held) if whole else AgentMatch((), "unmapped", held)


def _sources(said: Iterable[_Said], desk: Desk) -> tuple[Source, ...]:
    return tuple(
        source
        for each in said
        for source in each.record.cite(each.path, desk.lexicon.meaning(each.concept).drug)
    )


def _nameless(record: Record[Any], reference: Reference | None, desk: Desk) -> str:
    named = record.named(reference, expected="Medication")
    if named is not None and desk.shared(named) is None:
        missing = record.source("medicationReference.reference", reference.reference if reference else None)
        desk.remarks.partial.append(("a Medication that the records name and do not hold", missing))
    return named or _NAMELESS


def remark_unmapped(drug: Drug, desk: Desk) -> None:
    if drug.unmapped is not None:
        desk.remarks.unmapped.append(drug.sources[0])
