"""What holds of reader agreement whatever the readers said."""

from dataclasses import replace
from math import isfinite
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from abstractor.workflow.agreement.chance import Weights, gwet_ac1, kappa, pabak, raw_agreement
from abstractor.workflow.agreement.krippendorff import Scale, krippendorff_alpha
from abstractor.workflow.agreement.planning import charts_for_proportion, double_reads_for_kappa
from abstractor.workflow.agreement.ratings import Estimate, Interval, Measured, Ratings, Undefined

NAMES = "abcd"


@st.composite
def audits(draw: st.DrawFn, *, most_readers: int = 4, missing: bool = True, most_names: int = 4) -> Ratings:
    names = tuple(NAMES[: draw(st.integers(2, most_names))])
    readers = draw(st.integers(2, most_readers))
    seat = st.sampled_from((None, *names) if missing else names)
    charts = draw(st.lists(st.tuples(*[seat] * readers), max_size=12))
    return Ratings(names, tuple(f"reader {place}" for place in range(readers)), tuple(charts))


def nominal(ratings: Ratings, *, level: float = 0.95) -> list[Measured]:
    return [
        raw_agreement(ratings, level=level),
        pabak(ratings, level=level),
        kappa(ratings, level=level),
        gwet_ac1(ratings, level=level),
        krippendorff_alpha(ratings, scale=Scale.NOMINAL, level=level),
    ]


def ordinal(ratings: Ratings, *, level: float = 0.95) -> list[Measured]:
    return [
        kappa(ratings, weights=Weights.LINEAR, level=level),
        kappa(ratings, weights=Weights.QUADRATIC, level=level),
        krippendorff_alpha(ratings, scale=Scale.ORDINAL, level=level),
    ]


def every(ratings: Ratings, *, level: float = 0.95) -> list[Measured]:
    return [*nominal(ratings, level=level), *ordinal(ratings, level=level)]


def assert_same(found: list[Measured], expected: list[Measured]) -> None:
    for one, other in zip(found, expected, strict=True):
        if isinstance(one, Undefined) or isinstance(other, Undefined):
            assert one == other
            continue
        assert one.value == pytest.approx(other.value, abs=1e-9)
        if isinstance(one.interval, Undefined) or isinstance(other.interval, Undefined):
            assert one.interval == other.interval
        else:
            limits = (other.interval.low, other.interval.high)
            assert (one.interval.low, one.interval.high) == pytest.approx(limits, abs=1e-7)


@given(audits())
def test_it_is_a_number_in_its_interval_or_undefined(ratings: Ratings) -> None:
    for found in every(ratings):
        if isinstance(found, Estimate):
            assert isfinite(found.value) and found.value <= 1
            assert 1 <= found.charts <= len(ratings.charts)
            if isinstance(found.interval, Interval):
                assert found.interval.low - 1e-9 <= found.value <= found.interval.high + 1e-9
                assert found.interval.low >= min(-1, found.value) and found.interval.high <= 1


@given(audits(), st.randoms(use_true_random=False))
def test_readers_and_charts_may_come_in_any_order(ratings: Ratings, mixing: Random) -> None:
    seats = list(range(len(ratings.readers)))
    mixing.shuffle(seats)
    charts = [tuple(row[seat] for seat in seats) for row in ratings.charts]
    mixing.shuffle(charts)
    assert_same(every(replace(ratings, charts=tuple(charts))), every(ratings))


@given(audits(), st.randoms(use_true_random=False))
def test_names_without_order_may_be_exchanged(ratings: Ratings, mixing: Random) -> None:
    others = list(ratings.categories)
    mixing.shuffle(others)
    told = dict(zip(ratings.categories, others, strict=True))
    charts = tuple(tuple(seat and told[seat] for seat in row) for row in ratings.charts)
    assert_same(nominal(replace(ratings, charts=charts)), nominal(ratings))


@given(audits())
def test_an_order_may_be_read_from_its_other_end(ratings: Ratings) -> None:
    turned = replace(ratings, categories=ratings.categories[::-1])
    assert_same(every(turned), every(ratings))


@given(audits())
def test_an_unrated_chart_changes_nothing(ratings: Ratings) -> None:
    unrated = (None,) * len(ratings.readers)
    assert_same(every(replace(ratings, charts=(*ratings.charts, unrated))), every(ratings))


