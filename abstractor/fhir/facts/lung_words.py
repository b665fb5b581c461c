"""Pneumonitis and interstitial lung disease in the words of a Condition or an AdverseEvent: does it stand, of
which grade, and what leaves that open.
"""

import re
from functools import lru_cache

from abstractor.chart import Bounds
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import Meaning
from abstractor.fhir.facts.contradictions import words_beside
from abstractor.fhir.text.lung_diagnoses import LungWords, Stance, said_of_lungs
from abstractor.fhir.text.lungs import grades_leading, plain_of

__all__ = ["LUNG_DISEASE", "graded", "is_doubted", "lungs_in_words", "unsure_of", "with_lungs"]

LUNG_DISEASE = "ild-pneumonitis"
_CODED = frozenset({LUNG_DISEASE, "ild-weak"})
_NOTHING = LungWords(None)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def lungs_in_words(code: CodeableConcept | None, meaning: Meaning) -> LungWords:
    """What the words beside a code say of it, unless the code means something else."""
    coded = not _CODED.isdisjoint(meaning.concepts)
    if meaning.concepts and not coded:
        return _NOTHING
    return _said(code, coded)


@lru_cache(maxsize=8192)
def _said(code: CodeableConcept | None, coded: bool) -> LungWords:
    return said_of_lungs(tuple(words_beside(code)), coded=coded)


def with_lungs(worded: tuple[str, ...], lungs: LungWords, meaning: Meaning) -> tuple[str, ...]:
    """The concepts in words, with the disease as its own reader finds it: denied it is none."""
    if meaning.concepts:
        return worded
    found = {*worded} - {LUNG_DISEASE}
    if lungs.stance not in (None, Stance.DENIED):
        found.add(LUNG_DISEASE)
    return tuple(sorted(found))


def is_doubted(lungs: LungWords, meaning: Meaning) -> bool:
    """Do the words of a known code deny what it means, or call it only possible? Earlier it was all the
    same."""
    return bool(meaning.concepts) and lungs.stance in (Stance.DENIED, Stance.OPEN)


def unsure_of(lungs: LungWords, words: str | None, when: DateInterval | None) -> str | None:
    """The words by which the disease of that day is not sure: among them a year before it."""
    if lungs.stance is Stance.THERE and words and when is not None:
        years = [int(year) for year in _YEAR.findall(words)]
        if years and max(years) < when.earliest.year:
            return words
    return lungs.quote


def graded(lungs: LungWords, severity: str | None) -> Bounds | None:
    """The grades that its words and those of its severity say, as one range; of another disease none."""
    if lungs.stance is None:
        return None
    grades = {*lungs.grades, *(grades_leading(plain_of(severity)) if severity else ())}
    return Bounds(float(min(grades)), float(max(grades))) if grades else None
