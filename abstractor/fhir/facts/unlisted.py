"""Records whose codes no table has, by their name: they prove nothing, and no silence beside them does.

The names stand in the tables under a system of their own ("words:unlisted"): a phrase is the words that a
name must all have, in any order. Of two phrases the one with more words is meant ("hemoglobin a1c" is no
haemoglobin); words of another specimen, or of another examination, say that it is something else.
"""

import re
from collections.abc import Iterator

from abstractor.chart import Activity, Procedure, Standing, Unlisted
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import Lexicon, Meaning, Phrases
from abstractor.fhir.facts.contradictions import words_beside
from abstractor.fhir.facts.desk import Desk

__all__ = ["OPEN", "clipped", "may_be", "not_done", "said_to_be", "says_what_it_is"]

OPEN = frozenset({Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL, Standing.CONTEXT})
_ANOTHER = "another-examination"
_ANOTHER_SPECIMEN = "another-specimen"
_LONGEST = 120  # characters of a name that are told
_WORD = re.compile(r"[a-z0-9]+")
# "Without contrast" and "no addition of P-5'-P" deny nothing.
_NOT_DONE = re.compile(
    r"\b(?:declin\w*|refus\w*|cancel\w*|defer\w*|denied|unable|never"
    r"|not (?:done|performed|obtained|collected|needed|indicated|required))\b|^no\b"
)


def may_be(code: CodeableConcept | None, desk: Desk) -> tuple[str, ...] | None:
    """What a record may be whose code no table has, sorted; none where it may be anything, because nothing
    says what it is. None where it is something else."""
    meaning = desk.lexicon.meaning(code)
    if meaning.concepts:
        return None
    names = desk.lexicon.remembered(_read, code, meaning)
    if names:
        return tuple(name for name in names if name != _ANOTHER) or None
    listed = any(coding.system in desk.value_sets.systems for coding in meaning.codings)
    return None if listed or any(words_beside(code)) else ()


def says_what_it_is(code: CodeableConcept | None, desk: Desk) -> bool:
    """Is its name known, as what is wanted or as something else, so that it is not just anything?"""
    return bool(desk.lexicon.remembered(_read, code, desk.lexicon.meaning(code)))


def said_to_be(
    kind: str, found: Procedure | Activity | None, code: CodeableConcept | None, desk: Desk
) -> Unlisted | None:
    """The same record as what it may be besides; None where its name says nothing that could be wanted."""
    if found is None or found.standing not in OPEN:
        return None
    # A document that is called after a study is no study, whatever its name says.
    known = found.concepts if isinstance(found, Procedure) else ()
    names = tuple(name for name in may_be(code, desk) or () if name not in known)
    if not names:
        return None
    return Unlisted(kind, names, clipped(found.text), found.when, found.standing, found.sources)


def not_done(
    kind: str, found: Procedure, code: CodeableConcept | None, reason: CodeableConcept | None, desk: Desk
) -> Unlisted | None:
    """What was not done for a reason that the record gives, where its name alone says what it was."""
    why = desk.lexicon.meaning(reason).words
    names = tuple(name for name in may_be(code, desk) or () if name not in found.concepts)
    if found.standing is not Standing.AGAINST or why is None or not names:
        return None
    told = clipped(f"{found.text}, not done: {why}")
    return Unlisted(kind, names, told, found.when, found.standing, found.sources, worded=True)


def clipped(text: str | None) -> str | None:
    """A name that can stand in a sentence."""
    return text if text is None or len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"


def _read(lexicon: Lexicon, code: CodeableConcept | None, meaning: Meaning) -> tuple[str, ...]:
    """What its texts and displays name, and a local code by itself ("HGB"), sorted."""
    local = [c.code for c in meaning.codings if c.code and c.system not in lexicon.value_sets.systems]
    said = (*words_beside(code), *local)
    return tuple(sorted({name for text in said for name in _named(lexicon.unlisted, text.lower())}))


def _named(phrases: Phrases, text: str) -> Iterator[str]:
    said = _WORD.findall(text)
    if _NOT_DONE.search(" ".join(said)):
        return
    words = frozenset(said)
    held = [each for word in words for each in phrases.get(word, ()) if each[0] <= words]
    elsewhere = frozenset(w for phrase, means in held if _ANOTHER_SPECIMEN in means for w in phrase)
    for phrase, means in held:
        if any(phrase < other for other, _ in held):
            continue
        if elsewhere and phrase.isdisjoint(elsewhere):
            yield _ANOTHER
        else:
            yield from (_ANOTHER if concept == _ANOTHER_SPECIMEN else concept for concept in means)
