"""Why a drug was ordered, given or stopped, as concepts: the codes themselves, or those of a Condition that
is named.
"""

from typing import Any

from abstractor.chart import Source
from abstractor.fhir.elements.datatypes import CodeableConcept, Reference
from abstractor.fhir.elements.medications import MedicationRequest
from abstractor.fhir.elements.records import Condition
from abstractor.fhir.facts.care_named import care_named
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.other_diseases import other_diseases

__all__ = ["care_of_reasons", "reasons_of", "reasons_of_order"]

# Codes that say what the visit or the referral itself is (knowledge base, section 4.2), not only why it came.
_CARE = frozenset({"palliative-care-encounter", "goals-of-care", "do-not-resuscitate"})


def reasons_of(
    record: Record[Any],
    desk: Desk,
    codes: tuple[CodeableConcept, ...] | None,
    references: tuple[Reference, ...] | None,
) -> tuple[str, ...]:
    """The concepts of reasonCode and of the Conditions that reasonReference names, sorted."""
    concepts = list(codes or ())
    for reference in references or ():
        named = desk.own.get(record.named(reference, expected="Condition") or "")
        if named is not None and isinstance(named.resource, Condition) and named.resource.code is not None:
            concepts.append(named.resource.code)
    known = [desk.lexicon.meaning(each) for each in concepts]
    elsewhere = (name for each in known if not each.concepts for name in other_diseases(each.codings))
    return tuple(sorted({*desk.lexicon.concepts_of(*concepts), *elsewhere}))


def care_of_reasons(
    record: Record[Any], desk: Desk, codes: tuple[CodeableConcept, ...] | None
) -> tuple[tuple[str, ...], tuple[Source, ...]]:
    """The care that a reason (Z51.5, Z66, or its name in words) says was given or asked for."""
    if not codes:
        return (), ()
    known = _CARE.intersection((*desk.lexicon.answers_of(*codes), *care_named(desk.lexicon, codes).known))
    if not known:
        return (), ()
    cited = [
        record.cite(f"reasonCode[{at}]", desk.lexicon.meaning(each).known) for at, each in enumerate(codes)
    ]
    return tuple(sorted(known)), tuple(source for each in cited for source in each)


def reasons_of_order(reference: str | None, desk: Desk) -> tuple[str, ...]:
    """A dose or a dispense takes the reason of the order that it names (knowledge base, section 2.7)."""
    order = desk.own.get(reference or "")
    if order is None or not isinstance(order.resource, MedicationRequest):
        return ()
    return reasons_of(order, desk, order.resource.reason_code, order.resource.reason_reference)
