"""Answers that stand beside or below their names: a column a marker, or a name on one line and its answer on
the next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from abstractor.fhir.text.answers import groups_of
from abstractor.fhir.text.names import in_our_words, speaks_of_markers
from abstractor.fhir.text.sentences import Piece

__all__ = ["Row", "rows_of"]

_CELLS = re.compile(r"\s*\|\s*|\t+\s*|\s{2,}")
_ALONE = 40  # characters of a line that is only a name
_LABEL = re.compile(
    r"(?:final )?(?:results?|interpretation|scores?|status|ihc|ish|fish|value|answer|staining"
    r"|immunohistochemistry)\b"
    r"[^:]{0,25}:|[^:]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence to be read: what it says in one line, and where that stands in the text."""

    said: str
    start: int
    end: int
    piece: Piece
    marked: bool  # it names a marker


def rows_of(text: str, pieces: Sequence[Piece]) -> Iterator[Row]:
    """Each piece as it stands, but for tables and names whose answer is the next line."""
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        if not speaks_of_markers(piece.text):
            yield Row(piece.text, piece.start, piece.end, piece, marked=False)
            at += 1
            continue
        table = _table(text, pieces, at)
        if table:
            yield from table
            at += 1 + len({row.end for row in table})
            continue
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        if following is not None and _is_answered_by(piece, following):
            said = f"{piece.text.rstrip(':')}: {following.text}"
            yield Row(said, piece.start, following.end, piece, marked=True)
            at += 2
            continue
        yield Row(piece.text, piece.start, piece.end, piece, marked=True)
        at += 1


def _cells(line: str) -> list[str]:
    return [cell for cell in _CELLS.split(line.strip(" |\t")) if cell]


def _table(text: str, pieces: Sequence[Piece], at: int) -> list[Row]:
    """Rows below a line of names, each with as many cells; a row is read name by name."""
    head = _cells(pieces[at].text)
    if len(head) < 2:
        return []
    names = [place for place, cell in enumerate(head) if _names_only(cell)]
    if len(names) < 2 or not all(_names_only(cell) or not speaks_of_markers(cell) for cell in head):
        return []
    rows: list[Row] = []
    for piece in pieces[at + 1 :]:
        cells = _cells(piece.text)
        if len(cells) != len(head) or speaks_of_markers(piece.text):
            break
        for place in names:
            rows.append(
                Row(f"{head[place]}: {cells[place]}", pieces[at].start, piece.end, piece, marked=True)
            )
    return rows


@lru_cache(maxsize=1024)
def _names_only(cell: str) -> bool:
    groups = groups_of(in_our_words(cell))
    return len(groups) == 1 and not groups[0].answers and len(cell) < _ALONE


def _is_answered_by(piece: Piece, following: Piece) -> bool:
    if (
        len(piece.text) > _ALONE
        or not piece.opens
        or not following.opens
        or speaks_of_markers(following.text)
    ):
        return False
    if len(following.text) > _ALONE or piece.text.endswith((".", ";")) or ":" in piece.text.rstrip(": "):
        return False
    if speaks_of_markers(following.text) or not _LABEL.match(following.text):
        return False
    return _is_answer(piece.text, following.text)


@lru_cache(maxsize=1024)
def _is_answer(name: str, answer: str) -> bool:
    plain = in_our_words(name)
    named = groups_of(plain)
    if len(named) != 1 or named[0].answers or named[0].not_done or not plain.startswith("mk"):
        return False
    answered = groups_of(in_our_words(f"{name.rstrip(':')}: {answer}"))
    return len(answered) == 1 and bool(answered[0].answers)
