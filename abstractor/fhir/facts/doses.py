"""MedicationAdministration to Administration, and so a Procedure that is coded with a drug (a J code)."""

from abstractor.chart import Administration, Standing
from abstractor.fhir.elements.medications import MedicationAdministration
from abstractor.fhir.elements.records import Procedure
from abstractor.fhir.facts.dated import first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.dosing import dose_given
from abstractor.fhir.facts.drugs import Drug, drug_of, remark_unmapped
from abstractor.fhir.facts.nameless import UNCLASSIFIED, is_nameless
from abstractor.fhir.facts.reasons import reasons_of, reasons_of_order
from abstractor.fhir.facts.standing import status_of
from abstractor.fhir.facts.stop_reasons import stop_reasons_of, stop_words_of, why_stopped
from abstractor.fhir.repairs import spelt

__all__ = ["by_mouth", "dose_by_procedure", "dose_of"]

_NOT_GIVEN = (Standing.AGAINST, Standing.WITHDRAWN)
# A billing code that says "a drug" and not which: J9999, C9399.
_ORAL_CODES = frozenset({"26643006", "PO", "PO:"})  # SNOMED CT, v3-RouteOfAdministration
_ORAL_WORDS = frozenset({"oral", "oral route", "by mouth", "po", "per os"})


def dose_of(record: Record[MedicationAdministration], desk: Desk) -> Administration | None:
    """The dose; None where the record is a mistake."""
    given = record.resource
    standing = status_of(record, desk, given.status)
    if standing is None:
        return None
    when, dated = first_date(
        record,
        desk,
        ("effectiveDateTime", given.effective_date_time),
        started("effectivePeriod", given.effective_period),
    )
    drug = drug_of(record, desk)
    if standing not in _NOT_GIVEN:
        remark_unmapped(drug, desk)
    order = record.named(given.request, expected="MedicationRequest")
    own = reasons_of(record, desk, given.reason_code, given.reason_reference)
    dose, from_dosage = dose_given(record, given.dosage)
    return Administration(
        reference=record.reference,
        kind="administration",
        agents=drug.agents,
        unmapped=drug.unmapped,
        may_be=drug.may_be,
        nameless=drug.nameless,
        when=when,
        standing=standing,
        status=spelt(given.status),
        order=order,
        reasons=own or reasons_of_order(order, desk),
        stop_reasons=stop_reasons_of(desk, *(given.status_reason or ())),
        encounter=record.named(given.context, expected="Encounter"),
        sources=(
            *dated,
            *drug.sources,
            record.source("status", given.status),
            *why_stopped(record, desk, given.status_reason),
            *from_dosage,
        ),
        dose=dose,
        stop_words=stop_words_of(*(given.status_reason or ())),
    )


def by_mouth(given: MedicationAdministration) -> bool:
    """Is the route stated to be oral? Such doses come daily, so two days' doses are never one."""
    route = given.dosage.route if given.dosage is not None else None
    if route is None:
        return False
    codes = {c.code for c in route.coding or () if c.code}
    words = {(said or "").strip().lower() for said in (route.text, *(c.display for c in route.coding or ()))}
    return bool(codes & _ORAL_CODES or words & _ORAL_WORDS)


def dose_by_procedure(record: Record[Procedure], desk: Desk) -> Administration | None:
    """A Procedure that is coded as a drug, by its status; None for others, and where nothing was given.

    Its status counts as a dose's does, so one of unknown status is context. Words alone are never read as a
    drug; beside an ingredient's code they may say that it stands for something made of it, and beside a code
    that names no drug, which one it was.
    """
    done = record.resource
    drug = _billed(record, desk)
    if drug is None:
        return None
    standing = status_of(record, desk, done.status)
    if standing is None or standing in _NOT_GIVEN:
        return None
    remark_unmapped(drug, desk)
    when, dated = first_date(
        record,
        desk,
        ("performedDateTime", done.performed_date_time),
        started("performedPeriod", done.performed_period),
    )
    return Administration(
        reference=record.reference,
        kind="procedure",
        agents=drug.agents,
        unmapped=drug.unmapped,
        may_be=drug.may_be,
        nameless=drug.nameless,
        when=when,
        standing=standing,
        status=spelt(done.status),
        order=None,
        reasons=reasons_of(record, desk, done.reason_code, done.reason_reference),
        stop_reasons=stop_reasons_of(desk, done.status_reason),
        encounter=record.named(done.encounter, expected="Encounter"),
        sources=(*dated, *drug.sources, record.source("status", done.status)),
    )


def _billed(record: Record[Procedure], desk: Desk) -> Drug | None:
    """The drug of a Procedure by its drug codes, else by the words beside a code for any drug."""
    meaning = desk.lexicon.meaning(record.resource.code)
    codings = tuple(c for c in meaning.codings if (c.system, c.code) in desk.value_sets.drugs)
    if codings:
        part = meaning.drug
    elif UNCLASSIFIED in meaning.concepts:
        codings, part = meaning.codings, meaning.known
    else:
        return None
    match = desk.value_sets.agents_of(codings, (meaning.words,) if meaning.words else ())
    named = None if match.agents else meaning.words
    told = bool(match.agents or match.may_be)
    nameless = not told and is_nameless(codings, (meaning.words,), desk.value_sets)
    return Drug(match.agents, named, record.cite("code", part), match.may_be, nameless)
