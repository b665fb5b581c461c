"""What a place may be called for short: "Zellwood" of "Zellwood Infirmary, North"."""

import re
from collections.abc import Iterator

from abstractor.workflow.auditing.common_words import EVERYDAY, OF_NO_PLACE, WHERE, plain

__all__ = ["short_names"]

_SAINTS = frozenset({"st", "saint", "ste", "sainte", "mt", "mount", "ft", "fort"})
_KNOWN = (OF_NO_PLACE | EVERYDAY | WHERE) - _SAINTS
_LEFT_OUT = (OF_NO_PLACE | WHERE) - _SAINTS
_APART = re.compile(r"\s+[-\u2013\u2014]\s+|\s+(?:at|@|in)\s+|[()\[\]/|;,@]")
_SHORTEST = 3


def short_names(place: str) -> Iterator[str]:
    """Each part of it, without the words at its ends that many places have."""
    for piece in _APART.split(place):
        words = piece.split()
        while words and _is_common(words[-1]):
            words.pop()
        while words and _is_common(words[0]):
            words.pop(0)
        short = " ".join(words)
        if short != place and _tells(words):
            yield short


def _is_common(word: str) -> bool:
    return plain(word) in _LEFT_OUT or any(letter.isdigit() for letter in word) or not plain(word)


def _tells(words: list[str]) -> bool:
    if len(words) > 1 and plain(words[0]) in _SAINTS:
        return True
    return any(len(plain(word)) >= _SHORTEST and plain(word) not in _KNOWN | _SAINTS for word in words)
