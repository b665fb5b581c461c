"""What an export is made of: an abstract, and what stands beside it and never in it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from abstractor.abstract import Abstract, Finding, LineRef
from abstractor.dates import DateInterval

__all__ = ["Given", "Rated", "Reviewed", "Subject", "Who", "criterion_item", "finding_items", "line_item"]


class Who(NamedTuple):
    """A patient by a reference, and the address that it is relative to; empty where that is not known."""

    clinic: str
    patient: str


@dataclass(frozen=True, slots=True)
class Given:
    """Who gave a line, and at which organisation: references."""

    clinician: str | None
    site: str | None


@dataclass(frozen=True, slots=True)
class Rated:
    """What a locked review says of one item, in codes alone. `reasons` are several of a line, or of what is
    missing; `rating` null: the reader cannot tell; `program` null: the program said nothing of it; no line:
    it is about the patient.
    """

    item: str
    kind: str
    rule: str
    answer: str
    rating: str | None
    program: str | None
    reasons: tuple[str, ...]
    line: LineRef | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One locked review of a chart: `reader` is a number of ours, `role` "reviewer" or "adjudicator"."""

    reader: int
    role: str
    seat: int
    locked_at: datetime
    rated: tuple[Rated, ...]


_NOBODY: Mapping[LineRef, Given] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Subject:
    """`clinic` is the address that references are relative to. `born`: the days on which the birth can have
    been. `place`: where an error says that the chart is found, such as the line of a file; never who it is.
    """

    abstract: Abstract
    clinic: str = ""
    given: Mapping[LineRef, Given] = field(default_factory=lambda: _NOBODY)
    born: DateInterval | None = None
    reviews: tuple[Reviewed, ...] = ()
    place: str = ""

    @property
    def who(self) -> Who:
        return Who(self.clinic, self.abstract.patient)


def criterion_item(criterion: str) -> str:
    """Items go by these keys in reviews, labels and exports."""
    return f"criterion:{criterion}"


def line_item(line: LineRef) -> str:
    return f"line:{line.setting}:{line.number}"


def finding_items(findings: Iterable[Finding]) -> tuple[str, ...]:
    """A second finding of the same line, phase and authority is told apart in its phase."""
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for finding in findings:
        key = _finding_item(finding)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else _finding_item(finding, f".{seen[key]}"))
    return tuple(keys)


def _finding_item(finding: Finding, again: str = "") -> str:
    line = f"{finding.line.setting}:{finding.line.number}" if finding.line else "-:-"
    return f"finding:{finding.rule}:{line}:{finding.phase or '-'}{again}:{finding.authority}"
