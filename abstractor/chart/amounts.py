"""An amount that is known between two ends only."""

from dataclasses import dataclass

__all__ = ["Bounds"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """ ">55", "30-35", or one number as both ends. A null end is open; an end that is `excluded` is no value
    that the amount can have.
    """

    low: float | None
    high: float | None
    low_excluded: bool = False
    high_excluded: bool = False

    @classmethod
    def exactly(cls, number: float) -> "Bounds":
        return cls(number, number)

    @property
    def ends(self) -> tuple[float, ...]:
        """The ends that are known."""
        return tuple(end for end in (self.low, self.high) if end is not None)

    def times(self, factor: float) -> "Bounds":
        """In another unit, `factor` of it to one of this; what multiplying leaves over is cut."""
        low, high = (None if end is None else round(end * factor, 6) for end in (self.low, self.high))
        return Bounds(low, high, self.low_excluded, self.high_excluded)

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:g}" if self.low == self.high else f"{self.low:g}-{self.high:g}"
        if self.low is not None:
            return f"{'>' if self.low_excluded else '>='}{self.low:g}"
        return f"{'<' if self.high_excluded else '<='}{self.high:g}" if self.high is not None else "unknown"
