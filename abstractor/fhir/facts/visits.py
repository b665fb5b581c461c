"""Encounter to Visit: its days, its class, its kind and service, who attended and where."""

from abstractor.chart import Visit
from abstractor.fhir.elements.records import Encounter
from abstractor.fhir.facts.care_named import care_named, left_open
from abstractor.fhir.facts.clinicians import attender_of, site_of
from abstractor.fhir.facts.dated import ended, span, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.reasons import care_of_reasons
from abstractor.fhir.facts.standing import status_of

__all__ = ["visit_of"]


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
        status=encounter.status,
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
