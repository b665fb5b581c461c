"""What stands beside a coded answer of a tumour marker and says otherwise: its own text, the displays of its
codes, the interpretation of the result.

A code with "3+" that is displayed as "1+" was built or picked wrongly, and nothing tells which of the two is
meant; neither is believed. Words that cannot be read say nothing, and never answer for the code.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import code_in
from abstractor.fhir.facts.her2_words import Said, hints_of_her2, said_of_her2
from abstractor.fhir.facts.receptor_words import receptor_in_words
from abstractor.fhir.text.scales import agreed

__all__ = ["contradictions", "interpreted_otherwise", "words_beside"]

_REMEMBERED = 32_768
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
# From memory: they make a doubt, never an answer.
_INTERPRETED = {"NEG": "negative", "POS": "positive"}
_OPEN = frozenset({"2+", "equivocal", "indeterminate"})
# SNOMED CT's semantic tags are no part of what is said.
_TAG = re.compile(r"\s*\((?:qualifier value|finding|disorder)\)\s*$", re.IGNORECASE)


def contradictions(marker: str, said: Said, words: Iterable[str]) -> Iterator[Said]:
    """Each statement of these words that cannot be true together with the reading of the code."""
    for each in words:
        plain = _TAG.sub("", each)
        read = _her2_statements(said, plain) if marker == "her2" else [Said(None, receptor_in_words(plain))]
        for other in read:
            if other.reading is not None and _differs(said.reading, other.reading):
                yield Said(other.method or said.method, other.reading)


def interpreted_otherwise(said: Said, interpretation: Iterable[CodeableConcept]) -> Iterator[Said]:
    """An interpretation that says the opposite; one beside an open result may be its last word."""
    for concept in interpretation:
        code = (code_in(concept, _INTERPRETATION) or "").upper()
        reading = _INTERPRETED.get(code)
        if reading is not None and said.reading not in _OPEN and _differs(said.reading, reading):
            yield Said(said.method, reading)


@lru_cache(maxsize=_REMEMBERED)
def words_beside(concept: CodeableConcept | None) -> tuple[str, ...]:
    """The text of a coded element and the displays of its codes."""
    if concept is None:
        return ()
    said = (concept.text, *(coding.display for coding in concept.coding or ()))
    return tuple(words for words in said if words and words.strip())


def _her2_statements(said: Said, words: str) -> list[Said]:
    """What the words say of the method that was coded, else all that they say.

    Of words that are not all known, a hint counts only where none of the hints agrees with the code.
    """
    read = [one for one in said_of_her2(words) if one.reading is not None]
    if not read:
        hints = [Said(None, reading) for reading in hints_of_her2(words)]
        return hints[:1] if all(_differs(said.reading, hint.reading) for hint in hints) else []
    own = [one for one in read if one.method in (None, said.method)]
    if own or len(read) == 1:
        return own or read
    return [one for one in read if one.reading not in _OPEN]


def _differs(coded: str | None, other: str | None) -> bool:
    return coded is not None and other is not None and agreed([coded, other]) is None
