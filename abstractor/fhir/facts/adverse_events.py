"""AdverseEvent to Diagnosis: a pneumonitis that is told as an adverse event is seen like a Condition.

What may only have happened (`potential`) is kept as withdrawn. What only the words say is never sure.
"""

from abstractor.chart import Diagnosis, Standing
from abstractor.fhir.elements.care import AdverseEvent
from abstractor.fhir.facts.coded_status import status_in
from abstractor.fhir.facts.dated import days_of, first_date
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.diagnoses import severity_of
from abstractor.fhir.facts.lung_words import graded, is_doubted, lungs_in_words, unsure_of, with_lungs
from abstractor.fhir.facts.phrases import concepts_in_words
from abstractor.fhir.facts.standing import status_of, weaker

__all__ = ["adverse_event_of"]

_OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
_OVER = {
    "fatal": "active",
    "ongoing": "active",
    "recovering": "active",
    "resolved": "resolved",
    "resolvedWithSequelae": "resolved",
}


def adverse_event_of(record: Record[AdverseEvent], desk: Desk) -> Diagnosis | None:
    """The event; None where it does not say what happened."""
    event = record.resource
    meaning = desk.lexicon.meaning(event.event)
    if meaning.words is None:
        return None
    standing = status_of(record, desk, event.actuality, element="actuality")
    if standing is None:
        return None
    lungs = lungs_in_words(event.event, meaning)
    worded = with_lungs(concepts_in_words(event.event, meaning, desk), lungs, meaning)
    when, dated = first_date(
        record,
        desk,
        ("date", event.date),
        ("detected", event.detected),
        ("recordedDate", event.recorded_date),
    )
    outcome = status_in(event.outcome, _OUTCOME)
    if outcome.unclear is not None and (meaning.concepts or worded):
        desk.remarks.leave_open(outcome.unclear, record.source("outcome", None))
    severity = desk.lexicon.meaning(event.severity)
    return Diagnosis(
        concepts=tuple(sorted({*meaning.concepts, *worded})),
        codings=meaning.codings,
        text=meaning.words,
        when=when,
        ended=None,
        standing=weaker(standing, Standing.CONTEXT) if worded or is_doubted(lungs, meaning) else standing,
        clinical_status=_OVER.get(outcome.code or ""),
        severity=severity_of(event.severity, desk),
        sources=(
            *dated,
            *record.cite("event", meaning.known),
            record.source("actuality", event.actuality),
            *record.cite("severity", severity.known),
        ),
        recorded=days_of(event.recorded_date),
        encounter=record.named(event.encounter, expected="Encounter"),
        grade=graded(lungs, severity.words),
        unsure=unsure_of(lungs, meaning.words, when),
        verified=standing if worded else None,
    )
