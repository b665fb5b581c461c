"""What a sentence says of pneumonitis or interstitial lung disease: present, absent, and its grade where one
is given to it and to nothing else.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from abstractor.fhir.text.assertion import Scope, assertion_of
from abstractor.fhir.text.words import phrases, plain_words

__all__ = [
    "Finding",
    "assertion_at",
    "findings_of",
    "grades_alone",
    "grades_leading",
    "plain_of",
    "speaks_of_lungs",
]

_LUNG = r"(?:lung|pulmonary)"
_NAMES = (
    rf"(?:pneumonitis|pneumonitides|interstitial {_LUNG} (?:disease|disorder)s?|interstitial pneumonia"
    rf"|{_LUNG} diseases?, interstitial|organi[sz]ing pneumonia(?! pattern)|ild(?:/pneumonitis)?"
    rf"|drug[- ]induced lung (?:disease|injury)|(?:drug[- ]induced )?{_LUNG} toxicity)"
)
_NAME = re.compile(rf"\b{_NAMES}(?:(?:\s*[/,]\s*|\s+(?:or|and)\s+|\s*\(\s*){_NAMES}\)?)*")
_STEMS = ("pneumoni", "interstitial", "ild", "lung", "pulmonary")
_ANY = re.compile(
    rf"pneumonit|interstitial|\bild\b|{_LUNG}\s+(?:disease|injury|toxicity)|organi[sz]ing\s+pneumonia"
)
_OTHER = phrases("lungs.other_diseases", also=r"\W+(?:type )?$")
_BLOCKED = phrases("binding.blocks")
_DENIED_BEFORE = phrases("lungs.denied_before", also=r"(?P<between>[^.;]*)$")
_STILL_THERE = phrases("lungs.still_there")
_DENIED_AFTER = re.compile(
    r"[\s:,=-]*(?:(?:screen\w*|work-?up|is|was|are|were|has|have|been|findings?|changes|currently) )*"
    r"(?:not (?:seen"
    r"|identified|present|evident"
    r"|detected|noted|demonstrated|observed|found)|none|no|absent|negative|ruled out|excluded)\b"
)
_NEGATION = phrases("binding.negations")
_NEGATED_AFTER = phrases("binding.negations", "lungs.denying")
_POSSIBLE = phrases("lungs.possible")
_OPEN_QUESTION = phrases("lungs.open_question")
_LOOKED_FOR = re.compile(r"\s*(?:screen\w*|work-?up|survey|check)\b")
_THRESHOLD = re.compile(r"\?|(?:\u2265|>=|>) ?(?:grade )?\d")
# A lower bound in a sentence that only states it: the disease is there, its grade is not told.
_BOUND = re.compile(
    r"(?:(?:grade|gr\.?|g|ctcae) ?)?(?:\u2265|>=|>) ?(?:grade |g)?[1-5]"
    r"|grade ?[1-5],? (?:or|and) (?:higher|greater|more|above|worse)"
)
_STATING = plain_words("lungs.stating")
_WORD = re.compile(r"[a-z][a-z'/-]*")
_FAMILY = phrases("lungs.family")
_LINKS = phrases("lungs.links").pattern
_HEDGED_CAUSE = phrases(
    "lungs.hedges",
    also=rf"(?:\s+(?:to|as|be|is))*(?=\s+{_LINKS})(?!(?:\s+[\w/-]+){{0,5}}?\s+{_NAMES})",
)
_CAUSE = re.compile(rf"{_LINKS}(?:[\s/-]+(?:{'|'.join(sorted(plain_words('lungs.causes')))})\b)*")
_HARMLESS = phrases("lungs.harmless", also=r"(?!\s*(?:[,/(]|or\b|nor\b|and\b))")
_NON = re.compile(r"\bnon[- ](?=[a-z])")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_GRADE = r"(?:grade|gr\.?|g|ctcae(?: v?\d(?:\.\d)?)?(?: grade)?)[\s:=-]{0,2}(?P<first>[0-5]|i{1,3}|iv|v)\b"
_RANGE = r"(?:\s?(?:-|\u2013|/|to|or|and|&)\s?(?:grade )?(?P<last>[0-5]|i{1,3}|iv|v)\b)?"
_GRADED = re.compile(rf"\b{_GRADE}{_RANGE}")
_KINDS = rf"(?:[\s,(/-]|\b(?:cdk4/6|v?[45](?:\.0)?|{'|'.join(sorted(plain_words('lungs.kinds')))})\b)*"
_BEFORE = re.compile(rf"(?:{_GRADED.pattern})(?P<gap>{_KINDS})$")
_PARTED = re.compile(r"[,/]| - |\band\b")
_NEUTRAL = re.compile(rf"(?:{_KINDS}|[\s:;.=)])*$")
_HEDGES = phrases("lungs.hedges")
_AFTER = re.compile(
    r"(?:[\s,():=-]|\d{4}-\d\d(?:-\d\d)?|\d{1,2}/(?:\d{1,2}/)?\d{2,4}|ctcae|v?[45]\.0|unspecified|nos|toxicity|is|was|now|currently|of|at|resolved|to|graded|as|improved"
    r"|from|down|asymptomatic"
    r"|symptomatic|mild|moderate|severe|resolving|improving)*$"
)
_NEXT = re.compile(r"\s*(?P<word>[a-z][\w/-]*)|(?P<above>\s?\+)")
_FOLLOW = plain_words("lungs.follow")
_NO_MORE = re.compile(
    r"\s*(?:or (?:higher|greater|more|above|worse)|\+|\?|possible|probable|suspected|vs|versus)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mention of the disease; `reading` is null where none can be told; `open`: no finding yet, or one
    that is only possible; `elsewhere`: in the family.

    `grades` are those given to it, also where they are more than one; `unclear`: it stands beside a denial
    that cannot be told to be its own.
    """

    reading: str | None
    start: int
    end: int
    open: bool
    elsewhere: bool = False
    grades: tuple[int, ...] = ()
    unclear: bool = False


