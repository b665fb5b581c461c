"""`abstractor labels`: auditors' labels from elsewhere, checked, and held beside what the program says."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abstractor.cli.opening import say, table_of
from abstractor.errors import InputError

if TYPE_CHECKING:
    from abstractor.workflow.exporting.labels import Compared

__all__ = ["labels"]


def labels(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: patient, item, label, reader.")],
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="FILE", help="Abstracts, as `abstractor abstract -o FILE` writes them."
        ),
    ] = None,
    study_key: Annotated[
        Path | None,
        typer.Option("--study-key", metavar="FILE", help="The labels name patients by its study ids."),
    ] = None,
    clinic: Annotated[
        str,
        typer.Option(
            "--clinic",
            metavar="ADDRESS",
            help="The clinic's address, where the study ids are those of a cycle's or an audit's export.",
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Check a file of labels and say of each wrong cell its line and column; count them beside the program's.

    A label is of one item: criterion:her2-lines, line:palliative:2, finding:BMA:-:-:-:ASCO (docs/exports.md).
    """
    from abstractor.workflow.exporting.labels import beside_program, read_labels

    read, wrong = read_labels(file)
    for cell in wrong:
        say(f"line {cell.line}{f', {cell.column}' if cell.column else ''}: {cell.wrong}")
    if wrong:
        lines = len({cell.line for cell in wrong})
        counted = "1 line is" if lines == 1 else f"{lines} lines are"
        raise InputError(f"{file}: {counted} wrong, as told above, and nothing was imported; mend the file")
    if not read:
        raise InputError(f"{file}: holds no label below its header, so nothing was imported; give one a line")
    if against is None:
        sys.stdout.write(f"{json.dumps({'labels': len(read)})}\n" if as_json else f"{len(read)} labels\n")
        return
    compared = beside_program(read, against, key=study_key, clinic=clinic)
    if len(compared.no_patient) + len(compared.no_item) == len(read):
        say("no label is of a chart or item in these abstracts: look at --study-key, --clinic and the run")
    if as_json:
        sys.stdout.write(json.dumps({"labels": len(read), **asdict(compared)}) + "\n")
        return
    _tell_lines(compared.no_patient, "a patient that is")
    _tell_lines(compared.no_item, "an item that is")
    sys.stdout.write(table_of(_HEADINGS, [_row(each) for each in compared.rules]))


def _tell_lines(lines: Sequence[int], what: str) -> None:
    """Some of them: where a whole file is of other charts its lines are no news."""
    if not lines:
        return
    named = ", ".join(map(str, lines[:_NAMED]))
    more = f" and {len(lines) - _NAMED} more (--json has them all)" if len(lines) > _NAMED else ""
    say(f"line{'' if len(lines) == 1 else 's'} {named}{more}: {what} not in these abstracts, so not compared")


_NAMED = 20
_HEADINGS = ("rule", "same", "different", "cannot tell", "not there", "agreement")


def _row(each: "Compared") -> tuple[str, ...]:
    share = "-" if each.share is None else f"{each.share:.0%}"
    counts = (each.same, each.different, each.left_open, each.not_there)
    return (each.rule, *map(str, counts), share)
