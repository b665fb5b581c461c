"""Whatever a chart holds, nothing of its timeline lies outside the drawing, and nothing hides another."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from abstractor.abstract import Abstract
from abstractor.dates import DateInterval, exact
from abstractor.web.fact_lanes import fact_lanes
from abstractor.web.lanes import EDGE, Mark, Point, lay_out, merged_spans, text_width
from abstractor.web.timeline import Timeline, draw_timeline
from abstractor.workflow.chart_facts import Fact
from abstractor.workflow.fact_words import Track
from tests.integration.web.charts import critical

KINDS = ("given", "ordered", "dispensed", "stated", "result", "report", "diagnosis", "visit", "note")
FIRST = date(1990, 1, 1)
days = st.builds(
    lambda start, length: DateInterval(FIRST + timedelta(start), FIRST + timedelta(start + length)),
    st.one_of(st.integers(10_800, 12_000), st.integers(0, 14_000)),
    st.sampled_from((0, 0, 0, 0, 27, 30, 364)),
)
facts = st.builds(
    lambda track, lane, kind, value, when, void: Fact(
        track, f"lane {lane}", kind, "what", value, when, when, None, void, ()
    ),
    st.sampled_from((Track.DRUGS, Track.RESULTS, Track.VISITS)),
    st.integers(0, 1),
    st.sampled_from(KINDS),
    st.sampled_from(("", "62 %", "3+", "a value of many words that nobody drew")),
    st.one_of(st.none(), days),
    st.booleans(),
)
points = st.builds(
    Point,
    st.floats(176, 960),
    st.sampled_from(KINDS),
    st.just("t"),
    st.just("/facts/1"),
    st.text(max_size=20),
)


def chart() -> Abstract:
    abstract = critical(1).abstract
    assert abstract is not None
    return abstract


def apart(marks: tuple[Mark, ...]) -> bool:
    """Boxes and labels of a lane in their order, none into the next, the last inside the drawing."""
    ends = [mark.end for mark in marks]
    starts = [mark.left for mark in marks[1:]] + [EDGE]
    return all(end <= start for end, start in zip(ends, starts, strict=False))


@given(st.lists(points, max_size=120), st.sampled_from((None, 9.0)))
def test_no_mark_and_no_label_lies_on_another(held: list[Point], half: float | None) -> None:
    marks = lay_out(held, lane="#lane-1", half=half, worst=("against",))
    assert sum(mark.count for mark in marks) == len(held)
    assert apart(marks)
    for mark in marks:
        assert mark.left <= mark.x <= mark.right
        assert mark.count == 1 or mark.right - mark.left >= text_width(str(mark.count))


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(0, 60)), max_size=40))
def test_merged_spans_cover_what_they_covered_and_do_not_touch(held: list[tuple[float, float]]) -> None:
    spans = [(first, first + length) for first, length in held]
    merged = merged_spans(spans)
    assert all(any(low <= first and last <= high for low, high in merged) for first, last in spans)
    assert all(last < first for (_, last), (first, _) in pairwise(merged))


@settings(max_examples=40)
@given(st.lists(facts, min_size=10, max_size=80))
def test_everything_lies_inside_the_drawing(held: list[Fact]) -> None:
    abstract = chart()
    known = [fact for fact in held if fact.days is None or fact.days.earliest <= abstract.as_of]
    inside(draw_timeline(abstract, fact_lanes(known), lambda fact: "/facts/1"), known)


def test_a_line_of_an_unknown_year_and_four_hundred_facts_lie_inside_too() -> None:
    far = DateInterval(date(1950, 1, 1), date(1950, 12, 31))
    abstract = chart()
    stretched = replace(abstract, lines=(replace(abstract.lines[0], start=far), *abstract.lines[1:]))
    many = [
        Fact(
            Track.DRUGS,
            f"d{n % 25}",
            "given",
            "d",
            "",
            exact(FIRST + timedelta(29 * n)),
            None,
            None,
            False,
            (),
        )
        for n in range(400)
    ]
    for one in (abstract, stretched):
        inside(draw_timeline(one, fact_lanes(many), lambda fact: "/facts/1"), many)


def inside(drawn: Timeline, held: list[Fact]) -> None:
    lanes = drawn.lanes
    assert sum(mark.count for lane in lanes for mark in lane.marks) == len([f for f in held if f.days])
    assert drawn.undated == len([f for f in held if f.days is None])
    assert all(apart(lane.marks) for lane in lanes) and apart(drawn.decisions)
    assert all(low.y + low.height <= high.y for low, high in pairwise(lanes))
    assert all(drawn.top <= lane.y and lane.y + lane.height <= drawn.bottom for lane in lanes)
    assert drawn.bottom < drawn.height
    spans = [span for lane in lanes for span in (*lane.spans, *(lane.bar.spans if lane.bar else ()))]
    places = [x for span in spans for x in (span.x, span.x + span.width)]
    places += [x for lane in lanes for reach in lane.reaches for x in (reach.first, reach.last)]
    places += [x for lane in lanes for mark in lane.marks for x in (mark.left, mark.end)]
    places += [x for mark in drawn.decisions for x in (mark.left, mark.end)]
    assert all(165 < x <= drawn.width for x in places), (
        "what is drawn reaches into the names or over the edge"
    )
