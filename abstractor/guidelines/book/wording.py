"""A difference of two editions as plain text, for a terminal."""

from collections.abc import Iterator
from textwrap import fill

from abstractor.guidelines.book.comparing import Changed, Difference, Spoken
from abstractor.guidelines.reading import NOT_SIGNED

__all__ = ["difference_in_words"]

_WIDTH = 110


def difference_in_words(difference: Difference) -> str:
    return "\n".join(_lines(difference)) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    before, after = difference.before, difference.after
    yield f"{before.title} -> {after.title}"
    if not (before.checked_by and after.checked_by):
        yield f"({NOT_SIGNED}: {', '.join(e.id for e in (before, after) if not e.checked_by)})"
    yield from _changes("The document", difference.dates)
    if difference.says_the_same:
        yield "\nThe sentences are the same."
    yield from _spoken("added", "+", difference.added)
    yield from _spoken("removed", "-", difference.removed)
    yield from _changes("Sentences changed", difference.changed)
    if difference.reordered:
        yield "\nSentences that both have are asked in another order; the first that holds decides."
    yield from _changes("Measures", difference.measures)
    yield ""
    yield f"Worked cases that flip: {len(difference.flips)} of {difference.tried}"
    for flip in difference.flips:
        verdicts = f"{flip.before or 'no finding'} -> {flip.after or 'no finding'}"
        yield _wrapped(f"{verdicts}: {flip.case.says} ({flip.told_for})", "  ")


def _changes(title: str, changes: tuple[Changed, ...]) -> Iterator[str]:
    if changes:
        yield ""
        yield f"{title}:"
    for each in changes:
        yield _wrapped(f"{each.about}: {each.before} -> {each.after}", "  ")


def _spoken(what: str, sign: str, rows: tuple[Spoken, ...]) -> Iterator[str]:
    if rows:
        yield ""
        yield f"Sentences {what}:"
    for row in rows:
        yield _wrapped(f"{row.sentence} {row.expected}. ({row.id})", f"{sign} ")


def _wrapped(words: str, lead: str) -> str:
    return fill(
        words, _WIDTH, initial_indent=lead, subsequent_indent=" " * (len(lead) + 2), break_on_hyphens=False
    )
