"""A finding with the code of its doubt, which the public finding says only in words; flags are raised from
it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from abstractor.abstract import Finding, Severity

__all__ = ["STALE", "Found", "shortest_first"]

STALE = "guideline-stale"
_MOST = 5


@dataclass(frozen=True, slots=True)
class Found:
    """`reason` is null where nothing was in doubt; `severity` its flag's, where not its verdict's."""

    finding: Finding
    reason: str | None
    severity: Severity | None = None


def shortest_first(findings: Iterable[str]) -> tuple[str, ...]:
    """What would clear a verdict: at most five, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: (len(finding), finding))[:_MOST])
