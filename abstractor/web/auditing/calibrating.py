"""The calibration of an audit's readers: how far each has come, how they did, and setting it up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse, Response

from abstractor.errors import InputError, SetupError
from abstractor.web.access import needs
from abstractor.web.auditing.agreement import heading_in_words
from abstractor.web.auditing.seen import OpenedAudit, sees_whole
from abstractor.web.auditing.shown import back, sentence, titles_of, told_why
from abstractor.web.blinding import blinded_too
from abstractor.web.parts import Reader, services_of
from abstractor.web.wording import CRITERIA
from abstractor.workflow import Account
from abstractor.workflow.access import Permission
from abstractor.workflow.agreement.ratings import Measured
from abstractor.workflow.auditing.audits import open_calibrations
from abstractor.workflow.auditing.design import Stage
from abstractor.workflow.auditing.training.calibrating import Calibrated, calibration_of
from abstractor.workflow.auditing.training.gating import Due, held_back
from abstractor.workflow.auditing.training.told import calibrate_readers
from abstractor.workflow.auditing.values import Audit

__all__ = ["CalibrationShown", "calibrated_by", "router", "shown_calibration"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class ReaderShown:
    """A reader with each stage as far as it has come; `due`: what they read before the next live chart."""

    name: str
    stages: Mapping[Stage, Calibrated]
    due: Due | None


@dataclass(frozen=True, slots=True)
class ItemShown:
    reader: str
    stage: Stage
    item: str
    items: int
    as_known: Measured


@dataclass(frozen=True, slots=True)
class CalibrationShown:
    """`answers`: how well the readers did is shown too, `by_item` as far as something is read. `missing`:
    something is to be set up. `still_open`: the training audits of it that are not closed.
    """

    readers: tuple[ReaderShown, ...]
    by_item: tuple[ItemShown, ...]
    answers: bool
    missing: bool
    still_open: tuple[int, ...]


@router.post("/audits/{audit_id}/calibration")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def set_up(request: Request, audit: OpenedAudit, reader: Reader) -> Response:
    """What is missing of it; sent again it changes nothing."""
    calibrated_by(request, audit, reader)
    return back(f"/audits/{audit.id}", told="calibrated", anchor="#calibration")


def shown_calibration(request: Request, audit: Audit, reader: Account) -> CalibrationShown:
    """For a lead; who reads blinded in the audit is not shown how well readers did."""
    services = services_of(request)
    held = {one.reader: one for one in held_back(services, audit.id)}
    stages: dict[str, dict[Stage, Calibrated]] = {name: {} for name in held}
    found = calibration_of(services, audit.id)
    for each in found:
        stages.setdefault(each.reader, {})[each.stage] = each
    return CalibrationShown(
        readers=tuple(
            ReaderShown(name, of, held[name].due if name in held else None)
            for name, of in sorted(stages.items())
        ),
        by_item=tuple(row for each in found for row in _items(each, titles_of(request))),
        answers=sees_whole(services, audit, reader),
        missing=any(one.missing for one in held.values()),
        still_open=open_calibrations(services, audit.id),
    )


def calibrated_by(request: Request, audit: Audit, reader: Account) -> int:
    """So many calibrations were set up by this lead."""
    services = services_of(request)
    try:
        return told_why(lambda: calibrate_readers(services, audit.id, lead=reader, now=services.clock()))
    except (InputError, SetupError) as failed:
        raise HTTPException(503, sentence(failed)) from None


def _items(one: Calibrated, titles: Mapping[str, str]) -> Iterator[ItemShown]:
    for name, items, share in one.by_heading:
        heading = heading_in_words("criterion" if name in CRITERIA else "finding", name, titles)
        yield ItemShown(one.reader, one.stage, heading, items, share)