def speaks_of_lungs(text: str) -> bool:
    plain = text.lower()
    return any(stem in plain for stem in _STEMS) and _ANY.search(plain) is not None


@lru_cache(maxsize=1024)
def plain_of(text: str) -> str:
    """In small letters and on one line. What follows the name and is about its cause, or about another thing,
    is left out."""
    joined = re.sub(r"([a-z])-[ \t]*[\r\n]\s*(?=[a-z])", r"\1", text)
    plain = _without_bound(_NON.sub("non", " ".join(joined.lower().split())))
    name = _NAME.search(plain)
    if name is None:
        return plain
    return plain[: name.end()] + _HARMLESS.sub("", _HEDGED_CAUSE.sub("", plain[name.end() :]))


def _without_bound(plain: str) -> str:
    """ "Hold for pneumonitis grade >= 2" is a rule, and stays as it is; "pneumonitis grade >= 2" is none."""
    bare = _BOUND.sub(" ", plain)
    if bare == plain or "?" in plain or "%" in plain:
        return plain
    named = _NAME.sub(" ", bare)
    return bare if named != bare and all(word in _STATING for word in _WORD.findall(named)) else plain


def findings_of(plain: str) -> list[Finding]:
    """One a clause that names it; clauses that say the same are one."""
    names = list(_NAME.finditer(plain))
    found: list[Finding] = []
    for at, name in enumerate(names):
        start = names[at - 1].end() if at else 0
        end = names[at + 1].start() if at + 1 < len(names) else len(plain)
        found.append(_finding(plain, name, start, end))
    told = [each for each in found if each.reading is not None] or found[:1]
    return list({(each.reading, each.open): each for each in reversed(told)}.values())[::-1]


def assertion_at(plain: str, one: Finding, *, historical: bool = False) -> str:
    """Of whom, when and how surely; `historical`: it stands in a section about the past."""
    if one.elsewhere:
        return "elsewhere"
    if one.open:
        return "conditional"
    return assertion_of(Scope(plain, one.start, one.end, False, historical, other_cancer=False))


def grades_alone(plain: str) -> tuple[int, ...]:
    """The grades of words that hold nothing but a grade and the kind of what is graded."""
    found = _GRADED.search(plain)
    return grades_leading(plain) if found and _NEUTRAL.match(plain[found.end() :]) else ()


