"""JSON under `/api/v1`: cycles, their summaries and queues, a chart's abstract and the sources behind it."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from starlette.responses import Response

from abstractor.abstract import Severity, to_json
from abstractor.web.access import needs, signed_in
from abstractor.web.api_models import CycleOut, EvidenceOut, Listed, QueueItemOut, SourceOut, SummaryOut
from abstractor.web.evidence import number_evidence
from abstractor.web.marking import mark
from abstractor.web.parts import Number, OpenedChart, OpenedSource, Reader, services_of
from abstractor.web.problems import RESPONSES
from abstractor.workflow import cycle_by_id, cycle_summary, queue_view
from abstractor.workflow.access import Permission, of_own_sites
from abstractor.workflow.cycles import cycles

__all__ = ["PREFIX", "Page", "Size", "listed", "router"]

PREFIX = "/api/v1"
router = APIRouter(prefix=PREFIX, tags=["v1"], responses=RESPONSES)
Page = Annotated[int, Query(ge=1, le=100_000)]
Size = Annotated[int, Query(ge=1, le=200)]
Item = TypeVar("Item")


@router.get("/openapi.json", include_in_schema=False)
@signed_in
def describe(request: Request) -> dict[str, Any]:
    """This interface as OpenAPI."""
    app: FastAPI = request.app
    return app.openapi()


@router.get("/cycles")
@needs(Permission.SEE_QUEUE)
def list_cycles(request: Request, reader: Reader, page: Page = 1, size: Size = 50) -> Listed[CycleOut]:
    """The cycles of one's own clinics, the latest first."""
    own = of_own_sites(reader, cycles(services_of(request)), lambda cycle: cycle.clinic_id)
    found = tuple(CycleOut.model_validate(cycle) for cycle in own)
    return listed(found, page, size)


@router.get("/cycles/{cycle_id}")
@needs(Permission.SEE_QUEUE)
def show_cycle(request: Request, cycle_id: Number) -> CycleOut:
    cycle = cycle_by_id(services_of(request), cycle_id)
    if cycle is None:
        raise HTTPException(404)
    return CycleOut.model_validate(cycle)


@router.get("/cycles/{cycle_id}/summary")
@needs(Permission.SEE_QUEUE)
def show_summary(request: Request, cycle_id: Number) -> SummaryOut:
    show_cycle(request, cycle_id)
    return SummaryOut.model_validate(cycle_summary(services_of(request), cycle_id))


@router.get("/cycles/{cycle_id}/queue")
@needs(Permission.SEE_QUEUE)
def list_queue(
    request: Request,
    reader: Reader,
    cycle_id: Number,
    page: Page = 1,
    size: Size = 50,
    severity: Severity | None = None,
) -> Listed[QueueItemOut]:
    """The flagged charts of a cycle, the worst first."""
    services, now = services_of(request), services_of(request).clock()
    found = queue_view(services, cycle_id, page, severity=severity, size=size, reader=reader, now=now)
    if found is None:
        raise HTTPException(404)
    items = tuple(
        QueueItemOut(
            item_id=row.item_id,
            patient_id=row.patient_id,
            label=row.label,
            severity=row.severity,
            codes=row.codes,
            verdict=row.verdict,
            lines=row.lines,
            opened_at=row.opened_at,
            abstract=f"{PREFIX}/cycles/{cycle_id}/charts/{row.patient_id}/abstract",
        )
        for row in found.rows
    )
    return Listed(items=items, page=found.page, pages=found.pages, total=found.total)


@router.get(
    "/cycles/{cycle_id}/charts/{patient_id}/abstract",
    response_class=Response,
    responses={200: {"description": "abstractor.abstract/1", "content": {"application/json": {}}}},
)
@needs(Permission.OPEN_CHARTS)
def show_abstract(view: OpenedChart) -> Response:
    """The abstract of one patient, exactly as the command line writes it."""
    return Response(to_json(view.abstract), media_type="application/json")


@router.get("/cycles/{cycle_id}/charts/{patient_id}/evidence")
@needs(Permission.OPEN_CHARTS)
def list_evidence(view: OpenedChart, page: Page = 1, size: Size = 50) -> Listed[EvidenceOut]:
    """Every element that the abstract cites, each once, with the address of its source."""
    numbered = number_evidence(view.abstract)
    base = f"{PREFIX}/cycles/{view.cycle.id}/charts/{view.patient_id}/evidence"
    found = tuple(
        EvidenceOut(
            number=number,
            resource=item.resource,
            version=item.version,
            path=item.path,
            value=item.value,
            source=f"{base}/{number}?abstract={numbered.tag}",
        )
        for number, item in enumerate(numbered.all)
    )
    return listed(found, page, size)


@router.get("/cycles/{cycle_id}/charts/{patient_id}/evidence/{number}")
@needs(Permission.OPEN_CHARTS)
def show_source(opened: OpenedSource) -> SourceOut:
    """The stored resource behind one piece of evidence; `abstract` is the tag in the list of evidence."""
    marked = mark(opened.source.body, opened.evidence.path)
    return SourceOut(
        resource=opened.source.resource,
        version=opened.source.version,
        received_at=opened.source.received_at,
        sha256=hashlib.sha256(opened.source.body).hexdigest(),
        body=opened.source.body.decode("utf-8", errors="replace"),
        path=opened.evidence.path,
        found=marked.found.value,
        marked_lines=tuple(line.number for line in marked.lines if line.marked),
    )


def listed(found: Sequence[Item], page: int, size: int) -> Listed[Item]:
    total = len(found)
    items = tuple(found[(page - 1) * size : page * size])
    return Listed(items=items, page=page, pages=max(1, -(-total // size)), total=total)
