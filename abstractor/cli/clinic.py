"""`abstractor clinic`: the clinics that are pulled from, as clinic IT adds, tries and removes them."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abstractor import workflow
from abstractor.cli.keys import keys
from abstractor.cli.opening import opened, say, table_of
from abstractor.errors import AbstractorError
from abstractor.workflow.clinic.clinics import clinic_meant

if TYPE_CHECKING:
    from abstractor.workflow import ClinicRow

__all__ = ["clinic"]

clinic = typer.Typer(
    help="""The clinics that are pulled from: add one from a file of a few lines, try it, remove it.

\b
    abstractor clinic keys create          # once: the keys that this installation signs in with
    abstractor clinic add north.toml
    abstractor clinic test "North Hospital"

A file for a clinic that wants one to sign in (no secret stands in it):

\b
    name = "North Hospital"
    base_url = "https://fhir.north.example/r4"
    auth = "backend-services"
    client_id = "the-id-that-they-gave-you"
    group = "their-id-of-the-group"
    nightly = "30 2 * * *"
    tell = "mailto:it@north.example"
""",
    no_args_is_help=True,
)
clinic.add_typer(keys, name="keys")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The clinic's name, as `list` shows it.")]
OnlyArgument = Annotated[
    str | None, typer.Argument(metavar="NAME", help="The clinic [default: the only one there is].")
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON instead of a table.")]


@clinic.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The clinic's settings.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Instead of the name in the file.")
    ] = None,
) -> None:
    """Add a clinic from its file, or change it: a clinic of that name gets the settings of this file.

    \b
    abstractor clinic add north.toml
    abstractor clinic add north.toml --name "North test system"

    Two lines are enough where nobody has to sign in (name and base_url); docs/connecting.md explains the
    others. Nothing is asked of the clinic yet: `abstractor clinic test` does. Another address or group makes
    it another clinic, whose patients are pulled anew.
    """
    setup = workflow.clinic_from_file(file, name=name)
    with opened() as services:
        before = workflow.clinic_if_there(services, setup.name)
        registered = workflow.add_clinic(services, setup)
        lacks_key = setup.auth != "none" and not workflow.has_key(services, setup)
    done = "added" if before is None else "unchanged" if before == registered else "changed"
    sys.stdout.write(f"{done}: {registered.setup.name}, clinic {registered.clinic.id}\n")
    if before is not None and before.clinic != registered.clinic:
        say(f"another address or group: what was pulled so far stays with clinic {before.clinic.id}")
    if lacks_key:
        say(
            f"it wants us to sign in by {setup.algorithm} and there is no such key yet: "
            "`abstractor clinic keys create`"
        )
    say(f'next: abstractor clinic test "{registered.setup.name}"')


@clinic.command("list")
def list_clinics(as_json: JsonOption = False) -> None:
    """Every clinic that was added: where it is, whose charts are pulled, how, and when that last worked."""
    with opened() as services:
        rows = workflow.clinic_rows(services)
    if as_json:
        sys.stdout.write("".join(json.dumps(asdict(row), default=_moment) + "\n" for row in rows))
        return
    headings = ("name", "clinic", "address", "signs in", "patients", "way", "nightly", "last pulled")
    sys.stdout.write(table_of(headings, [_cells(row) for row in rows]))
    if not rows:
        say("no clinic yet: abstractor clinic add FILE.toml")


@clinic.command()
def show(name: OnlyArgument = None, as_json: JsonOption = False) -> None:
    """All settings of a clinic, the key that signs in there, and what its last token let us read.

    No secret is shown: no token, no private key, and of the address that is told of failures only its host.
    """
    with opened() as services:
        shown = workflow.clinic_shown(services, clinic_meant(services, name))
    if as_json:
        sys.stdout.write(json.dumps(shown, default=_moment) + "\n")
        return
    width = max(map(len, shown))
    for key, value in shown.items():
        sys.stdout.write(f"{key:{width}}  {_words(value)}\n")


@clinic.command()
def test(name: OnlyArgument = None, as_json: JsonOption = False) -> None:
    """Try a clinic: reach it, sign in, read what it can do, and count the first page of its patients.

    \b
    abstractor clinic test "North Hospital"

    Lines of a patients file that name nobody are told by their numbers. Nothing is stored and no value of a
    patient is printed. Ends with 1 where a step failed. `abstractor doctor` tries far more.
    """
    failed = []
    with opened() as services:
        registered = clinic_meant(services, name)
        for step in workflow.try_clinic(services, registered):
            if as_json:
                line = json.dumps(asdict(step))
            else:
                line = f"{'ok' if step.ok else 'failed':7} {step.step:8} {step.said}"
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            if not step.ok:
                failed.append(step.step)
    if failed:
        raise AbstractorError(
            f"{registered.setup.name}: {', '.join(failed)} failed; what to do stands in the lines above"
        )


@clinic.command()
def remove(name: NameArgument) -> None:
    """Ask a clinic no more. What was pulled from it stays until it is purged."""
    with opened() as services:
        registered = workflow.remove_clinic(services, name)
    number = registered.clinic.id
    sys.stdout.write(f"removed: {name}; its token is gone, and it is asked no more\n")
    sys.stdout.write(
        "what was pulled from it stays, with its abstracts and the history of its settings: "
        f"`abstractor data purge clinic {number}` removes that for good\n"
    )


def _cells(row: "ClinicRow") -> tuple[str, ...]:
    last = "never" if row.last_pulled is None else f"{row.last_pulled:%Y-%m-%d %H:%M} UTC"
    return (
        row.name,
        str(row.number),
        row.base_url,
        row.auth,
        row.cohort,
        row.way,
        row.nightly or "no",
        last,
    )


def _words(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(_moment(value)) if hasattr(value, "isoformat") else str(value)


def _moment(value: object) -> str:
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else str(value)
