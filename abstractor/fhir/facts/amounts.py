"""Amounts as they are written: "35 %", ">55", "30-35%", "ECOG 3", "3 - Capable of only limited selfcare".

The whole text must be one of these forms. "About 35" and "was 60, now 35" are none.
"""

import re

from msgspec import Struct

from abstractor.chart import Bounds
from abstractor.fhir.elements.datatypes import Quantity, Range

__all__ = ["Amount", "amount_in_words", "bounded", "bounds_of"]

_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)"
_UNIT = r"\s*(%|percent)?"
_NAMED = (
    r"\s*(?:(?:lvef|ef|ecog(?: ps| performance status)?"
    r"|(?:ctcae(?: v?\d(?:\.\d)?)?(?: adverse event)? ?)?grade)\s*[:=]?\s*)?"
)
_ONE = re.compile(rf"{_NAMED}(<=|>=|<|>|\u2264|\u2265)?\s*{_NUMBER}{_UNIT}\s*", re.IGNORECASE)
_TWO = re.compile(rf"{_NAMED}{_NUMBER}{_UNIT}\s*(?:-|\u2013|to)\s*{_NUMBER}{_UNIT}\s*", re.IGNORECASE)
# The grade, and in words what it means.
_GRADE = re.compile(r"\s*(\d)\s*[-\u2013:=]\s*[a-z].*", re.IGNORECASE | re.DOTALL)
_SIGNS = {"\u2264": "<=", "\u2265": ">="}


class Amount(Struct, frozen=True, gc=False):
    """One number, or the ends between which it lies."""

    number: float | None
    between: Bounds | None
    unit: str | None


def amount_in_words(words: str) -> Amount | None:
    if one := _ONE.fullmatch(words):
        sign, number, unit = one.groups()
        if sign is None:
            return Amount(float(number), None, unit)
        return Amount(None, bounded(_SIGNS.get(sign, sign), float(number)), unit)
    if two := _TWO.fullmatch(words):
        low, high = float(two[1]), float(two[3])
        return Amount(None, Bounds(low, high), two[2] or two[4]) if low <= high else None
    if grade := _GRADE.fullmatch(words):
        return Amount(float(grade[1]), None, None)
    return None


def bounded(comparator: str, number: float) -> Bounds | None:
    """The ends that a comparator of FHIR leaves; none for one that it does not have."""
    match comparator:
        case "<" | "<=":
            return Bounds(None, number, high_excluded=comparator == "<")
        case ">" | ">=":
            return Bounds(number, None, low_excluded=comparator == ">")
        case _:
            return None


def bounds_of(span: Range) -> tuple[Bounds | None, str | None]:
    """The ends of a Range, and their unit; none where an end has a comparator or the units differ."""
    ends = [end for end in (span.low, span.high) if end is not None and end.value is not None]
    units = {unit for end in ends if (unit := _unit(end)) is not None}
    if not ends or len(units) > 1 or any(end.comparator for end in ends):
        return None, None
    low, high = (end.value if end is not None else None for end in (span.low, span.high))
    if low is not None and high is not None and low > high:
        return None, None
    return Bounds(low, high), next(iter(units), None)


def _unit(quantity: Quantity) -> str | None:
    return quantity.unit or quantity.code
