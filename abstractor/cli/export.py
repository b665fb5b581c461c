"""`abstractor export`: results as files for a statistician, de-identified unless asked otherwise."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from abstractor.cli.opening import opened, say
from abstractor.cli.options import path_of
from abstractor.cli.stopping import stopping_in_order
from abstractor.errors import OptionError
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.exporting.forms import LEAST, Asked, Form

if TYPE_CHECKING:
    from abstractor.workflow.exporting.exporting import Exported

__all__ = ["export"]

ReasonOption = Annotated[
    str | None,
    typer.Option("--reason", metavar="WORDS", help="Why so, for the audit trail: name no patient."),
]
SmallOption = Annotated[
    int,
    typer.Option(
        "--small-counts", metavar="N", help="Leave counts of 1 to N-1 out where de-identified; 0: none."
    ),
]


def export(
    form: Annotated[Form, typer.Argument(metavar="FORM", help="csv, parquet, redcap, fhir or attrition.")],
    folder: Annotated[str, typer.Option("-o", "--output", metavar="FOLDER", help="A new folder.")],
    cycle: Annotated[
        int | None, typer.Option("--cycle", metavar="NUMBER", help="The charts of that cycle.")
    ] = None,
    audit: Annotated[
        int | None,
        typer.Option("--audit", metavar="NUMBER", help="The charts of that closed audit, with its reviews."),
    ] = None,
    abstracts: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FILE", help="Abstracts, as `abstractor abstract -o FILE` writes them."
        ),
    ] = None,
    study_key: Annotated[
        str | None,
        typer.Option(
            "--study-key",
            metavar="FILE",
            help="The key of study ids and codes, made where there is none [default: a new one, not kept].",
        ),
    ] = None,
    identified: Annotated[
        bool, typer.Option("--identified", help="With references, statements and true dates.")
    ] = False,
    reason: ReasonOption = None,
    small: SmallOption = LEAST,
    as_json: Annotated[bool, typer.Option("--json", help="What was written, as one JSON object.")] = False,
) -> None:
    """Write the results of a cycle, or of a file of abstracts, into a new folder (docs/exports.md).

    De-identified by default: study ids in place of references, the dates of each patient shifted by days of
    the patient's own, codes for places and clinicians, no sentence. An export of a cycle is told in the audit
    trail.
    """
    if sum(each is not None for each in (cycle, audit, abstracts)) != 1:
        raise OptionError("name what to export: --cycle NUMBER, --audit NUMBER or --from FILE, one of them")
    key = path_of("--study-key", study_key) if study_key is not None else None
    to = path_of("-o", folder)
    asked = Asked(form, to, identified=identified, key=key, reason=reason, least=small)
    with stopping_in_order():
        done = _exported(asked, cycle, audit, abstracts)
    if done.notice:
        say(done.notice)
    if identified:
        say("this export tells who the patients are: keep it as you keep charts")
    sys.stdout.write(f"{json.dumps(asdict(done))}\n" if as_json else _told(done))


def _exported(asked: Asked, cycle: int | None, audit: int | None, abstracts: str | None) -> "Exported":
    # Here and not above: tables cost seconds, which the help of a command should not.
    from abstractor.workflow.exporting.exporting import export_audit, export_cycle, export_file

    if abstracts is not None:
        return export_file(path_of("--from", abstracts), asked, now=datetime.now(UTC))
    with opened() as services:
        by, now = at_the_machine(), services.clock()
        if audit is not None:
            return export_audit(services, audit, asked, by=by, now=now)
        return export_cycle(services, cycle or 0, asked, by=by, now=now)


def _told(done: "Exported") -> str:
    files = "".join(f"{rows:>9} rows  {name}\n" for name, rows in done.files)
    return f"{files}{done.patients} patients, {'identified' if done.identified else 'de-identified'}\n"
