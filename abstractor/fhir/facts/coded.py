"""Coded elements: their codes in canonical form, what they mean, and which part of them said so."""

from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Any

from abstractor.chart import Source
from abstractor.codes import Coding, ValueSets, canonical
from abstractor.fhir.elements import datatypes
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.desk import Record

__all__ = ["answers_in", "code_in", "codings_of", "meaning_of", "said_by", "words_of", "written"]


_WRITTEN = "text"


@lru_cache(maxsize=65_536)
def _coding(system: str | None, code: str, display: str | None) -> Coding:
    return Coding(*canonical(system, code), display)


def codings_of(concept: CodeableConcept | None) -> tuple[Coding, ...]:
    """Its codes, canonical; a coding that has no code keeps its display."""
    if concept is None or not concept.coding:
        return ()
    return tuple(_coding(c.system, c.code or "", c.display) for c in concept.coding if c.code or c.display)


def meaning_of(value_sets: ValueSets, *concepts: CodeableConcept | None) -> tuple[str, ...]:
    """All concepts that the codes of these elements stand for, sorted."""
    return value_sets.concepts_of(coding for concept in concepts for coding in codings_of(concept))


def answers_in(value_sets: ValueSets, *concepts: CodeableConcept | None) -> tuple[str, ...]:
    """What coded answers stand for: by their codes, else by their words where these are an exact known form.

    The tables list such forms under a system of their own, "text"; any other words mean nothing here.
    """
    found: set[str] = set()
    for concept in concepts:
        coded = value_sets.concepts_of(codings_of(concept))
        if coded or concept is None:
            found.update(coded)
        else:
            displays = (c.display for c in concept.coding or ())
            found.update(written(value_sets, concept.text, *displays))
    return tuple(sorted(found))


def written(value_sets: ValueSets, *words: str | None) -> tuple[str, ...]:
    """What these words stand for, where they are an exact known form."""
    return value_sets.concepts_of(Coding(_WRITTEN, " ".join(w.lower().split())) for w in words if w)


def words_of(concept: CodeableConcept | None) -> str | None:
    """What a person would read: the text, else a display, else a bare code."""
    if concept is None:
        return None
    codings = concept.coding or ()
    said = (concept.text, *(c.display for c in codings), *(c.code for c in codings))
    return next((words for words in said if words and words.strip()), None)


def said_by(
    record: Record[Any], path: str, concept: CodeableConcept | None, known: Container[tuple[str, str]]
) -> tuple[Source, ...]:
    """The part of a coded element that was understood: the first code that is known, else its text or first
    code.
    """
    if concept is None:
        return ()
    codings = concept.coding or ()
    for place, coding in enumerate(codings):
        if coding.code and _key(coding) in known:
            return (record.source(f"{path}.coding[{place}].code", coding.code),)
    if concept.text:
        return (record.source(f"{path}.text", concept.text),)
    for place, coding in enumerate(codings):
        if coding.code:
            return (record.source(f"{path}.coding[{place}].code", coding.code),)
        if coding.display:
            return (record.source(f"{path}.coding[{place}].display", coding.display),)
    return ()


def _key(coding: datatypes.Coding) -> tuple[str, str]:
    found = _coding(coding.system, coding.code or "", coding.display)
    return found.system, found.code


def code_in(concept: CodeableConcept | None, system: str) -> str | None:
    """The status code of a small closed table: of that table where it is named, else the first; else the
    text.
    """
    if concept is None:
        return None
    codings: Iterable[datatypes.Coding] = concept.coding or ()
    of_table = [c.code for c in codings if c.code and c.system == system]
    other = [c.code for c in codings if c.code]
    return next(iter([*of_table, *other]), None) or (concept.text or "").strip().lower() or None
