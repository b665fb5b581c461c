"""The program `abstractor` and its commands; every error ends as one line that says what, where and what
to do."""

import os
import sys

import typer

from abstractor import __version__
from abstractor.cli.abstract import abstract
from abstractor.cli.attrition import attrition
from abstractor.cli.cohort import cohort
from abstractor.cli.demo import demo
from abstractor.cli.guidelines import guidelines
from abstractor.cli.services import run, serve, worker
from abstractor.errors import AbstractorError

__all__ = ["app", "main"]

app = typer.Typer(
    name="abstractor",
    help="Chart abstraction for oncology QI: from a clinic's FHIR endpoint to flagged charts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(abstract)
app.command()(attrition)
app.command()(cohort)
app.command()(run)
app.command()(serve)
app.command()(worker)
app.add_typer(guidelines, name="guidelines")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"abstractor {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Nothing is decided here; the commands below do the work."""


def main() -> None:
    """The entry point: exit codes are 0 done, 1 failed, 2 a bad option, 3 done but something was
    quarantined."""
    try:
        code = app(standalone_mode=False)
    except AbstractorError as wrong:
        sys.stderr.write(f"abstractor: {' '.join(str(wrong).split())}\n")
        sys.exit(wrong.exit_code)
    except typer.TyperException as wrong:
        sys.stderr.write(f"abstractor: {wrong.format_message()} (see --help)\n")
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("abstractor: stopped\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as wrong:
        sys.stderr.write(f"abstractor: cannot write the results ({wrong.strerror}); free some space\n")
        os._exit(1)  # what is left in stdout's buffer cannot be written either
    sys.exit(code if isinstance(code, int) else 0)
