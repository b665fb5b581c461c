"""Why a drug was ordered, given or stopped, as concepts: the codes themselves, or those of a Condition that
is named.
"""

from typing import Any

from abstractor.fhir.elements.datatypes import CodeableConcept, Reference
from abstractor.fhir.elements.medications import MedicationRequest
from abstractor.fhir.elements.records import Condition
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.other_diseases import other_diseases

__all__ = ["reasons_of", "reasons_of_order"]


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


def reasons_of_order(reference: str | None, desk: Desk) -> tuple[str, ...]:
    """A dose or a dispense takes the reason of the order that it names (knowledge base, section 2.7)."""
    order = desk.own.get(reference or "")
    if order is None or not isinstance(order.resource, MedicationRequest):
        return ()
    return reasons_of(order, desk, order.resource.reason_code, order.resource.reason_reference)
