"""ServiceRequest, CarePlan, DocumentReference, Immunization and CareTeam to Activity: care that was asked
for, planned, noted or given, by what its codes, and the name that its record gives, mean.

A plan and a team are one Activity, and one more for each part of it that means something.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from abstractor.chart import Activity, Source, Standing
from abstractor.dates import DateInterval
from abstractor.fhir.elements.care import CarePlan, CarePlanDetail, CareTeam, Immunization, ServiceRequest
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.elements.records import DocumentReference
from abstractor.fhir.facts.care_named import care_named, left_open
from abstractor.fhir.facts.coded import CareNamed
from abstractor.fhir.facts.dated import ended, first_date, span, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.reasons import care_of_reasons, reasons_of
from abstractor.fhir.facts.standing import standing_of, status_of, weaker
from abstractor.fhir.facts.worded import ACTIVITY, VACCINE, named_in

__all__ = ["document_of", "immunization_of", "plan_of", "request_of", "team_of"]

_DETAIL = "activity.detail.status"


class _Said(NamedTuple):
    """The elements that say what it is: `codes` by path, `name` in words; `main` is the code that tells."""

    codes: Sequence[tuple[str, CodeableConcept | None]]
    main: Sequence[CodeableConcept | None]
    name: tuple[str, str | None] = ("", None)
    system: str = ACTIVITY


class _Days(NamedTuple):
    when: DateInterval | None
    ended: DateInterval | None
    sources: tuple[Source, ...]


def request_of(record: Record[ServiceRequest], desk: Desk) -> Activity | None:
    """What was asked for; None where the record is a mistake. An order is not a result."""
    asked = record.resource
    standing = _asked_standing(record, desk, intent=asked.intent, refused=bool(asked.do_not_perform))
    if standing is None:
        return None
    codes = [("code", asked.code), ("performerType", asked.performer_type)]
    codes += [(f"category[{at}]", each) for at, each in enumerate(asked.category or ())]
    when, dated = first_date(
        record,
        desk,
        ("authoredOn", asked.authored_on),
        ("occurrenceDateTime", asked.occurrence_date_time),
        started("occurrencePeriod", asked.occurrence_period),
    )
    made = _activity(record, desk, _Said(codes, (asked.code,)), standing, _Days(when, None, dated))
    care, why = care_of_reasons(record, desk, asked.reason_code)
    return replace(
        made,
        concepts=tuple(sorted({*made.concepts, *care})) if care else made.concepts,
        reasons=reasons_of(record, desk, asked.reason_code, asked.reason_reference),
        sources=(*made.sources, *why),
    )


def document_of(record: Record[DocumentReference], desk: Desk) -> Activity | None:
    """A note or another document, by its type and categories alone; what is in it is read elsewhere."""
    noted = record.resource
    standing = status_of(record, desk, noted.status)
    if standing is not None and noted.doc_status is not None:
        signed = standing_of(record, desk, "docStatus", noted.doc_status)
        standing = None if signed is None else weaker(standing, signed)
    if standing is None:
        return None
    codes = [("type", noted.type)]
    codes += [(f"category[{at}]", each) for at, each in enumerate(noted.category or ())]
    when, dated = first_date(record, desk, ("date", noted.date))
    return _activity(record, desk, _Said(codes, (noted.type,)), standing, _Days(when, None, dated))


def immunization_of(record: Record[Immunization], desk: Desk) -> Activity | None:
    """A vaccine given, or not given and why; None where the record is a mistake."""
    given = record.resource
    standing = status_of(record, desk, given.status)
    if standing is None:
        return None
    written = [] if given.occurrence_string else [("recorded", given.recorded)]
    when, dated = first_date(record, desk, ("occurrenceDateTime", given.occurrence_date_time), *written)
    codes = [("vaccineCode", given.vaccine_code)]
    # Vaccines are told by their name: a code without one is what cannot be read.
    main = () if _named(given.vaccine_code) else (given.vaccine_code,)
    said = _Said(codes, main, system=VACCINE)
    made = _activity(record, desk, said, standing, _Days(when, None, dated))
    return replace(made, status_reasons=desk.lexicon.answers_of(given.status_reason))


def plan_of(record: Record[CarePlan], desk: Desk) -> Iterator[Activity]:
    """The plan, and each activity in it that means something; nothing where the record is a mistake."""
    plan = record.resource
    standing = _asked_standing(record, desk, intent=plan.intent, refused=False)
    if standing is None:
        return
    starts, ends, in_force = span(record, desk, started("period", plan.period), ended("period", plan.period))
    made_on, dated = first_date(record, desk, ("created", plan.created))
    days = _Days(made_on or starts, ends, (*dated, *in_force))
    codes = [(f"category[{at}]", each) for at, each in enumerate(plan.category or ())]
    whole = _activity(record, desk, _Said(codes, (), ("title", plan.title)), standing, days)
    unread = False
    for at, each in enumerate(plan.activity or ()):
        part = None if each.detail is None else _planned(record, desk, at, each.detail, standing, days)
        if part is not None:
            unread = unread or part.unread
            if part.concepts:
                yield part
    yield replace(whole, unread=unread)


def _planned(
    record: Record[CarePlan],
    desk: Desk,
    at: int,
    detail: CarePlanDetail,
    standing: Standing,
    days: _Days,
) -> Activity | None:
    """One activity of a plan; None where it is a mistake or says nothing of what it is."""
    own = standing_of(record, desk, _DETAIL, detail.status) if detail.status is not None else standing
    if own is None or detail.code is None:
        return None
    held = weaker(standing, own, Standing.AGAINST) if detail.do_not_perform else weaker(standing, own)
    path = f"activity[{at}].detail"
    starts, ends, dated = span(
        record,
        desk,
        started(f"{path}.scheduledPeriod", detail.scheduled_period),
        ended(f"{path}.scheduledPeriod", detail.scheduled_period),
    )
    said = _Said([(f"{path}.code", detail.code)], (detail.code,))
    made = _activity(record, desk, said, held, _Days(starts, ends, dated) if starts else days)
    return replace(
        made,
        reasons=reasons_of(record, desk, detail.reason_code, detail.reason_reference),
        status_reasons=desk.lexicon.answers_of(detail.status_reason),
    )


def team_of(record: Record[CareTeam], desk: Desk) -> Iterator[Activity]:
    """The team, and each role in it that means something; nothing where the record is a mistake."""
    team = record.resource
    standing = standing_of(record, desk, "status", team.status)
    if standing is None:
        return
    if standing is Standing.ASSUMED:
        desk.remarks.assumed.append(record.source("status", None))
    starts, ends, dated = span(record, desk, started("period", team.period), ended("period", team.period))
    days = _Days(starts, ends, dated)
    codes = [(f"category[{at}]", each) for at, each in enumerate(team.category or ())]
    unread = False
    for at, member in enumerate(team.participant or ()):
        path = f"participant[{at}]"
        roles = [(f"{path}.role[{place}]", role) for place, role in enumerate(member.role or ())]
        joined, left, since = span(
            record, desk, started(f"{path}.period", member.period), ended(f"{path}.period", member.period)
        )
        own = _Days(joined, left, since) if joined else days
        coded_only = [role for _, role in roles if not _named(role)]
        part = _activity(record, desk, _Said(roles, coded_only), standing, own)
        unread = unread or (bool(coded_only) and part.unread)
        if part.concepts:
            yield part
    yield replace(
        _activity(record, desk, _Said(codes, (), ("name", team.name)), standing, days), unread=unread
    )


def _asked_standing(record: Record[Any], desk: Desk, *, intent: str | None, refused: bool) -> Standing | None:
    """By status, intent and doNotPerform together: the weakest of them stands."""
    by_status = status_of(record, desk, record.resource.status)
    if by_status is None:
        return None
    by_intent = status_of(record, desk, intent, element="intent")
    if by_intent is None:
        return None
    return weaker(by_status, by_intent, Standing.AGAINST) if refused else weaker(by_status, by_intent)


def _activity(record: Record[Any], desk: Desk, said: _Said, standing: Standing, days: _Days) -> Activity:
    lexicon = desk.lexicon
    concepts = [concept for _, concept in said.codes]
    path, name = said.name
    meant = [(where, lexicon.meaning(concept)) for where, concept in said.codes]
    shown = [record.cite(where, meaning.known) for where, meaning in meant if meaning.known is not None]
    title = [(record.source(path, name),)] if name else []
    words = (name, *(meaning.words for _, meaning in meant))
    coded = lexicon.concepts_of(*concepts)
    named = _named_care(desk, said)
    known = {*coded, *named.known}
    if named.declined and not known:
        known, standing = {*named.declined}, weaker(standing, Standing.AGAINST)
    return Activity(
        kind=record.type,
        concepts=tuple(sorted(known)),
        unread=not known and not named.maybe and _unread(said.main, desk),
        text=next((text for text in words if text), None),
        when=days.when,
        ended=days.ended,
        standing=standing,
        status=getattr(record.resource, "status", None),
        reasons=(),
        status_reasons=(),
        sources=(
            *days.sources,
            *(source for cited in (*title, *shown) for source in cited),
            record.source("status", record.resource.status),
        ),
        left_open=left_open(named, {*coded, *known}),
    )


def _named_care(desk: Desk, said: _Said) -> CareNamed:
    """What its name says; of a vaccine there is no more than that."""
    concepts, name = [concept for _, concept in said.codes], said.name[1]
    if said.system == VACCINE:
        return CareNamed(named_in(desk.lexicon, VACCINE, concepts, name), (), (), "")
    return care_named(desk.lexicon, concepts, name)


def _unread(main: Sequence[CodeableConcept | None], desk: Desk) -> bool:
    """Has it neither words alone nor a code of a system that we hold a table for?"""
    if not main:
        return False
    meanings = [desk.lexicon.meaning(concept) for concept in main]
    codings = [coding for meaning in meanings for coding in meaning.codings if coding.code]
    if not codings:
        return not any(meaning.words for meaning in meanings)
    return not any(coding.system in desk.value_sets.systems for coding in codings)


def _named(concept: CodeableConcept | None) -> bool:
    """Has it a name that a person would read, beside its code?"""
    said = () if concept is None else (concept.text, *(coding.display for coding in concept.coding or ()))
    return any(text and text.strip() for text in said)
