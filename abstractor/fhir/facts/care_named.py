"""Care told by the name of its record, where every word of the name is known to go with that care.

A name that has other words too leaves open what it means ("Hospice information visit"); one that says that
the care was declined is evidence that it was offered; one that denies it says nothing. The words stand in
`companions.toml`, the names in the tables under the system "words:activity".
"""

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import NamedTuple

from abstractor.chart import LeftOpen
from abstractor.fhir.elements.datatypes import CodeableConcept
from abstractor.fhir.facts.coded import CareNamed, Elements, Lexicon, Texts
from abstractor.fhir.facts.contradictions import words_beside
from abstractor.fhir.facts.unlisted import clipped
from abstractor.fhir.facts.worded import ACTIVITY, CLAUSE, DENIED, LONGEST

__all__ = ["care_named", "left_open"]

_DATA = tomllib.loads(files(__package__).joinpath("companions.toml").read_text(encoding="utf-8"))
_ANY = frozenset(_DATA["any"])
_OWN = {concept: _ANY.union(words) for concept, words in _DATA["own"].items()}
_ONLY = {concept: frozenset(words) for concept, words in _DATA["only"].items()}
_OTHERWISE = {phrase: frozenset(words) for phrase, words in _DATA["otherwise"].items()}
# Whatever was declined of it, it was not begun.
_OF_DENIAL = _ANY.union(_DATA["denied"]["words"])
_WORD = re.compile(r"[a-z0-9]+")
_DECLINED = re.compile(r"\b(?:declin|refus)\w*")
# A study without contrast, and a service that a table does not part further, were done.
_NO_DENIAL = re.compile(r"\bwithout (?:iv |intravenous |and with )*contrast\b")
_NOTHING = CareNamed((), (), (), "")


class _Span(NamedTuple):
    """A name of care in a text: from which word to which."""

    first: int
    last: int
    phrase: str
    concepts: tuple[str, ...]


def care_named(lexicon: Lexicon, concepts: Iterable[CodeableConcept | None], *texts: str | None) -> CareNamed:
    """What the texts, and the texts and displays of these elements, say of care, together."""
    return lexicon.care(_together, tuple(concepts), texts)


def left_open(named: CareNamed, coded: Iterable[str]) -> LeftOpen | None:
    """What the name may mean beside what its codes do; of a visit that was declined, that too."""
    may_be = tuple(sorted({*named.maybe, *named.declined}.difference(coded)))
    return LeftOpen(may_be, clipped(named.words) or "") if may_be else None


def _together(lexicon: Lexicon, concepts: Elements, texts: Texts) -> CareNamed:
    """What one text leaves open or declines, no other grants."""
    said = {text: None for concept in concepts for text in words_beside(concept)}
    said |= {text: None for text in texts if text}
    read = [each for text in said if (each := _read(lexicon, text)) is not _NOTHING]
    if len(read) < 2:
        return read[0] if read else _NOTHING
    declined = {name for each in read for name in each.declined}
    maybe = {name for each in read for name in each.maybe} - declined
    known = {name for each in read for name in each.known} - maybe - declined
    told = next((each.words for each in read if each.maybe), read[0].words)
    return CareNamed(tuple(sorted(known)), tuple(sorted(maybe)), tuple(sorted(declined)), told)


def _read(lexicon: Lexicon, text: str) -> CareNamed:
    words, spans = _spans(lexicon, text.lower())
    if not spans:
        return _NOTHING
    plain = " ".join(words)
    denied = DENIED.search(_NO_DENIAL.sub("", plain))
    besides = _OF_DENIAL if denied else frozenset()
    sure: set[str] = set()
    every: set[str] = set()
    for span in spans:
        otherwise = _OTHERWISE.get(span.phrase, frozenset())
        if not otherwise.isdisjoint(words[span.last : span.last + 1]):
            continue
        every.update(span.concepts)
        if otherwise.isdisjoint(words):
            sure.update(each for each in span.concepts if _goes_with(each, words, spans, besides))
    known, maybe = tuple(sorted(sure)), tuple(sorted(every - sure))
    if not denied:
        return CareNamed(known, maybe, (), text) if every else _NOTHING
    declined = known if _DECLINED.search(plain) else ()
    return CareNamed((), maybe, declined, text) if maybe or declined else _NOTHING


def _spans(lexicon: Lexicon, plain: str) -> tuple[list[str], list[_Span]]:
    """The words, and the names of care in them; of two names of which one lies in the other, the longer."""
    known = lexicon.value_sets.concepts
    words: list[str] = []
    found: list[_Span] = []
    for clause in CLAUSE.split(plain):
        begins = len(words)
        words += _WORD.findall(clause)
        for first in range(begins, len(words)):
            for last in range(first + 1, min(len(words), first + LONGEST) + 1):
                phrase = " ".join(words[first:last])
                if concepts := known.get((ACTIVITY, phrase)):
                    found.append(_Span(first, last, phrase, concepts))
    return words, [each for each in found if not any(_lies_in(each, other) for other in found)]


def _lies_in(one: _Span, other: _Span) -> bool:
    return one is not other and other.first <= one.first and one.last <= other.last


def _goes_with(concept: str, words: list[str], spans: list[_Span], besides: frozenset[str]) -> bool:
    """Is every word known beside this care, or part of the name of another?"""
    only = _ONLY.get(concept)
    beside = _OWN.get(concept, _ANY) if only is None else only
    named = {
        at
        for span in spans
        if only is None or concept in span.concepts
        for at in range(span.first, span.last)
    }
    rest = (word for at, word in enumerate(words) if at not in named)
    return all(word in beside or word in besides or word.isdigit() for word in rest)
