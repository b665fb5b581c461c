"""`abstractor attrition`: where the patients of a run were stopped, and drug texts without a known agent."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from abstractor.abstract import Verdict
from abstractor.cli.reporting import markdown_table, tell_unsigned
from abstractor.workflow.abstracting.counting import CohortCount, count_cohort

__all__ = ["attrition"]

_NARROW = 100


def attrition(
    abstracts: Annotated[
        Path, typer.Argument(metavar="FILE", help="Abstracts, as `abstractor abstract -o FILE` writes them.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    markdown: Annotated[
        bool,
        typer.Option("--markdown", help="The steps as a table for a page, with what is unknown and why."),
    ] = False,
) -> None:
    """Count where patients were stopped, criterion by criterion: the steps sum to all patients.

    Also why (the reason codes of every criterion that was not met or could not be told) and which drug
    texts could not be mapped to an agent, with how often each stands in the charts.
    """
    if as_json and markdown:
        raise typer.BadParameter("--json and --markdown are two forms; give one of them")
    counted = count_cohort(abstracts)
    notice = tell_unsigned(None)
    if as_json:
        sys.stdout.write(json.dumps({**asdict(counted), "notice": notice}) + "\n")
        return
    if markdown:
        sys.stdout.write(_page(counted))
        return
    console = Console(width=None if sys.stdout.isatty() else _NARROW)
    with console.capture() as captured:
        for table in _tables(counted):
            console.print(table)
    sys.stdout.write(captured.get())


def _page(counted: CohortCount) -> str:
    """A reason counts every patient of whom it holds, also those whom another criterion stopped."""
    why: dict[str, list[str]] = {}
    for (criterion, verdict, reason), patients in counted.reasons:
        if verdict == str(Verdict.UNKNOWN):
            why.setdefault(criterion, []).append(f"{reason} {patients}")
    rows = [
        (step.step, str(step.patients), str(step.left), ", ".join(why.get(step.step, ())))
        for step in counted.steps
    ]
    return markdown_table(("step", "ended here", "left", "unknown, and why"), rows, text=(0, -1))


def _tables(counted: CohortCount) -> list[Table]:
    total = sum(step.patients for step in counted.steps)
    steps = _table(f"Where {total} patients ended", "step", "patients", "left")
    for step in counted.steps:
        steps.add_row(step.step, str(step.patients), str(step.left))
    reasons = _table("Why criteria were not met or not told", "criterion", "verdict", "reason", "patients")
    for (criterion, verdict, reason), patients in counted.reasons:
        reasons.add_row(criterion, verdict, reason, str(patients))
    texts = _table("Drug texts that no agent is known for", "text", "times")
    for text, times in counted.unmapped:
        texts.add_row(text, str(times))
    return [steps, reasons, texts]


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in ("patients", "left", "times") else "left")
    return table
