"""A number of days that others are measured against, and which other numbers would have measured the same.

Lines are derived at several restart gaps, and most charts hold no break that lies between them.
"""

from dataclasses import dataclass
from math import inf

__all__ = ["Reach"]


@dataclass(slots=True)
class Reach:
    """It remembers, of all that it was asked, between which numbers of days every answer stays as it was."""

    days: int
    _least: float = -inf
    _below: float = inf

    def passed_by(self, days: int) -> bool:
        """Are so many days more than it?"""
        if days > self.days:
            self._below = min(self._below, days)
            return True
        self._least = max(self._least, days)
        return False

    def answers_as(self, days: int) -> bool:
        """Would every answer so far have been the same for this number?"""
        return self._least <= days < self._below
