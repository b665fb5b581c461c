"""A finding with the code of its doubt, which the public finding says only in words; flags are raised from
it.
"""

from dataclasses import dataclass

from abstractor.abstract import Finding, Severity

__all__ = ["STALE", "Found"]

STALE = "guideline-stale"


@dataclass(frozen=True, slots=True)
class Found:
    """`reason` is null where nothing was in doubt; `severity` its flag's, where not its verdict's."""

    finding: Finding
    reason: str | None
    severity: Severity | None = None
