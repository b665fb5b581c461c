"""How a cohort came down to those included: from abstracts as they were written, criterion by criterion."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abstractor.abstract import Abstract, Verdict, from_plain
from abstractor.errors import InputError

if TYPE_CHECKING:
    from abstractor.export.cohort import Attrition

__all__ = ["CohortCount", "abstracts_in", "count_cohort"]

_UNMAPPED = "agent-unmapped"


@dataclass(frozen=True, slots=True)
class CohortCount:
    """`reasons`: (criterion, verdict, reason) -> patients. `unmapped`: a drug text that no agent is known
    for -> how often it stands in the charts.
    """

    steps: "tuple[Attrition, ...]"
    reasons: tuple[tuple[tuple[str, str, str], int], ...]
    unmapped: tuple[tuple[str, int], ...]


def count_cohort(path: Path) -> CohortCount:
    """Read a file of abstracts, one a line; `InputError` where it is none."""
    # Here and not above: tables cost seconds, and polars takes Ctrl-C from whoever waits in the process.
    from abstractor.export.cohort import attrition

    abstracts = list(abstracts_in(path))
    if not abstracts:
        raise InputError(f"{path}: holds no abstract; give a file that `abstractor abstract` wrote")
    reasons: Counter[tuple[str, str, str]] = Counter()
    unmapped: Counter[str] = Counter()
    for abstract in abstracts:
        for criterion in abstract.inclusion.criteria:
            if criterion.verdict is not Verdict.MET:
                reasons[criterion.criterion, str(criterion.verdict), criterion.reason or ""] += 1
        unmapped.update(_unmapped(abstract))
    by_count = sorted(unmapped.items(), key=lambda pair: (-pair[1], pair[0]))
    return CohortCount(attrition(abstracts), tuple(sorted(reasons.items())), tuple(by_count))


def abstracts_in(path: Path) -> Iterator[Abstract]:
    """Every abstract of a file; `InputError` where a line is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _abstract(path, number, line)
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path}: cannot be read; give a file that `abstractor abstract` wrote") from None


def _abstract(path: Path, number: int, line: str) -> Abstract:
    try:
        return from_plain(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{path}, line {number}: is no abstract of this version's schema") from None


def _unmapped(abstract: Abstract) -> Iterator[str]:
    """The texts that stand as evidence of the flag; a text twice in a chart counts twice."""
    for flag in abstract.flags:
        if flag.code == _UNMAPPED:
            yield from (str(each.value) for each in flag.evidence if isinstance(each.value, str))
