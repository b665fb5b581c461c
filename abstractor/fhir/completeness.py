"""How much of each resource type was seen for one patient: a row for every type that we read.

From files a type that the inputs hold for anybody is whole, and one that they do not hold at all was not
asked for; from a pull it is what the endpoint answered. What a site's `completeness.json` says goes before
that, and a record in quarantine, or an outcome among the entries, makes a whole type partial.
"""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass

from abstractor.chart import Completeness, Seen
from abstractor.fhir.answers import Answer
from abstractor.fhir.types import TYPES_READ

__all__ = ["Doubt", "Ledger", "more_doubtful"]

_DOUBT = (Seen.COMPLETE, Seen.EMPTY, Seen.PARTIAL, Seen.REFUSED, Seen.NOT_ASKED)
_FROM_SITE = "completeness.json"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something of `type` was not seen; of any type that is held, where the type could not be told (None)."""

    type: str | None
    said: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """`counts` are this patient's own records by type; `held` the types that the inputs hold for anybody.

    `answers` are the endpoint's, by type, or None where the records come from files.
    """

    counts: Mapping[str, int]
    held: Container[str]
    doubts: Mapping[Doubt, int]
    answers: Mapping[str, Answer] | None
    overrides: Mapping[str, Seen]

    def rows(self) -> tuple[Completeness, ...]:
        """One row a type, sorted by type."""
        return tuple(self._row(name) for name in TYPES_READ)

    def _row(self, name: str) -> Completeness:
        count = self.counts.get(name, 0)
        state, detail = self._answered(name)
        if state.whole:
            state = Seen.COMPLETE if count else Seen.EMPTY
        doubts = self._doubts_about(name)
        if doubts and state is not Seen.REFUSED:
            state = Seen.PARTIAL
            said = (f"{met} {what}" for what, met in sorted(doubts.items()))
            detail = "; ".join(filter(None, [detail, *said]))
        return Completeness(name, state, count, detail)

    def _doubts_about(self, name: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for doubt, met in self.doubts.items():
            if doubt.type == name or (doubt.type is None and name in self.held):
                found[doubt.said] += met
        return found

    def _answered(self, name: str) -> tuple[Seen, str | None]:
        said = self.overrides.get(name)
        if self.answers is None:
            if said is not None:
                return said, _FROM_SITE
            return (Seen.COMPLETE if name in self.held else Seen.NOT_ASKED), None
        answer = self.answers.get(name)
        state, detail = (Seen.NOT_ASKED, None) if answer is None else (answer.state, answer.detail)
        if said is not None and more_doubtful(said, state) is not state:
            return said, _FROM_SITE
        return state, detail


def more_doubtful(one: Seen, other: Seen) -> Seen:
    """Of two words on one type, the one that promises less; `other` where they promise the same."""
    if one.whole and other.whole:
        return other
    return one if _DOUBT.index(one) > _DOUBT.index(other) else other
