"""From ratings to the agreement table: what is a unit, who settles it, what is counted under which head."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.store.auditing.agreeing import LockedReview, LockedReviews, Said
from abstractor.store.auditing.differing import differing, judged
from abstractor.store.auditing.values import Rating
from abstractor.workflow.agreement.ratings import Estimate, Interval, Measured, Undefined, Why
from abstractor.workflow.auditing.agreeing import AgreementTable, rated_units, readings_of
from abstractor.workflow.auditing.answers import NO_FINDING
from abstractor.workflow.auditing.cases.making import overruled
from abstractor.workflow.auditing.counting import ReadItem, agreement_table

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
GAP = "finding:LVEF-BASE:palliative:1:-:ASCO"
CHOICE = "finding:sequencing:palliative:2:-:ASCO"


def rating(
    chart: int, seat: int, said: str | None, *, item: str = GAP, program: str | None = "not-met"
) -> Rating:
    kind, rule = item.split(":")[:2]
    return Rating(
        review_id=chart * 10 + seat,
        audit_id=1,
        chart_id=chart,
        seat_number=seat,
        account_id=seat,
        item=item,
        kind=kind,
        rule=rule,
        answer="cannot-tell" if said is None else "agree" if said == program else "overrule",
        rating=said,
        program=program,
        reason=None,
    )


def added(chart: int, seat: int, said: str, rule: str, number: int = 1, line: str | None = None) -> Rating:
    """As missed, under the number that the reader gave it."""
    told = rating(chart, seat, said, item=f"missed:{number}", program=None)
    return replace(told, rule=rule, line=line)


def table(*ratings: Rating, sites: dict[int, str] | None = None) -> AgreementTable:
    return agreement_table(readings_of(locked_of(ratings)), sites or {})


def locked_of(ratings: Sequence[Rating]) -> LockedReviews:
    """As the store gives them: by chart and seat, each with its ratings in the order of the items."""
    places: dict[Said, int] = {}
    said: dict[tuple[int, int, int], list[int]] = {}
    for one in sorted(ratings, key=lambda each: each.item):
        told = Said(
            one.item, one.kind, one.rule, one.line, judged(one.item, one.rating, one.reason), one.program
        )
        review = said.setdefault((one.chart_id, one.seat_number, one.review_id), [])
        review.append(places.setdefault(told, len(places)))
    reviews = (
        LockedReview(review, chart, seat, seat, NOON + timedelta(hours=review), tuple(held))
        for (chart, seat, review), held in sorted(said.items())
    )
    return LockedReviews(tuple(places), tuple(reviews))


def value(measured: Measured | None) -> float | None:
    return measured.value if isinstance(measured, Estimate) else None


def twice(chart: int, one: str | None, other: str | None, item: str = GAP) -> list[Rating]:
    return [rating(chart, 1, one, item=item), rating(chart, 2, other, item=item)]


def test_two_readers_of_one_rule() -> None:
    """Cohen's own arithmetic: 20 agree on met, 15 on not met, 5 and 10 differ."""
    cells = [("met", "met", 20), ("met", "not-met", 5), ("not-met", "met", 10), ("not-met", "not-met", 15)]
    pairs = [(one, other) for one, other, many in cells for _ in range(many)]
    found = table(*(each for chart, pair in enumerate(pairs, 1) for each in twice(chart, *pair)))
    (row,) = found.by_heading
    assert (row.heading, row.units, row.read_twice, row.differing) == ("LVEF-BASE", 50, 50, 15)
    assert value(row.statistics.raw) == pytest.approx(0.7)
    assert value(row.statistics.kappa) == pytest.approx(0.4)
    assert row.statistics.weighted is None
    assert found.unsettled == 15


def test_a_choice_of_therapy_has_an_order_and_each_authority_its_own_line() -> None:
    label = CHOICE.replace("ASCO", "FDA")
    found = table(
        *twice(1, "preferred", "acceptable", CHOICE),
        *twice(2, "preferred", "preferred", CHOICE),
        *twice(3, "not-recommended", "not-recommended", CHOICE),
        *twice(1, "on-label", "on-label", label),
    )
    assert [row.heading for row in found.by_heading] == ["sequencing ASCO", "sequencing FDA"]
    asco, fda = (row.statistics for row in found.by_heading)
    weighted, plain = value(asco.weighted), value(asco.kappa)
    assert weighted is not None and plain is not None and weighted > plain
    assert fda.weighted is None
    assert isinstance(fda.kappa, Undefined)


