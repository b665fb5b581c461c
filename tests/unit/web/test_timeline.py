"""Where things stand in the drawing, and that nothing drawn is missing from the tables."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Abstract
from abstractor.dates import DateInterval, exact
from abstractor.web.fact_lanes import fact_lanes
from abstractor.web.scale import Scale, scale_for
from abstractor.web.timeline import Timeline, draw_timeline
from abstractor.workflow.chart_facts import Fact
from abstractor.workflow.fact_words import Track
from tests.integration.web.charts import critical, discordant, undecided


def fact(
    *,
    days: DateInterval | None,
    until: DateInterval | None = None,
    kind: str = "result",
    track: Track = Track.RESULTS,
    lane: str = "LVEF",
) -> Fact:
    return Fact(track, lane, kind, "LVEF", "62 %", days, until, None, False, ())


def told(make: str) -> Abstract:
    chart = {"critical": critical, "discordant": discordant, "undecided": undecided}[make](1)
    assert chart.abstract is not None
    return chart.abstract


def test_days_stand_in_order_between_the_ends() -> None:
    scale = Scale(date(2020, 1, 1), date(2022, 1, 1), 100, 900)
    assert scale.x(date(2020, 1, 1)) == 100
    assert scale.x(date(2022, 1, 1)) == 900
    assert 499 < scale.x(date(2020, 12, 31)) < 501
    assert scale.x(date(2030, 1, 1)) == 900


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ((2022, 1, 1), (2022, 6, 1), ["2022-01", "2022-02", "2022-03", "2022-04", "2022-05", ""]),
        ((2021, 11, 2), (2023, 1, 5), ["2022-01", "2022-04", "2022-07", "2022-10", ""]),
        ((2014, 3, 1), (2020, 3, 1), ["2015", "2016", "2017", "2018", "2019", "2020"]),
        ((1970, 1, 1), (2026, 1, 1), ["1970", "1975", "1980", "1985", "1990", "1995", "2000", "2005"]),
    ],
)
def test_labels_are_as_fine_as_they_fit(
    first: tuple[int, int, int], last: tuple[int, int, int], labels: list[str]
) -> None:
    made = Scale(date(*first), date(*last), 0, 1000).labels()
    assert [label.text for label in made][:8] == labels
    assert [label.x for label in made] == sorted(label.x for label in made)


@pytest.mark.parametrize("days", [[date(1, 1, 1), date(9999, 12, 31)], [date(2022, 2, 2)]])
def test_the_edges_of_the_calendar_are_no_trouble(days: list[date]) -> None:
    scale = scale_for(days, left=0, right=10)
    assert 0 <= scale.x(days[0]) <= scale.x(days[-1]) <= 10
    assert len(scale.labels()) <= 14


def test_days_long_before_stand_in_one_place() -> None:
    days = [date(2020, 1, 1), date(2024, 1, 1)]
    near = scale_for(days, left=0, right=900, before=[date(2019, 9, 1)])
    assert near.earlier is None and near.first < date(2019, 9, 1)
    far = scale_for(days, left=0, right=900, before=[date(1998, 5, 1), date(2019, 9, 1)])
    assert far.earlier == far.x(date(1998, 5, 1)) == far.x(date(2001, 1, 1))
    assert 0 < far.x(date(1998, 5, 1)) < far.left == 44 < far.x(date(2019, 9, 1))


def drawn(make: str | Abstract = "critical", *facts: Fact, dated: bool = True) -> Timeline:
    abstract = told(make) if isinstance(make, str) else make
    return draw_timeline(abstract, fact_lanes(facts), lambda fact: f"/facts/{fact.what}", dated=dated)


def test_a_line_is_a_bar_from_its_start_to_its_end() -> None:
    timeline = drawn()
    first, second = timeline.lanes
    assert (first.name, second.name) == ("Palliative 1: THP", "Palliative 2: TDXD")
    assert first.bar is not None and second.bar is not None and timeline.as_of is not None
    assert [span.look for span in first.bar.spans] == ["palliative", "maintenance"]
    assert first.bar.open_x is None
    assert second.bar.open_x == timeline.as_of.x


def test_a_day_that_is_not_known_is_drawn_as_the_span_that_it_can_mean() -> None:
    year = DateInterval(date(2022, 1, 1), date(2022, 12, 31))
    timeline = drawn("discordant", fact(days=year))
    bar, facts = timeline.lanes[2].bar, timeline.lanes[3]
    assert bar is not None and timeline.period is not None
    assert [span.look for span in bar.spans] == ["palliative", "unsure"]
    assert bar.spans[1].width == pytest.approx(timeline.period.width)
    (reach,), (mark,) = facts.reaches, facts.marks
    assert reach.last - reach.first == pytest.approx(timeline.period.width, abs=0.2)
    assert mark.x == pytest.approx((reach.first + reach.last) / 2, abs=0.2)


def test_what_lies_close_is_one_mark_that_leads_to_its_lane() -> None:
    days = [date(2022, 3, day) for day in (1, 2, 3)]
    timeline = drawn("critical", *(fact(days=exact(day)) for day in days), fact(days=exact(date(2021, 3, 1))))
    single, bundle = timeline.lanes[2].marks
    assert (single.count, single.target, single.label) == (1, "/facts/LVEF", "62 %")
    assert (bundle.count, bundle.target, bundle.label) == (3, "#lane-1", "")
    assert bundle.title.splitlines() == [f"{day}: LVEF 62 % (result)" for day in days]


def test_what_has_no_date_is_counted_and_not_drawn() -> None:
    timeline = drawn("critical", fact(days=None))
    assert timeline.undated == 1
    assert timeline.lanes[2].marks == ()


def test_supply_that_touches_is_one_span() -> None:
    def filled(month: int) -> Fact:
        day = date(2022, month, 1)
        return fact(days=exact(day), until=exact(day.replace(month=month + 1)), kind="dispensed")

    (span,) = drawn("critical", *(filled(month) for month in (2, 3, 4))).lanes[2].spans
    assert span.look == "lasting" and span.width > 20


def test_drugs_past_the_most_share_a_lane() -> None:
    drugs = [fact(days=exact(date(2022, 3, 1)), track=Track.DRUGS, lane=f"drug{n}") for n in range(20)]
    names = [lane.name for lane in drawn("critical", *drugs).lanes]
    assert len(names) == 2 + 15
    assert names[-1] == "6 other drugs"


def test_a_reader_who_must_not_see_the_wave_sees_neither_period_nor_as_of() -> None:
    timeline = drawn("critical", dated=False)
    assert (timeline.period, timeline.as_of) == (None, None)
    assert "2022-12-31" not in timeline.summary and "2023-01-31" not in timeline.summary


def test_decisions_are_marked_with_the_worst_of_their_day() -> None:
    abstract = told("critical")
    marks = drawn().decisions
    assert [(mark.kind, mark.flagged, mark.count) for mark in marks] == [
        ("fine", False, 1),
        ("against", True, 2),
        ("against", True, 1),
    ]
    day = abstract.findings[1].decision_date
    together = replace(
        abstract, findings=tuple(replace(finding, decision_date=day) for finding in abstract.findings)
    )
    (mark,) = drawn(together).decisions
    assert (mark.kind, mark.flagged) == ("against", True)
    assert mark.title.count("\n") == 4


def test_a_chart_without_therapy_is_drawn_too() -> None:
    timeline = drawn("undecided")
    assert (timeline.lanes, timeline.decisions) == ((), ())
    assert timeline.height > timeline.bottom > timeline.top - 1
