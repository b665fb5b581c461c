"""The pages of audits: the list, one audit at a glance, its readers, opening and closing it, its draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import HTMLResponse, Response

from abstractor.web.access import needs
from abstractor.web.auditing.calibrating import shown_calibration
from abstractor.web.auditing.desk import had
from abstractor.web.auditing.previewing import draft_preview
from abstractor.web.auditing.seen import OpenedAudit, leads, seen_audits, sees_whole
from abstractor.web.auditing.shown import Told, back, done, shown, titles_of, told_why
from abstractor.web.auditing.words import HIDDEN, LEFT_OUT, STATES, STUCK_BECAUSE
from abstractor.web.blinding import blinded_too
from abstractor.web.parts import Reader, services_of
from abstractor.workflow import Account
from abstractor.workflow.access import Permission, may
from abstractor.workflow.auditing import seats
from abstractor.workflow.auditing.audits import (
    close_audit,
    draw_log,
    open_audit,
    readers_of,
    set_reader,
)
from abstractor.workflow.auditing.candidates import could_read
from abstractor.workflow.auditing.closed_pages import must_not_count, must_not_open
from abstractor.workflow.auditing.design import design_from_json
from abstractor.workflow.auditing.seat_reasons import HAND_OVER, RELEASE
from abstractor.workflow.auditing.training.gating import due_for
from abstractor.workflow.auditing.values import Audit, AuditProgress, AuditState, SeatOrder, SeatState
from abstractor.workflow.cycles import cycle_by_id

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Page = Annotated[int, Query(ge=1, le=100_000)]
PAGE_SIZE = 50
_WORDS: Mapping[str, Any] = {
    "hidden": HIDDEN,
    "left_out_in_words": LEFT_OUT,
    "states": STATES,
    "stuck_because": STUCK_BECAUSE,
    "release": RELEASE,
    "hand_over": HAND_OVER,
}


@dataclass(frozen=True, slots=True)
class AuditRow:
    audit: Audit
    seats: int
    done: int
    overdue: bool


@router.get("/audits")
@needs(Permission.SEE_AUDITS)
def list_audits(request: Request, reader: Reader, page: Page = 1, told: Told = None) -> HTMLResponse:
    """Every audit, the latest first, with how far it has come."""
    services = services_of(request)
    now = services.clock()
    found = seen_audits(request, reader)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    here = min(page, pages)
    rows = [
        _row(audit, seats.audit_progress(services, audit.id, now, reader))
        for audit in found[(here - 1) * PAGE_SIZE : here * PAGE_SIZE]
    ]
    return shown(
        request,
        "list.html",
        told=told,
        rows=rows,
        total=len(found),
        page=here,
        pages=pages,
        lead=leads(reader),
    )


@router.get("/audits/{audit_id}")
@needs(Permission.SEE_AUDITS)
def one_audit(
    request: Request,
    audit: OpenedAudit,
    reader: Reader,
    told: Told = None,
    page: Page = 1,
    state: SeatState | None = None,
    order: SeatOrder = SeatOrder.QUEUE,
    preview: bool = False,
) -> HTMLResponse:
    """Its progress; for the lead also its design, its readers and its seats, disagreements first.

    `preview`: of a draft, what would be drawn too.
    """
    services = services_of(request)
    now, design, lead = services.clock(), design_from_json(audit.design), leads(reader)
    readers = readers_of(services, audit.id)
    draft, whole = audit.state is AuditState.DRAFT, sees_whole(services, audit, reader)
    return shown(
        request,
        "audit.html",
        told=told,
        audit=audit,
        design=design,
        lead=lead,
        whole=whole,
        agreement=_agreement(request, audit, reader),
        readers=readers,
        have=had(request, audit.id, reader),
        mine=next((one for one in readers if one.account_id == reader.id), None),
        progress=seats.audit_progress(services, audit.id, now, reader, waits=lead),
        told_charts=not must_not_open(services, reader, cycle_id=audit.cycle_id),
        queue=seats.seats_page(
            services, audit.id, page=page, size=PAGE_SIZE, order=order, state=state, now=now, reader=reader
        )
        if lead and not draft
        else None,
        state=state,
        order=order,
        due=due_for(services, audit.id, reader),
        **_for_its_lead(request, audit, reader),
        preview=draft_preview(request, audit) if whole and draft and preview else None,
        cycle=cycle_by_id(services, audit.cycle_id) if whole else None,
        titles=titles_of(request),
        **_WORDS,
    )


@router.get("/audits/{audit_id}/drawn")
@needs(Permission.LEAD_AUDITS)
def drawn(request: Request, audit: OpenedAudit, reader: Reader, page: Page = 1) -> HTMLResponse:
    """The log of the draw, some charts at a time; the trail says who read it."""
    services = services_of(request)
    log = told_why(lambda: draw_log(services, audit.id, lead=reader, now=services.clock()))
    pages = max(1, -(-max(len(log.charts), len(log.left_out)) // PAGE_SIZE))
    here = min(page, pages)
    part = slice((here - 1) * PAGE_SIZE, here * PAGE_SIZE)
    return shown(
        request,
        "drawn.html",
        audit=audit,
        design=design_from_json(audit.design),
        log=log,
        charts=log.charts[part],
        left_out=log.left_out[part],
        lead=True,
        agreement=_agreement(request, audit, reader),
        page=here,
        pages=pages,
        left_out_in_words=LEFT_OUT,
    )


@router.post("/audits/{audit_id}/readers")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def set_one_reader(
    request: Request,
    audit: OpenedAudit,
    reader: Reader,
    account: Annotated[int, Form(ge=1, le=2**31 - 1)],
    reviews: Annotated[str, Form(max_length=8)] = "",
    adjudicates: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    services = services_of(request)
    if account not in {one.account_id for one in could_read(services, audit.id)}:
        raise HTTPException(422, "This account may not read in audits of this clinic.")
    done(
        lambda: set_reader(
            services,
            audit.id,
            account,
            reviews=bool(reviews),
            adjudicates=bool(adjudicates),
            lead=reader,
            now=services.clock(),
        )
    )
    return back(f"/audits/{audit.id}", told="reader-set", anchor="#readers")


@router.post("/audits/{audit_id}/open")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def open_one(request: Request, audit: OpenedAudit, reader: Reader) -> Response:
    """The same form sent again finds it open, and changes nothing."""
    services = services_of(request)
    if audit.state is AuditState.DRAFT:
        told_why(lambda: open_audit(services, audit.id, lead=reader, now=services.clock()))
    return back(f"/audits/{audit.id}", told="opened")


@router.post("/audits/{audit_id}/close")
@needs(Permission.LEAD_AUDITS)
@blinded_too
def close_one(request: Request, audit: OpenedAudit, reader: Reader) -> Response:
    services = services_of(request)
    if audit.state is not AuditState.CLOSED:
        told_why(lambda: close_audit(services, audit.id, lead=reader, now=services.clock()))
    return back(f"/audits/{audit.id}", told="closed")


def _for_its_lead(request: Request, audit: Audit, reader: Account) -> dict[str, Any]:
    """Who may read in it, and its calibration; nothing for others."""
    if not leads(reader):
        return {"calibration": None, "candidates": ()}
    calibrated = design_from_json(audit.design).calibration > 0
    return {
        "calibration": shown_calibration(request, audit, reader) if calibrated else None,
        "candidates": could_read(services_of(request), audit.id),
    }


def _row(audit: Audit, progress: AuditProgress) -> AuditRow:
    """Overdue by the clinic's own day, as its page has it."""
    late = audit.state is AuditState.OPEN and progress.overdue > 0
    return AuditRow(audit, progress.seats, progress.done, late)


def _agreement(request: Request, audit: Audit, reader: Account) -> bool:
    """May they see it now?"""
    services = services_of(request)
    if must_not_open(services, reader, cycle_id=audit.cycle_id):
        return False
    return may(reader, Permission.SEE_AGREEMENT) and not must_not_count(services, reader, audit.id)
