"""`abstractor pull`: a round over a clinic's patients, without judging anything: what changed, or all."""

import json
import sys
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from abstractor import workflow
from abstractor.cli.children import child, environment
from abstractor.cli.following import follow
from abstractor.cli.opening import opened, say, table_of
from abstractor.cli.stopping import stopping_in_order
from abstractor.errors import AbstractorError
from abstractor.settings import Settings
from abstractor.workflow.clinic.clinics import clinic_for_pull
from abstractor.workflow.clinic.nobody import nobody_has

if TYPE_CHECKING:
    from abstractor.workflow import Registered, RoundProgress, Services

__all__ = ["pull"]


class Way(StrEnum):
    SEARCH = "search"
    BULK = "bulk"


def pull(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The clinic [default: the only one there is].")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything, not just what has changed.")] = False,
    way: Annotated[
        Way | None, typer.Option("--way", help="This time alone [default: as the clinic's file says].")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="What the ledger says as JSON, one object a line.")
    ] = False,
) -> None:
    """Pull a clinic's patients: after the first time only what has changed, where the clinic can tell.

    \b
    abstractor pull "North Hospital"
    abstractor pull "North Hospital" --full

    With ABSTRACTOR_REDIS_URL set, workers that are running elsewhere do the work (`abstractor worker`); else
    a queue and workers are started here for as long as it takes. Ctrl-C stops it; the same command goes on
    where it was. A second `pull` of a clinic that is being pulled follows the first;
    with --full or --way it ends with 1 where the first is not of that kind.

    On stdout: what the ledger says of each type, and as the last line what came of it. Charts that failed
    and types that did not come are told and end it with 0; with 1 it ends where no chart came.
    """
    settings = Settings()
    elsewhere = bool(settings.redis_url.get_secret_value())
    with stopping_in_order(), ExitStack() as stack:
        queue = stack.enter_context(workflow.embedded_queue(settings))
        settings = settings.model_copy(update={"redis_url": SecretStr(queue)})
        services = stack.enter_context(opened(settings))
        registered = clinic_for_pull(services, name, way=None if way is None else way.value)
        workers = None
        if not elsewhere:
            workers = stack.enter_context(child("the workers", "worker", env=environment(settings)))
        try:
            begun = workflow.begin_round(
                services, registered, full=full, way=None if way is None else way.value
            )
            _tell_beginning(registered, begun)
            follow(services, lambda: _look(services, begun.run_id), watching=workers)
        except KeyboardInterrupt:
            say(f'to go on with it: abstractor pull "{registered.setup.name}"')
            raise
        progress = workflow.round_progress(services, begun.run_id)
        for sentence in nobody_has(services, begun.run_id):
            say(sentence)
    _report(progress, registered, as_json=as_json)


def _tell_beginning(registered: "Registered", begun: "workflow.Begun") -> None:
    if begun.followed:
        say(f"pull {begun.run_id} of {registered.setup.name} is under way already: this is that one")
    if begun.cohort is None:
        return
    say(f"{begun.cohort.patients} patients listed by {registered.setup.name}")
    if begun.cohort.unlisted:
        say(f"{begun.cohort.unlisted} entries of the list name nobody who can be pulled")
    if begun.cohort.gap:
        say(f"the list of patients may not be whole: {begun.cohort.gap}")


def _look(services: "Services", run_id: int) -> tuple[bool, str]:
    progress = workflow.round_progress(services, run_id)
    pulls = progress.pulls
    failed = f", {pulls.failed} failed" if pulls.failed else ""
    return progress.ended, f"pulled {pulls.done}/{pulls.total}{failed}"


def _report(progress: "RoundProgress", registered: "Registered", *, as_json: bool) -> None:
    run = progress.run
    for code, charts in progress.errors:
        say(f"{charts} charts failed for good: {code}")
    if as_json:
        for kind, said, count in progress.said:
            sys.stdout.write(json.dumps({"type": kind, "said": said, "count": count}) + "\n")
    elif progress.said:
        sys.stdout.write(table_of(("type", "what the clinic said, and how often"), _by_type(progress)))
    ended = run.ended_at or run.started_at
    line = {
        "clinic": registered.setup.name,
        "run": run.id,
        "kind": run.kind.value,
        "way": run.way.value,
        "state": run.state.value,
        "patients": run.patients,
        "pulled": progress.pulls.done,
        "failed": progress.pulls.failed,
        "unlisted": run.unlisted,
        "seconds": round((ended - run.started_at).total_seconds(), 1),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    if run.state == "failed":
        raise AbstractorError(
            f"pull {run.id} of {registered.setup.name} failed ({run.error_code}): "
            f'{run.listing_gap or "no chart came"}; `abstractor clinic test "{registered.setup.name}"` says '
            "how far one comes"
        )


def _by_type(progress: "RoundProgress") -> list[tuple[str, str]]:
    said: dict[str, list[str]] = {}
    for kind, word, count in progress.said:
        said.setdefault(kind, []).append(f"{word} {count}")
    return [(kind, ", ".join(words)) for kind, words in said.items()]
