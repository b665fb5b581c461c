"""On which items two locked reviews of a chart differ. Ratings alone tell, no words; of a line that is wrong
also what is.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

__all__ = ["MISSED", "WRONG", "Rated", "differing", "judged"]

# Before the number of a finding that a reader added: two readers do not number alike what they add.
MISSED = "missed:"
WRONG = "wrong"  # of a line; what is, stands in the reason
_LINE = "line:"


class Rated(Protocol):
    """A rating as far as it is compared; `rating` null: the reader cannot tell."""

    @property
    def item(self) -> str: ...

    @property
    def rule(self) -> str: ...

    @property
    def line(self) -> str | None: ...

    @property
    def rating(self) -> str | None: ...

    @property
    def reason(self) -> str | None: ...


def judged(item: str, rating: str | None, reason: str | None) -> str | None:
    """What two readers must both say to agree. Two who hold a line for wrong, the one its end and the other
    its drugs, do not: "wrong: agents end".
    """
    if rating != WRONG or not item.startswith(_LINE):
        return rating
    return f"{WRONG}: {' '.join(sorted((reason or '').split()))}"


def differing(first: Iterable[Rated], second: Iterable[Rated]) -> tuple[str, ...]:
    """The items whose ratings are not the same in both, in order; what only one of them rated differs. What
    was added as missed is compared by its rule and line.
    """
    ours, theirs = _by_item(first), _by_item(second)
    return tuple(sorted(item for item in ours.keys() | theirs.keys() if ours.get(item) != theirs.get(item)))


def _by_item(ratings: Iterable[Rated]) -> dict[str, Counter[str | None]]:
    held: dict[str, Counter[str | None]] = {}
    for each in ratings:
        item = f"{MISSED}{each.rule}:{each.line or '-'}" if each.item.startswith(MISSED) else each.item
        held.setdefault(item, Counter())[judged(each.item, each.rating, each.reason)] += 1
    return held
