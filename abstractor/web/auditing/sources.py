"""The stored record behind a fact or a piece of evidence, as the reader of a seat may see it, marked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, HTTPException, Path, Query, Request
from starlette.responses import HTMLResponse

from abstractor.abstract import Evidence
from abstractor.errors import Conflict, SeatRefused
from abstractor.web.access import needs
from abstractor.web.auditing.desk import READS
from abstractor.web.auditing.shown import sentence, shown
from abstractor.web.marking import MarkedSource, mark
from abstractor.web.parts import Number, Reader, services_of
from abstractor.workflow.auditing.seat_facts import seat_record
from abstractor.workflow.auditing.seat_sources import seat_source

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Place = Annotated[int, Path(ge=0, le=1_000_000)]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class SeatSourcePage:
    """As a source of the chart's own page has it; what is null is hidden."""

    back: str
    resource: str
    version: str | None
    elements: tuple[Evidence, ...]
    marked: MarkedSource
    sha256: str | None
    origin: str | None
    received_at: datetime | None
    pulled_at: datetime | None


@router.get("/seats/{seat_id}/evidence/{number}")
@needs(*READS)
def evidence(request: Request, seat_id: Number, reader: Reader, number: Place) -> HTMLResponse:
    services = services_of(request)
    found = _there(lambda: seat_source(services, seat_id, reader, number, services.clock()))
    seen = found.evidence
    cited = Evidence(seen.resource, seen.version, seen.path, seen.value)
    return _page(
        request,
        SeatSourcePage(
            back=f"/seats/{seat_id}",
            resource=cited.resource,
            version=cited.version,
            elements=(cited,),
            marked=mark(found.body, cited.path),
            sha256=found.sha256,
            origin=found.origin,
            received_at=found.received_at,
            pulled_at=found.pulled_at,
        ),
    )


@router.get("/seats/{seat_id}/records/{number}")
@needs(*READS)
def record(
    request: Request,
    seat_id: Number,
    reader: Reader,
    number: Place,
    chart: Annotated[str, Query(max_length=64)],
) -> HTMLResponse:
    """`chart` is the tag of the facts that the number is of."""
    services = services_of(request)
    found = _there(lambda: seat_record(services, seat_id, reader, number, tag=chart, now=services.clock()))
    return _page(
        request,
        SeatSourcePage(
            back=f"/seats/{seat_id}",
            resource=found.resource,
            version=found.version,
            elements=found.elements,
            marked=mark(found.body, *(each.path for each in found.elements)),
            sha256=found.sha256,
            origin=found.origin,
            received_at=found.received_at,
            pulled_at=found.pulled_at,
        ),
    )


def _there(find: Callable[[], Found | None]) -> Found:
    """404: not this reader's seat, nothing of that number, or its record is not kept; 409: an old link."""
    try:
        found = find()
    except Conflict as old:
        raise HTTPException(409, sentence(old)) from None
    except SeatRefused as refused:
        raise HTTPException(404, str(refused)) from None
    if found is None:
        raise HTTPException(404, "This piece of evidence is not there, or its record is not kept.")
    return found


def _page(request: Request, page: SeatSourcePage) -> HTMLResponse:
    scripted = request.headers.get("HX-Request") is not None
    return shown(request, "source.html", source=page, heading="h2" if scripted else "h1")
