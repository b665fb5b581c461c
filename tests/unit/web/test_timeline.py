"""Where things stand in the drawing, and that nothing drawn is missing from the tables."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from abstractor.abstract import Abstract, Evidence
from abstractor.dates import DateInterval
from abstractor.web.events import events_of
from abstractor.web.scale import Scale, scale_for
from abstractor.web.timeline import draw_timeline
from tests.integration.web.charts import critical, discordant, undecided

NEW_YORK = ZoneInfo("America/New_York")


def told(make: object = critical) -> Abstract:
    chart = {"critical": critical, "discordant": discordant, "undecided": undecided}[str(make)](1)
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


@pytest.mark.parametrize(
    ("path", "value", "days"),
    [
        ("MedicationRequest.authoredOn", "2022-06-14", ("2022-06-14", "2022-06-14")),
        ("MedicationRequest.authoredOn", "2022-06", ("2022-06-01", "2022-06-30")),
        ("MedicationRequest.authoredOn", "2022", ("2022-01-01", "2022-12-31")),
        ("Encounter.period.start", "2022-06-15T02:00:00Z", ("2022-06-14", "2022-06-14")),
        ("Encounter.period.start", "2022-06-15T02:00:00", ("2022-06-15", "2022-06-15")),
        ("Observation.effectiveDateTime", "2022-06-15T02:00:00.123+02:00", ("2022-06-14", "2022-06-14")),
        ("Condition.code.coding[0].code", "2022", None),
        ("Patient.birthDate", "1961-04-17", None),
        ("Condition.onsetDateTime", "2022-02-30", None),
        ("Condition.onsetDateTime", "last summer", None),
        ("Condition.onsetDateTime", None, None),
    ],
)
def test_which_evidence_has_a_day(path: str, value: str | None, days: tuple[str, str] | None) -> None:
    found = events_of([Evidence(f"{path.partition('.')[0]}/1", "1", path, value)], NEW_YORK)
    assert [(str(event.first), str(event.last)) for event in found] == ([days] if days else [])


def test_a_resource_counts_once_a_day() -> None:
    both = [
        Evidence("Condition/1", "1", "Condition.onsetDateTime", "2022-06-14"),
        Evidence("Condition/1", "1", "Condition.recordedDate", "2022-06-14"),
        Evidence("Condition/1", "1", "Condition.abatementDateTime", "2022-07-14"),
    ]
    assert [event.written for event in events_of(both, NEW_YORK)] == ["2022-06-14", "2022-07-14"]


def test_a_line_is_a_bar_from_its_start_to_its_end() -> None:
    timeline = draw_timeline(told("critical"))
    first, second, others = timeline.lanes
    assert (first.name, first.detail, second.name, others.bar) == (
        "Palliative line 1",
        "THP",
        "Palliative line 2",
        None,
    )
    assert first.bar is not None and second.bar is not None
    assert [span.look for span in first.bar.spans] == ["palliative", "maintenance"]
    assert first.bar.open_x is None
    assert second.bar.open_x == timeline.as_of.x
    assert [tick.kind for tick in second.ticks] == ["ordered", "given", "given", "given", "given"]
    assert sorted(tick.kind for tick in others.ticks) == ["diagnosis", "diagnosis", "result", "visit"]


def test_a_day_that_is_not_known_is_drawn_as_the_span_that_it_can_mean() -> None:
    timeline = draw_timeline(told("discordant"))
    bar, tick = timeline.lanes[2].bar, timeline.lanes[2].ticks[0]
    assert bar is not None
    assert [span.look for span in bar.spans] == ["palliative", "unsure"]
    assert bar.spans[1].width == pytest.approx(timeline.period.width)
    assert tick.reach == pytest.approx(timeline.period.width / 2, abs=0.2)


def test_decisions_are_marked_with_the_worst_of_their_day() -> None:
    abstract = told("critical")
    marks = draw_timeline(abstract).marks
    assert [(mark.standing, mark.flagged) for mark in marks] == [
        ("fine", False),
        ("fine", False),
        ("against", True),
        ("against", True),
    ]
    day = abstract.findings[1].decision_date
    together = replace(
        abstract, findings=tuple(replace(finding, decision_date=day) for finding in abstract.findings)
    )
    (mark,) = draw_timeline(together).marks
    assert (mark.standing, mark.flagged) == ("against", True)
    assert mark.title.count("\n") == 4


def test_a_chart_without_therapy_is_drawn_too() -> None:
    timeline = draw_timeline(told("undecided"))
    assert [lane.name for lane in timeline.lanes] == ["Other evidence"]
    assert timeline.marks == ()


def test_everything_lies_inside_the_drawing() -> None:
    far = DateInterval(date(1950, 1, 1), date(1950, 12, 31))
    abstract = told("critical")
    stretched = replace(abstract, lines=(replace(abstract.lines[0], start=far), *abstract.lines[1:]))
    for one in (abstract, stretched):
        drawn = draw_timeline(one)
        spans = [span for lane in drawn.lanes if lane.bar for span in lane.bar.spans]
        places = [x for span in spans for x in (span.x, span.x + span.width)]
        places += [mark.x for mark in drawn.marks] + [tick.x for lane in drawn.lanes for tick in lane.ticks]
        assert all(drawn.left <= x <= drawn.right + 3 for x in places)
        assert all(drawn.top <= lane.y < drawn.bottom for lane in drawn.lanes)
