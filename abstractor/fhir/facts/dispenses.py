"""MedicationDispense to Dispense: the day it was handed over, and for how many days it is said to last."""

from abstractor.chart import Dispense, Standing
from abstractor.fhir.elements.medications import MedicationDispense
from abstractor.fhir.facts.dated import first_date
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.dosing import dosing_of, strength_of
from abstractor.fhir.facts.drugs import drug_of, remark_unmapped
from abstractor.fhir.facts.reasons import reasons_of_order
from abstractor.fhir.facts.standing import status_of
from abstractor.fhir.facts.supply import days_in
from abstractor.fhir.repairs import spelt

__all__ = ["dispense_of"]

_NOT_HANDED_OVER = (Standing.AGAINST, Standing.WITHDRAWN)


def dispense_of(record: Record[MedicationDispense], desk: Desk) -> Dispense | None:
    """The dispense; None where the record is a mistake. Its reason is that of the order that it names."""
    dispensed = record.resource
    standing = status_of(record, desk, dispensed.status)
    if standing is None:
        return None
    when, dated = first_date(
        record,
        desk,
        ("whenHandedOver", dispensed.when_handed_over),
        ("whenPrepared", dispensed.when_prepared),
    )
    drug = drug_of(record, desk)
    if standing not in _NOT_HANDED_OVER:
        remark_unmapped(drug, desk)
    prescriptions = dispensed.authorizing_prescription or ()
    named = (record.named(each, expected="MedicationRequest") for each in prescriptions)
    order = next((each for each in named if each is not None), None)
    days = days_in(dispensed.days_supply)
    stated = dispensed.days_supply.value if dispensed.days_supply is not None else None
    dosing = dosing_of(record, dispensed.dosage_instruction, drug.agents, desk)
    lasting = () if days is None else (record.source("daysSupply.value", stated),)
    return Dispense(
        reference=record.reference,
        agents=drug.agents,
        unmapped=drug.unmapped,
        may_be=drug.may_be,
        nameless=drug.nameless,
        when=when,
        days_supply=days,
        standing=standing,
        status=spelt(dispensed.status),
        order=order,
        reasons=reasons_of_order(order, desk),
        sources=(*dated, *drug.sources, record.source("status", dispensed.status), *lasting, *dosing.sources),
        dose=dosing.dose,
        strength=strength_of(drug.displays) if drug.agents else None,
        steps=dosing.steps,
        dosage_unread=dosing.unread,
    )
