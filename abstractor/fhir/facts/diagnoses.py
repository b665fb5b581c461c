"""Condition to Diagnosis, and its own stages to Stage.

An absent verificationStatus counts and is flagged; refuted is evidence against; entered-in-error is no fact.
What only the words say is never sure.
"""

from abstractor.chart import Diagnosis, Source, Stage, Standing
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.elements.records import Condition
from abstractor.fhir.facts.about import conditions_named, site_in_words
from abstractor.fhir.facts.coded import code_in
from abstractor.fhir.facts.coded_status import CodedStatus, status_in
from abstractor.fhir.facts.dated import days_of, ended, first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.lung_words import graded, is_doubted, lungs_in_words, unsure_of, with_lungs
from abstractor.fhir.facts.phrases import METASTASIS_IN_WORDS, concepts_in_words
from abstractor.fhir.facts.stages import category_of, stage_value
from abstractor.fhir.facts.standing import standing_by, weaker
from abstractor.fhir.repairs import spelt

__all__ = ["diagnosis_of", "is_breast_cancer", "severity_of", "stages_of"]

_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_BREAST_CANCERS = frozenset(
    {
        "breast-cancer",
        "breast-carcinoma-in-situ",
        "her2-negative-breast-cancer",
        "her2-positive-breast-cancer",
    }
)
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_OF_A_VISIT = "encounter-diagnosis"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def diagnosis_of(record: Record[Condition], desk: Desk) -> Diagnosis | None:
    """The diagnosis; None where the record is a mistake."""
    condition = record.resource
    verification = status_in(condition.verification_status, _VERIFICATION)
    standing = standing_by(record, desk, "verificationStatus", verification)
    if standing is None:
        return None
    meaning = desk.lexicon.meaning(condition.code)
    if standing is Standing.ASSUMED and meaning.concepts:
        # Of a diagnosis that means something here; half of all problem lists leave the status out.
        desk.remarks.assumed.append(record.source("verificationStatus", None))
    lungs = lungs_in_words(condition.code, meaning)
    worded = with_lungs(concepts_in_words(condition.code, meaning, desk), lungs, meaning)
    verified_as = standing
    if set(worded) - {METASTASIS_IN_WORDS}:
        standing = weaker(standing, Standing.CONTEXT)
    elif is_doubted(lungs, meaning):
        verified_as = standing = weaker(standing, Standing.CONTEXT)
    clinical = status_in(condition.clinical_status, _CLINICAL)
    if meaning.concepts or worded:
        _leave_open(record, desk, verificationStatus=verification, clinicalStatus=clinical)
    when, dated = _onset(record, desk)
    until, until_dated = _abatement(record, desk, dated, when)
    return Diagnosis(
        concepts=tuple(sorted({*meaning.concepts, *worded})),
        codings=meaning.codings,
        text=meaning.words,
        when=when,
        ended=until,
        standing=standing,
        clinical_status=spelt(clinical.code),
        severity=severity_of(condition.severity, desk),
        sources=(
            *dated,
            *record.cite("code", meaning.known),
            *record.cite("verificationStatus", desk.lexicon.meaning(condition.verification_status).known),
            *until_dated,
            *record.cite("severity", desk.lexicon.meaning(condition.severity).known),
        ),
        recorded=days_of(condition.recorded_date),
        encounter=record.named(condition.encounter, expected="Encounter"),
        in_encounter=any(code_in(each, _CATEGORY) == _OF_A_VISIT for each in condition.category or ()),
        site=site_in_words(*(condition.body_site or ())),
        primary=conditions_named(record, desk, (), condition.extension or ()),
        verified=verified_as if standing is not verified_as else None,
        grade=graded(lungs, desk.lexicon.meaning(condition.severity).words),
        unsure=unsure_of(lungs, meaning.words, when),
    )


def _onset(record: Record[Condition], desk: Desk) -> tuple[DateInterval | None, tuple[Source, ...]]:
    """Its onset, else the day it was recorded. An age or words are no date."""
    condition = record.resource
    return first_date(
        record,
        desk,
        ("onsetDateTime", condition.onset_date_time),
        started("onsetPeriod", condition.onset_period),
        ("recordedDate", condition.recorded_date),
    )


def _leave_open(record: Record[Condition], desk: Desk, **statuses: CodedStatus) -> None:
    for element, status in statuses.items():
        if status.unclear is not None:
            desk.remarks.leave_open(status.unclear, record.source(element, None))


def _abatement(
    record: Record[Condition], desk: Desk, onset: tuple[Source, ...], when: DateInterval | None
) -> tuple[DateInterval | None, tuple[Source, ...]]:
    """When it was over. One before its onset is left out and remarked; it may well lie before the day that
    it was recorded."""
    until, dated = first_date(
        record,
        desk,
        ("abatementDateTime", record.resource.abatement_date_time),
        ended("abatementPeriod", record.resource.abatement_period),
    )
    if until is None or when is None or until.latest >= when.earliest:
        return until, dated
    if not any(source.path.startswith("Condition.onset") for source in onset):
        return until, dated
    desk.remarks.partial.append(("a diagnosis that was over before it began", dated[0]))
    return None, dated


def is_breast_cancer(condition: Condition, desk: Desk) -> bool:
    """A kidney disease has a stage IV too: a stage means something here for breast cancer only."""
    return not _BREAST_CANCERS.isdisjoint(desk.lexicon.meaning(condition.code).concepts)


def severity_of(severity: CodeableConcept | None, desk: Desk) -> str | None:
    """As a concept where its code is known, else in words."""
    meaning = desk.lexicon.meaning(severity)
    return next(iter(meaning.answers), meaning.words)


def stages_of(record: Record[Condition], desk: Desk) -> tuple[Stage, ...]:
    """The stages of breast cancer written on the Condition itself (Condition.stage), as of its date."""
    condition = record.resource
    if not condition.stage or not is_breast_cancer(condition, desk):
        return ()
    verification = status_in(condition.verification_status, _VERIFICATION)
    standing = standing_by(record, desk, "verificationStatus", verification)
    if standing is None:
        return ()
    when, dated = _onset(record, desk)
    stages: list[Stage] = []
    for place, stage in enumerate(condition.stage):
        meaning = desk.lexicon.meaning(stage.summary)
        if meaning.words is None:
            continue
        category = category_of(meaning.words)
        value = stage_value(category, meaning) or meaning.words
        sources = (
            *dated,
            *record.cite(f"stage[{place}].summary", meaning.known),
        )
        stages.append(Stage(category, value, when, standing, sources))
    return tuple(stages)
