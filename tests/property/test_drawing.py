"""Laws of a draw: every chart is in it or left out for a reason; the seed and the frame alone decide."""

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from abstractor.abstract import SEVERITIES, Verdict
from abstractor.store.auditing.values import FramedChart, Why
from abstractor.workflow.auditing.design import Charts, Design, Stratify
from abstractor.workflow.auditing.drawing import Draw, allocate, draw, draw_again, stratum_of

VERDICTS = (Verdict.INCLUDED, Verdict.EXCLUDED, Verdict.REVIEW)
names = st.sampled_from([None, "Organization/a", "Organization/b"])


@st.composite
def charts(drawn: st.DrawFn, number: int) -> FramedChart:
    if drawn(st.integers(0, 9)) == 0:
        return FramedChart(number)
    flagged = drawn(st.booleans())
    return FramedChart(
        patient_id=number,
        abstract_id=number + 1000,
        input_digest=f"sha256:{number}",
        verdict=drawn(st.sampled_from(VERDICTS)),
        flagged=flagged,
        severity=drawn(st.sampled_from(SEVERITIES)) if flagged else None,
        site=drawn(names),
        clinician=drawn(names),
    )


@st.composite
def frames(drawn: st.DrawFn) -> tuple[FramedChart, ...]:
    return tuple(drawn(charts(number)) for number in range(1, drawn(st.integers(0, 40)) + 1))


@st.composite
def designs(drawn: st.DrawFn) -> Design:
    which = drawn(st.sampled_from(Charts))
    return Design(
        charts=which,
        seed=drawn(st.integers(0, 2**63)),
        size=drawn(st.integers(1, 50)) if which is Charts.SAMPLE else None,
        listed=tuple(drawn(st.sets(st.integers(1, 50), min_size=1))) if which is Charts.LISTED else (),
        strata=tuple(drawn(st.lists(st.sampled_from(Stratify), unique=True))),
        readers=drawn(st.sampled_from([1, 2])),
        double_share=drawn(st.sampled_from([0.0, 0.05, 0.3, 1.0])),
    )


def eligible(chart: FramedChart, design: Design) -> bool:
    return (
        chart.abstract_id is not None
        and {
            Charts.FLAGGED: chart.flagged,
            Charts.SAMPLE: chart.verdict is Verdict.INCLUDED,
            Charts.LISTED: chart.patient_id in design.listed,
        }[design.charts]
    )


@given(frames(), designs())
def test_every_chart_of_the_cycle_is_drawn_or_left_out_and_none_twice(
    frame: tuple[FramedChart, ...], design: Design
) -> None:
    done = draw(frame, design)
    told = [one.patient_id for one in done.picks] + [one.patient_id for one in done.left_out]
    assert sorted(told) == sorted({one.patient_id for one in frame} | set(design.listed))
    gone = {one.patient_id for one in done.left_out if one.why is Why.PURGED}
    assert gone == set(design.listed) - {one.patient_id for one in frame}


@given(frames(), designs())
def test_strata_sum_to_the_frame_and_what_is_drawn_of_them_to_the_draw(
    frame: tuple[FramedChart, ...], design: Design
) -> None:
    done = draw(frame, design)
    could = [one for one in frame if eligible(one, design)]
    sizes = Counter(stratum_of(one, design.strata) for one in could)
    assert {stratum.name: stratum.frame for stratum in done.strata} == sizes
    wanted = len(could) if design.size is None else min(design.size, len(could))
    assert sum(stratum.drawn for stratum in done.strata) == len(done.picks) == wanted
    drawn = Counter(pick.stratum for pick in done.picks)
    assert {stratum.name: stratum.drawn for stratum in done.strata if stratum.drawn} == drawn
    twice = sum(pick.readers == 2 for pick in done.picks)
    assert sum(stratum.twice for stratum in done.strata) == twice
    if design.readers == 1:
        assert design.double_share * wanted <= twice + 1e-6 < design.double_share * wanted + 1
    else:
        assert twice == wanted


