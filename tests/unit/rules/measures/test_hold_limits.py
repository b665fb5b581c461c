"""When a label asks to hold a drug, where the result or its baseline is known between two ends only."""

import pytest

from abstractor.chart import Bounds
from abstractor.dates import Truth
from abstractor.rules.measures.hold_limits import HoldLimit, dropped, under

YES, NO, OPEN = Truth.YES, Truth.NO, Truth.UNKNOWN
DRUG = ("a drug",)
UNDER_40 = HoldLimit(DRUG, 21, below=40)
TO_45_BY_10 = HoldLimit(DRUG, 21, up_to=45, drop_from=10)
OVER_20 = HoldLimit(DRUG, 21, drop_over=20)


def at(low: float | None, high: float | None = None, *, open_high: bool = False) -> Bounds:
    return Bounds(low, low if high is None and not open_high else high)


@pytest.mark.parametrize(
    ("limit", "amount", "baseline", "reached"),
    [
        (UNDER_40, at(39.9), None, YES),
        (UNDER_40, at(40), None, NO),
        (UNDER_40, at(35, 40), None, OPEN),
        (UNDER_40, Bounds(35, 40, high_excluded=True), None, YES),
        (UNDER_40, at(40, 45), None, NO),
        (TO_45_BY_10, at(45), at(55), YES),
        (TO_45_BY_10, at(45), at(54.9), NO),
        (TO_45_BY_10, at(45.1), at(70), NO),
        (TO_45_BY_10, at(45), None, OPEN),
        (TO_45_BY_10, at(46), None, NO),
        (TO_45_BY_10, at(40, 50), at(60), OPEN),
        (TO_45_BY_10, at(40), at(48, 55), OPEN),
        (TO_45_BY_10, Bounds(45, 50, low_excluded=True), at(70), NO),
        (OVER_20, at(46), at(66), NO),
        (OVER_20, at(46), at(66.1), YES),
        (OVER_20, at(46), at(60, 70), OPEN),
        (OVER_20, at(46), at(66, 70), OPEN),
        (OVER_20, at(46), None, OPEN),
        (OVER_20, at(46, open_high=True), at(60), NO),
    ],
)
def test_a_limit(limit: HoldLimit, amount: Bounds, baseline: Bounds | None, reached: Truth) -> None:
    assert limit.reached(amount, baseline) is reached


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a limit is a result or a drop"):
        HoldLimit(DRUG, 21)


def test_open_ends() -> None:
    assert under(Bounds(None, 49), 50) is YES
    assert under(Bounds(None, None), 50) is OPEN
    assert dropped(Bounds(None, 50), at(60), 10) is YES
    assert dropped(Bounds(None, 55), at(60), 10) is OPEN
    assert dropped(at(0.3), at(0.1 + 0.2), 0.0) is YES  # what subtraction leaves over is cut
