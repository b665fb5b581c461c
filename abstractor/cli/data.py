"""`abstractor data`: the stored data as a whole, in the hands of whoever looks after the machine."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from abstractor.cli.options import day_of
from abstractor.errors import OptionError
from abstractor.settings import Settings
from abstractor.workflow import data as stored

__all__ = ["data"]

data = typer.Typer(
    help="""The stored data: back it up, change the key that it is sealed under, remove what may not stay.

The database and its key are those of the settings (ABSTRACTOR_DATABASE_URL, ABSTRACTOR_DATA_KEY_FILE; else
those of ABSTRACTOR_DATA_DIR).

\b
    abstractor data backup /backups/monday
    abstractor data purge cycle 3
    abstractor data retain 2024-01-01
""",
    no_args_is_help=True,
)


class Purgeable(StrEnum):
    PATIENT = "patient"
    CYCLE = "cycle"
    CLINIC = "clinic"


YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")]


@data.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]) -> None:
    """Write the whole database into one new file, beside the running service.

    Resources are sealed in it, other rows are not: keep it as you keep charts. The data key is not in it:
    keep that apart.
    """
    stored.back_up(Settings(), file)


@data.command()
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")]) -> None:
    """Bring a backup into an empty place, SQLite or PostgreSQL, whichever it came from.

    A backup that is damaged, or of another version, is not restored. The data key must be there to read it.
    """
    stored.restore_backup(Settings(), file)


@data.command("new-key")
def new_key(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The key file [default: the one that is set].")
    ] = None,
) -> None:
    """Put a new data key first into the key file, which is made where there is none.

    Then start every process again, and seal what is stored: `abstractor data rotate-key`.
    """
    stored.make_data_key(Settings(), file)


@data.command("rotate-key")
def rotate_key() -> None:
    """Seal everything that is stored under the first data key, beside the running service.

    It may be stopped and run again. At the end it names the keys that may be taken out of the file.
    """
    stored.reseal(Settings())


@data.command()
def purge(
    what: Annotated[Purgeable, typer.Argument(help="patient, cycle or clinic")],
    number: Annotated[int, typer.Argument(help='Its number: 12 for "Chart 12".')],
    yes: YesOption = False,
) -> None:
    """Remove a patient, a finished cycle or a clinic for good, with a trace of numbers in the audit trail.

    Backups, archived logs and the clinic's own copy are not reached. A patient who is still in the cohort
    comes back with the next pull.
    """
    _confirm(f"remove {what} {number} for good?", yes=yes)
    stored.purge(Settings(), what.value, number)


@data.command()
def retain(
    day: Annotated[str, typer.Argument(metavar="DATE", help="Such as 2024-01-01.")],
    yes: YesOption = False,
) -> None:
    """A rule of retention: remove every finished cycle that was opened before that day. Others are named."""
    before = day_of("DATE", day)
    _confirm(f"remove every finished cycle that was opened before {before} for good?", yes=yes)
    stored.retain(Settings(), before)


@data.command()
def scrub() -> None:
    """Take deleted bytes off the disk: what `purge` does by itself, where it could not."""
    stored.scrub(Settings())


def _confirm(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise OptionError("this cannot be undone, and there is nobody to ask: add --yes")
    typer.confirm(question, abort=True)