LINE = "line:palliative:1"


def wrong_line(chart: int, seat: int, reason: str) -> Rating:
    return replace(rating(chart, seat, "wrong", item=LINE, program="right"), reason=reason)


@pytest.mark.parametrize(
    ("reasons", "agreed"),
    [(("end", "agents"), 0.0), (("agents end", "end agents"), 1.0), (("end", "end"), 1.0)],
)
def test_who_finds_a_line_wrong_for_contrary_reasons_does_not_agree(
    reasons: tuple[str, str], agreed: float
) -> None:
    both = [wrong_line(1, seat, reason) for seat, reason in enumerate(reasons, 1)]
    found = table(*both)
    (row,) = found.by_heading
    assert (row.heading, row.units, row.differing, found.unsettled) == ("lines", 1, 1 - agreed, 1 - agreed)
    assert value(row.statistics.raw) == agreed
    assert bool(differing(both[:1], both[1:])) == (not agreed)


def test_what_a_reader_cannot_tell_is_counted_and_is_no_rating() -> None:
    found = table(*twice(1, "met", None), *twice(2, "met", "met"))
    assert (found.overall.cannot_tell, found.overall.differing, found.unsettled) == (1, 1, 1)
    assert value(found.overall.statistics.raw) == 1.0
    assert isinstance(found.overall.statistics.kappa, Undefined)  # all that was said is one category


def test_a_third_reader_settles_even_what_cannot_be_told() -> None:
    found = table(*twice(1, "met", "not-met"), rating(1, 3, None))
    assert found.unsettled == 0
    assert found.program[0].counted.left_open == 1
    found = table(*twice(1, "met", "not-met"), rating(1, 3, "not-met"))
    assert found.program[0].counted.true_positive == 1


def test_the_program_beside_the_readers() -> None:
    missed = "missed:1"
    found = table(
        *twice(1, "not-met", "not-met"),
        *twice(2, "met", "met"),
        *twice(3, "met", "not-met"),
        rating(4, 1, "met", program="met"),
        rating(5, 1, "not-met", item=missed, program=None),
        sites={1: "Organization/1", 2: "Organization/2"},
    )
    everything = found.program[0]
    counted = everything.counted
    assert (counted.true_positive, counted.false_positive, counted.false_negative) == (1, 1, 1)
    assert (counted.true_negative, counted.left_open) == (1, 1)
    assert (value(everything.ppv), value(everything.sensitivity)) == (0.5, 0.5)
    assert [(site, value(row.ppv)) for site, row in found.by_site if row.heading == "overall"] == [
        ("Organization/1", 1.0),
        ("Organization/2", 0.0),
        (None, None),
    ]


def test_each_rule_is_judged_at_each_site_and_no_chart_is_left_out() -> None:
    other = "finding:HBV:-:-:-:ASCO"
    found = table(
        *(rating(chart, 1, "not-met") for chart in (1, 2, 3, 4)),
        rating(1, 1, "met", item=other),
        rating(4, 1, "not-met", item=other),
        sites={1: "B", 2: "B", 3: "A"},
    )
    told = [(site, row.heading, value(row.ppv), row.counted.true_positive) for site, row in found.by_site]
    assert [one for one in told if one[1] == "overall"] == [
        ("A", "overall", 1.0, 1),
        ("B", "overall", pytest.approx(2 / 3), 2),
        (None, "overall", 1.0, 2),
    ]
    rules = [(site, ppv) for site, heading, ppv, _ in told if heading.startswith("HBV")]
    assert rules == [("B", 0.0), (None, 1.0)]
    for rule in found.program:
        there = [row for _, row in found.by_site if row.heading == rule.heading]
        assert sum(row.counted.true_positive for row in there) == rule.counted.true_positive


def test_charts_that_were_read_because_they_are_flagged_give_no_sensitivity() -> None:
    readings = readings_of(locked_of([*twice(1, "not-met", "not-met"), *twice(2, "met", "met")]))
    found = agreement_table(readings, {}, only_flagged=True)
    assert {row.sensitivity for row in found.program} == {Undefined(Why.ONLY_FLAGGED)}
    assert value(found.program[0].ppv) == 0.5


