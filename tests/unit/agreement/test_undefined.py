"""Where there is no number, the reason is said; where a number has no spread, its interval says why."""

import pytest

from abstractor.workflow.agreement.chance import gwet_ac1, kappa, pabak, raw_agreement
from abstractor.workflow.agreement.krippendorff import Scale, krippendorff_alpha
from abstractor.workflow.agreement.ratings import Estimate, Measured, Ratings, Undefined, Why
from tests.unit.agreement.examples import interval_of, of_rows, value_of, why_of

ALL = ("raw", "pabak", "kappa", "ac1", "alpha")


def every(ratings: Ratings) -> dict[str, Measured]:
    return {
        "raw": raw_agreement(ratings),
        "pabak": pabak(ratings),
        "kappa": kappa(ratings),
        "ac1": gwet_ac1(ratings),
        "alpha": krippendorff_alpha(ratings, scale=Scale.NOMINAL),
    }


NEVER_TWICE = (("....", "...."), ("ab..", "..ab"), ("", ""))


@pytest.mark.parametrize("rows", NEVER_TWICE)
@pytest.mark.parametrize("name", ALL)
def test_without_a_double_read_nothing_is_said(rows: tuple[str, str], name: str) -> None:
    assert why_of(every(of_rows(rows, categories="ab"))[name]) == "no-double-read"


@pytest.mark.parametrize("name", ["kappa", "alpha"])
@pytest.mark.parametrize("rows", [("a", "a"), ("aaaa", "aaaa"), ("aaaab", "aaaa."), ("aaa", "aaa", "a.a")])
def test_one_category_alone_leaves_kappa_and_alpha_undefined(rows: tuple[str, ...], name: str) -> None:
    assert why_of(every(of_rows(rows, categories="ab"))[name]) == "one-category"


def test_one_category_alone_is_told_by_the_raw_agreement_and_its_width() -> None:
    found = every(of_rows(("aaaa", "aaaa"), categories="ab"))
    assert value_of(found["raw"]) == value_of(found["pabak"]) == value_of(found["ac1"]) == 1
    # Four charts are not much: Wilson's interval says so, and AC1's says that it cannot.
    assert interval_of(found["raw"]).low == pytest.approx(0.510109, abs=1e-6)
    assert interval_of(found["pabak"]).low == pytest.approx(0.020218, abs=1e-6)
    assert isinstance(found["ac1"], Estimate)
    assert why_of(found["ac1"].interval) == "no-spread"


# What each says of its interval, the value being 1 or 0.
@pytest.mark.parametrize(
    ("rows", "name", "value", "reason"),
    [
        (("aabb", "aabb"), "kappa", 1.0, "no-spread"),
        (("aabb", "aabb"), "ac1", 1.0, "no-spread"),
        (("aabb", "aabb"), "alpha", 1.0, "no-spread"),
        (("aaab", "aaab"), "alpha", 1.0, "hangs-on-one-chart"),
        (("abab", "aaaa"), "kappa", 0.0, "no-spread"),
        (("a", "b"), "kappa", 0.0, "one-chart"),
        (("a.", "bb"), "kappa", 0.0, "one-chart"),
        (("a", "b"), "alpha", 0.0, "one-chart"),
        (("a", "b"), "ac1", -1.0, "one-chart"),
    ],
)
def test_a_value_without_a_spread_has_no_interval(
    rows: tuple[str, str], name: str, value: float, reason: str
) -> None:
    found = every(of_rows(rows, categories="ab"))[name]
    assert isinstance(found, Estimate)
    assert found.value == value
    assert why_of(found.interval) == reason


def test_two_charts_are_enough_for_an_interval() -> None:
    found = every(of_rows(("ab", "ac"), categories="abc"))
    for name in ("raw", "kappa", "ac1"):
        held = interval_of(found[name])
        assert -1 <= held.low < held.high <= 1


@pytest.mark.parametrize("why", Why)
def test_every_reason_is_a_sentence(why: Why) -> None:
    assert Undefined(why).sentence.endswith(".")


# Whoever hands over ratings that are none is told at once.
@pytest.mark.parametrize(
    ("categories", "readers", "charts", "said"),
    [
        (("a",), ("x", "y"), (), "two categories"),
        (("a", "a"), ("x", "y"), (), "two categories"),
        (("a", "b"), ("x",), (), "two readers"),
        (("a", "b"), ("x", "x"), (), "two readers"),
        (("a", "b"), ("x", "y"), (("a",),), "one seat"),
        (("a", "b"), ("x", "y"), (("a", "c"),), "one of the categories"),
    ],
)
def test_ill_formed_ratings_are_refused(
    categories: tuple[str, ...], readers: tuple[str, ...], charts: tuple[tuple[str, ...], ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Ratings(categories, readers, charts)
