"""`abstractor rates`: how often each measure was met, and what could not be told and why."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from abstractor.abstract import Verdict
from abstractor.cli.reporting import markdown_table, tell_unsigned
from abstractor.workflow.abstracting.rating import VERDICTS, MeasureRate, Rates, rate

__all__ = ["rates"]

_NARROW = 150
_HEADINGS = ("measure", "patients", *(str(verdict) for verdict in VERDICTS), "rate", "unknown, and why")


def rates(
    abstracts: Annotated[
        Path, typer.Argument(metavar="FILE", help="Abstracts, as `abstractor abstract -o FILE` writes them.")
    ],
    included: Annotated[
        bool, typer.Option("--included", help="Only of the patients who were included.")
    ] = False,
    in_period: Annotated[
        bool, typer.Option("--in-period", help="Only what touches the abstraction period.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As a table for a page.")] = False,
) -> None:
    """Count the verdicts of each measure, one for each line of treatment or patient that it asks of.

    The rate is the share met of what was met or not met: excluded, exceptions, pending and unknown are in
    neither. Why something is unknown has a column of its own.
    """
    if as_json and markdown:
        raise typer.BadParameter("--json and --markdown are two forms; give one of them")
    counted = rate(abstracts, included=included, in_period=in_period)
    notice = tell_unsigned(None)
    if as_json:
        sys.stdout.write(json.dumps({**asdict(counted), "notice": notice}) + "\n")
    elif markdown:
        sys.stdout.write(_page(counted))
    else:
        _show(counted)


def _cells(each: MeasureRate) -> list[str]:
    share = f"{each.met / each.judged:.0%}" if each.judged else "-"
    why = ", ".join(f"{reason} {count}" for reason, count in each.why)
    counts = [_count(each, verdict, count) for verdict, count in each.verdicts]
    return [each.measure, str(each.patients), *counts, share, why]


def _count(each: MeasureRate, verdict: str, count: int) -> str:
    """What never flags is told beside what was not met."""
    if verdict != str(Verdict.NOT_MET) or not each.advisory:
        return str(count)
    return f"{count} (advisory)" if each.advisory == count else f"{count} ({each.advisory} advisory)"


def _page(counted: Rates) -> str:
    return markdown_table(_HEADINGS, (_cells(each) for each in counted.measures), text=(0, -1))


def _show(counted: Rates) -> None:
    console = Console(width=None if sys.stdout.isatty() else _NARROW)
    with console.capture() as captured:
        console.print(_table(f"Measures in {counted.patients} patients", counted.measures))
    sys.stdout.write(captured.get())


def _table(title: str, measures: Sequence[MeasureRate]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in (_HEADINGS[0], _HEADINGS[-1]) else "right")
    for each in measures:
        table.add_row(*_cells(each))
    return table
