"""What the comments on a HER2 result (Observation.note) say beside its value.

A comment is text, and text alone confirms nothing (knowledge base, section 6.2): it is read beside a value
that could be read, of the same method, and if every word of it is known. So it gives a "positive" its
score, or stands against it as a statement of its own; it never answers where the value did not.
"""

from collections.abc import Iterable
from typing import NamedTuple

from abstractor.fhir.facts.her2_words import Said, said_of_her2
from abstractor.fhir.text.scales import agreed

__all__ = ["Commented", "with_comments"]


class Commented(NamedTuple):
    """A statement, and the place of the comment that it was read from or made exact by."""

    said: Said
    comment: int | None = None


def with_comments(said: tuple[Said, ...], comments: Iterable[str | None]) -> list[Commented]:
    held = [Commented(one) for one in said]
    methods = {one.method for one in said if one.reading is not None or one.quantity is not None}
    if len(methods) != 1:
        return held
    (method,) = methods
    for place, words in enumerate(comments):
        for more in said_of_her2(words or ""):
            if more.method in (None, method):
                _add(held, Said(method, more.reading, more.quantity, more.number), place)
    return held


def _add(held: list[Commented], more: Said, place: int) -> None:
    """A score makes a meaning that agrees with it exact; what is held already says nothing new."""
    if any(one.said == more for one in held):
        return
    for at, one in enumerate(held):
        if one.said.reading is not None and more.reading is not None:
            both = agreed([one.said.reading, more.reading])
            if both is not None:
                if both != one.said.reading:
                    held[at] = Commented(more, place)
                return
    held.append(Commented(more, place))
