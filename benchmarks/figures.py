"""Medians and spreads over the rounds, and ratios taken round by round, so that drift falls out."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.contenders import Contender
from benchmarks.measuring import Run

__all__ = ["Measured", "Spread", "core_ratios", "ratios", "spread"]


@dataclass(frozen=True, slots=True)
class Spread:
    low: float
    middle: float
    high: float

    def shown(self, digits: int) -> str:
        """The median, and in brackets the smallest and the largest."""
        low, middle, high = (f"{value:,.{digits}f}" for value in (self.low, self.middle, self.high))
        return middle if low == high else f"{middle} ({low} to {high})"


@dataclass(frozen=True, slots=True)
class Measured:
    """A contender with its runs, one a round."""

    who: Contender
    runs: tuple[Run, ...]

    @property
    def rates(self) -> tuple[float, ...]:
        """Patients a second, whole process."""
        return tuple(self.who.patients / run.wall for run in self.runs)

    @property
    def per_core(self) -> tuple[float, ...]:
        """Patients a second of processor: the measure that other work on the machine changes least."""
        return tuple(self.who.patients / run.cpu for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return max(run.peak_mb for run in self.runs)


def spread(values: Sequence[float]) -> Spread:
    return Spread(min(values), median(values), max(values))


def ratios(one: Measured, other: Measured) -> Spread:
    """How many times as many patients a second, round by round."""
    return spread([a / b for a, b in zip(one.rates, other.rates, strict=True)])


def core_ratios(one: Measured, other: Measured) -> Spread:
    """How many times as many patients a second of processor, round by round."""
    return spread([a / b for a, b in zip(one.per_core, other.per_core, strict=True)])
