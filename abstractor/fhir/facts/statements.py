"""MedicationStatement to Statement: that somebody said a drug was or is taken, and from when to when.

The day of the report dates only what is said to be taken then; a drug said to be stopped or completed was
taken at some time before it.
"""

from abstractor.chart import Standing, Statement
from abstractor.fhir.elements.medications import MedicationStatement
from abstractor.fhir.facts.dated import ended, first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.drugs import drug_of, remark_unmapped
from abstractor.fhir.facts.reasons import reasons_of, reasons_of_order
from abstractor.fhir.facts.standing import status_of
from abstractor.fhir.facts.stop_reasons import stop_reasons_of, stop_words_of, why_stopped
from abstractor.fhir.repairs import spelt

__all__ = ["statement_of"]

_NOT_TAKEN = (Standing.AGAINST, Standing.WITHDRAWN)
_BEING_TAKEN = "active"
_ORDERS = "MedicationRequest/"  # a statement may also rest on a care plan or a service request


def statement_of(record: Record[MedicationStatement], desk: Desk) -> Statement | None:
    """The statement; None where the record is a mistake."""
    said = record.resource
    standing = status_of(record, desk, said.status)
    if standing is None:
        return None
    asserted = [("dateAsserted", said.date_asserted)] if spelt(said.status) == _BEING_TAKEN else []
    when, dated = first_date(
        record,
        desk,
        ("effectiveDateTime", said.effective_date_time),
        started("effectivePeriod", said.effective_period),
        *asserted,
    )
    last, until = first_date(record, desk, ended("effectivePeriod", said.effective_period))
    if when is not None and last is not None and last.latest < when.earliest:
        desk.remarks.partial.append(("a period that ends before it starts", until[0]))
        last = None
    drug = drug_of(record, desk)
    if standing not in _NOT_TAKEN:
        remark_unmapped(drug, desk)
    named = (record.named(each, expected="MedicationRequest") for each in said.based_on or ())
    order = next((each for each in named if (each or "").startswith(_ORDERS)), None)
    own = reasons_of(record, desk, said.reason_code, said.reason_reference)
    return Statement(
        reference=record.reference,
        agents=drug.agents,
        unmapped=drug.unmapped,
        may_be=drug.may_be,
        when=when,
        ended=last,
        standing=standing,
        status=spelt(said.status),
        order=order,
        reasons=own or reasons_of_order(order, desk),
        stop_reasons=stop_reasons_of(desk, *(said.status_reason or ())),
        stop_words=stop_words_of(*(said.status_reason or ())),
        sources=(
            *dated,
            *drug.sources,
            record.source("status", said.status),
            *why_stopped(record, desk, said.status_reason),
            *until,
        ),
    )
