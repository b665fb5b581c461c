"""What the words of a report say of HER2, ER, PR and pneumonitis, sentence by sentence.

It reads as an auditor does who has nothing but the text, and says less wherever a word could change the
answer. What it gives is a place to look at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from abstractor.fhir.text.answers import Group, groups_of
from abstractor.fhir.text.assertion import (
    Scope,
    assertion_of,
    is_doubtful,
    is_no_tissue,
    of_another_cancer,
    of_breast,
    section_of,
)
from abstractor.fhir.text.frame import is_plain
from abstractor.fhir.text.lungs import assertion_at, findings_of, plain_of, speaks_of_lungs
from abstractor.fhir.text.names import MARKERS, in_our_words, speaks_of_markers
from abstractor.fhir.text.readings import readings_of
from abstractor.fhir.text.sentences import pieces_of
from abstractor.fhir.text.tables import Row, rows_of

__all__ = ["Reading", "Told", "read_text"]

_MOST = 200  # findings that are kept of one text
_IN_MANY_RECORDS = 200  # characters of a text that may be the name of a diagnosis
_ENOUGH = 1_000  # findings after which the rest of a text is left unread
_Finding = tuple[str, str | None, str]  # about, reading, assertion
_REFERRED = re.compile(r"\s*[(\[]?see (?:the )?(?:comment|note|addendum)", re.IGNORECASE)
_TICKED = re.compile(r"struck out|\[ ?[xX\u2713]? ?\]|[\u2610\u2611\u2612]", re.IGNORECASE)
_CORRECTED = re.compile(
    r"\b(?:correct(?:ed|ion| results?| values?| scores?)|amended|revised|erratum|erroneous\w*|in error"
    r"|supersede[sd]?)\b",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:part |specimen )?\(?([A-Z])[.):]\s+(?P<tissue>[^:;\n.]{3,80})", re.IGNORECASE)
_SHORT = frozenset({"mker", "mkpr"})
_DOUBLE = _SHORT | {"mkhr"}


@dataclass(frozen=True, slots=True)
class Told:
    """One finding of a sentence; `quote` is what stands in the text from `start` to `end`."""

    about: str
    reading: str | None
    assertion: str
    quote: str
    start: int
    end: int
    tissue: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """`more`: how many findings were left out at least, where a text has more than are kept."""

    told: tuple[Told, ...]
    more: int = 0


@dataclass(slots=True)
class _Context:
    """What the lines above say: the section, the cancer and the specimen that is spoken of."""

    of_other_cancers: bool  # some line of the text names one
    historical: bool = False
    other_cancer: bool = False
    tissue: str | None = None

    def enter(self, words: str) -> None:
        line = " ".join(words.split())
        self.historical = section_of(line, self.historical)
        if self.of_other_cancers and of_breast(line):
            self.other_cancer = False
        elif self.of_other_cancers and of_another_cancer(line):
            self.other_cancer = True
        part = _PART.match(line)
        if part is not None:
            self.tissue = part["tissue"].strip()


def read_text(text: str) -> Reading:
    """The findings in the order of the text, each once."""
    return _read_again(text) if len(text) <= _IN_MANY_RECORDS else _read(text)


@lru_cache(maxsize=4096)
def _read_again(text: str) -> Reading:
    """The name of a diagnosis stands in many charts."""
    return _read(text)


def _read(text: str) -> Reading:
    of_lungs = speaks_of_lungs(text)
    if not of_lungs and not speaks_of_markers(text):
        return Reading(())
    context = _Context(of_other_cancers=of_another_cancer(text))
    found: dict[tuple[str, str | None, str, str], Told] = {}
    for row in rows_of(text, list(pieces_of(text))):
        context.enter(row.piece.text)
        if not row.marked and not of_lungs:
            continue
        told = list(_told(text, row, context))
        if told and _CORRECTED.search(row.said):
            _take_back(found, {each.about for each in told if each.assertion == "stated" and each.reading})
        for each in told:
            found.setdefault((each.about, each.reading, each.assertion, each.quote), each)
        if len(found) > _ENOUGH:
            break
    kept = tuple(found.values())
    return Reading(kept[:_MOST], max(0, len(kept) - _MOST))


def _take_back(found: dict[tuple[str, str | None, str, str], Told], corrected: set[str]) -> None:
    """A correction makes what stood before it in the same report a thing of the past."""
    for key, each in found.items():
        if each.about in corrected and each.assertion == "stated":
            found[key] = replace(each, assertion="historical")


def _told(text: str, row: Row, context: _Context) -> Iterator[Told]:
    lungs = speaks_of_lungs(row.said)
    if not row.marked and not lungs:
        return
    after = _REFERRED.match(text, row.end, row.end + 30) is not None
    findings: tuple[_Finding, ...] = ()
    if row.marked:
        findings += _of_markers(row.said, after, context.historical, context.other_cancer)
    if lungs:
        findings += _of_lungs(row.said, context.historical)
    quote = text[row.start : row.end]
    for about, reading, assertion in findings:
        yield Told(about, reading, assertion, quote, row.start, row.end, context.tissue)


@lru_cache(maxsize=4096)
def _of_markers(said: str, referred: bool, historical: bool, other_cancer: bool) -> tuple[_Finding, ...]:
    plain = in_our_words(said)
    groups = [group for group in groups_of(plain) if any(MARKERS.get(mark) for mark in group.marks)]
    ticked = _TICKED.search(said) is not None
    found: list[_Finding] = []
    for group in groups:
        scope = Scope(plain, group.start, group.end, referred, historical, other_cancer)
        outside = is_no_tissue(scope)
        assertion = "elsewhere" if outside else assertion_of(scope)
        silent = ticked or outside or is_doubtful(scope) or (assertion == "stated" and not is_plain(scope))
        for mark in group.marks:
            for about in MARKERS.get(mark, ()):
                if _is_meant(mark, group, groups):
                    readings = (None,) if silent else readings_of(about, mark, group)
                    found += [(about, reading, assertion) for reading in readings]
    if _CORRECTED.search(said):
        found = _last_of_each(found)
    return tuple(_without_echoes(found))


def _last_of_each(found: list[_Finding]) -> list[_Finding]:
    """In a sentence that corrects, what is said first is what was said before."""
    last = {
        about: at for at, (about, reading, assertion) in enumerate(found) if reading and assertion == "stated"
    }
    return [
        (about, reading, "historical" if assertion == "stated" and at < last.get(about, 0) else assertion)
        for at, (about, reading, assertion) in enumerate(found)
    ]


def _is_meant(mark: str, group: Group, groups: list[Group]) -> bool:
    """ER is a room and PR a response, HR a heart rate, unless an answer or another receptor stands by."""
    if mark not in _DOUBLE:
        return True
    named = {each for one in groups for each in one.marks if MARKERS.get(each) and each != "mkhr"}
    return bool(group.answers) or (mark in _SHORT and len(named) > 1)


def _without_echoes(found: list[_Finding]) -> Iterator[_Finding]:
    """A name that is said again without an answer of its own adds nothing to one that has it."""
    answered = {about for about, reading, _ in found if reading is not None}
    for about, reading, assertion in found:
        if reading is not None or about not in answered or assertion == "conditional":
            yield about, reading, assertion


@lru_cache(maxsize=2048)
def _of_lungs(said: str, historical: bool) -> tuple[_Finding, ...]:
    plain = plain_of(said)
    found: list[_Finding] = []
    for one in findings_of(plain):
        found.append(("pneumonitis", one.reading, assertion_at(plain, one, historical=historical)))
    return tuple(found)
