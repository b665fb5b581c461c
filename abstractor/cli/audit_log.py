"""`abstractor audit-log`: the audit trail, who did what and when, in the hands of IT."""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abstractor.cli.opening import opened, say, table_of
from abstractor.cli.options import day_of, path_of
from abstractor.cli.output import refuse_existing, refuse_overwriting, results_to
from abstractor.errors import InputError, OptionError
from abstractor.workflow.acting import at_the_machine

if TYPE_CHECKING:
    from abstractor.workflow import Services
    from abstractor.workflow.trail import TrailEntry, Verified, Wanted, Wrong

__all__ = ["audit_log"]

audit_log = typer.Typer(
    help="""The audit trail: who did what and when, to which chart. Each entry is chained to the one before.

\b
    abstractor audit-log list --chart 12
    abstractor audit-log verify
    abstractor audit-log head >> /elsewhere/trail.txt    # what `verify --noted` asks for
    abstractor audit-log export -o trail.ndjson          # FHIR AuditEvent
""",
    no_args_is_help=True,
)


AccountOption = Annotated[
    str | None, typer.Option("--account", metavar="NAME", help="What this account did.")
]
ChartOption = Annotated[
    int | None, typer.Option("--chart", metavar="NUMBER", min=1, help='Of this chart: 12 for "Chart 12".')
]
ActionOption = Annotated[
    str | None, typer.Option("--action", metavar="WORD", help="Such as chart-opened or signed-in.")
]
SinceOption = Annotated[str | None, typer.Option("--since", metavar="DATE", help="From this day on (UTC).")]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Up to this day, which is included (UTC).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, one object a line.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write it there, a new file [default: stdout]."),
]


@audit_log.command()
def verify(
    noted: Annotated[
        str | None,
        typer.Option(
            "--noted", metavar="FILE", help="What `head` wrote earlier, kept elsewhere; its last line."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Verify every entry: that none was changed, taken away, put in or moved. Names each that was; then the
    exit code is 1.

    Who puts the whole database back to an earlier state is found by --noted alone.
    """
    from abstractor.workflow import trail

    outside = trail.noted_of(_last_line(path_of("--noted", noted))) if noted is not None else None
    with opened() as services:
        done = trail.verify_trail(
            services,
            by=at_the_machine(),
            now=services.clock(),
            noted=outside,
            found=_found_as_json if as_json else _found,
            told=_told,
        )
    sys.stdout.write(json.dumps(_object_of(done)) + "\n" if as_json else _summary(done))
    return 0 if done.is_whole else 1


@audit_log.command("list")
def list_entries(
    account: AccountOption = None,
    chart: ChartOption = None,
    action: ActionOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The newest so many.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Entries of the trail, the newest first."""
    from abstractor.workflow import trail

    with opened() as services:
        wanted = _wanted(services, account, chart, action, since, until)
        found = trail.list_trail(services, wanted, limit=limit)
        if as_json:
            for entry in found:
                sys.stdout.write(json.dumps(_entry(entry)) + "\n")
            return
        rows = [
            tuple(str(value if value is not None else "") for value in _entry(one).values()) for one in found
        ]
    sys.stdout.write(
        table_of(("entry", "at", "action", "account", "chart", "cycle", "source", "version", "detail"), rows)
    )
    if not rows:
        say("no such entry")


@audit_log.command()
def head() -> None:
    """The number and the digest of the newest entry, as one line: note it where the database's owner cannot
    write.
    """
    from abstractor.workflow import trail

    with opened() as services:
        found = trail.trail_head(services)
    if found is None:
        say("nothing is in the trail yet")
        return
    sys.stdout.write(f"{found.last}:{found.last_mac.hex()}\n")


@audit_log.command()
def export(
    output: OutputOption = None,
    account: AccountOption = None,
    chart: ChartOption = None,
    action: ActionOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    study_key: Annotated[
        str | None,
        typer.Option(
            "--study-key",
            metavar="FILE",
            help="The key of the codes, made where there is none [default: a new one].",
        ),
    ] = None,
    identified: Annotated[
        bool, typer.Option("--identified", help="With account names, chart numbers and resources.")
    ] = False,
) -> None:
    """The entries as FHIR R4 AuditEvent, one a line, each validated; the newest first.

    De-identified by default: codes in place of accounts, charts and resources. No patient's name ever.
    """
    from abstractor.workflow import trail

    key = path_of("--study-key", study_key) if study_key is not None else None
    refuse_existing(output)
    refuse_overwriting(output, [key] if key is not None else [])
    count = 0
    with opened() as services, results_to(output) as results:
        wanted = _wanted(services, account, chart, action, since, until)
        lines = trail.export_trail(
            services, wanted, key=key, identified=identified, by=at_the_machine(), now=services.clock()
        )
        for line in lines:
            results.write(line + "\n")
            count += 1
    say(f"{count} entries, {'identified' if identified else 'de-identified'}")


def _wanted(
    services: "Services",
    account: str | None,
    chart: int | None,
    action: str | None,
    since: str | None,
    until: str | None,
) -> "Wanted":
    from abstractor.workflow.trail import Action, Wanted, account_numbered

    if action is not None and action not in tuple(Action):
        raise OptionError(f"--action {action}: no such action; there are {', '.join(sorted(Action))}")
    return Wanted(
        account_id=account_numbered(services, account) if account is not None else None,
        patient_id=chart,
        action=Action(action) if action is not None else None,
        since=_midnight(day_of("--since", since)) if since is not None else None,
        until=_midnight(day_of("--until", until) + timedelta(days=1)) if until is not None else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time_of_day(), UTC)


def _last_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"--noted {path}: cannot be read") from None
    if not lines:
        raise InputError(f"--noted {path}: nothing stands in it")
    return lines[-1]


def _told(done: int, total: int) -> None:
    sys.stderr.write(f"verified {done} of {total}\n")


def _found(wrong: "Wrong") -> None:
    from abstractor.workflow.trail import wrong_in_words

    sys.stdout.write(f"{wrong_in_words(wrong)}\n")


def _found_as_json(wrong: "Wrong") -> None:
    told = {"fault": wrong.fault.name.lower(), "first": wrong.first, "last": wrong.last, "was": wrong.was}
    sys.stdout.write(json.dumps(told) + "\n")


def _summary(done: "Verified") -> str:
    told = f"{done.entries} entries verified"
    if done.head is not None:
        told += f", from entry {done.head.began} on"
    if done.earlier:
        told += f"; {done.earlier} stand from before the chain, and are what they were when it began"
    if done.forgotten:
        told += f"; the text of {done.forgotten} was forgotten by a purge"
    if done.is_whole:
        return f"{told}\nthe trail is whole\n"
    return f"{told}\nTHE TRAIL IS NOT WHOLE: {done.wrong} entries, named above (docs/audit-trail.md)\n"


def _object_of(done: "Verified") -> dict[str, object]:
    return {
        "whole": done.is_whole,
        "entries": done.entries,
        "earlier": done.earlier,
        "forgotten": done.forgotten,
        "wrong": done.wrong,
        "head": None if done.head is None else f"{done.head.last}:{done.head.last_mac.hex()}",
    }


def _entry(entry: "TrailEntry") -> dict[str, object]:
    return {
        "entry": entry.id,
        "at": entry.at.isoformat(timespec="seconds"),
        "action": entry.action,
        "account": entry.account_id,
        "chart": entry.patient_id,
        "cycle": entry.cycle_id,
        "source": entry.resource,
        "version": entry.version,
        "detail": entry.detail,
    }


def _row(entry: "TrailEntry") -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in _entry(entry).values())
