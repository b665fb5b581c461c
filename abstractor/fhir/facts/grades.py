"""The CTCAE grade that the words of a diagnosis say: "pneumonitis, grade 2", "G2 pneumonitis", "Gr. 1-2"."""

import re

from abstractor.chart import Bounds

__all__ = ["grade_in_words"]

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_ONE = r"(?:[1-5]|iv|v|i{1,3})"
_GRADE = re.compile(
    rf"\b(?:grade|gr\.?|ctcae(?:\s+v?\d(?:\.\d)?)?(?:\s+grade)?|g(?=[1-5]))\s*[:=]?\s*(?P<first>{_ONE})"
    rf"(?:\s*(?:-|/|to|or)\s*(?:grade\s*)?(?P<last>{_ONE}))?(?![\w.])",
    re.IGNORECASE,
)


def grade_in_words(*texts: str | None) -> Bounds | None:
    """All grades that are named, as one range; None where none is."""
    found = [match for text in texts if text for match in _GRADE.finditer(text)]
    grades = [_number(end) for match in found for end in match.groups() if end is not None]
    return Bounds(min(grades), max(grades)) if grades else None


def _number(written: str) -> float:
    return float(_ROMAN.get(written.lower(), 0) or written)
