"""What a criterion or condition decided, with the evidence for it, and how several of them join.

The truth tables are Kleene's: one no makes a conjunction no, one yes makes a disjunction yes, doubt is
kept else. Evidence joins with the truth: a conjunction that is no cites what made it no.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from abstractor.chart import Source
from abstractor.chart.lean import lean
from abstractor.dates import Truth

__all__ = ["Decided", "all_of", "any_of"]


@lean
@dataclass(frozen=True, slots=True)
class Decided:
    """`reason` is a code where the truth is not yes; `shows` says in plain words what the chart shows."""

    truth: Truth
    shows: str
    reason: str | None = None
    sources: tuple[Source, ...] = ()


def all_of(parts: Iterable[Decided]) -> Decided:
    """Every part must hold."""
    return _join(tuple(parts), decisive=Truth.NO, otherwise=Truth.YES)


def any_of(parts: Iterable[Decided]) -> Decided:
    """One part must hold."""
    return _join(tuple(parts), decisive=Truth.YES, otherwise=Truth.NO)


def _join(parts: tuple[Decided, ...], *, decisive: Truth, otherwise: Truth) -> Decided:
    for truth in (decisive, Truth.UNKNOWN):
        chosen = [part for part in parts if part.truth is truth]
        if chosen:
            return _merged(truth, chosen)
    return _merged(otherwise, list(parts))


def _merged(truth: Truth, parts: list[Decided]) -> Decided:
    reasons = [part.reason for part in parts if part.reason]
    return Decided(
        truth,
        "; ".join(dict.fromkeys(part.shows for part in parts if part.shows)),
        None if truth is Truth.YES else (reasons[0] if reasons else None),
        tuple(source for part in parts for source in part.sources),
    )
