"""`abstractor guidelines`: the editions as a clinician reads them, and everything that is wrong with a
shelf.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from abstractor import __version__
from abstractor.cli.options import SiteOption, day_of, path_of, site_of
from abstractor.errors import KnowledgeError, OptionError
from abstractor.guidelines import NOT_SIGNED, EditionRow, listing, load_library, shown
from abstractor.guidelines.reading import edition_of, unsigned_notice
from abstractor.workflow.site import check_site

__all__ = ["guidelines"]

guidelines = typer.Typer(
    help="The editions: what is known, in force from when to when, and whether a clinician has signed it.",
    no_args_is_help=True,
)

CasesOption = Annotated[
    str | None,
    typer.Option(
        "--cases", metavar="FOLDER", help="More worked cases: its cases/editions and cases/measures (*.toml)."
    ),
]


@guidelines.command("list")
def list_editions(
    site: SiteOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one object an edition.")] = False,
) -> None:
    """Every edition: authority, dates in force, whether it is encoded, and who has signed it."""
    library = load_library(site_of(site))
    rows = listing(library)
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(asdict(row), default=str) + "\n")
        return
    sys.stdout.write(_table(rows))
    criteria = ", ".join(each.id for each in library.inclusion.her2.editions)
    sys.stdout.write(f"criteria for HER2 in tissue, which `guidelines show` knows too: {criteria}\n")
    for measure in library.measures:
        if measure.id in library.from_site:
            sys.stdout.write(f"measure of the site: {measure.id}, {measure.title}\n")


@guidelines.command()
def show(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="An id of `guidelines list`.")],
    site: SiteOption = None,
) -> None:
    """One edition in plain sentences, with citations, strengths and confidence."""
    sys.stdout.write(shown(load_library(site_of(site)), edition))


@guidelines.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="An id of `guidelines list`.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="Another, on the same subject.")],
    site: SiteOption = None,
    cases: CasesOption = None,
) -> None:
    """What changed from one edition to another, and which worked cases get another verdict."""
    # Here and not above: no other command needs the book.
    from abstractor.guidelines.book import compare, difference_in_words, open_book

    library = load_library(site_of(site))
    pair = edition_of(library, before), edition_of(library, after)
    book = open_book(library, on=_today(), site=site_of(site), cases=_cases(cases))
    sys.stdout.write(difference_in_words(compare(*pair, library, book.cases)))


@guidelines.command()
def book(
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FOLDER", help="Where the pages go [default: book].")
    ] = "book",
    site: SiteOption = None,
    cases: CasesOption = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Reviews due by that day [default: today].")
    ] = None,
) -> None:
    """Print every edition, measure and policy as pages, with their worked cases as they come out today."""
    from abstractor.guidelines.book import open_book, print_book

    today = _today() if on is None else day_of("--on", on)
    folder = path_of("-o", output)
    opened = open_book(load_library(site_of(site)), on=today, site=site_of(site), cases=_cases(cases))
    printed = print_book(opened, folder, program=__version__)
    sys.stdout.write(
        f"{printed.pages} pages in {printed.folder}, {printed.cases} worked cases, "
        f"{printed.disagreeing} disagree; {NOT_SIGNED}: begin with {printed.folder / 'index.html'}\n"
    )


@guidelines.command("check")
def check_shelf(
    site: SiteOption = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Reviews due by that day [default: today].")
    ] = None,
) -> None:
    """Everything that must not be loaded, with file, entry and mend; and reviews that are due."""
    today = _today() if on is None else day_of("--on", on)
    problems = check_site(site_of(site), on=today)
    for problem in problems:
        sys.stderr.write(f"{'refused' if problem.refused else 'warning'}: {problem.message}\n")
    refused = sum(problem.refused for problem in problems)
    if refused:
        raise KnowledgeError(f"guidelines: {refused} refusals; mend the files named above")
    sys.stdout.write(f"guidelines: no refusals, {len(problems)} warnings\n")
    if (notice := unsigned_notice(load_library(site_of(site)))) is not None:
        sys.stderr.write(f"{notice}\n")


def _cases(folder: str | None) -> Path | None:
    """A folder without cases would show none of them, silently."""
    if folder is None:
        return None
    path = path_of("--cases", folder)
    if not any((path / "cases" / kind).is_dir() for kind in ("editions", "measures")):
        raise OptionError(
            f"--cases {folder}: no cases/editions or cases/measures in it; name the folder above"
        )
    return path


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
        "from",
    ):
        table.add_column(heading, no_wrap=heading == "edition")
    for row in rows:
        until = str(row.in_force_to) if row.in_force_to else "open"
        encoded = f"yes, {row.recommendations}" if row.encoded else "no"
        cells = (str(row.in_force_from), until, encoded, row.confidence, str(row.next_review))
        table.add_row(row.id, row.authority, row.subject, *cells, row.signed, row.origin)
    console = Console(width=None if sys.stdout.isatty() else 180)
    with console.capture() as captured:
        console.print(table)
    return captured.get()
