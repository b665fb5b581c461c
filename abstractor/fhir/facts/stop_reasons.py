"""Why a drug was stopped or not given, as its record says: by its codes, else in words that are all known.

A reason in words is read only where nothing stands beside it that could turn it (a denial, a doubt, another
person, another time): a single word that is neither a known reason nor one of `_BESIDE` leaves it unread.
"""

import re
from collections.abc import Sequence
from typing import Any

from abstractor.chart import Source
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import Lexicon, words_of
from abstractor.fhir.facts.desk import Desk, Record

__all__ = ["stop_reasons_of", "stop_words_of", "why_stopped"]

_REASONS = "words:stop-reason"
_LONGEST = 6  # words of one phrase of the table
_MOST = 40  # words of a reason; a longer text is a note
_WORD = re.compile(r"[a-z0-9]+|\?")
_NUMBER = re.compile(r"\d+")
# Words that change nothing of a reason: what joins it, how bad it was, what was stopped, by whom, where.
_BESIDE = frozenset(
    "a an the and of to on in at by as per from for with since because due secondary related "
    "grade gr g1 g2 g3 g4 g5 i ii iii iv ctcae v4 v5 severe moderate mild persistent prolonged recurrent "
    "worsening increasing significant unacceptable excessive ongoing multiple new chemotherapy chemo "
    "drug drugs medication medicine med treatment therapy regimen line course cycle stopped discontinued "
    "dc d c discontinuation held hold patient pt s oncologist provider physician md doctor clinician "
    "disease cancer breast metastatic tumor tumour ct pet mri scan scans imaging restaging bone bones "
    "liver hepatic lung lungs brain cns nodes nodal visceral lesion lesions metastasis metastases anc "
    "inhibitor cdk4 cdk enrolled enrollment enrolment completion another other".split()
)


def stop_reasons_of(desk: Desk, *said: CodeableConcept | None) -> tuple[str, ...]:
    """The concepts of its codes; else of its exact words, and of words of which each one is known. Sorted."""
    known = desk.lexicon.answers_of(*said)
    if known and desk.lexicon.concepts_of(*said):
        return known
    texts = {words for each in said for words in _texts(each)}
    found = {name for words in texts for name in desk.lexicon.remembered(_in_words, _REASONS, words)}
    return tuple(sorted({*known, *found}))


def stop_words_of(*said: CodeableConcept | None) -> str | None:
    """What a person would read."""
    return next((words for words in map(words_of, said) if words), None)


def why_stopped(
    record: Record[Any], desk: Desk, said: Sequence[CodeableConcept] | None
) -> tuple[Source, ...]:
    """The element of each reason."""
    return tuple(
        source
        for place, each in enumerate(said or ())
        for source in record.cite(f"statusReason[{place}]", desk.lexicon.meaning(each).known)
    )


def _texts(said: CodeableConcept | None) -> tuple[str, ...]:
    if said is None:
        return ()
    return tuple(words for words in (said.text, *(c.display for c in said.coding or ())) if words)


def _in_words(lexicon: Lexicon, system: str, text: str) -> tuple[str, ...]:
    words = _WORD.findall(text.lower())
    found: set[str] = set()
    at = 0
    while at < len(words) <= _MOST:
        named, taken = _named(lexicon, system, words[at : at + _LONGEST])
        if not taken and not _says_nothing(lexicon, words[at]):
            return ()
        found.update(named)
        at += taken or 1
    return tuple(sorted(found))


def _named(lexicon: Lexicon, system: str, words: list[str]) -> tuple[tuple[str, ...], int]:
    """The longest reason that begins here, and how many words it takes; none takes none."""
    for taken in range(len(words), 0, -1):
        concepts = lexicon.value_sets.concepts.get((system, " ".join(words[:taken])), ())
        if concepts:
            return tuple(concepts), taken
    return (), 0


def _says_nothing(lexicon: Lexicon, word: str) -> bool:
    drug = bool(lexicon.value_sets.agents_of((), (word,)).agents) if len(word) > 3 else False
    return word in _BESIDE or _NUMBER.fullmatch(word) is not None or drug
