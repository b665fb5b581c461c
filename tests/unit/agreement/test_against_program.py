"""The program beside the reviewers: counts, sensitivity, PPV, and what uneven draws do to them."""

import pytest

from abstractor.workflow.agreement.against_program import (
    Stratum,
    Tally,
    ppv,
    sensitivity,
    sensitivity_of_strata,
    tally,
)
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
    empty = sensitivity_of_strata(flagged=Stratum(5, 5, 0), unflagged=Stratum(5, 5, 0))
    assert why_of(empty) == "nothing-counted"


@pytest.mark.parametrize(
    ("flagged", "unflagged"),
    [(Stratum(40, 0, 0), Stratum(360, 60, 2)), (Stratum(40, 40, 36), Stratum(360, 0, 0))],
)
def test_a_stratum_that_nobody_read_leaves_sensitivity_open(flagged: Stratum, unflagged: Stratum) -> None:
    assert why_of(sensitivity_of_strata(flagged=flagged, unflagged=unflagged)) == "nothing-counted"


def test_missed_charts_count_for_those_that_nobody_read() -> None:
    # All 40 flagged were read, 36 are right; 2 of 60 of the other 360 were missed: 12 of all. 36 of 48.
    found = sensitivity_of_strata(flagged=Stratum(40, 40, 36), unflagged=Stratum(360, 60, 2))
    assert value_of(found) == pytest.approx(0.75, abs=1e-12)
    # Only the missed vary then, so the limits are those of Wilson's interval of 2 in 60.
    missed = interval_of(ppv(Tally(2, 58, 0, 0)))
    held = interval_of(found)
    assert held.low == pytest.approx(36 / (36 + 360 * missed.high), abs=1e-12)
    assert held.high == pytest.approx(36 / (36 + 360 * missed.low), abs=1e-12)
    # Counted without weights it would be 36 of 38.
    assert value_of(sensitivity(Tally(36, 4, 2, 58))) == pytest.approx(0.947, abs=5e-4)


def test_a_whole_reading_leaves_no_sampling_error() -> None:
    held = interval_of(sensitivity_of_strata(flagged=Stratum(40, 40, 36), unflagged=Stratum(360, 360, 12)))
    assert held.low == pytest.approx(0.75) and held.high == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("flagged", "unflagged", "value"),
    [
        (Stratum(40, 20, 20), Stratum(360, 60, 0), 1.0),
        (Stratum(40, 20, 0), Stratum(360, 60, 3), 0.0),
        (Stratum(0, 0, 0), Stratum(360, 60, 3), 0.0),
    ],
)
def test_none_missed_or_none_found_keeps_a_width(flagged: Stratum, unflagged: Stratum, value: float) -> None:
    found = sensitivity_of_strata(flagged=flagged, unflagged=unflagged)
    held = interval_of(found)
    assert value_of(found) == value
    assert 0 <= held.low <= value <= held.high <= 1
    assert (held.low < held.high) is (flagged.charts > 0)


def test_a_stratum_holds_what_was_read_of_it() -> None:
    with pytest.raises(ValueError, match="among"):
        Stratum(10, 11, 3)
