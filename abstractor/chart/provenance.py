"""Where a fact was read, and how far its status lets it be relied on."""

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Source", "Standing"]


class Source(NamedTuple):
    """One element that was read: `value` is what stood there (null where the element is a structure).

    A tuple: a chart holds hundreds of them, and they are made, hashed and sorted more than anything else.
    """

    resource: str
    path: str
    version: str | None
    value: str | float | bool | None

    def __repr__(self) -> str:
        # The inherited text, made in one step: the digest of a chart spells out every source.
        return _AS_MADE % self


_AS_MADE = "Source(resource=%r, path=%r, version=%r, value=%r)"


class Standing(StrEnum):
    """How far a record's status lets it be relied on (knowledge base, section 6.3)."""

    COUNTS = "counts"
    ASSUMED = "assumed"  # counts, but the status was absent: flag `status-assumed`
    ORDERED_ONLY = "ordered-only"  # an order is not a result
    PARTIAL = "partial"  # a dose that may have been given in part
    CONTEXT = "context"  # seen, never enough alone (unknown, preliminary, provisional ...)
    AGAINST = "against"  # negative evidence: not done, refuted, not taken, declined
    WITHDRAWN = "withdrawn"  # cancelled, draft, planned: never happened, kept for conflicts
