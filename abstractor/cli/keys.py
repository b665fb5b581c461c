"""`abstractor clinic keys`: the keys that this installation signs in with, without their private parts."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abstractor import workflow
from abstractor.cli.opening import opened, say, table_of
from abstractor.cli.output import results_to

if TYPE_CHECKING:
    from abstractor.workflow import PublicKey

__all__ = ["keys"]

keys = typer.Typer(
    help="""The keys that this installation signs in with (SMART Backend Services), for all clinics.

Of each algorithm one key signs and the next one is published already. Public parts are served at
/.well-known/jwks.json of `abstractor serve`: register that address, or paste what `export` writes. Private
parts stay sealed in the database and are never shown.

\b
    abstractor clinic keys create
    abstractor clinic keys show
    abstractor clinic keys export -o jwks.json
    abstractor clinic keys rotate
""",
    no_args_is_help=True,
)


class Algorithm(StrEnum):
    RS384 = "RS384"
    ES384 = "ES384"


@keys.command()
def create() -> None:
    """Make the keys that are not there yet: of RS384 and of ES384 one that signs and the next one."""
    with opened() as services:
        made = workflow.make_keys(services)
    for key in made:
        sys.stdout.write(f"made: {key.kid} {key.algorithm} {key.role}\n")
    if not made:
        sys.stdout.write("nothing to make: every key is there\n")
    say("next: register the address /.well-known/jwks.json of `abstractor serve` with each clinic")
    say("where keys are pasted: `abstractor clinic keys export`")


@keys.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one object a key.")] = False,
) -> None:
    """The keys that are published: what each is for, since when, and from when the next may sign."""
    with opened() as services:
        held = workflow.published(services)
    if as_json:
        sys.stdout.write("".join(json.dumps(_object(key)) + "\n" for key in held))
        return
    rows = [tuple(str(value or "") for value in _object(key).values()) for key in held]
    sys.stdout.write(table_of(("kid", "algorithm", "role", "made", "retired", "may sign from"), rows))
    if not held:
        say("no key yet: abstractor clinic keys create")


@keys.command()
def rotate(
    algorithm: Annotated[
        Algorithm | None, typer.Option("--algorithm", help="Only the keys of this one [default: both].")
    ] = None,
    at_once: Annotated[
        bool,
        typer.Option("--now", help="Even if the next key was published only just now (after a leak)."),
    ] = False,
) -> None:
    """Let the next key sign from now on, retire the present one for good, and publish a new next key.

    Refused until the next key has been published for a day: a clinic that keeps our key set would not know
    it. Clinics that had keys pasted need `export` once more, before the next time.
    """
    with opened() as services:
        chosen = [str(algorithm)] if algorithm is not None else None
        done = workflow.rotate_keys(services, chosen, at_once=at_once)
    for one in done:
        sys.stdout.write(
            f"{one.algorithm}: {one.signs} signs from now on, {one.retired or 'none'} is retired, "
            f"{one.following} is next\n"
        )
    say("where keys are pasted: `abstractor clinic keys export`, and let the clinic have the new next key")


@keys.command()
def export(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it there [default: stdout].")
    ] = None,
) -> None:
    """The key set (JWKS) for a clinic where keys are pasted or uploaded: public parts alone."""
    with opened() as services:
        shown = workflow.public_keys(services)
    with results_to(output) as results:
        results.write(json.dumps(shown, indent=2) + "\n")
    if not shown["keys"]:
        say("there is no key in it yet: abstractor clinic keys create")


def _object(key: "PublicKey") -> dict[str, str | None]:
    waits = key.role == "next"
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "role": str(key.role),
        "made": key.made_at.isoformat(timespec="minutes"),
        "retired": key.retired_at.isoformat(timespec="minutes") if key.retired_at is not None else None,
        "may_sign_from": workflow.known_from(key).isoformat(timespec="minutes") if waits else None,
    }
