"""Dated criteria for HER2 in tissue, as data: what a score, a ratio and a copy count meant on a day
(knowledge base, section 6.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from abstractor.dates import DateInterval, Truth

__all__ = ["Bounds", "Her2Criteria", "Her2Edition", "IshCell", "Outcome"]

_CONFIDENCES = ("high", "medium", "low")
_SCORES = ("0", "1+", "2+", "3+")


class Outcome(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    EQUIVOCAL = "equivocal"
    INDETERMINATE = "indeterminate"

    @property
    def conclusive(self) -> bool:
        return self in (Outcome.POSITIVE, Outcome.NEGATIVE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a number must lie; a bound that is null does not bind."""

    at_least: float | None = None
    above: float | None = None
    below: float | None = None
    at_most: float | None = None

    def hold(self, number: float | None) -> Truth:
        if number is None:
            return Truth.UNKNOWN
        return Truth.of(
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
            and (self.at_most is None or number <= self.at_most)
        )


@dataclass(frozen=True, slots=True)
class IshCell:
    """One group of in-situ hybridisation results.

    `result` is what it means alone; `by_ihc` what it means beside a concurrent IHC score, `notes` what to
    say then. Null bounds leave that number out of account.
    """

    name: str
    ratio: Bounds | None
    copies: Bounds | None
    result: Outcome
    by_ihc: Mapping[str, Outcome] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def fits(self, ratio: float | None, copies: float | None) -> Truth:
        by_ratio = Truth.YES if self.ratio is None else self.ratio.hold(ratio)
        return by_ratio & (Truth.YES if self.copies is None else self.copies.hold(copies))


@dataclass(frozen=True, slots=True)
class Her2Edition:
    """One edition of the criteria. A report is read by the edition of its day; there is no grace."""

    id: str
    citation: str
    source: str
    confidence: str
    valid_from: date
    valid_to: date | None
    affirmed_on: date | None
    ihc: Mapping[str, Outcome]
    dual_probe: tuple[IshCell, ...]
    single_probe: tuple[IshCell, ...]

    def __post_init__(self) -> None:
        if self.confidence not in _CONFIDENCES:
            raise ValueError(f"confidence is one of {', '.join(_CONFIDENCES)}")
        if set(self.ihc) != set(_SCORES):
            raise ValueError(f"ihc has one result for each of {', '.join(_SCORES)}")
        for cell in (*self.dual_probe, *self.single_probe):
            unknown = sorted({*cell.by_ihc, *cell.notes} - set(_SCORES))
            if unknown:
                raise ValueError(f"{cell.name}: no IHC score {unknown[0]!r}")

    def may_hold(self, day: DateInterval) -> bool:
        return self.valid_from <= day.latest and (self.valid_to is None or day.earliest <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Her2Criteria:
    """The editions, oldest first, one after the other without a gap.

    `concurrent_days`: how far apart two assays of the same tissue may be to belong together.
    """

    id: str
    source: str
    concurrent_days: int
    concurrent_source: str
    editions: tuple[Her2Edition, ...]

    def __post_init__(self) -> None:
        for former, later in zip(self.editions, self.editions[1:], strict=False):
            if former.valid_to is None or (later.valid_from - former.valid_to).days != 1:
                raise ValueError(f"{later.id} must begin the day after {former.id} ends")

    @property
    def newest(self) -> Her2Edition:
        return self.editions[-1]

    def in_force(self, day: DateInterval | None) -> tuple[Her2Edition | None, ...]:
        """Every edition that may hold on that day; None where the day may lie before the first of them.

        A report without a date may be of any of them.
        """
        if day is None:
            return self.editions
        too_old: tuple[None, ...] = (None,) if day.earliest < self.editions[0].valid_from else ()
        return (*too_old, *(edition for edition in self.editions if edition.may_hold(day)))
