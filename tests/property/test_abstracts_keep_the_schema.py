"""Every abstract that can be told here keeps the public schema: each worked case, and each patient of the
sample clinic in years of few and of many editions."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from abstractor.abstract import Abstract, ReportingPeriod, to_json
from abstractor.chart import Chart
from abstractor.guidelines.book.cases import Story as CaseStory
from abstractor.guidelines.book.charting import chart_of, known_by
from abstractor.rules.cdk46_cohort import CDK46
from abstractor.rules.decide import abstract_chart
from abstractor.rules.inclusion import HER2_MBC
from fixtures.stories import all_stories
from tests.asking import ZONE, library, worked_cases
from tests.asking import chart_of as chart_told

SCHEMA = Path(__file__).parents[2] / "docs" / "contract.schema.json"
YEARS = {2019: HER2_MBC, 2022: CDK46, 2024: HER2_MBC, 2025: CDK46, 2026: HER2_MBC}


@cache
def schema() -> jsonschema.Draft202012Validator:
    known = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(known, format_checker=jsonschema.FormatChecker())


def abstracted(chart: Chart, year: int, as_of: date, cohort: str = HER2_MBC) -> Abstract:
    period = ReportingPeriod(date(year, 1, 1), date(year, 12, 31), ZONE)
    policy = library().line_policy
    return abstract_chart(
        chart, library(), policy, period, as_of, definition="A", program="test", cohort=cohort
    )


def faults(abstract: Abstract) -> list[str]:
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in schema().iter_errors(json.loads(to_json(abstract)))
    ]


@cache
def clinic() -> tuple[tuple[str, Chart], ...]:
    return tuple((each.patient, chart_told(each.resources, each.patient)) for each in all_stories())


@cache
def told() -> dict[str, list[CaseStory]]:
    """The cases by what they are about."""
    held: dict[str, list[CaseStory]] = {}
    for measure in worked_cases().measures:
        held.setdefault(measure.measure, []).append(measure)
    for case in worked_cases().editions:
        held.setdefault(case.edition, []).append(case)
    return held


@pytest.mark.parametrize("about", sorted(told()))
def test_every_worked_case(about: str) -> None:
    for case in told()[about]:
        as_of = known_by(case)
        assert faults(abstracted(chart_of(case, library().agents), as_of.year, as_of)) == [], case.says


@pytest.mark.parametrize(("year", "cohort"), YEARS.items(), ids=str)
def test_the_sample_clinic(year: int, cohort: str) -> None:
    wrong = {}
    for patient, chart in clinic():
        found = faults(abstracted(chart, year, date(year, 12, 31), cohort))
        if found:
            wrong[patient] = found
    assert wrong == {}
