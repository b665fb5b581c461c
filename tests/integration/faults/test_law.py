"""The law of the harness itself: it finds what is missing in silence, and lets pass what is told."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from abstractor.chart import Completeness, Seen
from abstractor.store.connection_values import LedgerEntry, RunState
from tests.integration.faults.harness import Chart, Round, complete_or_told


def without_a_record(chart: Chart) -> Chart:
    kept = dict(list(chart.held["Condition"].items())[1:])
    return replace(chart, held={**chart.held, "Condition": kept})


def without_a_type(chart: Chart) -> Chart:
    return replace(chart, held={kind: one for kind, one in chart.held.items() if kind != "Condition"})


def with_another_body(chart: Chart) -> Chart:
    return replace(chart, held={**chart.held, "Condition": dict.fromkeys(chart.held["Condition"], b"{}")})


def with_another_abstract(chart: Chart) -> Chart:
    return replace(chart, abstract=chart.abstract.replace("2022", "2021", 1))


def told_in_the_ledger_alone(chart: Chart) -> Chart:
    row = LedgerEntry("Condition", None, None, "truncated", 1, None, "patient", "page-loop")
    return replace(without_a_record(chart), rows=(*chart.rows, row))


def told_in_the_abstract_alone(chart: Chart) -> Chart:
    partial = Completeness("Condition", Seen.PARTIAL, 1, "page-loop")
    return replace(without_a_record(chart), completeness={**chart.completeness, "Condition": partial})


SILENT = [
    without_a_record,
    without_a_type,
    with_another_body,
    with_another_abstract,
    told_in_the_ledger_alone,
    told_in_the_abstract_alone,
]


@pytest.mark.parametrize("change", SILENT, ids=lambda change: change.__name__)
def test_what_is_missing_and_not_told_in_both_places_breaks_the_law(
    clean: Round, change: Callable[[Chart], Chart]
) -> None:
    changed = replace(clean, charts={**clean.charts, "tess": change(clean.charts["tess"])})
    complete_or_told(clean, clean)
    with pytest.raises(AssertionError):
        complete_or_told(clean, changed)


def test_what_is_told_in_both_places_keeps_it(clean: Round) -> None:
    tess = told_in_the_abstract_alone(clean.charts["tess"])
    told = replace(tess, rows=told_in_the_ledger_alone(clean.charts["tess"]).rows)
    incomplete = replace(clean.run, state=RunState.INCOMPLETE)
    complete_or_told(clean, replace(clean, run=incomplete, charts={**clean.charts, "tess": told}))
    with pytest.raises(AssertionError):
        complete_or_told(clean, replace(clean, charts={**clean.charts, "tess": told}))


def test_a_chart_that_is_missing_makes_the_round_one_that_is_not_done(clean: Round) -> None:
    fewer = {patient: chart for patient, chart in clean.charts.items() if patient != "tess"}
    with pytest.raises(AssertionError):
        complete_or_told(clean, replace(clean, charts=fewer))
