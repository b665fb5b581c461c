"""What a sentence says of pneumonitis or interstitial lung disease: present, absent, and its grade where one
is given to it and to nothing else.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from abstractor.fhir.text.words import phrases, plain_words

__all__ = ["Finding", "findings_of", "plain_of", "speaks_of_lungs"]

_NAMES = (
    r"(?:pneumonitis|pneumonitides|interstitial (?:lung|pulmonary) disease|interstitial pneumonia"
    r"|ild(?:/pneumonitis)?"
    r"|drug[- ]induced lung (?:disease|injury|toxicity))"
)
_NAME = re.compile(rf"\b{_NAMES}(?:(?:\s*[/,]\s*|\s+(?:or|and)\s+|\s*\(\s*){_NAMES}\)?)*")
_STEMS = ("pneumonit", "interstitial", "ild", "lung")
_ANY = re.compile(r"pneumonit|interstitial|\bild\b|lung\s+(?:disease|injury|toxicity)")
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
_OPEN_QUESTION = phrases("lungs.open_question")
_THRESHOLD = re.compile(r"\?|(?:\u2265|>=|>) ?(?:grade )?\d")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_GRADE = r"(?:grade|gr\.?|g|ctcae(?: v?\d(?:\.\d)?)?(?: grade)?)[\s-]?(?P<first>[0-5]|i{1,3}|iv|v)\b"
_RANGE = r"(?:\s?(?:-|\u2013|/|to|or)\s?(?:grade )?(?P<last>[0-5]|i{1,3}|iv|v)\b)?"
_GRADED = re.compile(rf"\b{_GRADE}{_RANGE}")
_KINDS = rf"(?:[\s,(/-]|\b(?:cdk4/6|v?[45](?:\.0)?|{'|'.join(sorted(plain_words('lungs.kinds')))})\b)*"
_BEFORE = re.compile(rf"(?:{_GRADED.pattern}){_KINDS}$")
_AFTER = re.compile(
    r"(?:[\s,(:=-]|ctcae|v?[45]\.0|toxicity|is|was|now|currently|of|at|resolved|to|graded|as|improved"
    r"|from|down|asymptomatic"
    r"|symptomatic|mild|moderate|severe|resolving|improving)*$"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mention of the disease; `reading` is null where none can be told; `open`: no finding yet."""

    reading: str | None
    start: int
    end: int
    open: bool


def speaks_of_lungs(text: str) -> bool:
    plain = text.lower()
    return any(stem in plain for stem in _STEMS) and _ANY.search(plain) is not None


@lru_cache(maxsize=1024)
def plain_of(text: str) -> str:
    joined = re.sub(r"([a-z])-[ \t]*[\r\n]\s*(?=[a-z])", r"\1", text)
    return " ".join(joined.lower().split())


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


def _finding(plain: str, name: re.Match[str], start: int, end: int) -> Finding:
    blocked = [block.end() for block in _BLOCKED.finditer(plain, start, name.start())]
    before = plain[(blocked[-1] if blocked else start) : name.start()]
    stopped = _BLOCKED.search(plain, name.end(), end)
    after = plain[name.end() : stopped.start() if stopped else end]
    opened = any(words.search(side) for words in (_OPEN_QUESTION, _THRESHOLD) for side in (before, after))
    reading = None if opened or _OTHER.search(before) else _reading(before, after)
    return Finding(reading, name.start(), end, opened)


def _reading(before: str, after: str) -> str | None:
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
    return _grade(before, after) or "present"


def _grade(before: str, after: str) -> str | None:
    """The one grade that stands at the name, before or after it."""
    grades = [
        (grade["first"], grade["last"])
        for grade in _GRADED.finditer(after)
        if _AFTER.match(after[: grade.start()])
    ]
    ahead = _BEFORE.search(before)
    if ahead is not None:
        grades.append((ahead["first"], ahead["last"]))
    ranks = {_rank(each) for pair in grades for each in pair if each is not None}
    later = any(
        grade["first"]
        for grade in _GRADED.finditer(after)
        if re.match(r".*\bwas\b[^,;]*$", after[: grade.start()])
    )
    if len(ranks) != 1 or (later and len(list(_GRADED.finditer(after))) > 1):
        return None
    rank = ranks.pop()
    return f"grade {rank}" if rank else None


def _rank(written: str) -> int:
    return _ROMAN[written] if written in _ROMAN else int(written)