def test_what_readers_add_is_told_apart_by_its_rule_and_not_by_its_number() -> None:
    found = table(
        added(1, 1, "not-met", "GCSF"),
        added(1, 1, "exception", "HBV", 2),
        added(1, 2, "exception", "HBV"),
        added(1, 2, "not-met", "GCSF", 2),
    )
    assert [(row.heading, row.units, row.read_twice, row.differing) for row in found.by_heading] == [
        ("GCSF", 1, 1, 0),
        ("HBV", 1, 1, 0),
    ]
    assert [(row.heading, row.counted.false_negative) for row in found.program[1:]] == [
        ("GCSF", 1),
        ("HBV", 0),
    ]


def test_what_readers_add_of_different_lines_is_not_the_same() -> None:
    first, second = "palliative:1", "palliative:2"
    found = table(added(1, 1, "not-met", "GCSF", line=first), added(1, 2, "not-met", "GCSF", line=second))
    assert (found.overall.units, found.overall.read_twice, found.overall.differing) == (2, 2, 2)
    alike = table(
        added(1, 1, "not-met", "GCSF", line=first),
        added(1, 1, "met", "GCSF", 2, line=second),
        added(1, 2, "met", "GCSF", line=second),
        added(1, 2, "not-met", "GCSF", 2, line=first),
    )
    assert (alike.overall.units, alike.overall.read_twice, alike.overall.differing) == (2, 2, 0)
    patient = table(added(1, 1, "not-met", "GCSF"), added(1, 2, "not-met", "GCSF", line=first))
    assert patient.overall.differing == 2


def test_what_one_of_two_readers_adds_is_not_settled_before_a_third_says_so() -> None:
    both = twice(1, "not-met", "not-met")
    alone = added(1, 1, "not-met", "GCSF")
    found = table(*both, alone)
    assert (found.overall.read_twice, found.overall.differing, found.unsettled) == (2, 1, 1)
    assert value(found.overall.statistics.raw) == 0.5
    assert (found.program[0].counted.false_negative, found.program[0].counted.left_open) == (0, 1)
    settled = table(*both, alone, added(1, 3, "not-met", "GCSF"))
    assert (settled.program[0].counted.false_negative, settled.unsettled) == (1, 0)
    refused = table(*both, alone, added(1, 3, NO_FINDING, "GCSF"))
    assert (refused.program[0].counted.false_negative, refused.unsettled) == (0, 0)
    single = table(rating(1, 1, "not-met"), alone)
    assert (single.program[0].counted.false_negative, single.overall.read_twice) == (1, 0)


def test_a_case_is_made_of_what_is_settled_alone() -> None:
    both, alone = twice(1, "not-met", "not-met"), added(1, 1, "not-met", "GCSF")
    other = added(1, 2, "not-met", "HBV")
    assert overruled([*both, alone, other]) == ()
    third = [added(1, 3, NO_FINDING, "GCSF"), added(1, 3, "not-met", "HBV", 2)]
    (one,) = overruled([*both, alone, other, *third])
    assert (one.unit.heading, one.unit.settled) == ("HBV", "not-met")


def test_to_settle_a_chart_late_moves_it_into_no_other_block() -> None:
    """What two readers said first is told first, whatever a third one says of it at the end."""
    first = [each for chart in range(1, 11) for each in twice(chart, "met", "not-met")]
    then = [each for chart in range(11, 21) for each in twice(chart, "met", "met")]
    settled = [replace(rating(chart, 3, "met"), review_id=1_000 + chart) for chart in range(1, 11)]
    before, after = table(*first, *then), table(*first, *then, *settled)
    assert [value(block.raw) for block in before.drift] == [0.0, 1.0]
    assert [value(block.raw) for block in after.drift] == [0.0, 1.0]
    assert [block.first for block in after.drift] == [block.first for block in before.drift]


