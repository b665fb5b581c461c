"""Hospice care, or a death, without a day never leaves care missed for sure, whatever the kind of measure.

On the worked cases: every one that is not met by what is lacking.
"""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import ReportingPeriod, Verdict
from abstractor.chart import Activity, Chart, Standing
from abstractor.guidelines.book.cases import MeasureCase
from abstractor.guidelines.book.charting import chart_of, known_by
from abstractor.rules.decide import abstract_chart
from tests.asking import library, worked_cases

# What was given against a label was given, however soon the patient died.
BY_WHAT_WAS_DONE = ("ILD-ACT", "LVEF-ACT")
MISSED = [
    case
    for case in worked_cases().measures
    if case.verdict is Verdict.NOT_MET and case.measure not in BY_WHAT_WAS_DONE
]
HOSPICE = Activity(
    kind="ServiceRequest",
    concepts=("hospice",),
    unread=False,
    text="Hospice care",
    when=None,
    ended=None,
    standing=Standing.COUNTS,
    status="active",
    reasons=(),
    status_reasons=(),
    sources=(),
)


def verdicts(case: MeasureCase, chart: Chart) -> set[Verdict]:
    as_of = known_by(case)
    period = ReportingPeriod(date(as_of.year, 1, 1), date(as_of.year, 12, 31), "UTC")
    known = library()
    found = abstract_chart(chart, known, known.line_policy, period, as_of, definition="A", program="test")
    return {each.verdict for each in found.findings if each.rule == case.measure}


@pytest.mark.parametrize("measure", sorted({case.measure for case in MISSED}))
def test_hospice_care_without_a_day(measure: str) -> None:
    for case in (each for each in MISSED if each.measure == measure):
        chart = chart_of(case, library().agents)
        chart = replace(chart, activities=(*chart.activities, HOSPICE))
        assert Verdict.NOT_MET not in verdicts(case, chart), case.says


@pytest.mark.parametrize("measure", sorted({case.measure for case in MISSED}))
def test_a_death_without_a_day_and_no_sign_of_life(measure: str) -> None:
    """Doses are signs of life, so that the last of them may lie after the window; visits are taken away."""
    for case in (each for each in MISSED if each.measure == measure):
        chart = chart_of(case, library().agents)
        patient = replace(chart.patient, deceased=True, death=None)
        alive = replace(chart, patient=patient, visits=(), administrations=())
        assert Verdict.NOT_MET not in verdicts(case, alive), case.says
