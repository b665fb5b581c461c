"""JSON under `/api/v1/audits`: audits, their draw, their seats by page, how far readers agree."""

from typing import Annotated

from fastapi import APIRouter, Body, HTTPException, Request

from abstractor.web.access import needs, require_place
from abstractor.web.api import PREFIX, Page, Size, listed
from abstractor.web.api_models import Listed
from abstractor.web.auditing.api_models import (
    AuditIn,
    AuditOut,
    CalibrationOut,
    DrawnOut,
    LeftOutOut,
    SeatOut,
    SetUpOut,
)
from abstractor.web.auditing.calibrating import calibrated_by
from abstractor.web.auditing.desk import READS
from abstractor.web.auditing.seen import OpenedAudit, opened_audit, seen_audits, sees_whole
from abstractor.web.auditing.shown import done, told_why
from abstractor.web.blinding import blinded_too
from abstractor.web.parts import Reader, services_of
from abstractor.web.problems import RESPONSES
from abstractor.workflow import Account
from abstractor.workflow.access import Permission, Place
from abstractor.workflow.auditing import seats
from abstractor.workflow.auditing.agreeing import AgreementTable, agreement_of
from abstractor.workflow.auditing.audits import close_audit, define_audit, draw_log, open_audit
from abstractor.workflow.auditing.design import design_from_json
from abstractor.workflow.auditing.overlapping import warnings_of
from abstractor.workflow.auditing.training.calibrating import calibration_of
from abstractor.workflow.auditing.training.gating import held_back
from abstractor.workflow.auditing.values import (
    Audit,
    AuditProgress,
    AuditPurpose,
    AuditState,
    SeatOrder,
    SeatState,
)
from abstractor.workflow.cycles import cycle_by_id

__all__ = ["router"]

router = APIRouter(prefix=PREFIX, tags=["audits"], responses=RESPONSES)


@router.get("/audits")
@needs(Permission.SEE_AUDITS)
def list_audits(request: Request, reader: Reader, page: Page = 1, size: Size = 50) -> Listed[AuditOut]:
    """The audits of one's own clinics, the latest first."""
    return listed([_out(request, audit, reader) for audit in seen_audits(request, reader)], page, size)


@router.post("/audits", status_code=201)
@needs(Permission.LEAD_AUDITS)
def define(request: Request, reader: Reader, asked: Annotated[AuditIn, Body()]) -> AuditOut:
    """A draft on a cycle; nothing is drawn before it is opened."""
    services = services_of(request)
    require_place(request, Permission.LEAD_AUDITS, Place.CYCLE, str(asked.cycle_id))
    if cycle_by_id(services, asked.cycle_id) is None:
        raise HTTPException(404, "There is no such cycle.")
    audit = done(
        lambda: define_audit(
            services,
            asked.cycle_id,
            title=asked.title,
            design=asked.design(),
            purpose=AuditPurpose.LIVE,
            due_on=asked.due_on,
            lead=reader,
            now=services.clock(),
        )
    )
    return _warned(request, audit, reader)


@router.get("/audits/{audit_id}")
@needs(Permission.SEE_AUDITS)
def show(request: Request, audit: OpenedAudit, reader: Reader) -> AuditOut:
    return _out(request, audit, reader)


@router.post("/audits/{audit_id}/open")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def open_one(request: Request, audit: OpenedAudit, reader: Reader) -> AuditOut:
    """Draws its charts, once: an audit that is open already stays as it is."""
    services = services_of(request)
    if audit.state is AuditState.DRAFT:
        told_why(lambda: open_audit(services, audit.id, lead=reader, now=services.clock()))
    return _warned(request, opened_audit(request, audit.id, reader), reader)


@router.post("/audits/{audit_id}/close")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def close_one(request: Request, audit: OpenedAudit, reader: Reader) -> AuditOut:
    services = services_of(request)
    if audit.state is not AuditState.CLOSED:
        told_why(lambda: close_audit(services, audit.id, lead=reader, now=services.clock()))
    return _again(request, audit, reader)


@router.get("/audits/{audit_id}/progress")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def progress(request: Request, audit: OpenedAudit, reader: Reader) -> AuditProgress:
    """Of reviews alone for who reviews there while the other review is hidden."""
    services = services_of(request)
    return seats.audit_progress(services, audit.id, services.clock(), reader, waits=True)


