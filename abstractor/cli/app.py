"""The program `abstractor` and its commands; every error ends as one line that says what, where and what
to do."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup

from abstractor import __version__
from abstractor.cli.stopping import Stopped
from abstractor.errors import AbstractorError

__all__ = ["app", "main"]

# In the order of the help, with the module of each. Imported when it is asked for: who reads files should
# not wait for the packages of a database and of a server.
_COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "demo": "demo",
        "abstract": "abstract",
        "attrition": "attrition",
        "rates": "rates",
        "cohort": "cohort",
        "export": "export",
        "labels": "labels",
        "account": "account",
        "clinic": "clinic",
        "doctor": "doctor",
        "pull": "pull",
        "run": "run",
        "serve": "services",
        "worker": "services",
        "audit": "audit",
        "audit-log": "audit_log",
        "data": "data",
        "guidelines": "guidelines",
    }
)
_INTERRUPTED = 130
_SETTINGS = {"help_option_names": ["-h", "--help"]}


_imported = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=_SETTINGS)


class _Commands(TyperGroup):
    """The commands by name."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        found = getattr(import_module(f"abstractor.cli.{_COMMANDS[cmd_name]}"), cmd_name.replace("-", "_"))
        if isinstance(found, typer.Typer):
            _imported.add_typer(found, name=cmd_name)
        else:
            _imported.command(cmd_name)(found)
        group = typer.main.get_group(_imported)
        return group.commands[cmd_name]


app = typer.Typer(
    cls=_Commands,
    name="abstractor",
    help="Chart abstraction for oncology QI: from a clinic's FHIR endpoint to flagged charts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_SETTINGS,
)


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
        sys.exit(_INTERRUPTED)
    except Stopped as by_signal:
        sys.stderr.write("abstractor: stopped\n")
        sys.exit(by_signal.code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as wrong:
        sys.stderr.write(f"abstractor: cannot write the results ({wrong.strerror}); free some space\n")
        os._exit(1)  # what is left in stdout's buffer cannot be written either
    if code == _INTERRUPTED:  # typer keeps the KeyboardInterrupt to itself
        sys.stderr.write("abstractor: stopped\n")
    sys.exit(code if isinstance(code, int) else 0)
