"""Which measures are reported and raise no flag: those of low confidence, and those that an edition only
advises (knowledge base, section 4). Told by hand, and asked of every worked case.
"""

from datetime import date

import pytest

from abstractor.abstract import Finding, ReportingPeriod
from abstractor.guidelines.book.cases import MeasureCase
from abstractor.guidelines.book.charting import chart_of, known_by
from abstractor.rules.decide import abstract_chart
from tests.asking import library, worked_cases

TDXD = "fam-trastuzumab deruxtecan"
# Reported only, of low confidence, or without a duty of their own.
ALWAYS = {"BRAIN-SCREEN", "CDK-EDU", "GBRCA", "ILD-MON", "RESTAGE", "SCALP", "VACC"}
# Where an edition that came later, or went before, asks for more.
BY_EDITION = {
    ("CAPE-DPYD", "fda-capecitabine-2022-12-01"),
    ("HBV", "asco-hbv-2015"),
    ("LVEF-Q3M", "fda-fam-trastuzumab-deruxtecan-2019-12-20"),
    ("LVEF-Q3M", "fda-lapatinib-2010-01-29"),
    ("PALL", "asco-palliative-2012"),
    ("PALL", "asco-palliative-2024"),
}
CASES = worked_cases().measures


def found(case: MeasureCase) -> list[Finding]:
    as_of = known_by(case)
    period = ReportingPeriod(date(as_of.year, 1, 1), date(as_of.year, 12, 31), "UTC")
    chart = chart_of(case, library().agents)
    told = abstract_chart(
        chart, library(), library().line_policy, period, as_of, definition="A", program="test"
    )
    return [each for each in told.findings if each.rule == case.measure]


def is_advice(case: MeasureCase, edition: str | None) -> bool:
    # The label of T-DXd asks for a pause after febrile neutropenia, and names no growth factor.
    after_fever = case.measure == "GCSF" and any(TDXD in line.drugs for line in case.lines)
    return after_fever or case.measure in ALWAYS or (case.measure, edition) in BY_EDITION


@pytest.mark.parametrize("measure", sorted({case.measure for case in CASES}))
def test_what_is_reported_and_not_asked(measure: str) -> None:
    wrong = [
        f"{case.says}: {each.edition} {'advises' if each.advisory else 'asks'}"
        for case in CASES
        if case.measure == measure
        for each in found(case)
        if each.advisory is not is_advice(case, each.edition)
    ]
    assert not wrong, "\n".join(wrong)


def test_each_advice_has_its_case() -> None:
    assert {(each.rule, each.edition) for case in CASES for each in found(case)} >= BY_EDITION
