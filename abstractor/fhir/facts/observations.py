"""Observation to Stage, Biomarker, Result or Mention, by what its code means, or to what its name may mean;
one that means nothing here gives no fact.
"""

from collections.abc import Iterator

from msgspec import Struct

from abstractor.chart import Biomarker, Mention, Result, Source, Stage, Standing, Unlisted
from abstractor.dates import DateInterval
from abstractor.fhir.elements.records import Component, Condition, Observation
from abstractor.fhir.facts.about import conditions_named, tissue_in_words
from abstractor.fhir.facts.amounts import Amount, amount_in_words
from abstractor.fhir.facts.comments import Commented, with_comments
from abstractor.fhir.facts.dated import observed_on
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.diagnoses import is_breast_cancer
from abstractor.fhir.facts.documented import Documented, documented
from abstractor.fhir.facts.her2_words import Said
from abstractor.fhir.facts.markers import Marker, markers_of, read_marker
from abstractor.fhir.facts.mentions import kind_of_mention, uncoded_marker
from abstractor.fhir.facts.stages import GROUP, METASTASIS, stage_value, written_stage
from abstractor.fhir.facts.standing import standing_of, status_of, weaker
from abstractor.fhir.facts.unlisted import OPEN, clipped, may_be
from abstractor.fhir.facts.values import Value, answers_of, told_otherwise, value_of
from abstractor.fhir.facts.worded import GENE, RESULT, named_in
from abstractor.fhir.repairs import spelt

__all__ = ["Observed", "observed"]

Observed = Stage | Biomarker | Result | Mention | Unlisted
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
    tissue: str | None
    about: tuple[str, ...]
    report: str | None


def observed(
    record: Record[Observation], desk: Desk, panel: Record[Observation] | None = None
) -> tuple[Observed, ...]:
    """The facts of one Observation; none where it means nothing here or is a mistake.

    A member of a panel that has no date or tissue of its own takes the panel's.
    """
    every = _parts(record.resource, desk)
    parts = [part for part in every if part.concepts]
    named = [] if parts else _named(record.resource, desk)
    doubtful = [] if named else [part for part in every if _may_count(part, desk)]
    if not parts and not named and not doubtful and not _may_mention(record.resource, desk):
        return ()
    standing = status_of(record, desk, record.resource.status)
    if standing is None:
        return ()
    when, dated = observed_on(record, desk)
    if when is None and panel is not None:
        when, dated = observed_on(panel, desk)
    if not parts:
        found = uncoded_marker(record, desk, standing, (when, dated[0] if dated else None))
        if found or not (named or doubtful):
            return found
    result = record.resource
    about = (*(result.focus or ()), *((panel.resource.focus or ()) if panel is not None else ()))
    seen = _Seen(
        record,
        desk,
        standing,
        when,
        dated,
        tissue_in_words(result) or (tissue_in_words(panel.resource) if panel is not None else None),
        conditions_named(record, desk, about, result.extension or ()),
        panel.reference if panel is not None else (record.reference if result.component else None),
    )
    facts = [fact for part in parts or named for fact in _facts(part, seen)]
    return (*facts, *_said_to_be(doubtful, seen))


def _may_mention(result: Observation, desk: Desk) -> bool:
    """Is HER2 named in the words of its code, or may it be the gene that a component names?"""
    words = desk.lexicon.meaning(result.code).words
    return bool(result.component) or (words is not None and kind_of_mention(words) is not None)


def _parts(result: Observation, desk: Desk) -> list[_Part]:
    parts = [_Part(result, "", desk.lexicon.meaning(result.code).concepts)]
    for place, component in enumerate(result.component or ()):
        concepts = desk.lexicon.meaning(component.code).concepts
        parts.append(_Part(component, f"component[{place}].", concepts))
    return parts


def _may_count(part: _Part, desk: Desk) -> bool:
    """May it be a result that is wanted, by its name alone? A panel need have no value of its own; 0 may be
    a score."""
    if part.concepts or may_be(part.element.code, desk) is None:
        return False
    value = value_of(part.element)
    if value is None:
        return _is_panel(part.element)
    return value.number is not None or value.between is not None or bool(value.text or value.concept)


def _said_to_be(doubtful: list[_Part], seen: _Seen) -> Iterator[Unlisted]:
    for part in doubtful:
        names, meaning = may_be(part.element.code, seen.desk), seen.desk.lexicon.meaning(part.element.code)
        value = value_of(part.element)
        answers = answers_of(value, seen.desk.lexicon) if value is not None else ()
        if names is not None and seen.standing in OPEN and "answer:not-done" not in answers:
            sources = (*seen.dated, *seen.record.cite(f"{part.path}code", meaning.known))
            yield Unlisted(seen.record.type, names, clipped(meaning.words), seen.when, seen.standing, sources)


def _named(result: Observation, desk: Desk) -> list[_Part]:
    """The result by the name of its code, else by the gene that a component names as the one studied."""
    genes = [part.value_codeable_concept for part in result.component or ()]
    worded = named_in(desk.lexicon, RESULT, (result.code,)) or named_in(desk.lexicon, GENE, genes)
    return [_Part(result, "", worded)] if worded else []