@router.get("/audits/{audit_id}/calibration")
@needs(Permission.LEAD_AUDITS)
def calibration(request: Request, audit: OpenedAudit) -> CalibrationOut:
    """Whom training charts hold back, and which share readers answered as is known to be right."""
    services = services_of(request)
    return CalibrationOut(readers=held_back(services, audit.id), stages=calibration_of(services, audit.id))


@router.post("/audits/{audit_id}/calibration")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def set_up_calibration(request: Request, audit: OpenedAudit, reader: Reader) -> SetUpOut:
    """For each reader what is missing of the three stages; to be asked again where a reader has joined."""
    return SetUpOut(made=calibrated_by(request, audit, reader))


@router.get("/audits/{audit_id}/seats")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def list_seats(
    request: Request,
    audit: OpenedAudit,
    reader: Reader,
    page: Page = 1,
    size: Size = 50,
    state: SeatState | None = None,
    order: SeatOrder = SeatOrder.QUEUE,
) -> Listed[SeatOut]:
    """As they are handed out, disagreements first."""
    services = services_of(request)
    found = seats.seats_page(
        services,
        audit.id,
        page=page,
        size=size,
        order=order,
        state=state,
        now=services.clock(),
        reader=reader,
    )
    items = tuple(SeatOut.of(row) for row in found.rows)
    return Listed(items=items, page=found.page, pages=found.pages, total=found.total)


@router.get("/audits/{audit_id}/drawn")
@needs(Permission.LEAD_AUDITS)
def list_drawn(
    request: Request, audit: OpenedAudit, reader: Reader, page: Page = 1, size: Size = 50
) -> Listed[DrawnOut]:
    """Which chart is behind which code, by place; the trail says who asked."""
    services = services_of(request)
    log = told_why(lambda: draw_log(services, audit.id, lead=reader, now=services.clock()))
    return listed(
        [
            DrawnOut(
                place=one.place,
                code=one.code,
                patient_id=one.patient_id,
                stratum=one.stratum,
                readers=one.readers,
            )
            for one in log.charts
        ],
        page,
        size,
    )


@router.get("/audits/{audit_id}/left-out")
@needs(Permission.LEAD_AUDITS)
def list_left_out(
    request: Request, audit: OpenedAudit, reader: Reader, page: Page = 1, size: Size = 50
) -> Listed[LeftOutOut]:
    """The charts of the cycle that were not drawn, each with its reason."""
    services = services_of(request)
    log = told_why(lambda: draw_log(services, audit.id, lead=reader, now=services.clock()))
    rows = [LeftOutOut(patient_id=one.patient_id, why=one.why, stratum=one.stratum) for one in log.left_out]
    return listed(rows, page, size)


@router.get("/audits/{audit_id}/agreement")
@needs(Permission.SEE_AGREEMENT)
def agreement(request: Request, audit: OpenedAudit) -> AgreementTable:
    """Of the locked reviews. What is undefined has a `why` in the place of its value."""
    return agreement_of(services_of(request), audit.id)


@router.post("/audits/{audit_id}/claim")
@needs(*READS)
def claim_next(request: Request, audit: OpenedAudit, reader: Reader) -> SeatOut:
    """The next chart for this reader; 409 where nothing is free for them."""
    services = services_of(request)
    seat = done(lambda: seats.claim_next(services, audit.id, reader, services.clock()))
    mine = seats.my_seats(services, reader, services.clock())
    found = next((view for view in mine if seat is not None and view.seat.id == seat.id), None)
    if found is None:
        raise HTTPException(409, "Nothing is free for you to read in this audit now.")
    return SeatOut.of(found)


def _again(request: Request, audit: Audit, reader: Account) -> AuditOut:
    """As it is after what was done, and as this reader may see it."""
    return _out(request, opened_audit(request, audit.id, reader), reader)


def _warned(request: Request, audit: Audit, reader: Account) -> AuditOut:
    """With what other open audits of its charts mean for it."""
    services = services_of(request)
    warnings = warnings_of(services, audit.cycle_id, design_from_json(audit.design), audit_id=audit.id)
    return AuditOut.of(audit, whole=sees_whole(services, audit, reader), warnings=warnings)


def _out(request: Request, audit: Audit, reader: Account) -> AuditOut:
    return AuditOut.of(audit, whole=sees_whole(services_of(request), audit, reader))
