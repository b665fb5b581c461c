"""The program beside the reviewers: counts, sensitivity and PPV."""

import pytest

from abstractor.workflow.agreement.against_program import Tally, ppv, sensitivity, tally
from tests.unit.agreement.examples import interval_of, value_of, why_of

ANSWERS = (
    [(True, True)] * 81
    + [(True, False)] * 20
    + [(False, True)] * 182
    + [(False, False)] * 17
    + [(None, True), (True, None), (None, None)]
)


def test_answers_are_counted_and_open_ones_apart() -> None:
    assert tally(ANSWERS) == Tally(81, 20, 182, 17, left_open=3)


def test_shares_carry_wilsons_interval() -> None:
    # Newcombe (1998), table I, method 3: 81 of 263 is 0.2553 to 0.3662.
    held = interval_of(sensitivity(tally(ANSWERS)))
    assert value_of(sensitivity(tally(ANSWERS))) == 81 / 263
    assert (held.low, held.high, held.method.value) == (
        pytest.approx(0.2553, abs=5e-5),
        pytest.approx(0.3662, abs=5e-5),
        "wilson",
    )
    assert value_of(ppv(tally(ANSWERS))) == 81 / 101


# Newcombe (1998), table I, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_newcombe_1998_prints_wilsons_interval(successes: int, trials: int, low: float, high: float) -> None:
    held = interval_of(ppv(Tally(successes, trials - successes, 0, 0)))
    assert (held.low, held.high) == pytest.approx((low, high), abs=5e-5)


def test_without_findings_there_is_nothing_to_count() -> None:
    assert why_of(sensitivity(Tally(0, 5, 0, 5))) == "nothing-counted"
    assert why_of(ppv(Tally(0, 0, 5, 5))) == "nothing-counted"