def grades_leading(plain: str) -> tuple[int, ...]:
    """The grades with which these words begin: a severity ("Grade 2: moderate")."""
    found = _GRADED.search(plain)
    if found is None or _NO_MORE.match(plain[found.end() :]):
        return ()
    before = plain[: found.start()]
    if not _NEUTRAL.match(before) or _HEDGES.search(before):
        return ()
    return tuple(sorted({_rank(each) for each in found.groups() if each} - {0}))


def _finding(plain: str, name: re.Match[str], start: int, end: int) -> Finding:
    blocked = [block.end() for block in _BLOCKED.finditer(plain, start, name.start())]
    before = plain[(blocked[-1] if blocked else start) : name.start()]
    stopped = _BLOCKED.search(plain, name.end(), end)
    after = plain[name.end() : stopped.start() if stopped else end]
    family = _FAMILY.search(before) is not None
    sides = [_POSSIBLE.sub("", side) for side in (before, after)]
    opened = any(words.search(side) for words in (_OPEN_QUESTION, _THRESHOLD) for side in sides)
    opened = opened or (_LOOKED_FOR.match(after) is not None and not _DENIED_AFTER.match(after))
    possible = sides != [before, after]
    other = _OTHER.search(before) is not None
    if opened or other or (possible and _DENIED_BEFORE.search(sides[0])):
        return Finding(None, name.start(), end, opened or possible, family)
    grades = _grades(before, after)
    if possible:
        return Finding(_graded(grades), name.start(), end, True, family, grades)
    reading = _reading(before, after, grades)
    unclear = reading is None and _DENIED_BEFORE.search(before) is None
    return Finding(reading, name.start(), end, False, family, grades, unclear)


def _reading(before: str, after: str, grades: tuple[int, ...]) -> str | None:
    denied = _DENIED_BEFORE.search(before)
    if denied is not None:
        doubled = _NEGATION.search(denied["between"]) or _NEGATION.search(before[: denied.start()])
        return (
            None if doubled or _STILL_THERE.search(denied["between"]) or _NEGATION.search(after) else "absent"
        )
    if _DENIED_AFTER.match(after):
        return None if _NEGATION.search(before) else "absent"
    if _NEGATION.search(before) or _NEGATED_AFTER.search(after.partition(",")[0]):
        return None
    return _graded(grades)


def _graded(grades: tuple[int, ...]) -> str:
    return f"grade {grades[0]}" if len(grades) == 1 else "present"


def _grades(before: str, after: str) -> tuple[int, ...]:
    """The grades that stand at the name, before or after it, and are not those of another."""
    after = _CAUSE.sub("", after)
    behind = [
        grade
        for grade in _GRADED.finditer(after)
        if _AFTER.match(after[: grade.start()]) and _is_own(after[grade.end() :])
    ]
    if any(re.match(r".*\bwas\b[^,;]*$", after[: grade.start()]) for grade in _GRADED.finditer(after)):
        behind = list(_GRADED.finditer(after))  # "now grade 1 (was grade 2)": which is meant is not told
    ahead = _BEFORE.search(before)
    if ahead is not None and _is_of_another(before[: ahead.start()], ahead["gap"]):
        ahead = None
    held = [*behind, *([ahead] if ahead is not None else [])]
    ranks = {_rank(each) for grade in held for each in (grade["first"], grade["last"]) if each}
    return tuple(sorted(ranks - {0}))


def _is_own(following: str) -> bool:
    """Does nothing follow the grade that may be what is graded ("pneumonitis, grade 3 neutropenia")?"""
    found = _NEXT.match(following)
    return found is None or (found["above"] is None and found["word"] in _FOLLOW)


def _is_of_another(lead: str, gap: str) -> bool:
    """ "Fatigue grade 3, pneumonitis": what stands before the grade is what it grades."""
    if not _PARTED.search(gap):
        return False
    own = re.split(r"[,;:.()]", lead)[-1]
    return not _NEUTRAL.match(own)


def _rank(written: str) -> int:
    return _ROMAN[written] if written in _ROMAN else int(written)
