"""MedicationRequest to Order (status rules: knowledge base, section 6.3)."""

from abstractor.chart import Order, Standing
from abstractor.fhir.elements.medications import MedicationRequest
from abstractor.fhir.facts.clinicians import clinician
from abstractor.fhir.facts.dated import first_date
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.dosing import dosing_of, strength_of, when_needed
from abstractor.fhir.facts.drugs import drug_of, remark_unmapped
from abstractor.fhir.facts.reasons import reasons_of
from abstractor.fhir.facts.standing import standing_of, status_of, weaker
from abstractor.fhir.facts.stop_reasons import stop_reasons_of, stop_words_of
from abstractor.fhir.facts.supply import supply_of
from abstractor.fhir.repairs import spelt

__all__ = ["order_of"]

_URGENT = frozenset({"urgent", "asap", "stat"})
_NEVER_LIVE = (Standing.AGAINST, Standing.WITHDRAWN)


def order_of(record: Record[MedicationRequest], desk: Desk) -> Order | None:
    """The order; None where the record is a mistake."""
    request = record.resource
    standing = _standing(record, desk)
    if standing is None:
        return None
    when, dated = first_date(record, desk, ("authoredOn", request.authored_on))
    drug = drug_of(record, desk)
    if standing not in _NEVER_LIVE:
        remark_unmapped(drug, desk)
    supply, from_supply = supply_of(record, desk, when)
    dosing = dosing_of(record, request.dosage_instruction, drug.agents, desk)
    return Order(
        reference=record.reference,
        agents=drug.agents,
        unmapped=drug.unmapped,
        may_be=drug.may_be,
        nameless=drug.nameless,
        when=when,
        supply=supply,
        standing=standing,
        status=spelt(request.status),
        intent=spelt(request.intent),
        reasons=reasons_of(record, desk, request.reason_code, request.reason_reference),
        stop_reasons=stop_reasons_of(desk, request.status_reason),
        stop_words=stop_words_of(request.status_reason),
        dose=dosing.dose,
        steps=dosing.steps,
        dosage_unread=dosing.unread,
        urgent=request.priority in _URGENT,
        prn=when_needed(request.dosage_instruction),
        strength=strength_of(drug.displays) if drug.agents else None,
        requester=clinician(record, request.requester, desk),
        encounter=record.named(request.encounter, expected="Encounter"),
        sources=(
            *dated,
            *drug.sources,
            record.source("status", request.status),
            *record.cite("statusReason", desk.lexicon.meaning(request.status_reason).known),
            *from_supply,
            *dosing.sources,
            *([record.source("priority", request.priority)] if request.priority in _URGENT else ()),
        ),
    )


def _standing(record: Record[MedicationRequest], desk: Desk) -> Standing | None:
    """By status, intent and doNotPerform together: the weakest of them stands."""
    request = record.resource
    by_status = status_of(record, desk, request.status)
    if by_status is None:
        return None
    by_intent = status_of(record, desk, request.intent, element="intent")
    if by_intent is None:
        return None
    if not request.do_not_perform:
        return weaker(by_status, by_intent)
    return weaker(by_status, by_intent, standing_of(record, desk, "doNotPerform", "true") or Standing.AGAINST)
