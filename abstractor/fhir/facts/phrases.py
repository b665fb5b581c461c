"""What the words of a diagnosis or a procedure say where its codes do not, phrase by phrase.

The phrases stand in `words.csv`. They are a reason to look and prove nothing: a part of a sentence that
denies them, or speaks of the family, says nothing, nor does the metastasis of another cancer.
"""

import re
from collections.abc import Iterator, Sequence

from abstractor.codes import SYSTEMS
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import Lexicon, Meaning
from abstractor.fhir.facts.contradictions import words_beside
from abstractor.fhir.facts.desk import Desk

__all__ = ["METASTASIS_IN_WORDS", "OF_PROCEDURES", "concepts_in_words", "said_in_words"]

METASTASIS_IN_WORDS = "metastasis-in-words"
OF_PROCEDURES = "words:procedure"
_ANY = "words:diagnosis"
_OF_BREAST = "words:breast-cancer"
_LONGEST = 5  # words of one phrase of the table
# Known already, whatever the words are.
_KNOWN = frozenset({"ambiguous-metastasis", "ambiguous-nodal-metastasis", "distant-metastasis"})
_CLAUSE = re.compile(r"[.,;:()\n]|\b(?:but|however|now)\b")
_DENIED_BEFORE = re.compile(
    r"\b(?:no|without|denies|denied|never|free of|negative for|rule out|ruled out|r o|exclude|excluded"
    r"|screening|screen for|risk|family|fh|mother|father|sister|brother|aunt|grandmother|daughter|relative)\b"
    r"|\bnot\b(?! (?:amplified|overexpressed|otherwise|specified))|\b(?:non|aspiration|chemical)$"
)
_DENIED_AFTER = re.compile(
    r"(?:(?:disease|spread|is|are|was|were|has|have|been) )*"
    r"(?:not|no|none|absent|excluded|unlikely|negative|ruled|work ?up|survey|screening|screen|risk)\b"
    r"|.*\b(?:ruled out|in (?:her |the )?(?:mother|father|sister|family|aunt))\b"
)
_OTHER_PRIMARY = re.compile(
    r"\b(?:melanoma|sarcoma|lymphoma|carcinoid|neuroendocrine|prostat\w+|thyroid|pancrea\w+|renal|kidney"
    r"|bladder|urothelial|endometri\w+|uter\w+|cervical|gastric|stomach|o?esophag\w+|colon|colorectal|rectal"
    r"|gallbladder|(?:lung|ovarian|liver) (?:adeno)?(?:cancer|carcinoma)|hepatocellular"
    r"|cholangiocarcinoma|head and neck)\b"
)
_A_CANCER = re.compile(r"C(?!50|7[789]|80)\d\d")


def concepts_in_words(code: CodeableConcept | None, meaning: Meaning, desk: Desk) -> tuple[str, ...]:
    """What the words of a diagnosis say and its codes do not, sorted; where its code is known, only a
    metastasis of the breast cancer."""
    if not any(words_beside(code)):
        return ()
    return desk.lexicon.remembered(_in_words, code, meaning)


def _in_words(lexicon: Lexicon, code: CodeableConcept | None, meaning: Meaning) -> tuple[str, ...]:
    said = list(map(_plain, words_beside(code)))
    of_breast = any("breast" in text for text in said) or "breast-cancer" in meaning.concepts
    found = _phrases(lexicon, code, (_ANY, _OF_BREAST) if of_breast else (_ANY,))
    other = not of_breast and (_other_cancer(meaning) or any(_OTHER_PRIMARY.search(text) for text in said))
    if other or _KNOWN & set(meaning.concepts):
        found.discard(METASTASIS_IN_WORDS)
    return tuple(sorted(found & {METASTASIS_IN_WORDS} if meaning.concepts else found))


def said_in_words(code: CodeableConcept | None, systems: Sequence[str], desk: Desk) -> set[str]:
    """The concepts of the phrases of these tables in the text and the displays, unless they are denied."""
    return _phrases(desk.lexicon, code, systems)


def _phrases(lexicon: Lexicon, code: CodeableConcept | None, systems: Sequence[str]) -> set[str]:
    clauses = (clause for words in words_beside(code) for clause in _CLAUSE.split(_plain(words)))
    return {concept for clause in clauses for concept in _said(clause.split(), systems, lexicon)}


def _plain(text: str) -> str:
    """Its words in lower case, and what parts a sentence."""
    return " ".join(re.findall(r"[a-z0-9]+|[.,;:()\n]", text.lower()))


def _said(words: list[str], systems: Sequence[str], lexicon: Lexicon) -> Iterator[str]:
    for at in range(len(words)):
        for end in range(at + 1, min(len(words), at + _LONGEST) + 1):
            phrase = " ".join(words[at:end])
            concepts = [c for s in systems for c in lexicon.value_sets.concepts.get((s, phrase), ())]
            if concepts and not _denied(" ".join(words[:at]), " ".join(words[end:])):
                yield from concepts


def _denied(before: str, after: str) -> bool:
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after))


def _other_cancer(meaning: Meaning) -> bool:
    """A code of another cancer, whether or not the tables have it."""
    icd = SYSTEMS["icd10cm"]
    return any(c.system == icd and _A_CANCER.match(c.code) for c in meaning.codings)
