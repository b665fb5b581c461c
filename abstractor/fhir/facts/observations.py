"""Observation to Stage, Biomarker or Result, by what its code means; one that means nothing here gives no
fact.
"""

from msgspec import Struct

from abstractor.chart import Biomarker, Result, Source, Stage, Standing
from abstractor.dates import DateInterval
from abstractor.fhir.elements.records import Component, Condition, Observation
from abstractor.fhir.facts.dated import first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.diagnoses import is_breast_cancer
from abstractor.fhir.facts.markers import MARKERS, reading_of
from abstractor.fhir.facts.stages import GROUP, METASTASIS, stage_value
from abstractor.fhir.facts.standing import standing_of, status_of, weaker
from abstractor.fhir.facts.values import Value, answers_of, value_of

__all__ = ["Observed", "observed"]

Observed = Stage | Biomarker | Result
_STAGES = {"m-category": METASTASIS, "stage-group": GROUP}


class _Part(Struct, frozen=True, gc=False):
    """The Observation itself, or one of its components, with the path to its elements."""

    element: Observation | Component
    path: str
    concepts: tuple[str, ...]


class _Seen(Struct, frozen=True, gc=False):
    """What all parts of one Observation share."""

    record: Record[Observation]
    desk: Desk
    standing: Standing
    when: DateInterval | None
    dated: tuple[Source, ...]


def observed(record: Record[Observation], desk: Desk) -> tuple[Observed, ...]:
    """The facts of one Observation; none where it means nothing here or is a mistake."""
    parts = _parts(record.resource, desk)
    if not parts:
        return ()
    standing = status_of(record, desk, record.resource.status)
    if standing is None:
        return ()
    result = record.resource
    when, dated = first_date(
        record,
        desk,
        ("effectiveDateTime", result.effective_date_time),
        started("effectivePeriod", result.effective_period),
        ("effectiveInstant", result.effective_instant),
        ("issued", result.issued),
    )
    seen = _Seen(record, desk, standing, when, dated)
    return tuple(fact for part in parts for fact in _facts(part, seen))


def _parts(result: Observation, desk: Desk) -> list[_Part]:
    parts = [_Part(result, "", desk.lexicon.meaning(result.code).concepts)]
    for place, component in enumerate(result.component or ()):
        concepts = desk.lexicon.meaning(component.code).concepts
        parts.append(_Part(component, f"component[{place}].", concepts))
    return [part for part in parts if part.concepts]


def _facts(part: _Part, seen: _Seen) -> list[Observed]:
    value = value_of(part.element)
    stages = [_STAGES[c] for c in part.concepts if c in _STAGES]
    markers = list(dict.fromkeys(MARKERS[c] for c in part.concepts if c in MARKERS))
    if value is None and (stages or (markers and _is_panel(part.element))):
        return []  # the panel above the results, or a stage that says nothing
    standing = seen.standing
    if value is None and part.element.data_absent_reason is not None:
        standing = weaker(
            standing, standing_of(seen.record, seen.desk, "dataAbsentReason", "(present)") or standing
        )
    sources = _sources(part, value, seen)
    if stages and value is not None:
        if _of_another_disease(seen):
            return []
        return [fact for c in stages if (fact := _stage(c, value, standing, seen, sources)) is not None]
    if markers:
        return [_biomarker(part, marker, value, standing, seen, sources) for marker in markers]
    return [_result(part, value, standing, seen, sources)]


def _of_another_disease(seen: _Seen) -> bool:
    """Does the stage say which Conditions it is about, and is none of them breast cancer?"""
    named = (seen.record.named(each, expected="Condition") for each in seen.record.resource.focus or ())
    held = (seen.desk.own.get(reference or "") for reference in named)
    conditions = [found.resource for found in held if found and isinstance(found.resource, Condition)]
    return bool(conditions) and not any(is_breast_cancer(each, seen.desk) for each in conditions)


def _is_panel(element: Observation | Component) -> bool:
    return isinstance(element, Observation) and bool(element.component or element.has_member)


def _sources(part: _Part, value: Value | None, seen: _Seen) -> tuple[Source, ...]:
    record, lexicon = seen.record, seen.desk.lexicon
    read = record.cite(f"{part.path}code", lexicon.meaning(part.element.code).known)
    if value is None:
        read += (record.source("status", record.resource.status),)
    elif value.concept is not None:
        read += record.cite(f"{part.path}{value.path}", lexicon.meaning(value.concept).known)
    else:
        read += (record.source(f"{part.path}{value.path}", value.stood),)
    return (*seen.dated, *read)


def _stage(
    category: str, value: Value, standing: Standing, seen: _Seen, sources: tuple[Source, ...]
) -> Stage | None:
    coded = seen.desk.lexicon.meaning(value.concept)
    written = value.text if value.concept is None else stage_value(category, coded)
    return Stage(category, written, seen.when, standing, sources) if written else None


def _biomarker(
    part: _Part,
    marker: tuple[str, str],
    value: Value | None,
    standing: Standing,
    seen: _Seen,
    sources: tuple[Source, ...],
) -> Biomarker:
    answers = answers_of(value, seen.desk.lexicon) if value is not None else ()
    if "answer:not-done" in answers:
        standing = Standing.AGAINST
    return Biomarker(
        marker=marker[0],
        method=marker[1],
        reading=reading_of(marker, answers),
        text=value.text if value is not None else None,
        number=value.number if value is not None else None,
        when=seen.when,
        standing=standing,
        sources=sources,
    )


def _result(
    part: _Part, value: Value | None, standing: Standing, seen: _Seen, sources: tuple[Source, ...]
) -> Result:
    return Result(
        concepts=part.concepts,
        number=value.number if value is not None else None,
        unit=value.unit if value is not None else None,
        value_concepts=answers_of(value, seen.desk.lexicon) if value is not None else (),
        text=value.text if value is not None else None,
        when=seen.when,
        standing=standing,
        sources=sources,
    )
