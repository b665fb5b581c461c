"""What of a record could not be seen, near what it makes unknown: the ledger in plain words, by type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from abstractor.web.wording import SEEN
from abstractor.workflow import ChartView, Quarantine
from abstractor.workflow.clinic.pages import Unseen

__all__ = ["Seeing", "TypeSeen", "seeing_of"]

_WORD = re.compile(r"[A-Z][A-Za-z]+")


@dataclass(frozen=True, slots=True)
class TypeSeen:
    """One type of record. `why` are sentences of the ledger; `whole`: nothing of it is missing."""

    type: str
    state: str
    words: str
    count: int
    detail: str
    whole: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seeing:
    """How the record was seen, or the part of it that bears on one statement."""

    rows: tuple[TypeSeen, ...] = ()
    ledger: tuple[Unseen, ...] = ()
    quarantined: tuple[Quarantine, ...] = ()
    repaired: tuple[tuple[str, str, int], ...] = ()

    @property
    def missing(self) -> tuple[TypeSeen, ...]:
        return tuple(row for row in self.rows if not row.whole)

    def of(self, statement: str) -> "Seeing":
        """The types that a statement names and that were not seen whole."""
        named = set(_WORD.findall(statement))
        return Seeing(rows=tuple(row for row in self.missing if row.type in named))


def seeing_of(view: ChartView, ledger: Sequence[Unseen]) -> Seeing:
    why = {row.type: row.why or (row.said,) for row in reversed(ledger)}
    rows = tuple(
        TypeSeen(
            each.type,
            str(each.state),
            SEEN[each.state],
            each.count,
            each.detail or "",
            each.state.whole,
            why.get(each.type, ()),
        )
        for each in view.abstract.completeness
    )
    repaired = tuple((one.type, one.repair, one.records) for one in view.repaired)
    return Seeing(rows, tuple(ledger), view.quarantined, repaired)
