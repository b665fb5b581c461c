"""The pages: the queue of flagged charts, a chart, and a stored source with the element marked."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from abstractor.abstract import Severity
from abstractor.web.access import needs, signed_in
from abstractor.web.chart_page import Known, chart_page
from abstractor.web.parts import OpenedChart, OpenedFact, OpenedSource, Reader, services_of
from abstractor.web.security import csrf_of, session_token
from abstractor.web.source_page import SourcePage, source_page
from abstractor.web.templating import render
from abstractor.workflow import ChartView, Services, cycle_progress, cycle_summary, queue_view
from abstractor.workflow.access import Permission, may, of_own_sites
from abstractor.workflow.auditing.closed_pages import must_not_open
from abstractor.workflow.chart_facts import chart_facts
from abstractor.workflow.clinic.pages import unseen_of_chart
from abstractor.workflow.cycles import cycles
from abstractor.workflow.guidance import guidance_of

__all__ = ["known_of", "router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
PAGE_SIZE = 25


@router.get("/")
@signed_in
def home(request: Request, reader: Reader) -> Response:
    """The first page that this account may see; of a reader of a blinded audit their desk."""
    if must_not_open(services_of(request), reader):
        return RedirectResponse("/desk", status_code=303)
    sees_queue = may(reader, Permission.SEE_QUEUE) or not may(reader, Permission.SEE_CLINICS)
    return RedirectResponse("/queue" if sees_queue else "/clinics", status_code=303)


@router.get("/queue")
@needs(Permission.SEE_QUEUE)
def queue(
    request: Request,
    reader: Reader,
    cycle: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    severity: Severity | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> str:
    """The flagged charts of the chosen cycle, else of the latest one, the worst first."""
    services = services_of(request)
    known = of_own_sites(reader, cycles(services), lambda cycle: cycle.clinic_id)
    chosen = cycle if cycle is not None else known[0].id if known else None
    if chosen is None:
        return _page(request, "queue_empty.html", edition_ids=_editions(services))
    found = queue_view(
        services, chosen, page, severity=severity, size=PAGE_SIZE, reader=reader, now=services.clock()
    )
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
        titles=_titles(services),
    )


@router.get("/cycles/{cycle_id}/charts/{patient_id}")
@needs(Permission.OPEN_CHARTS)
def chart(request: Request, view: OpenedChart) -> str:
    held = chart_page(view, chart_facts(services_of(request), view), known_of(request, view))
    return _page(request, "chart.html", edition_ids=view.abstract.stamps.editions, chart=held)


@router.get("/cycles/{cycle_id}/charts/{patient_id}/evidence/{number}")
@needs(Permission.OPEN_CHARTS)
def source(request: Request, opened: OpenedSource) -> str:
    """The stored resource as received, with the element of this piece of evidence marked."""
    return _source(request, opened.view, source_page(opened.view, opened.source, (opened.evidence,)))


@router.get("/cycles/{cycle_id}/charts/{patient_id}/facts/{number}")
@needs(Permission.OPEN_CHARTS)
def fact(request: Request, opened: OpenedFact) -> str:
    """The stored resource as received, with every element marked that a fact was read from."""
    return _source(request, opened.view, source_page(opened.view, opened.source, opened.read.elements))


def known_of(request: Request, view: ChartView) -> Known:
    """What a page tells beside the chart: measures, editions as of today, the ledger of this chart."""
    services = services_of(request)
    today = services.clock().date()
    return Known(
        titles=_titles(services),
        guidance=lambda finding: guidance_of(finding, services.library, today),
        unseen=unseen_of_chart(services, view.cycle.id, view.patient_id, view.abstract),
    )


def _source(request: Request, view: ChartView, held: SourcePage) -> str:
    beside = bool(request.headers.get("HX-Request"))  # it opens in the page of the chart
    editions = view.abstract.stamps.editions
    return _page(request, "source.html", edition_ids=editions, source=held, heading="h2" if beside else "h1")


def _titles(services: Services) -> dict[str, str]:
    return {measure.id: measure.title for measure in services.library.measures}


def _editions(services: Services) -> tuple[str, ...]:
    return tuple(edition.id for edition in services.library.editions)


def _page(request: Request, template: str, *, edition_ids: Iterable[str], **held: Any) -> str:
    """With what every page of a signed-in user shows."""
    token = session_token(request) or ""
    account = request.state.account
    return render(request, template, edition_ids=edition_ids, account=account, csrf=csrf_of(token), **held)
