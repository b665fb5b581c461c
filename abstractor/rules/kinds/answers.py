"""What a reader could still find: an answer to a condition's question, in the words of a chart's reader.

A condition that rests on something a record could show has `question` (what it asks, the same for every
condition that asks it), `answers` (what could be found) and `given` (whether it would hold then).
"""

from collections.abc import Hashable
from dataclasses import dataclass

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is what `given` understands; `finding` what would be on record."""

    value: Hashable
    finding: str
