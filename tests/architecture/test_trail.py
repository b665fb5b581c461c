"""Whatever shows, exports or changes a chart writes the audit trail: found by what the use cases call."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import modules, tree

# What gives a chart, a source or a review out of the database, or puts one in, by the module and the name.
OF_CHARTS = {
    ("views", "chart"),
    ("views", "source"),
    ("raw", "pulled_chart"),
    ("raw", "keep_pull"),
    ("abstracts", "append"),
    ("abstracts", "in_cycle"),
    ("exports", "read_charts"),
    ("reviews", "review_on"),
}
TOLD_BY = {("trail", "record"), ("", "trace")}
# Each is asked by a use case that writes the trail, or is of no patient.
OTHERWISE = {
    "abstractor/workflow/chart_facts.py": "of a chart that `pages.chart_view` has opened",
    "abstractor/workflow/exporting/charts.py": "for `exporting.py`, which tells it before it reads",
    "abstractor/workflow/auditing/training/charts.py": "synthetic charts, made here",
}
WORKFLOW = modules("abstractor/workflow")


def called(module: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree(module)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=of), attr=name)):
                yield of, name
            case ast.Call(func=ast.Name(id=name)):
                yield "", name


@pytest.mark.parametrize("module", [each for each in WORKFLOW if OF_CHARTS & set(called(each))], ids=str)
def test_a_module_that_reads_or_changes_charts_tells_the_trail(module: Path) -> None:
    assert str(module) in OTHERWISE or TOLD_BY & set(called(module))


def test_nothing_is_excused_that_need_not_be() -> None:
    found = {str(each) for each in WORKFLOW if OF_CHARTS & set(called(each))}
    assert OTHERWISE.keys() <= found
    seen = {name for each in WORKFLOW for name in called(each)}
    assert OF_CHARTS <= seen
