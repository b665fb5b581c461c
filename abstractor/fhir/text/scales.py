"""Scores and percentages by which a result is read: which say the same, and from where on one is positive.

ER and PR are positive from 1 % on (general knowledge: ASCO/CAP guidelines of 2010 and 2020, not re-read;
confidence medium).
"""

from collections.abc import Iterable

__all__ = ["agreed", "receptor_by_percent"]

_IMPLIED = {"0": "negative", "1+": "negative", "2+": "equivocal", "3+": "positive"}
_POSITIVE_FROM = 1.0


def agreed(readings: Iterable[str]) -> str | None:
    """One reading of several that say the same ("positive" and "3+" are 3+); None where they do not."""
    held = set(readings)
    scores = held & _IMPLIED.keys()
    if len(held) <= 1:
        return next(iter(held), None)
    if len(scores) == 1:
        (score,) = scores
        return score if held == {score, _IMPLIED[score]} else None
    return None


def receptor_by_percent(percent: float, bound: str = "") -> str | None:
    """Of "<10 %" it cannot be told."""
    if bound in ("<", "<=", "\u2264"):
        below = percent < _POSITIVE_FROM or (bound == "<" and percent == _POSITIVE_FROM)
        return "negative" if below else None
    if bound == "" or percent >= _POSITIVE_FROM:
        return "positive" if percent >= _POSITIVE_FROM else "negative"
    return None
