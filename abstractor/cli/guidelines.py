"""`abstractor guidelines`: the editions as a clinician reads them, and everything that is wrong with a
shelf.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from abstractor.cli.options import SiteOption, day_of, site_of
from abstractor.errors import KnowledgeError
from abstractor.guidelines import NOT_SIGNED, EditionRow, check, listing, load_library, shown

__all__ = ["guidelines"]

guidelines = typer.Typer(
    help="The editions: what is known, in force from when to when, and whether a clinician has signed it.",
    no_args_is_help=True,
)


@guidelines.command("list")
def list_editions(
    site: SiteOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one object an edition.")] = False,
) -> None:
    """Every edition: authority, dates in force, whether it is encoded, and who has signed it."""
    rows = listing(load_library(site_of(site)))
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(asdict(row), default=str) + "\n")
        return
    sys.stdout.write(_table(rows))


@guidelines.command()
def show(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="An id of `guidelines list`.")],
    site: SiteOption = None,
) -> None:
    """One edition in plain sentences, with citations, strengths and confidence."""
    sys.stdout.write(shown(load_library(site_of(site)), edition))


@guidelines.command("check")
def check_shelf(
    site: SiteOption = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Reviews due by that day [default: today].")
    ] = None,
) -> None:
    """Everything that must not be loaded, with file, entry and mend; and reviews that are due."""
    today = _today() if on is None else day_of("--on", on)
    problems = check(site_of(site), on=today)
    for problem in problems:
        sys.stderr.write(f"{'refused' if problem.refused else 'warning'}: {problem.message}\n")
    refused = sum(problem.refused for problem in problems)
    if refused:
        raise KnowledgeError(f"guidelines: {refused} refusals; mend the files named above")
    sys.stdout.write(f"guidelines: no refusals, {len(problems)} warnings\n")


def _today() -> date:
    return datetime.now(UTC).date()


def _table(rows: tuple[EditionRow, ...]) -> str:
    """As wide as the terminal; as wide as it needs where the output is no terminal."""
    table = Table(caption=f"{sum(row.signed == NOT_SIGNED for row in rows)} of {len(rows)} {NOT_SIGNED}")
    for heading in (
        "edition",
        "authority",
        "judges",
        "in force from",
        "to",
        "encoded",
        "confidence",
        "next review",
        "signed",
    ):
        table.add_column(heading, no_wrap=heading == "edition")
    for row in rows:
        until = str(row.in_force_to) if row.in_force_to else "open"
        encoded = f"yes, {row.recommendations}" if row.encoded else "no"
        cells = (str(row.in_force_from), until, encoded, row.confidence, str(row.next_review), row.signed)
        table.add_row(row.id, row.authority, row.subject, *cells)
    console = Console(width=None if sys.stdout.isatty() else 170)
    with console.capture() as captured:
        console.print(table)
    return captured.get()
