"""What a place may be called for short: "Zellwood" of "Zellwood Infirmary, North", "St. Mary" of "St. Mary
Quill Clinic", "Mercy General", "Mercy" and "MGH" of "Mercy General Hospital".
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from abstractor.workflow.auditing.common_words import (
    ABBREVIATED,
    EVERYDAY,
    FINDINGS,
    OF_NO_PLACE,
    WHERE,
    plain,
)

__all__ = ["has_parts", "short_names", "words_of_names"]

_SAINTS = frozenset({"st", "saint", "ste", "sainte", "mt", "mount", "ft", "fort"})
# Words of the field that stand in names of places and in no list of those looked for alone.
_OF_THE_FIELD = frozenset(
    "ablation bariatric bank behavioral biology blood brain cell chemistry clinics cytology disorders "
    "genomic genomics gynecologic hematologic hepatobiliary hospitals immunization interventional "
    "joint kidney marrow mental microbiology molecular occupational orthopaedic perioperative "
    "physical plastic precision preventive proton psychosocial reconstructive renal sons spine stem "
    "supportive testing therapeutic therapeutics translational trials vaccination".split()
)
_KNOWN = (OF_NO_PLACE | EVERYDAY | WHERE | _OF_THE_FIELD) - _SAINTS
_LEFT_OUT = (OF_NO_PLACE | WHERE | _OF_THE_FIELD) - _SAINTS
_APART = re.compile(r"\s+[-\u2013\u2014]\s+|\s+(?:at|@|in|and|&|\+)\s+|[()\[\]/|;,@]", re.IGNORECASE)
_BETWEEN_HALVES = re.compile("[-\u2010-\u2015]")
_HOUSES = frozenset(
    "center centre clinic clinics hospital infirmary institut klinik klinikum krankenhaus praxis spital "
    "zentrum".split()
)
_SHORTEST = 3
_SHORTEST_WORD = 4
_LONGEST_ACRONYM = 5
_WORDS_OF_A_WHOLE = 3
_SIDES = frozenset(
    "central east eastern north northeast northern northwest south southeast southern southwest valley west "
    "western".split()
)
_BETWEEN = frozenset({"of", "the", "and", "for", "at", "in"})


def has_parts(place: str) -> bool:
    """Whether it is a name whatever signs stand between its words: "Sample Oncology, North" has a side,
    others a word of their own; not "Imaging, Breast" or "Echo/EKG".
    """
    words = {plain(word) for word in re.split(r"[\s,;:/|()\[\]-]+", place)} - {""}
    own = any(len(word) >= _SHORTEST_WORD and word not in _KNOWN for word in words)
    return len(words) >= _WORDS_OF_A_WHOLE and (own or bool(words & _SIDES))


def short_names(place: str) -> Iterator[str]:
    """Each part of it, without the words at its ends that many places have, and each
    word that tells it; "Q.R.H." of "QRH".
    """
    if place.isupper() and place.isalpha() and _SHORTEST <= len(place) <= _LONGEST_ACRONYM:
        yield ".".join(place)
    for piece in _APART.split(place):
        words = piece.split()
        yield from (short for short in _within(words) if short != place)
        while words and _is_common(words[-1]):
            words.pop()
        while words and _is_common(words[0]):
            words.pop(0)
        short = " ".join(words)
        if short != place and _tells(words):
            yield short
        if piece != place and _is_whole(piece.split()):
            yield piece.strip()
        yield from (short for short in _together(piece.split()) if short != place)
        yield from _initials(piece.split())


def words_of_names(place: str) -> Iterator[str]:
    """Words of it that are everyday words too, as "Mercy" is."""
    return (word.strip(".:,()") for word in place.split() if _is_name_too(word))


def _is_name_too(word: str) -> bool:
    bare = plain(word)
    return bare in EVERYDAY and bare not in OF_NO_PLACE | WHERE | FINDINGS and len(bare) >= _SHORTEST_WORD


def _is_whole(words: list[str]) -> bool:
    """ "University Hospital East" of "University Hospital East - Oncology": where it is tells it."""
    told = {plain(word) for word in words}
    return len(words) >= _WORDS_OF_A_WHOLE and bool(told & _SIDES) and bool(told & _HOUSES)


def _together(words: list[str]) -> Iterator[str]:
    """ "Mercy General" and "Grace Hope": each is an everyday word, both together are a name."""
    for first, second in pairwise(words):
        one, other = plain(first), plain(second)
        if one in EVERYDAY - OF_NO_PLACE and other in (EVERYDAY | WHERE) - OF_NO_PLACE:
            yield f"{first} {second}"


def _initials(words: list[str]) -> Iterator[str]:
    """ "MGH" of "Mercy General Hospital", where no note means something else by it."""
    told = [plain(word) for word in words if plain(word) and plain(word) not in _BETWEEN]
    initials = "".join(word[0] for word in told)
    of_its_own = any(_is_name_too(word) or word not in _KNOWN | EVERYDAY for word in told)
    if _SHORTEST <= len(initials) <= _LONGEST_ACRONYM and of_its_own and initials.isalpha():
        if initials not in ABBREVIATED:
            yield initials.upper()
            yield ".".join(initials.upper())


def _within(words: list[str]) -> Iterator[str]:
    for first, second in pairwise(words):
        if plain(first) in _SAINTS:
            yield f"{first} {second}"
    for word in words:
        if _is_of_its_own(word):
            yield word.strip(".:")
            yield from filter(_is_of_its_own, _halves(word.strip(".:")))


def _is_of_its_own(word: str) -> bool:
    bare = plain(word)
    return len(bare) >= _SHORTEST_WORD and not _is_common(word) and bare not in _KNOWN | _SAINTS


def _halves(word: str) -> list[str]:
    """ "Müller" of "Müller-Klinik"; of "Same-Day" and "Non-Invasive" none."""
    halves = _BETWEEN_HALVES.split(word)
    return halves[:-1] if plain(halves[-1]) in _HOUSES else []


def _is_common(word: str) -> bool:
    return plain(word) in _LEFT_OUT or any(letter.isdigit() for letter in word) or not plain(word)


def _tells(words: list[str]) -> bool:
    if len(words) > 1 and plain(words[0]) in _SAINTS:
        return True
    return any(len(plain(word)) >= _SHORTEST and plain(word) not in _KNOWN | _SAINTS for word in words)
