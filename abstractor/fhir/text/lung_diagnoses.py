"""What the words of a diagnosis say of pneumonitis or interstitial lung disease: sentence by sentence as in a
report, but a code may stand beside them, they may hold nothing but a grade, and "resolved" is no doubt.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from abstractor.fhir.text.grade_bounds import as_ranges, says_zero
from abstractor.fhir.text.lungs import (
    Finding,
    assertion_at,
    findings_of,
    grades_alone,
    plain_of,
    speaks_of_lungs,
)
from abstractor.fhir.text.sentences import pieces_of
from abstractor.fhir.text.words import phrases

__all__ = ["LungWords", "Stance", "said_of_lungs"]

_LONGEST = 300  # characters of a name that are quoted
_PARTED = re.compile(r"\s*[;\n]\s*")
_SHORT_GRADE = re.compile(r"\b(?:gr|grd)\.\s*(?=[1-5iv])", re.IGNORECASE)
# A diagnosis that is called one is no teaching about it.
_EFFECT = re.compile(r"\b(?:adverse|side)[- ]effects?\b", re.IGNORECASE)
_PLANNED = phrases("lungs.planned")
# Of a record that has dates of its own "resolved" says that it was there.
_OVER = phrases("lungs.over")
# No name of it in a report, where it may be an old scar, but a disease of its codes.
_SCARRING = re.compile(r"\b(?:lung|pulmonary) fibrosis\b|\bfibrosis of (?:the )?lungs?\b", re.IGNORECASE)


class Stance(IntEnum):
    """From the least to the most: denied, of another or only planned; had before; possible; there."""

    DENIED = 0
    EARLIER = 1
    OPEN = 2
    THERE = 3


@dataclass(frozen=True, slots=True)
class LungWords:
    """`stance` is null where the words do not name it. `grades` are given to it alone; `quote` the words that
    leave it unsure."""

    stance: Stance | None
    grades: tuple[int, ...] = ()
    quote: str | None = None


def said_of_lungs(words: tuple[str, ...], *, coded: bool) -> LungWords:
    """Of the text and the displays of one code; `coded`: that code is known to mean the disease."""
    if not words or not (coded or any(speaks_of_lungs(each) for each in words)):
        return LungWords(Stance.THERE if coded else None)
    told = [(each, *_said(each)) for each in dict.fromkeys(words)]
    grades = tuple(sorted({grade for _, _, held in told for grade in held}))
    stances = [stance for _, stance, _ in told]
    least = min(stances)
    if least is Stance.THERE:
        return LungWords(Stance.THERE, grades)
    quote = told[stances.index(least)][0].strip()[:_LONGEST]
    # Of two names for one code that contradict each other neither is believed.
    return LungWords(Stance.OPEN if least is not max(stances) else least, grades, quote)


@lru_cache(maxsize=4096)
def _said(words: str) -> tuple[Stance, tuple[int, ...]]:
    parts = list(_parts_of(words))
    found = [one for part in parts if speaks_of_lungs(part) for one in _read(plain_of(part))]
    if not found:
        whole = plain_of(", ".join(parts))
        # What doubts the words may stand before or after what the code means.
        beside = _read(f"{whole} pneumonitis {whole}")
        return _unless_zero(min(stance for stance, _ in beside), grades_alone(whole), parts)
    stances = [stance for stance, _ in found]
    grades = {grade for _, one in found for grade in one.grades}
    denied = Stance.THERE in stances and any(one.reading == "absent" for _, one in found)
    return _unless_zero(Stance.OPEN if denied else max(stances), tuple(sorted(grades)), parts)


def _unless_zero(stance: Stance, grades: tuple[int, ...], parts: list[str]) -> tuple[Stance, tuple[int, ...]]:
    """A disease that is there and of grade 0 contradicts itself."""
    zero = stance is Stance.THERE and not grades and any(says_zero(part) for part in parts)
    return (Stance.OPEN if zero else stance), grades


def _parts_of(words: str) -> Iterator[str]:
    """Its sentences and clauses; a grade that stands alone belongs to what stands before it."""
    plain = _SCARRING.sub("pneumonitis", _SHORT_GRADE.sub("grade ", words.replace("?", " possible ")))
    plain = _EFFECT.sub("toxicity", plain)
    plain = as_ranges(plain)  # a bound is as good as a range
    held = ""
    for piece in pieces_of(plain):
        for part in filter(None, _PARTED.split(_OVER.sub("", piece.text.lower()).rstrip(". "))):
            if held and grades_alone(plain_of(part)):
                held = f"{held}, {part}"
            else:
                if held:
                    yield held
                held = part
    if held:
        yield held


def _read(plain: str) -> list[tuple[Stance, Finding]]:
    planned = _PLANNED.search(plain) is not None
    found = findings_of(plain)
    return [(Stance.DENIED if planned else _stance(one, assertion_at(plain, one)), one) for one in found]


def _stance(one: Finding, assertion: str) -> Stance:
    if one.reading is None:
        return Stance.OPEN if one.unclear else Stance.DENIED
    match assertion:
        case "elsewhere":
            return Stance.DENIED
        case "conditional" if one.reading != "absent":
            return Stance.OPEN
        case "historical" if one.reading != "absent":
            return Stance.EARLIER
        case _:
            return Stance.DENIED if one.reading == "absent" else Stance.THERE
