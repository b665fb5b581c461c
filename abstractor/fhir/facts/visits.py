"""Encounter to Visit: its days, its class, its kind and service, who attended and where; to Activity: the
care that a stay was discharged to.
"""

from abstractor.chart import Activity, Visit
from abstractor.fhir.elements.records import Encounter
from abstractor.fhir.facts.care_named import care_named, left_open
from abstractor.fhir.facts.clinicians import attender_of, site_of
from abstractor.fhir.facts.dated import ended, span, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.reasons import care_of_reasons
from abstractor.fhir.facts.standing import status_of
from abstractor.fhir.repairs import spelt

__all__ = ["discharge_of", "visit_of"]

_DISCHARGE = "hospitalization.dischargeDisposition"


def visit_of(record: Record[Encounter], desk: Desk) -> Visit | None:
    """The visit; None where the record is a mistake."""
    encounter = record.resource
    standing = status_of(record, desk, encounter.status)
    if standing is None:
        return None
    starts, ends, dated = span(
        record, desk, started("period", encounter.period), ended("period", encounter.period)
    )
    types = encounter.type or ()
    shown = (
        source
        for place, each in enumerate(types)
        for source in record.cite(f"type[{place}]", desk.lexicon.meaning(each).known)
    )
    coded = desk.lexicon.answers_of(*types, encounter.service_type)
    named = care_named(desk.lexicon, (*types, encounter.service_type))
    care, why = care_of_reasons(record, desk, encounter.reason_code)
    visit_class = encounter.visit_class.code if encounter.visit_class is not None else None
    return Visit(
        reference=record.reference,
        starts=starts,
        ends=ends,
        class_code=visit_class,
        concepts=tuple(sorted({*coded, *named.known, *care})),
        standing=standing,
        status=spelt(encounter.status),
        attender=attender_of(record, encounter, desk),
        site=site_of(record, encounter, desk),
        sources=(
            *dated,
            record.source("class.code", visit_class),
            record.source("status", encounter.status),
            *shown,
            *why,
        ),
        left_open=left_open(named, coded),
    )


def discharge_of(record: Record[Encounter], desk: Desk, visit: Visit) -> Activity | None:
    """The care that the patient left for, on the last day of the stay; None where that names none we know."""
    stay = record.resource.hospitalization
    disposition = None if stay is None else stay.discharge_disposition
    if disposition is None:
        return None
    meaning = desk.lexicon.meaning(disposition)
    named = care_named(desk.lexicon, (disposition,))
    concepts = {*desk.lexicon.concepts_of(disposition), *named.known}
    open_left = left_open(named, concepts)
    if not concepts and open_left is None:
        return None
    return Activity(
        kind=record.type,
        concepts=tuple(sorted(concepts)),
        unread=False,
        text=meaning.words,
        when=visit.ends or visit.starts,
        ended=None,
        standing=visit.standing,
        status=visit.status,
        reasons=(),
        status_reasons=(),
        sources=(
            *visit.sources,
            *(record.cite(_DISCHARGE, meaning.known) or (record.source(_DISCHARGE, meaning.words),)),
        ),
        left_open=open_left,
    )
