"""On which items two locked reviews of a chart differ. Ratings alone tell: no reason, no words."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

__all__ = ["MISSED", "Rated", "differing"]

# Before the number of a finding that a reader added: two readers do not number alike what they add.
MISSED = "missed:"


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
        held.setdefault(item, Counter())[each.rating] += 1
    return held