def _facts(part: _Part, seen: _Seen) -> list[Observed]:
    value = value_of(part.element)
    stages = [_STAGES[c] for c in part.concepts if c in _STAGES]
    markers = markers_of(part.concepts)
    if value is None and (stages or (markers and _is_panel(part.element))):
        return []  # the panel above the results, or a stage that says nothing
    standing = seen.standing
    if part.element.data_absent_reason is not None:
        standing = weaker(standing, _without_value(part, value, seen))
    if value is not None and (second := told_otherwise(part.element, value, seen.desk.lexicon)) is not None:
        stood = seen.record.source(f"{part.path}{second}", None)
        seen.desk.remarks.partial.append(("a result with two values that say two things", stood))
        standing = weaker(standing, Standing.CONTEXT)
    sources = _sources(part, value, seen)
    if stages and value is not None:
        if _of_another_disease(seen):
            return []
        return [fact for c in stages if (fact := _stage(c, value, standing, seen, sources)) is not None]
    if markers:
        return [b for marker in markers for b in _biomarkers(marker, part, value, standing, seen, sources)]
    match documented(part.concepts, value):
        case Documented.YES:
            return [_result(part, value, standing, seen, sources)]
        case Documented.NO:
            return [_result(part, value, Standing.AGAINST, seen, sources)]
        case Documented.OPEN:
            return _left_open(part, value, standing, seen, sources)


def _without_value(part: _Part, value: Value | None, seen: _Seen) -> Standing:
    """The standing of a result that says why it has no value; a value beside that is not relied on."""
    if value is None:
        return standing_of(seen.record, seen.desk, "dataAbsentReason", "(present)") or seen.standing
    stood = seen.record.source(f"{part.path}dataAbsentReason", None)
    seen.desk.remarks.leave_open("a value beside the reason why there is none", stood)
    return Standing.CONTEXT


def _left_open(
    part: _Part, value: Value | None, standing: Standing, seen: _Seen, sources: tuple[Source, ...]
) -> list[Observed]:
    """What a value neither grants nor denies, in its words."""
    if standing not in OPEN or value is None:
        return []
    name = seen.desk.lexicon.meaning(part.element.code).words
    told = clipped(f"{name}: {value.text}")
    return [Unlisted(seen.record.type, part.concepts, told, seen.when, standing, sources, worded=True)]


def _of_another_disease(seen: _Seen) -> bool:
    """Does the stage say which Conditions it is about, and is none of them breast cancer?"""
    named = (seen.record.named(each, expected="Condition") for each in seen.record.resource.focus or ())
    held = (seen.desk.own.get(reference or "") for reference in named)
    conditions = [found.resource for found in held if found and isinstance(found.resource, Condition)]
    return bool(conditions) and not any(is_breast_cancer(each, seen.desk) for each in conditions)


def _is_panel(element: Observation | Component) -> bool:
    return isinstance(element, Observation) and bool(element.component or element.has_member)


def _unsent(part: _Part, seen: _Seen) -> bool:
    """A panel of which a result is not held: it may be the one that is looked for."""
    panel = part.element
    if not isinstance(panel, Observation) or panel.component or panel.data_absent_reason is not None:
        return False
    members = [seen.record.named(each, expected="Observation") for each in panel.has_member or ()]
    if not members:
        return len(part.concepts) > 1
    return any(seen.desk.own.get(member or "") is None for member in members)


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
    if value.concept is not None:
        written = stage_value(category, coded)
    else:
        written = written_stage(category, value.text) if value.text else None
    return Stage(category, written, seen.when, standing, sources) if written else None


def _biomarkers(
    marker: Marker,
    part: _Part,
    value: Value | None,
    standing: Standing,
    seen: _Seen,
    sources: tuple[Source, ...],
) -> list[Biomarker]:
    """One for each method that the value speaks of: "IHC 2+, FISH not amplified" is two results. A comment
    that says otherwise is one more."""
    answers = answers_of(value, seen.desk.lexicon) if value is not None else ()
    if "answer:not-done" in answers:
        standing = Standing.AGAINST
    said = read_marker(marker, value, seen.desk.lexicon, part.element.interpretation or ())
    notes = part.element.note if isinstance(part.element, Observation) and marker.name == "her2" else None
    return [
        _biomarker(marker, each.said, value, standing, seen, (*sources, *_comment(each, seen)))
        for each in with_comments(said, [note.text for note in notes or ()])
    ]


def _comment(commented: Commented, seen: _Seen) -> tuple[Source, ...]:
    notes = seen.record.resource.note
    if commented.comment is None or notes is None:
        return ()
    at = commented.comment
    return (seen.record.source(f"note[{at}].text", notes[at].text),)


def _biomarker(
    marker: Marker,
    said: Said,
    value: Value | None,
    standing: Standing,
    seen: _Seen,
    sources: tuple[Source, ...],
) -> Biomarker:
    return Biomarker(
        marker=marker.name,
        method=said.method or marker.method,
        reading=said.reading,
        text=value.text if value is not None else None,
        number=said.number,
        when=seen.when,
        standing=standing,
        sources=sources,
        quantity=said.quantity,
        tissue=seen.tissue,
        about=seen.about,
        report=seen.report,
        status=spelt(seen.record.resource.status),
    )


def _result(
    part: _Part, value: Value | None, standing: Standing, seen: _Seen, sources: tuple[Source, ...]
) -> Result:
    answers = answers_of(value, seen.desk.lexicon) if value is not None else ()
    amount = _amount(value, seen) if value is not None else None
    return Result(
        concepts=part.concepts,
        number=amount.number if amount is not None else None,
        unit=amount.unit if amount is not None else None,
        value_concepts=answers,
        text=value.text if value is not None else None,
        when=seen.when,
        standing=Standing.AGAINST if "answer:not-done" in answers else standing,
        sources=sources,
        about=seen.about,
        between=amount.between if amount is not None else None,
        panel=value is None and _unsent(part, seen),
    )


def _amount(value: Value, seen: _Seen) -> Amount | None:
    """The number of the value, else the one that its words are; a known code stands before words."""
    if value.number is not None or value.between is not None:
        return Amount(value.number, value.between, value.unit)
    coded = value.concept is not None and seen.desk.lexicon.meaning(value.concept).concepts
    return amount_in_words(value.text) if value.text and not coded else None
