"""Condition to Diagnosis, and its own stages to Stage.

An absent verificationStatus counts and is flagged; refuted is evidence against; entered-in-error is no fact.
"""

from abstractor.chart import Diagnosis, Source, Stage, Standing
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.elements.records import Condition
from abstractor.fhir.facts.coded import answers_in, code_in, codings_of, meaning_of, said_by, words_of
from abstractor.fhir.facts.dated import ended, first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.stages import category_of, stage_value
from abstractor.fhir.facts.standing import standing_of

__all__ = ["diagnosis_of", "stages_of"]

_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def diagnosis_of(record: Record[Condition], desk: Desk) -> Diagnosis | None:
    """The diagnosis; None where the record is a mistake."""
    condition = record.resource
    verified = code_in(condition.verification_status, _VERIFICATION)
    standing = standing_of(record, desk, "verificationStatus", verified)
    if standing is None:
        return None
    concepts = meaning_of(desk.value_sets, condition.code)
    if standing is Standing.ASSUMED and concepts:
        # Of a diagnosis that means something here; half of all problem lists leave the status out.
        desk.remarks.assumed.append(record.source("verificationStatus", None))
    when, dated = _onset(record, desk)
    until, until_dated = first_date(
        record,
        desk,
        ("abatementDateTime", condition.abatement_date_time),
        ended("abatementPeriod", condition.abatement_period),
    )
    return Diagnosis(
        concepts=concepts,
        codings=codings_of(condition.code),
        text=words_of(condition.code),
        when=when,
        ended=until,
        standing=standing,
        clinical_status=code_in(condition.clinical_status, _CLINICAL),
        severity=_severity(condition.severity, desk),
        sources=(
            *dated,
            *said_by(record, "code", condition.code, desk.value_sets.concepts),
            *_verification(record),
            *until_dated,
        ),
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


def _verification(record: Record[Condition]) -> tuple[Source, ...]:
    return said_by(record, "verificationStatus", record.resource.verification_status, ())


def _severity(severity: CodeableConcept | None, desk: Desk) -> str | None:
    """As a concept where its code is known, else in words."""
    return next(iter(answers_in(desk.value_sets, severity)), words_of(severity))


def stages_of(record: Record[Condition], desk: Desk) -> tuple[Stage, ...]:
    """The stages written on the Condition itself (Condition.stage.summary), as of its date."""
    condition = record.resource
    if not condition.stage:
        return ()
    verified = code_in(condition.verification_status, _VERIFICATION)
    standing = standing_of(record, desk, "verificationStatus", verified)
    if standing is None:
        return ()
    when, dated = _onset(record, desk)
    stages: list[Stage] = []
    for place, stage in enumerate(condition.stage):
        written = words_of(stage.summary)
        if stage.summary is None or written is None:
            continue
        category = category_of(written)
        value = stage_value(category, stage.summary, desk.value_sets) or written
        sources = (
            *dated,
            *said_by(record, f"stage[{place}].summary", stage.summary, desk.value_sets.concepts),
        )
        stages.append(Stage(category, value, when, standing, sources))
    return tuple(stages)
