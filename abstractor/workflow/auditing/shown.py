"""What a reader's page may hold, as values: whatever is null or empty here where it could be told is hidden.
No value of the chart itself goes to a page of a review but through these.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from abstractor.abstract import LaterVerdict, Line, ReportingPeriod, Severity
from abstractor.chart import Seen
from abstractor.dates import DateInterval
from abstractor.workflow.auditing.answers import Answer
from abstractor.workflow.auditing.items import Item

__all__ = [
    "ChartSeen",
    "CompletenessSeen",
    "EvidenceSeen",
    "FlagSeen",
    "ItemSeen",
    "LineSeen",
    "Note",
    "QuarantineSeen",
    "SourceSeen",
    "Told",
    "UnseenType",
    "line_between",
]


@dataclass(frozen=True, slots=True)
class EvidenceSeen:
    """One cited element, by its number in the chart; `resource` is a type alone where the site is hidden."""

    number: int
    resource: str
    version: str | None
    path: str
    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the program says of an item: nothing of it is there where its verdict is hidden. `evidence` are
    numbers of the chart's evidence; `severity` is that of the flag it raised; `in_period` null: hidden, or
    not of a finding.
    """

    verdict: str
    statement: str
    reason: str | None
    edition: str | None
    also: str | None
    citation: str | None
    later: tuple[LaterVerdict, ...]
    would_clear: tuple[str, ...]
    advisory: bool
    in_period: bool | None
    severity: Severity | None
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """`item.program` is null where it is hidden. `day` is the day of the decision; `proposed`: another reader
    added it as missed.
    """

    item: Item
    authority: str | None
    phase: str | None
    day: DateInterval | None
    told: Told | None
    answer: Answer | None
    proposed: Answer | None = None


@dataclass(frozen=True, slots=True)
class LineSeen:
    """`line` without its evidence, which `evidence` numbers; who gave it, and where."""

    line: Line
    evidence: tuple[int, ...]
    clinician: str | None
    site: str | None


@dataclass(frozen=True, slots=True)
class FlagSeen:
    code: str
    severity: Severity
    statement: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CompletenessSeen:
    """How a type of record was seen. A pull brings records of days after as_of too: beside the facts shown
    their number would tell that day, so `count` is null where the wave is hidden, and `state` is not "empty".
    """

    type: str
    state: Seen
    count: int | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class UnseenType:
    """What could not be seen of a type of record, in words; no numbers where anything is hidden."""

    type: str
    asked: str
    said: str
    code: str
    why: tuple[str, ...]
    count: int | None
    total: int | None
    since: str | None


@dataclass(frozen=True, slots=True)
class QuarantineSeen:
    type: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChartSeen:
    """Inclusion, flags and the editions that decided are hidden with the verdict; clinic, clinicians and zone
    with the site; period, as-of day, time, editions, flags (raised in the period alone) and what bounds a
    line's doubtful day (`Mask.span`) with the wave, and inclusion is then told by what no period decides;
    cycle and patient with any.
    """

    code: str
    cohort: str
    definition: str | None
    inclusion: str | None
    flags: tuple[FlagSeen, ...]
    lines: tuple[LineSeen, ...]
    evidence: tuple[EvidenceSeen, ...]
    completeness: tuple[CompletenessSeen, ...]
    unseen: tuple[UnseenType, ...]
    quarantined: tuple[QuarantineSeen, ...]
    clinic: str | None
    timezone: str | None
    period: ReportingPeriod | None
    as_of: date | None
    cycle_id: int | None
    abstracted_at: datetime | None
    editions: tuple[str, ...]
    patient: str | None
    patient_id: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """A reader's addendum, of an item or of the whole review (no item)."""

    at: datetime
    item: str | None
    text: str


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """A stored resource with what is hidden taken out of its bytes; `sha256` is that of the bytes as they
    were received, null where any were taken out; `pulled_at` is when the pull came that last brought it.
    """

    evidence: EvidenceSeen
    body: bytes
    origin: str | None
    received_at: datetime | None
    pulled_at: datetime | None
    sha256: str | None


def line_between(line: Line, first: date, last: date) -> Line:
    """The line, with its phases, where it can be drawn."""

    def cut(span: DateInterval) -> DateInterval:
        earliest, latest = max(span.earliest, first), min(span.latest, last)
        return span if earliest > latest else DateInterval(earliest, latest)

    phases = tuple(
        replace(each, start=cut(each.start), end=None if each.end is None else cut(each.end))
        for each in line.phases
    )
    return replace(
        line, start=cut(line.start), end=None if line.end is None else cut(line.end), phases=phases
    )
