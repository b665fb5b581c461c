"""The worked cases of the measures: each decided as a patient's chart is, and none left without a case.

A measure has a file of its own, and in it a case for every verdict that it can give.
"""

import pytest

from abstractor.guidelines.book.working import WorkedMeasure, measured
from abstractor.rules.library import Measure
from tests.asking import library, worked_cases

MEASURES = library().measures


def worked(measure: str) -> tuple[WorkedMeasure, ...]:
    return tuple(measured([case for case in worked_cases().measures if case.measure == measure], library()))


@pytest.mark.parametrize("measure", [measure.id for measure in MEASURES])
def test_every_case_gives_what_its_reader_expects(measure: str) -> None:
    wrong = [
        f"{each.case.says}: {each.case.verdict} {each.case.reason or ''} expected, "
        f"{each.verdict} found ({each.shows})"
        for each in worked(measure)
        if not each.agrees
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_every_verdict_that_a_measure_can_give_has_a_case(measure: Measure) -> None:
    told = {case.verdict for case in worked_cases().measures if case.measure == measure.id}
    assert sorted(measure.rule.verdicts() - told) == []


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_a_case_of_every_edition_that_asks(measure: Measure) -> None:
    """Or of its successor, where a later label of the drug asks in its place."""
    asked = {each.edition for each in worked(measure.id)}
    known = {edition.id: edition for edition in library().editions}
    lacking = []
    for name in measure.rule.editions():
        labels = [e.id for e in known.values() if known[name].agents and e.agents == known[name].agents]
        if asked.isdisjoint((name, *labels)):
            lacking.append(name)
    assert lacking == []


def test_every_case_is_of_a_measure() -> None:
    assert {case.measure for case in worked_cases().measures} <= {measure.id for measure in MEASURES}
