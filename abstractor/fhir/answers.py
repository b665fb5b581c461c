"""What the endpoint said when one resource type was asked for one patient: the ledger row of a pull."""

from dataclasses import dataclass

from abstractor.chart import Seen

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`count` resources of the type were kept; `detail` is codes only ("http-403", "outcome:suppressed")."""

    type: str
    state: Seen
    count: int
    detail: str | None
