"""Code systems whose last digit is worked out from the others: one that does not fit is a slip of the pen."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from abstractor.codes import SYSTEMS

__all__ = ["CHECKED"]


def _loinc(code: str) -> bool:
    """Every second digit from the right counts twice (Luhn). Answers ("LA...") are numbered another way."""
    number, _, last = code.partition("-")
    if not number.isdigit():
        return True
    counted = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number)))
    return (sum(part // 10 + part % 10 for part in counted) + int(last)) % 10 == 0


def _snomed(code: str) -> bool:
    """Verhoeff's check: turns and flips of a pentagon, one a digit, that must come back to the start."""
    state = 0
    for place, digit in enumerate(reversed(code)):
        turn = int(digit)
        for _ in range(place % 8):
            turn = _MOVED[turn]
        state = _joined(state, turn)
    return state == 0


_MOVED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_CORNERS = 5


def _joined(one: int, other: int) -> int:
    """Two of the ten symmetries of a pentagon after each other; from 5 on they are flips."""
    flipped, turned = divmod(one, _CORNERS)
    flips, turns = divmod(other, _CORNERS)
    corner = turned + (-turns if flipped else turns)
    return corner % _CORNERS + _CORNERS * ((flipped + flips) % 2)


CHECKED: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {SYSTEMS["loinc"]: _loinc, SYSTEMS["snomed"]: _snomed}
)
