"""A report cut into its sentences and lines, each with its place in the text.

A line of a form is a sentence of its own; a line of prose goes on in the next one. Where that cannot be told
the pieces stay apart: less is then said, and nothing is mixed up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Piece", "piece_at", "pieces_of"]

_LONGEST = 600  # characters of one sentence; what is longer is cut at a blank
_PROSE = 55  # a line this long that does not end a sentence is prose broken by the page
_LINE = re.compile(r"[^\n\r\x0b\x0c\u2028]+")
_ENDS = re.compile(r"[.!?]['\")\]]*$")
_OPEN = re.compile(
    r"(?:[,(/:=-]|\b(?:a|an|and|are|as|at|be|been|by|for|from|has|have|in|is|no|non|not|of|on|or|shows?"
    r"|the|to|was"
    r"|were|with|without))$",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"(?:[-*•\u2022\u00b7]|\(?[A-Za-z0-9]{1,2}[.)]|\[[ xX]?\])\s|[^\s:|][^:|]{0,50}[:|]|[^\t]*\t|.*\S"
    r" {3,}\S|.*\.{4}"
)
_GOES_ON = re.compile(r"[a-z(,;%&/<>=]|[0-3]\s*\+|\d+(?:\.\d+)?\s*%")
_BREAK = re.compile(r"(?<!\.)[.!?][\")\]]*\s+(?=[\"(\[]?[A-Z0-9<>])")
_NO_END = re.compile(
    r"(?:\b(?:[A-Za-z]|dr|mr|mrs|ms|st|vs|no|nos|fig|approx|ca|e\.g|i\.e|etc|incl|resp|inv|diff|dept|jr"
    r"|sr|hx|dx)"
    r"|(?:^|\s)\(?\d{1,2})\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` is what stands from `start` to `end`; `opens` is true where it begins a line of the report."""

    start: int
    end: int
    text: str
    opens: bool


def pieces_of(text: str) -> Iterator[Piece]:
    for start, end in _paragraphs(text):
        yield from _cut(text, start, end)


def piece_at(text: str, at: int) -> Piece | None:
    """The sentence that this place stands in."""
    return next((piece for piece in pieces_of(text) if piece.start <= at < piece.end), None)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Lines, joined where one goes on in the next."""
    held: tuple[int, int] | None = None
    for line in _LINE.finditer(text):
        start, end = _trimmed(text, line.start(), line.end())
        if start == end:
            continue
        if held is not None and _goes_on(text, held, (start, end)):
            held = (held[0], end)
        else:
            if held is not None:
                yield held
            held = (start, end)
    if held is not None:
        yield held


def _goes_on(text: str, held: tuple[int, int], after: tuple[int, int]) -> bool:
    # Only its end matters, and the first line of a long paragraph may be far away.
    last = text[max(held[0], held[1] - 200) : held[1]].rpartition("\n")[2]
    following = text[after[0] : min(after[1], after[0] + 200)]
    gap = text[held[1] : after[0]]
    if gap.count("\n") > 1 and gap.replace("\r", "").count("\n") > 1 and not last.endswith(":"):
        return False
    if last.endswith("|") or following.startswith("|"):
        return False
    if last.endswith(":"):
        return len(last) < _PROSE and not _FORM.match(following)
    if _ENDS.search(last):
        return False
    if _OPEN.search(last) or _GOES_ON.match(following):
        return not re.match(r"[-*•]\s", following)
    return len(last) >= _PROSE and not _FORM.match(last) and not _FORM.match(following)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int) -> Iterator[Piece]:
    opens, at = True, start
    for mark in _BREAK.finditer(text, start, end):
        if mark.start() < at or _NO_END.search(text[max(at, mark.start() - 12) : mark.start() + 1]):
            continue
        yield from _shortened(text, at, mark.end(), opens=opens)
        opens, at = False, mark.end()
    yield from _shortened(text, at, end, opens=opens)


def _shortened(text: str, start: int, end: int, *, opens: bool) -> Iterator[Piece]:
    start, end = _trimmed(text, start, end)
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        yield Piece(start, cut, text[start:cut], opens)
        start, opens = _trimmed(text, cut, end)[0], False
    if start < end:
        yield Piece(start, end, text[start:end], opens)