@given(frames(), designs(), st.integers(0, 1000))
def test_the_order_of_the_rows_changes_nothing(
    frame: tuple[FramedChart, ...], design: Design, order: int
) -> None:
    shuffled = list(frame)
    Random(order).shuffle(shuffled)
    assert draw(shuffled, design) == draw(frame, design)


@given(frames(), designs())
def test_places_count_from_one_and_codes_are_of_one_chart_each(
    frame: tuple[FramedChart, ...], design: Design
) -> None:
    picks = draw(frame, design).picks
    assert [pick.place for pick in picks] == list(range(1, len(picks) + 1))
    assert len({pick.code for pick in picks}) == len(picks)


@given(frames(), designs())
def test_the_log_alone_gives_the_draw_again(frame: tuple[FramedChart, ...], design: Design) -> None:
    done = draw(frame, design, audit_id=7)
    digests = {pick.patient_id: f"sha256:{pick.patient_id}" for pick in done.picks}
    assert draw_again(done.picks, done.left_out, digests, design, audit_id=7) == done.picks


def included(number: int) -> tuple[FramedChart, ...]:
    return tuple(FramedChart(n, n, f"sha256:{n}", Verdict.INCLUDED) for n in range(1, number + 1))


def of_seed(frame: tuple[FramedChart, ...], seed: int) -> Draw:
    return draw(frame, Design(charts=Charts.SAMPLE, seed=seed, size=20, double_share=0.5))


@given(st.integers(0, 2**63))
def test_another_seed_draws_otherwise(seed: int) -> None:
    frame = included(80)
    one, other = of_seed(frame, seed), of_seed(frame, seed + 1)
    assert {pick.patient_id for pick in one.picks} != {pick.patient_id for pick in other.picks}
    assert {pick.code for pick in one.picks}.isdisjoint(pick.code for pick in other.picks)


@given(st.integers(0, 2**63))
def test_a_code_tells_no_number_whatever_the_seed(seed: int) -> None:
    """The same numbers and seed, other charts: nothing that readers see is the same."""
    frame = included(80)
    others = tuple(replace(one, input_digest=f"{one.input_digest}0") for one in frame)
    one, other = of_seed(frame, seed), of_seed(others, seed)
    assert {pick.patient_id for pick in one.picks} == {pick.patient_id for pick in other.picks}
    assert {pick.code for pick in one.picks}.isdisjoint(pick.code for pick in other.picks)
    assert [pick.patient_id for pick in one.picks] != [pick.patient_id for pick in other.picks]


@given(st.integers(0, 2**63))
def test_no_code_of_one_audit_is_of_use_in_another(seed: int) -> None:
    """The same charts and seed: the same are drawn, in another order, under other codes."""
    frame, design = included(80), Design(charts=Charts.SAMPLE, seed=seed, size=20, double_share=0.5)
    one, other = (draw(frame, design, audit_id=number).picks for number in (1, 2))
    assert {pick.patient_id for pick in one} == {pick.patient_id for pick in other}
    assert {pick.code for pick in one}.isdisjoint(pick.code for pick in other)
    assert [pick.patient_id for pick in one] != [pick.patient_id for pick in other]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8), st.integers(0, 200))
def test_no_stratum_is_passed_over_or_has_less_than_a_smaller_one(sizes: dict[str, int], wanted: int) -> None:
    given_out = allocate(sizes, wanted)
    total = sum(sizes.values())
    assert sum(given_out.values()) == min(wanted, total)
    assert all(0 <= given_out[name] <= size for name, size in sizes.items())
    held = [name for name, size in sizes.items() if size]
    if min(wanted, total) >= len(held):
        assert all(given_out[name] for name in held)
    for one in held:
        for other in held:
            assert sizes[one] <= sizes[other] or given_out[one] >= given_out[other]