def test_drift_is_told_in_blocks_of_charts_in_the_order_they_were_finished() -> None:
    pairs = [("not-met", "not-met")] * 10 + [("not-met", "met")] * 10
    found = table(*(each for chart, pair in enumerate(pairs, 1) for each in twice(chart, *pair)))
    assert [block.charts for block in found.drift] == [10, 10]
    first, second = found.drift
    assert first.last < second.first
    assert (value(first.raw), value(second.raw)) == (1.0, 0.0)


def chart_of(chart: int, *pairs: tuple[str, str]) -> list[Rating]:
    """A chart with a finding of one rule in each of several lines."""
    items = (f"finding:LVEF-BASE:palliative:{line}:-:ASCO" for line in range(1, len(pairs) + 1))
    return [each for item, pair in zip(items, pairs, strict=True) for each in twice(chart, *pair, item)]


HARD, EASY = ("not-met", "met"), ("not-met", "not-met")


def test_items_of_one_chart_hang_together() -> None:
    """Half of the charts are hard in all of their lines: twelve charts tell no more than twelve items."""
    ratings = [each for chart in range(1, 13) for each in chart_of(chart, *[HARD if chart % 2 else EASY] * 4)]
    found = table(*ratings)
    raw = found.by_heading[0].statistics.raw
    assert isinstance(raw, Estimate) and isinstance(raw.interval, Interval)
    assert isinstance(raw.independent, Interval)
    assert (raw.value, raw.charts, raw.items, found.by_heading[0].charts) == (0.5, 12, 48, 12)
    assert (raw.interval.method.value, raw.independent.method.value) == ("charts-wilson", "wilson")
    assert raw.design_effect == pytest.approx(4 * 12 / 11)
    widths = [one.high - one.low for one in (raw.interval, raw.independent)]
    assert widths[0] > 1.8 * widths[1]
    assert "takes the chart for the unit" in found.intervals


def test_the_program_is_judged_by_charts_at_every_site_and_in_every_block() -> None:
    settled = [[each for each in chart_of(chart, EASY, EASY, EASY)] for chart in range(1, 31)]
    wrong = [chart_of(chart, *[("met", "met")] * 3) for chart in range(31, 41)]
    ratings = [each for chart in (*settled, *wrong) for each in chart]
    found = table(*ratings, sites={chart: "A" if chart > 2 else "B" for chart in range(1, 41)})
    for row in (found.program[0], found.program[1], found.by_site[0][1]):
        ppv = row.ppv
        assert isinstance(ppv, Estimate) and isinstance(ppv.interval, Interval)
        assert ppv.interval.method.value == "charts-wilson"
        assert ppv.items == 3 * ppv.charts
        assert isinstance(ppv.independent, Interval)
        assert ppv.interval.high - ppv.interval.low > ppv.independent.high - ppv.independent.low
    small = next(row for site, row in found.by_site if site == "B").ppv
    assert isinstance(small, Estimate) and isinstance(small.interval, Undefined)
    assert (small.charts, small.interval.why.value) == (2, "few-charts")
    assert {block.ppv.charts for block in found.drift if isinstance(block.ppv, Estimate)} == {10}


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 6)), unique=True))
def test_counted_together_and_one_by_one_are_the_same_items(read: list[tuple[int, int, int]]) -> None:
    items = (GAP, CHOICE, "line:palliative:1", "criterion:visit-in-period")
    ratings = [
        added(chart, seat, "not-met", "GCSF", what - 3, line="palliative:1" if what > 5 else None)
        if what > 3
        else rating(chart, seat, ("met", "not-met", None)[(chart + seat) % 3], item=items[what])
        for chart, seat, what in read
    ]
    together = readings_of(locked_of(ratings))
    units = rated_units(ratings)
    one_by_one = Counter((unit.chart_id, *_plain(unit)) for unit, _ in units)
    counted = Counter(
        (chart.chart_id, *_plain(together.items[place])) for chart in together.charts for place in chart.items
    )
    assert counted == one_by_one


def _plain(item: ReadItem) -> tuple[object, ...]:
    return (item.kind, item.heading, item.readings, item.program, item.settled, item.adjudicated)


def test_nothing_read_is_an_empty_table() -> None:
    found = table()
    assert (found.by_heading, found.drift, found.readers, found.unsettled) == ((), (), 0, 0)
    assert isinstance(found.overall.statistics.kappa, Undefined)
    assert isinstance(found.program[0].ppv, Undefined)
