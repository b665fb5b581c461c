"""What the chart page tells beside what was decided: who ordered, what could not be seen, what was shown."""

from dataclasses import replace
from datetime import UTC, datetime

from abstractor.abstract import Abstract, Finding, LineRef, Verdict
from abstractor.dates import Period
from abstractor.store.values import ChartView, Cycle, LineClinician
from abstractor.web.chart_page import ChartPage, Known, chart_page
from abstractor.workflow.chart_facts import ChartFacts
from abstractor.workflow.guidance import Guidance
from tests.integration.web.charts import critical, undecided


def page(abstract: Abstract | None) -> ChartPage:
    assert abstract is not None
    period = Period(abstract.period.start, abstract.period.end)
    then = datetime(2026, 2, 2, tzinfo=UTC)
    zone = abstract.period.timezone
    cycle = Cycle(
        1, 1, "Clinic", period, abstract.as_of, zone, "A", 180, "0.1.0", None, then, abstract.inclusion.cohort
    )
    given_by = LineClinician(LineRef("palliative", 1), "Practitioner/pr1", None)
    view = ChartView(1, "Chart 1", None, cycle, abstract, (given_by,), (), (), then)
    return chart_page(view, ChartFacts(), Known({"LVEF-BASE": "Heart check"}, nothing_said))


def nothing_said(finding: Finding) -> Guidance:
    return Guidance(None, None, None, None, ())


def test_a_line_says_who_ordered_it_where_that_is_known() -> None:
    held = page(critical(1).abstract)
    assert [(row.anchor, row.clinician) for row in held.lines] == [
        ("line-1", "Practitioner/pr1"),
        ("line-2", None),
    ]


def test_a_flag_knows_the_finding_that_raised_it() -> None:
    flags = page(critical(1).abstract).flags
    assert [row.raised_by.anchor if row.raised_by else None for row in flags] == [
        "finding-2",
        "finding-3",
        None,
    ]
    assert [row.words for row in flags][1] == "Not met: Heart check"


def test_what_could_not_be_seen_stands_at_what_it_makes_unknown() -> None:
    held = page(undecided(1).abstract)
    (criterion,) = held.undecided
    assert criterion.blocked.rows == ()
    said = "no dose seen, and MedicationAdministration was not seen whole (partial)"
    named = held.seeing.of(said)
    assert [(row.type, row.words) for row in named.rows] == [("MedicationAdministration", "seen in part")]


def test_a_statement_is_what_was_expected_and_what_the_chart_shows() -> None:
    abstract = critical(1).abstract
    assert abstract is not None
    said = "A label expects this. The chart shows: none, and Procedure was not seen whole (refused)."
    finding = replace(abstract.findings[1], statement=said, verdict=Verdict.UNKNOWN)
    (row,) = page(replace(abstract, findings=(finding,), flags=())).findings
    assert (row.expected, row.shows[:5]) == ("A label expects this.", "none,")
    assert [(each.type, each.words) for each in row.blocked.rows] == [("Procedure", "refused by the clinic")]
