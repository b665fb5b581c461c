"""Procedure and DiagnosticReport to Procedure: what was done or reported, by what its codes mean."""

import re
from dataclasses import replace
from typing import Any

from abstractor.chart import Procedure, Source, Standing
from abstractor.dates import DateInterval
from abstractor.fhir.elements import records
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.care_named import care_named, left_open
from abstractor.fhir.facts.coded import CareNamed
from abstractor.fhir.facts.contradictions import words_beside
from abstractor.fhir.facts.dated import first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.phrases import OF_PROCEDURES, said_in_words
from abstractor.fhir.facts.reasons import reasons_of
from abstractor.fhir.facts.standing import status_of, weaker
from abstractor.fhir.facts.unlisted import says_what_it_is
from abstractor.fhir.facts.worded import RESULT, named_in

__all__ = ["procedure_of", "report_of"]

RADIOTHERAPY = "radiotherapy"
CNS_LOCAL_THERAPY = "cns-local-therapy"
_THERAPIES = frozenset({RADIOTHERAPY, CNS_LOCAL_THERAPY})
_NOT_GIVEN = re.compile(
    r"\b(?:plan\w*|consult\w*|simulat\w*|dosimetry|refer\w*|evaluat\w*|discuss\w*|education|imaging|mri|ct"
    r"|follow|history|port)\b",
    re.IGNORECASE,
)
_IN_THE_CNS = frozenset({"cns-site", "cns-metastasis"})

_NOTHING = CareNamed((), (), (), "")

Dated = tuple[DateInterval | None, tuple[Source, ...]]


def procedure_of(record: Record[records.Procedure], desk: Desk) -> Procedure | None:
    """The procedure; None where the record is a mistake. Not-done stays, as evidence against."""
    done = record.resource
    standing = status_of(record, desk, done.status)
    if standing is None:
        return None
    dated = first_date(
        record,
        desk,
        ("performedDateTime", done.performed_date_time),
        started("performedPeriod", done.performed_period),
    )
    reasons = desk.lexicon.answers_of(done.status_reason)
    found = _procedure("procedure", record, desk, done.code, standing=standing, dated=dated, reasons=reasons)
    concepts = _with_site(found.concepts, record, desk)
    return replace(found, concepts=concepts, unread=found.unread and not concepts)


def _with_site(concepts: tuple[str, ...], record: Record[records.Procedure], desk: Desk) -> tuple[str, ...]:
    """What its words or its category add, and whether radiotherapy was aimed at the central nervous system.

    The body site says so, or the metastasis for which it was given; no code of radiosurgery does by itself.
    """
    done, lexicon = record.resource, desk.lexicon
    worded = _worded(done.code, desk)
    held = {*concepts, *_THERAPIES & {*lexicon.answers_of(done.code), *lexicon.concepts_of(done.category)}}
    held |= set() if held & _THERAPIES else _THERAPIES & worded
    aimed_at = {
        *worded,
        *lexicon.concepts_of(*(done.body_site or ())),
        *reasons_of(record, desk, done.reason_code, done.reason_reference),
    }
    if RADIOTHERAPY in held and aimed_at & _IN_THE_CNS:
        held.add(CNS_LOCAL_THERAPY)
    return tuple(sorted(held))


def _worded(code: CodeableConcept | None, desk: Desk) -> set[str]:
    """What the text and the displays say; to plan a therapy, or to talk of it, is not to give it."""
    if any(_NOT_GIVEN.search(words) for words in words_beside(code)):
        return set()
    return said_in_words(code, (OF_PROCEDURES,), desk)


def report_of(record: Record[records.DiagnosticReport], desk: Desk) -> Procedure | None:
    """The report; None where the record is a mistake."""
    report = record.resource
    standing = status_of(record, desk, report.status)
    if standing is None:
        return None
    dated = first_date(
        record,
        desk,
        ("effectiveDateTime", report.effective_date_time),
        started("effectivePeriod", report.effective_period),
        ("issued", report.issued),
    )
    return _procedure("report", record, desk, report.code, standing=standing, dated=dated, reasons=())


def _procedure(
    kind: str,
    record: Record[Any],
    desk: Desk,
    code: CodeableConcept | None,
    *,
    standing: Standing,
    dated: Dated,
    reasons: tuple[str, ...],
) -> Procedure:
    meaning, known_systems = desk.lexicon.meaning(code), desk.value_sets.systems
    named = _NOTHING if meaning.concepts else _named(kind, code, desk)
    worded = named.known
    if named.declined and not worded:
        worded, standing = named.declined, weaker(standing, Standing.AGAINST)
    return Procedure(
        kind=kind,
        concepts=meaning.concepts or worded,
        unread=not (
            worded
            or named.maybe
            or any(coding.system in known_systems for coding in meaning.codings)
            or says_what_it_is(code, desk)
        ),
        text=meaning.words,
        when=dated[0],
        standing=standing,
        status_reasons=reasons,
        sources=(
            *dated[1],
            *record.cite("code", meaning.known),
            record.source("status", record.resource.status),
        ),
        left_open=left_open(named, worded),
    )


def _named(kind: str, code: CodeableConcept | None, desk: Desk) -> CareNamed:
    """Where its codes mean nothing: what its name says, a report's as a result."""
    if kind == "procedure":
        return care_named(desk.lexicon, (code,))
    return CareNamed(named_in(desk.lexicon, RESULT, (code,)), (), (), "")
