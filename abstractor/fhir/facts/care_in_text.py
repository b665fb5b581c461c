"""Care that the text of a note or a report names: no evidence that it was given, and no silence beside it.

The phrases stand in the tables under a system of their own ("words:note"). A sentence that says that it was
not done names nothing; one in which it was declined does, for a person to read.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from abstractor.fhir.facts.coded import Lexicon
from abstractor.fhir.text.sentences import piece_at

__all__ = ["Named", "care_in_text"]

# Cut where the sentence turns to another thing: what is denied there is not this care.
_PLAIN = r"(?:(?!(?:and|but|then|so|while|although|however)\b)[\w'/&-]+)"
_NOT_BEFORE = re.compile(
    r"(?:\b(?:no(?! changes?\b)|not(?! only\b)|yet to|never|without|unable|cannot|defer(?:red|s|ring)?"
    r"|postponed?)|n't)"
    rf"(?:\s+{_PLAIN}){{0,5}}\s*$"
    r"|\b(?:mother|father|sister|brother|husband|wife|son|daughter|parent|spouse|partner)'s(?:\s+\w+){0,2}\s*$"
)
_CUT = re.compile(r"[.,;:()\n]")
_REACH = 80  # characters before a name in which a denial of it stands
_CARE = (
    r"(?:discussions?|conversations?|talks?|planning|documentation|documents?|forms?|orders?|status|was|were|is|are|has"
    r"|have|had|been|be|could|can|did|does|patient|at|this|that|time|visit|today|yet|currently|on|file)"
)
_DONE = (
    r"(?:addressed|applicable|assessed|available|completed|discussed|documented|done|established|explored|found|had|have|held|happen|occur"
    r"|known|obtained|on file|performed|provided|recorded|reviewed|revisited|specified|take place|today|yet)"
)
_NOT_AFTER = re.compile(
    rf"[\s:(\[\u2013\u2014-]*(?:{_CARE}[\s:(\[\u2013\u2014-]+)*"
    rf"(?:(?:not|never)\s+(?:(?:been|yet|currently|formally|previously|be|being)\s+)*{_DONE}\b"
    r"|deferred\b|postponed\b|cancell?ed\b"
    r"|(?:no|none|never|n/a|unknown|unavailable)"
    r"(?=\s*(?:$|[.;,)\]\n]|on file|known|documented|recorded|available)))"
)


class Named(NamedTuple):
    """One kind of care; `quote` is the sentence that names it."""

    concepts: tuple[str, ...]
    quote: str


def care_in_text(lexicon: Lexicon, text: str) -> Iterator[Named]:
    """Each kind of care once, by a sentence that names it and does not deny it."""
    plain = _lowered(text)
    told: set[tuple[str, ...]] = set()
    for phrase in lexicon.in_notes:
        if phrase.concepts in told or phrase.rarest not in plain:
            continue
        for found in phrase.pattern.finditer(plain):
            if not _goes_on(plain, found.start()) and not _is_denied(plain, found):
                told.add(phrase.concepts)
                piece = piece_at(text, found.start())
                yield Named(
                    phrase.concepts, text[found.start() : found.end()] if piece is None else piece.text
                )
                break


def _lowered(text: str) -> str:
    """In small letters, each at its place: some letters become two."""
    plain = text.lower()
    return plain if len(plain) == len(text) else "".join(letter.lower()[:1] for letter in text)


def _goes_on(plain: str, at: int) -> bool:
    """Is it the end of another word?"""
    return at > 0 and plain[at - 1].isalnum()


def _is_denied(plain: str, found: re.Match[str]) -> bool:
    before = _CUT.split(plain[max(0, found.start() - _REACH) : found.start()])[-1]
    return bool(_NOT_BEFORE.search(before) or _NOT_AFTER.match(plain, found.end()))
