"""A name of a drug must name one: not a form, a route, a schedule or medicine in general, which every order
has.
"""

import re
from collections.abc import Iterable, Iterator

from abstractor.errors import KnowledgeError
from abstractor.guidelines.tables import NameRow

__all__ = ["everyday_names"]


def everyday_names(rows: Iterable[NameRow], words: Iterable[str]) -> Iterator[KnowledgeError]:
    """`words`: those, or two together, that say nothing about which drug it is; "#" stands for a number."""
    known = frozenset(part for each in words for part in each.split())
    for row in rows:
        said = " ".join(row.words)
        if all(_is_everyday(word, known) for word in row.words):
            wrong = f"{said!r} names no drug: orders of any drug may say it"
            yield row.place.refusal(wrong, "write a name that no other drug has, or remove the line")


def _is_everyday(word: str, known: frozenset[str]) -> bool:
    """A letter, a word of the list, a number, also with the word ("75mg", "q21d") or joined ("21-day")."""
    return len(word) < 2 or word in known or all(_says_nothing(part, known) for part in word.split("-"))


def _says_nothing(part: str, known: frozenset[str]) -> bool:
    """A letter with a number may be a drug's name ("s-1")."""
    rest = part.lstrip("0123456789")
    return not rest or (len(part) > 1 and not known.isdisjoint({part, rest, re.sub(r"\d+", "#", part)}))
