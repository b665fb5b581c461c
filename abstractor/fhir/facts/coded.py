"""Coded elements: their codes in canonical form, what they mean, and which part of them said so."""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from abstractor.codes import NAMES_OF_UNLISTED, AgentMatch, Coding, ValueSets, canonical
from abstractor.fhir.elements import datatypes
from abstractor.fhir.elements.datatypes import CodeableConcept

__all__ = [
    "CareNamed",
    "Elements",
    "Lexicon",
    "Meaning",
    "NotePhrase",
    "Part",
    "Phrases",
    "Texts",
    "code_in",
    "codings_of",
    "words_of",
]

# The tables list exact written answers ("positive (3+)") under a system of their own.
_WRITTEN = "text"
# And the names of care that the text of a note is searched for.
_NOTE = "words:note"
_REMEMBERED = 32_768

# Phrases by the first of their words: the words that a name must all have, and what they mean.
Phrases = Mapping[str, list[tuple[frozenset[str], tuple[str, ...]]]]

# A part of an element: its path below the element, and what stood there.
Part = tuple[str, str]
Elements = tuple[CodeableConcept | None, ...]
Texts = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One coded element. `concepts` are those of its codes; `answers` too, else those of its words where they
    are an exact known form. `known` is the part that a concept comes from, `drug` the one that a drug does.
    """

    codings: tuple[Coding, ...]
    concepts: tuple[str, ...]
    answers: tuple[str, ...]
    words: str | None
    known: Part | None
    drug: Part | None


class NotePhrase(NamedTuple):
    """A name of care in the text of a note, in small letters; `rarest` is a word that must stand there."""

    pattern: re.Pattern[str]
    rarest: str
    concepts: tuple[str, ...]


class CareNamed(NamedTuple):
    """What a name says of care: surely, in words that leave it open, and of care that was declined."""

    known: tuple[str, ...]
    maybe: tuple[str, ...]
    declined: tuple[str, ...]
    words: str


class Lexicon:
    """The value sets, remembering what they were asked: the same codes come again and again."""

    def __init__(self, value_sets: ValueSets) -> None:
        self.value_sets = value_sets
        self.agents_of = lru_cache(maxsize=_REMEMBERED)(self._agents_of)
        self.meaning = lru_cache(maxsize=_REMEMBERED)(self._meaning)
        self.treatment = lru_cache(maxsize=_REMEMBERED)(value_sets.statuses.treatment)
        self.known = lru_cache(maxsize=_REMEMBERED)(value_sets.statuses.knows)
        self.named = lru_cache(maxsize=_REMEMBERED)(self._named)
        self.care = lru_cache(maxsize=_REMEMBERED)(self._care)
        self.remembered = lru_cache(maxsize=_REMEMBERED)(self._asked)

    @cached_property
    def unlisted(self) -> Phrases:
        """What the name of a record may mean whose code no table has."""
        found: dict[str, list[tuple[frozenset[str], tuple[str, ...]]]] = {}
        for (system, phrase), concepts in self.value_sets.concepts.items():
            if system == NAMES_OF_UNLISTED:
                words = phrase.split()
                found.setdefault(words[0], []).append((frozenset(words), concepts))
        return found

    @cached_property
    def in_notes(self) -> tuple[NotePhrase, ...]:
        """What the text of a note may name."""
        known = self.value_sets.concepts.items()
        named = [(phrase.split(), concepts) for (system, phrase), concepts in known if system == _NOTE]
        return tuple(
            NotePhrase(_as_written(words), max(words, key=len), concepts) for words, concepts in named
        )

    def concepts_of(self, *concepts: CodeableConcept | None) -> tuple[str, ...]:
        """All concepts that the codes of these elements stand for, sorted."""
        return tuple(sorted({name for concept in concepts for name in self.meaning(concept).concepts}))

    def answers_of(self, *concepts: CodeableConcept | None) -> tuple[str, ...]:
        """All that these elements answer, by code or in exact words, sorted."""
        return tuple(sorted({name for concept in concepts for name in self.meaning(concept).answers}))

    def written(self, *words: str | None) -> tuple[str, ...]:
        """What these words stand for, where they are an exact known form."""
        return self.value_sets.concepts_of(
            Coding(_WRITTEN, " ".join(said.lower().split())) for said in words if said
        )

    def _asked(
        self, read: "Callable[[Lexicon, str, str], tuple[str, ...]]", system: str, text: str
    ) -> tuple[str, ...]:
        """What a reader of words makes of a text, by the phrases of one system."""
        return read(self, system, text)

    def _named(
        self,
        read: "Callable[[Lexicon, str, Elements, Texts], tuple[str, ...]]",
        system: str,
        elements: Elements,
        texts: Texts,
    ) -> tuple[str, ...]:
        """What a reader of names makes of these elements and texts together."""
        return read(self, system, elements, texts)

    def _care(
        self,
        read: "Callable[[Lexicon, Elements, Texts], CareNamed]",
        elements: Elements,
        texts: Texts,
    ) -> CareNamed:
        """What a reader of names makes of these elements and texts as care."""
        return read(self, elements, texts)

    def _agents_of(self, concepts: tuple[CodeableConcept, ...], display: str | None) -> AgentMatch:
        """The agents that these elements, and the display of a reference, say together."""
        codings = [coding for concept in concepts for coding in codings_of(concept)]
        words = [concept.text for concept in concepts if concept.text]
        return self.value_sets.agents_of(codings, [*words, display] if display else words)

    def _meaning(self, concept: CodeableConcept | None) -> Meaning:
        if concept is None:
            return Meaning((), (), (), None, None, None)
        codings = codings_of(concept)
        concepts = self.value_sets.concepts_of(codings)
        displays = (c.display for c in concept.coding or ())
        return Meaning(
            codings=codings,
            concepts=concepts,
            answers=concepts or self.written(concept.text, *displays),
            words=words_of(concept),
            known=_part(concept, self.value_sets.concepts),
            drug=_part(concept, self.value_sets.drugs),
        )


def _as_written(words: list[str]) -> re.Pattern[str]:
    """On one line or on two, with a hyphen or without. It begins with its letters, which are soon found: that
    no letter stands before them is for the reader to see."""
    between = r"[\s-]+"
    return re.compile(rf"{between.join(words)}\b")


@lru_cache(maxsize=_REMEMBERED)
def _coding(system: str | None, code: str, display: str | None) -> Coding:
    return Coding(*canonical(system, code), display)


def codings_of(concept: CodeableConcept | None) -> tuple[Coding, ...]:
    """Its codes, canonical; a coding that has no code keeps its display."""
    if concept is None or not concept.coding:
        return ()
    return tuple(_coding(c.system, c.code or "", c.display) for c in concept.coding if c.code or c.display)


def words_of(concept: CodeableConcept | None) -> str | None:
    """What a person would read: the text, else a display, else a bare code."""
    if concept is None:
        return None
    codings = concept.coding or ()
    said = (concept.text, *(c.display for c in codings), *(c.code for c in codings))
    return next((words for words in said if words and words.strip()), None)


def _part(concept: CodeableConcept, known: Container[tuple[str, str]]) -> Part | None:
    """The part that was understood: the first code that is known, else the text, else the first code."""
    codings = concept.coding or ()
    for place, coding in enumerate(codings):
        if coding.code and canonical(coding.system, coding.code) in known:
            return f"coding[{place}].code", coding.code
    if concept.text:
        return "text", concept.text
    for place, coding in enumerate(codings):
        if coding.code or coding.display:
            name = "code" if coding.code else "display"
            return f"coding[{place}].{name}", coding.code or coding.display or ""
    return None


def code_in(concept: CodeableConcept | None, system: str) -> str | None:
    """A status as its code: of that system where it is named, else the first code, else the text."""
    if concept is None:
        return None
    coded: list[datatypes.Coding] = [c for c in concept.coding or () if c.code]
    of_system = next((c.code for c in coded if c.system == system), None)
    return of_system or next((c.code for c in coded), None) or (concept.text or "").strip().lower() or None
