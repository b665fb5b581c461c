"""What the words of a report say of HER2, ER, PR and pneumonitis, sentence by sentence.

It reads as an auditor does who has nothing but the text, and says less wherever a word could change the
answer. What it gives is a place to look at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
from abstractor.fhir.text.lungs import findings_of, plain_of, speaks_of_lungs
from abstractor.fhir.text.names import MARKERS, in_our_words, speaks_of_markers
from abstractor.fhir.text.readings import readings_of
from abstractor.fhir.text.sentences import pieces_of
from abstractor.fhir.text.tables import Row, rows_of

__all__ = ["Reading", "Told", "read_text"]

_MOST = 200  # sentences that are kept of one text
_TICKED = re.compile(r"struck out|\[ ?[xX\u2713]? ?\]|[\u2610\u2611\u2612]", re.IGNORECASE)
_CORRECTED = re.compile(
    r"\b(?:correct(?:ed|ion)|amended|revised|erratum|erroneous\w*|in error|supersede[sd]?)\b", re.IGNORECASE
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
    """`more`: how many findings were left out, where a text has more than are kept."""

    told: tuple[Told, ...]
    more: int = 0


@dataclass(slots=True)
class _Context:
    """What the lines above say: the section, the cancer and the specimen that is spoken of."""

    historical: bool = False
    other_cancer: bool = False
    tissue: str | None = None

    def enter(self, line: str) -> None:
        self.historical = section_of(line, self.historical)
        if of_breast(line):
            self.other_cancer = False
        elif of_another_cancer(line):
            self.other_cancer = True
        part = _PART.match(line)
        if part is not None:
            self.tissue = part["tissue"].strip()


def read_text(text: str) -> Reading:
    """The findings in the order of the text, each once."""
    if not speaks_of_markers(text) and not speaks_of_lungs(text):
        return Reading(())
    context = _Context()
    found: dict[tuple[str, str | None, str, str], Told] = {}
    for row in rows_of(text, list(pieces_of(text))):
        context.enter(row.piece.text)
        told = [*_markers(text, row, context), *_lungs(text, row, context)]
        if told and _CORRECTED.search(row.said):
            _take_back(found, {each.about for each in told if each.assertion == "stated" and each.reading})
        for each in told:
            found.setdefault((each.about, each.reading, each.assertion, each.quote), each)
    kept = tuple(found.values())
    return Reading(kept[:_MOST], max(0, len(kept) - _MOST))


def _take_back(found: dict[tuple[str, str | None, str, str], Told], corrected: set[str]) -> None:
    """A correction makes what stood before it in the same report a thing of the past."""
    for key, each in found.items():
        if each.about in corrected and each.assertion == "stated":
            found[key] = replace(each, assertion="historical")


def _markers(text: str, row: Row, context: _Context) -> Iterator[Told]:
    if not speaks_of_markers(row.said):
        return
    plain = in_our_words(row.said)
    groups = [group for group in groups_of(plain) if any(MARKERS.get(mark) for mark in group.marks)]
    ticked = _TICKED.search(row.said) is not None
    told: list[Told] = []
    for group in groups:
        scope = Scope(
            plain,
            group.start,
            group.end,
            text[row.end : row.end + 30],
            context.historical,
            context.other_cancer,
        )
        assertion = "elsewhere" if is_no_tissue(scope) else assertion_of(scope)
        silent = ticked or is_doubtful(scope) or is_no_tissue(scope)
        for mark in group.marks:
            for about in MARKERS.get(mark, ()):
                readings = (None,) if silent else readings_of(about, mark, group)
                if not _is_meant(mark, group, groups):
                    continue
                told += [_told(text, row, about, reading, assertion, context) for reading in readings]
    yield from _without_echoes(told)


def _is_meant(mark: str, group: Group, groups: list[Group]) -> bool:
    """ER is a room and PR a response, HR a heart rate, unless an answer or another receptor stands by."""
    if mark not in _DOUBLE:
        return True
    named = {each for one in groups for each in one.marks if MARKERS.get(each) and each != "mkhr"}
    return bool(group.answers) or (mark in _SHORT and len(named) > 1)


def _without_echoes(told: list[Told]) -> Iterator[Told]:
    """A name that is said again without an answer of its own adds nothing to one that has it."""
    answered = {each.about for each in told if each.reading is not None}
    for each in told:
        if each.reading is not None or each.about not in answered or each.assertion == "conditional":
            yield each


def _lungs(text: str, row: Row, context: _Context) -> Iterator[Told]:
    if not speaks_of_lungs(row.said):
        return
    plain = plain_of(row.said)
    for finding in findings_of(plain):
        scope = Scope(plain, finding.start, finding.end, "", context.historical, other_cancer=False)
        assertion = "conditional" if finding.open else assertion_of(scope)
        yield _told(text, row, "pneumonitis", finding.reading, assertion, context)


def _told(text: str, row: Row, about: str, reading: str | None, assertion: str, context: _Context) -> Told:
    quote = text[row.start : row.end]
    return Told(about, reading, assertion, quote, row.start, row.end, context.tissue)
