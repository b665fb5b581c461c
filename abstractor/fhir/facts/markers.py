"""Tumour markers: which result code is of which marker and method, and how its answer is read.

HER2 comes in five forms (knowledge base, codes section 1, trap 9): the LOINC answers of the IHC score,
SNOMED CT's pluses, positive or negative, the disorder used as a value, and words. "Present" says that there
was staining, which is no HER2 status; of a duplicated gene, or of a hormone receptor, it is the answer.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import Lexicon
from abstractor.fhir.facts.contradictions import contradictions, interpreted_otherwise, words_beside
from abstractor.fhir.facts.her2_words import Said, said_of_her2
from abstractor.fhir.facts.receptor_words import receptor_in_words
from abstractor.fhir.facts.values import Value, answers_of
from abstractor.fhir.text.scales import agreed, receptor_by_percent

__all__ = ["Marker", "markers_of", "read_marker"]


class Marker(NamedTuple):
    """`quantity`: what a number is that stands as its value."""

    name: str
    method: str
    quantity: str | None = None


_MARKERS = {
    "er": Marker("er", "ihc"),
    "her2-ihc": Marker("her2", "ihc"),
    "her2-ish": Marker("her2", "ish"),
    "her2-ish-copies": Marker("her2", "ish", "copies"),
    "her2-ish-ratio": Marker("her2", "ish", "ratio"),
    "her2-overall": Marker("her2", "overall"),
    "her2-serum": Marker("her2-serum", "overall"),
    "pr": Marker("pr", "ihc"),
}
_REMEMBERED = 8192
_RECEPTORS = ("er", "pr")
_ANY = {
    "answer:equivocal": "equivocal",
    "answer:indeterminate": "indeterminate",
    "answer:negative": "negative",
    "answer:positive": "positive",
}
_HER2 = {
    "answer:ihc-0": "0",
    "answer:ihc-1+": "1+",
    "answer:ihc-2+": "2+",
    "answer:ihc-3+": "3+",
    "her2-negative-breast-cancer": "negative",
    "her2-positive-breast-cancer": "positive",
}
_PRESENCE = {"answer:absent": "negative", "answer:present": "positive"}
_PLAIN_NUMBER = re.compile(r"\s*\d+(?:\.\d+)?\s*")


@lru_cache(maxsize=_REMEMBERED)
def markers_of(concepts: tuple[str, ...]) -> tuple[Marker, ...]:
    """The markers that a code is of; a ratio or a copy count is no other ISH result besides."""
    found = dict.fromkeys(_MARKERS[c] for c in concepts if c in _MARKERS)
    counted = {(m.name, m.method) for m in found if m.quantity is not None}
    return tuple(m for m in found if m.quantity is not None or (m.name, m.method) not in counted)


def read_marker(
    marker: Marker, value: Value | None, lexicon: Lexicon, interpretation: Iterable[CodeableConcept] = ()
) -> tuple[Said, ...]:
    """What the value says, one statement a method; one without a reading where it could not be told.

    What stands beside it and contradicts it is a statement more of HER2; a hormone receptor is not told then.
    """
    said = _told(marker, value, lexicon)
    against: list[Said] = []
    for one in said:
        against += contradictions(
            marker.name, one, words_beside(value.concept if value is not None else None)
        )
        against += interpreted_otherwise(one, interpretation)
    if against and marker.name != "her2":
        return (Said(marker.method),)
    return tuple(dict.fromkeys((*said, *against)))


def _told(marker: Marker, value: Value | None, lexicon: Lexicon) -> tuple[Said, ...]:
    if value is None:
        return (Said(marker.method),)
    if value.number is not None:
        return (_numbered(marker, value.number, value.unit),)
    if marker.name == "her2" and not _coded(value, lexicon):
        for words in _words(value):
            if marker.quantity is not None and _PLAIN_NUMBER.fullmatch(words):
                return (Said(marker.method, None, marker.quantity, float(words)),)
            if said := said_of_her2(words):
                return tuple(s if s.method else Said(marker.method, s.reading) for s in said)
    reading = _reading(marker, answers_of(value, lexicon))
    if reading is None and marker.name in _RECEPTORS and not _coded(value, lexicon):
        reading = next((read for words in _words(value) if (read := receptor_in_words(words))), None)
    return (Said(marker.method, reading),)


def _numbered(marker: Marker, number: float, unit: str | None) -> Said:
    if marker.name in _RECEPTORS and unit is not None and unit.strip() in ("%", "percent"):
        return Said(marker.method, receptor_by_percent(number), "percent", number)
    return Said(marker.method, None, marker.quantity, number)


def _reading(marker: Marker, answers: tuple[str, ...]) -> str | None:
    readable = dict(_ANY)
    if marker.name == "her2":
        readable |= _HER2
    if marker.name in _RECEPTORS or marker.method == "ish":
        readable |= _PRESENCE
    return agreed(readable[answer] for answer in answers if answer in readable)


def _coded(value: Value, lexicon: Lexicon) -> bool:
    return value.concept is not None and bool(lexicon.meaning(value.concept).concepts)


def _words(value: Value) -> Iterator[str]:
    """The words of the value: its text, else the displays of its codes."""
    if value.concept is not None:
        yield from words_beside(value.concept)
    elif value.text:
        yield value.text
