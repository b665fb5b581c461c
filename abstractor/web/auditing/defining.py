"""Defining an audit: the form, what would be drawn by it as it stands, and the draft that is kept of it."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from abstractor.errors import OptionError
from abstractor.web.access import needs, require_place
from abstractor.web.auditing.designing import DesignForm, Fields, design_of, due_on_of
from abstractor.web.auditing.previewing import PreviewShown, form_preview
from abstractor.web.auditing.shown import back, sentence, shown, titles_of
from abstractor.web.auditing.words import LEFT_OUT
from abstractor.web.parts import Reader, services_of
from abstractor.workflow import Account
from abstractor.workflow.access import Permission, Place, of_own_sites
from abstractor.workflow.auditing.audits import audits, define_audit
from abstractor.workflow.auditing.design import design_to_json
from abstractor.workflow.auditing.values import Audit, AuditPurpose
from abstractor.workflow.cycles import cycles

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/audits/new")
@needs(Permission.LEAD_AUDITS)
def define_form(request: Request, reader: Reader) -> HTMLResponse:
    """At once: of many charts the preview takes seconds, so the page asks for it when it is there."""
    known = _cycles(request, reader)
    first = str(known[0].id) if known else ""
    return _form(request, reader, Fields(cycle_id=first, seed=str(secrets.randbelow(10**9))))


@router.post("/audits/preview")
@needs(Permission.LEAD_AUDITS)
def show_preview(request: Request, reader: Reader, fields: DesignForm) -> HTMLResponse:
    """The form again with what it would draw; nothing is kept."""
    return _form(request, reader, fields, preview=form_preview(request, fields, _cycle_of))


@router.post("/audits")
@needs(Permission.LEAD_AUDITS)
def define(request: Request, reader: Reader, fields: DesignForm) -> Response:
    """A draft, and on to its page. The same form sent twice is one draft: it carries its own seed."""
    services = services_of(request)
    try:
        cycle_id = _cycle_of(request, fields)
        design, due_on = design_of(fields), due_on_of(fields)
        there = _there(request, fields, design_to_json(design), reader)
        audit = there or define_audit(
            services,
            cycle_id,
            title=fields.title,
            design=design,
            purpose=AuditPurpose.LIVE,
            due_on=due_on,
            lead=reader,
            now=services.clock(),
        )
    except OptionError as wrong:
        return _form(request, reader, fields, status=422, wrong=sentence(wrong))
    return back(f"/audits/{audit.id}", told="defined")


def _form(
    request: Request,
    reader: Account,
    fields: Fields,
    *,
    status: int = 200,
    wrong: str | None = None,
    preview: PreviewShown | None = None,
) -> HTMLResponse:
    held: dict[str, Any] = {"wrong": wrong} if wrong else {}
    rules = [(rule, title) for rule, title in titles_of(request).items()]
    return shown(
        request,
        "define.html",
        status=status,
        fields=fields,
        cycles=_cycles(request, reader),
        rules=sorted(rules, key=lambda rule: (rule[0] != "sequencing", rule[1])),
        preview=preview,
        left_out_in_words=LEFT_OUT,
        **held,
    )


def _cycle_of(request: Request, fields: Fields) -> int:
    """One that is not there and one of another clinic answer alike: neither tells that the other is there."""
    if fields.cycle_id:
        require_place(request, Permission.LEAD_AUDITS, Place.CYCLE, fields.cycle_id)
    if not any(str(cycle.id) == fields.cycle_id for cycle in cycles(services_of(request))):
        raise OptionError("choose a cycle; where there is none, run one first")
    return int(fields.cycle_id)


def _cycles(request: Request, reader: Account) -> tuple[Any, ...]:
    return of_own_sites(reader, cycles(services_of(request)), lambda cycle: cycle.clinic_id)


def _there(request: Request, fields: Fields, design: str, reader: Account) -> Audit | None:
    """The draft that this very form made before."""
    for audit in audits(services_of(request)):
        same = (str(audit.cycle_id), audit.title, audit.design) == (fields.cycle_id, fields.title, design)
        if same and audit.state == "draft" and audit.created_by == reader.id:
            return audit
    return None
