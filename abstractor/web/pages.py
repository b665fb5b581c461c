"""The pages: the queue of flagged charts, a chart, and a stored source with the element marked."""

import hashlib
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from abstractor.abstract import SEVERITIES, Severity
from abstractor.web.chart_page import chart_page
from abstractor.web.marking import mark
from abstractor.web.parts import OpenedChart, OpenedSource, Reader, services_of
from abstractor.web.security import csrf_of, session_token
from abstractor.web.templating import render
from abstractor.workflow import Services, audit_queue, cycle_progress, cycle_summary
from abstractor.workflow.clinic_pages import unseen_of_chart
from abstractor.workflow.cycles import cycles

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE_SIZE = 25


@router.get("/")
def home() -> Response:
    return RedirectResponse("/queue", status_code=303)


@router.get("/queue")
def queue(
    request: Request,
    reader: Reader,
    cycle: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    severity: Severity | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> str:
    """The flagged charts of the chosen cycle, else of the latest one, the worst first."""
    services = services_of(request)
    known = cycles(services)
    chosen = cycle if cycle is not None else known[0].id if known else None
    if chosen is None:
        return _page(request, "queue_empty.html", edition_ids=_editions(services))
    found = audit_queue(services, chosen, page, severity=severity, size=PAGE_SIZE)
    if found is None:
        raise HTTPException(404)
    return _page(
        request,
        "queue.html",
        edition_ids=_editions(services),
        queue=found,
        cycles=known,
        severity=severity,
        progress=cycle_progress(services, chosen),
        summary=cycle_summary(services, chosen),
        total=_count(services, chosen, None),
        counts={level: _count(services, chosen, level) for level in SEVERITIES},
        titles=_titles(services),
    )


@router.get("/cycles/{cycle_id}/charts/{patient_id}")
def chart(request: Request, view: OpenedChart) -> str:
    services = services_of(request)
    held = chart_page(view, _titles(services))
    unseen = unseen_of_chart(services, view.cycle.id, view.patient_id, view.abstract)
    editions = view.abstract.stamps.editions
    return _page(request, "chart.html", edition_ids=editions, chart=held, unseen_rows=unseen)


@router.get("/cycles/{cycle_id}/charts/{patient_id}/evidence/{number}")
def source(request: Request, opened: OpenedSource) -> str:
    """The stored resource as received, with the element of this piece of evidence marked."""
    return _page(
        request,
        "source.html",
        edition_ids=opened.view.abstract.stamps.editions,
        opened=opened,
        marked=mark(opened.source.body, opened.evidence.path),
        heading="h2" if request.headers.get("HX-Request") else "h1",
        sha256=hashlib.sha256(opened.source.body).hexdigest(),
    )


def _count(services: Services, cycle_id: int, severity: Severity | None) -> int:
    counted = audit_queue(services, cycle_id, 1, severity=severity, size=1)
    return 0 if counted is None else counted.total


def _titles(services: Services) -> dict[str, str]:
    return {measure.id: measure.title for measure in services.library.measures}


def _editions(services: Services) -> tuple[str, ...]:
    return tuple(edition.id for edition in services.library.editions)


def _page(request: Request, template: str, *, edition_ids: Iterable[str], **held: Any) -> str:
    """With what every page of a signed-in user shows."""
    token = session_token(request) or ""
    account = request.state.account
    return render(request, template, edition_ids=edition_ids, account=account, csrf=csrf_of(token), **held)
