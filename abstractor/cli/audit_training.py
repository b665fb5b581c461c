"""`abstractor audit calibrate|calibration`: readers on synthetic charts whose answers are known."""

import json
import sys
from typing import Annotated

import typer

from abstractor.cli.opening import opened, table_of
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.agreement.ratings import Estimate, Measured, Undefined
from abstractor.workflow.auditing.training import told
from abstractor.workflow.auditing.training.calibrating import Calibrated, calibration_of

__all__ = ["calibrate_readers", "calibration_so_far"]

NumberArgument = Annotated[int, typer.Argument(metavar="AUDIT", help="Its number, as `list` shows it.")]


def calibrate_readers(number: NumberArgument) -> None:
    """Set the calibration of each reader up: at the start, in the middle and at the end of the audit.

    Each is an audit of its own with a few synthetic charts, the same for all readers. The first live chart is
    handed out when the one of the start is done, the second half when the one of the middle is. Run it again
    when a reader has joined.
    """
    with opened() as services:
        made = told.calibrate_readers(services, number, lead=at_the_machine(), now=services.clock())
    sys.stdout.write(f"{made} {'calibration' if made == 1 else 'calibrations'} set up for audit {number}\n")


def calibration_so_far(
    number: NumberArgument,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a reader and stage.")] = False,
) -> None:
    """How far each reader has come, and on which items they answer as is known to be right."""
    with opened() as services:
        found = calibration_of(services, number)
    if as_json:
        for one in found:
            sys.stdout.write(json.dumps(_plain(one)) + "\n")
        return
    rows = [row for one in found for row in _rows(one)]
    sys.stdout.write(table_of(("reader", "stage", "charts", "item", "items", "as known"), rows))


def _rows(one: Calibrated) -> list[tuple[str, ...]]:
    head = (one.reader, one.stage, f"{one.read} of {one.charts}")
    total = sum(items for _, items, _ in one.by_heading)
    rows = [(*head, "all", str(total), _share(one.overall))]
    return rows + [
        ("", "", "", heading, str(items), _share(share)) for heading, items, share in one.by_heading
    ]


def _share(measured: Measured) -> str:
    if isinstance(measured, Undefined):
        return "nothing read yet"
    if not isinstance(measured, Estimate) or isinstance(measured.interval, Undefined):
        return f"{measured.value:.0%}"
    return f"{measured.value:.0%} ({measured.interval.low:.0%} to {measured.interval.high:.0%})"


def _plain(one: Calibrated) -> dict[str, object]:
    return {
        "reader": one.reader,
        "stage": str(one.stage),
        "audit": one.audit_id,
        "charts": one.charts,
        "read": one.read,
        "as_known": _number(one.overall),
        "items": [
            {"item": heading, "items": items, "as_known": _number(share)}
            for heading, items, share in one.by_heading
        ],
    }


def _number(measured: Measured) -> float | None:
    return None if isinstance(measured, Undefined) else round(measured.value, 6)
