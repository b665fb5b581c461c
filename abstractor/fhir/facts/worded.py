"""Care, results and vaccines that no verified code is known for, told by the name that their record gives.

The phrases stand in the tables under a system of their own ("words:activity"). A name that denies anything
("declined", "cancelled", "not needed") tells nothing.
"""

import re
from collections.abc import Iterable

from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import Elements, Lexicon, Texts
from abstractor.fhir.facts.contradictions import words_beside

__all__ = ["ACTIVITY", "CLAUSE", "DENIED", "GENE", "LONGEST", "RESULT", "VACCINE", "named_in"]

ACTIVITY = "words:activity"
GENE = "words:gene"
RESULT = "words:result"
VACCINE = "words:vaccine"
LONGEST = 5  # words of one phrase of the tables
CLAUSE = re.compile(r"[.,;:()\n]")
_WORD = re.compile(r"[a-z0-9]+")
DENIED = re.compile(
    r"\b(?:no|never|without|declin\w*|refus\w*|defer\w*|cancel\w*|denie[ds]|denial|unable|ruled out)\b"
    r"|\bnot\b(?! (?:otherwise|elsewhere) (?:specified|classified))"
)
# Passive immunisation is no vaccine, and says its virus too.
_NO_VACCINE = re.compile(r"\b(?:ig|hbig|globulin|mab|monoclonal|antibody)\b")
# "Haemophilus influenza type b" is named after the illness of which it is no cause.
_OF_HIB = re.compile(
    r"\b(?:ha?emophilus|hib|prp|act-?hib|pedvaxhib|hiberix|h\.?\s+influenzae?|influenzae?\s+type\s+b)\b"
)
_INFLUENZA = re.compile(r"\binfluenzae?\b")
_NEVER = {ACTIVITY: DENIED, GENE: DENIED, RESULT: DENIED, VACCINE: _NO_VACCINE}


def named_in(
    lexicon: Lexicon, system: str, concepts: Iterable[CodeableConcept | None], *texts: str | None
) -> tuple[str, ...]:
    """What the texts, and the texts and displays of these elements, name, sorted."""
    return lexicon.named(_named, system, tuple(concepts), texts)


def _named(lexicon: Lexicon, system: str, concepts: Elements, texts: Texts) -> tuple[str, ...]:
    said = {text for concept in concepts for text in words_beside(concept)} | {text for text in texts if text}
    return tuple(sorted({name for text in said for name in lexicon.remembered(_phrases, system, text)}))


def _phrases(lexicon: Lexicon, system: str, text: str) -> tuple[str, ...]:
    plain = text.lower()
    if system == VACCINE and _OF_HIB.search(plain):
        plain = _INFLUENZA.sub(" ", plain)
    if _NEVER[system].search(" ".join(_WORD.findall(plain))):
        return ()
    known = lexicon.value_sets.concepts
    found: set[str] = set()
    for clause in CLAUSE.split(plain):
        words = _WORD.findall(clause)
        for at in range(len(words)):
            for end in range(at + 1, min(len(words), at + LONGEST) + 1):
                found.update(known.get((system, " ".join(words[at:end])), ()))
    return tuple(sorted(found))
