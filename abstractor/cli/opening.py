"""The services of one command, opened and closed again; and results of it as a table or as JSON."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from abstractor import workflow
from abstractor.settings import Settings

if TYPE_CHECKING:
    from abstractor.workflow import Services

__all__ = ["opened", "say", "table_of"]

_WIDE = 180  # where the output is no terminal


@contextmanager
def opened(settings: Settings | None = None) -> Iterator["Services"]:
    """The database, with the queue's address; nothing is asked of the queue, which need not be up."""
    services = workflow.open_services(settings or Settings())
    try:
        yield services
    finally:
        services.close()


def table_of(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """As wide as the terminal; the first column is never broken."""
    table = Table()
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=number == 0)
    for row in rows:
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else _WIDE, markup=False, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def say(words: str) -> None:
    """What somebody should know who waits, or what to do next: never part of the result."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