@given(audits())
def test_a_reader_who_read_nothing_changes_nothing(ratings: Ratings) -> None:
    wider = Ratings(
        ratings.categories, (*ratings.readers, "absent"), tuple((*row, None) for row in ratings.charts)
    )
    assert_same(every(wider), every(ratings))


@given(audits(), st.sampled_from(NAMES))
def test_a_chart_read_once_changes_no_agreement(ratings: Ratings, name: str) -> None:
    """AC1, and kappa of more than two readers, learn from it how common a category is, and may move."""
    assume(name in ratings.categories)
    once = (name, *(None,) * (len(ratings.readers) - 1))
    more = replace(ratings, charts=(*ratings.charts, once))
    steady = [raw_agreement, pabak, lambda rated: krippendorff_alpha(rated, scale=Scale.NOMINAL)]
    if len(ratings.readers) == 2:
        steady.append(kappa)
    assert_same([measure(more) for measure in steady], [measure(ratings) for measure in steady])


@given(audits(missing=False, most_readers=3), st.integers(2, 5))
def test_readers_who_always_agree_have_one_or_nothing(ratings: Ratings, readers: int) -> None:
    charts = tuple((row[0],) * readers for row in ratings.charts)
    names = tuple(f"reader {place}" for place in range(readers))
    for found in every(Ratings(ratings.categories, names, charts)):
        assert isinstance(found, Undefined) or found.value == 1


@given(audits())
def test_a_category_that_nobody_chose_changes_neither_kappa_nor_alpha(ratings: Ratings) -> None:
    wider = replace(ratings, categories=(*ratings.categories, "unchosen"))
    for measure in (raw_agreement, kappa):
        assert_same([measure(wider)], [measure(ratings)])
    for scale in Scale:
        assert_same([krippendorff_alpha(wider, scale=scale)], [krippendorff_alpha(ratings, scale=scale)])


@given(audits(most_names=2))
def test_of_two_categories_all_weights_are_one(ratings: Ratings) -> None:
    plain = kappa(ratings)
    for weights in (Weights.LINEAR, Weights.QUADRATIC):
        assert_same([kappa(ratings, weights=weights)], [plain])


@given(audits())
def test_the_same_charts_again_move_no_value_but_narrow_the_interval(ratings: Ratings) -> None:
    twice = replace(ratings, charts=ratings.charts * 2)
    for measure in (raw_agreement, pabak, kappa, gwet_ac1):
        once, again = measure(ratings), measure(twice)
        if isinstance(once, Undefined) or isinstance(again, Undefined):
            assert once == again
            continue
        assert again.value == pytest.approx(once.value, abs=1e-9)
        if isinstance(once.interval, Interval) and isinstance(again.interval, Interval):
            assert again.interval.high - again.interval.low <= once.interval.high - once.interval.low + 1e-9


@given(audits())
def test_a_higher_level_is_never_narrower(ratings: Ratings) -> None:
    for low, high in zip(every(ratings, level=0.8), every(ratings, level=0.99), strict=True):
        if isinstance(low, Estimate) and isinstance(high, Estimate) and isinstance(low.interval, Interval):
            assert isinstance(high.interval, Interval)
            assert high.interval.low <= low.interval.low and low.interval.high <= high.interval.high


@given(st.integers(1, 5000), st.floats(0.01, 0.4), st.floats(0.05, 0.95), st.floats(0, 0.9))
def test_a_sample_is_never_larger_than_the_cycle_and_grows_with_it(
    population: int, half_width: float, expected: float, attrition: float
) -> None:
    plan = charts_for_proportion(
        population=population, half_width=half_width, expected=expected, attrition=attrition
    )
    larger = charts_for_proportion(
        population=population + 1, half_width=half_width, expected=expected, attrition=attrition
    )
    assert 1 <= plan.needed <= plan.drawn <= population
    assert plan.needed <= larger.needed
    assert not plan.enough or plan.drawn * (1 - attrition) >= plan.needed - 1e-6


@given(st.floats(0.03, 0.4), st.floats(0, 0.95), st.floats(0.05, 0.95))
def test_a_narrower_wish_takes_more_double_reads(half_width: float, expected: float, common: float) -> None:
    prevalence = (common, 1 - common)
    wide = double_reads_for_kappa(half_width=half_width, expected=expected, prevalence=prevalence)
    narrow = double_reads_for_kappa(half_width=half_width / 2, expected=expected, prevalence=prevalence)
    assert 2 <= wide.needed <= narrow.needed <= 4 * wide.needed
