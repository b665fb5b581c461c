"""JSON under `/api/v1/seats`: what a reader has in work, the review of a chart, and each change of it."""

from collections.abc import Callable
from functools import cache
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body, HTTPException, Path, Request
from pydantic import TypeAdapter
from starlette.responses import Response

from abstractor.errors import OptionError, SeatRefused, Unanswered
from abstractor.web.access import needs
from abstractor.web.api import PREFIX, Page, Size, listed
from abstractor.web.api_models import Listed
from abstractor.web.auditing.api_models import (
    AnswerIn,
    ExpectedIn,
    HandOverIn,
    MoveIn,
    NoteIn,
    RecordOut,
    SeatOut,
    StepOut,
)
from abstractor.web.auditing.desk import GIVES_AWAY, READS, moved
from abstractor.web.auditing.seen import seen_audits
from abstractor.web.auditing.shown import done
from abstractor.web.parts import Number, Reader, services_of
from abstractor.web.problems import RESPONSES
from abstractor.workflow.auditing import reviews, seats, working
from abstractor.workflow.auditing.adjudicating import SideBySide, side_by_side
from abstractor.workflow.auditing.reviews import ReviewPage, review_of
from abstractor.workflow.auditing.seat_sources import seat_source
from abstractor.workflow.auditing.values import SeatState

__all__ = ["router"]

router = APIRouter(prefix=PREFIX, tags=["seats"], responses=RESPONSES)
Place = Annotated[int, Path(ge=0, le=1_000_000)]
Found = TypeVar("Found")


@router.get("/desk")
@needs(*READS)
def desk(request: Request, reader: Reader, page: Page = 1, size: Size = 50) -> Listed[SeatOut]:
    """The seats that this reader has in work, in open audits."""
    services = services_of(request)
    own = {audit.id for audit in seen_audits(request, reader)}
    mine = seats.my_seats(services, reader, services.clock())
    return listed([SeatOut.of(view) for view in mine if view.seat.audit_id in own], page, size)


@router.get("/seats/{seat_id}/review", response_model=ReviewPage)
@needs(*READS)
def review(request: Request, seat_id: Number, reader: Reader) -> Response:
    """The chart as this reader may see it, with what they have said of it. What is hidden is null."""
    services = services_of(request)
    return _written(_review(), _read(lambda: review_of(services, seat_id, reader, services.clock())))


@router.get("/seats/{seat_id}/side-by-side", response_model=SideBySide)
@needs(*READS)
def sides(request: Request, seat_id: Number, reader: Reader) -> Response:
    """Both locked reviews and the program, for the reader of the adjudication."""
    services = services_of(request)
    return _written(_sides(), _read(lambda: side_by_side(services, seat_id, reader, services.clock())))


@router.get("/seats/{seat_id}/evidence/{number}")
@needs(*READS)
def evidence(request: Request, seat_id: Number, reader: Reader, number: Place) -> RecordOut:
    """The stored record behind a piece of evidence, with what is hidden taken out."""
    services = services_of(request)
    found = _read(lambda: seat_source(services, seat_id, reader, number, services.clock()))
    if found is None:
        raise HTTPException(404, "This piece of evidence is not there, or its record is not kept.")
    return RecordOut(
        resource=found.evidence.resource,
        version=found.evidence.version,
        path=found.evidence.path,
        body=found.body.decode("utf-8", errors="replace"),
        sha256=found.sha256,
        received_at=found.received_at,
    )


@router.post("/seats/{seat_id}/answers")
@needs(*READS)
def save(request: Request, seat_id: Number, reader: Reader, given: Annotated[AnswerIn, Body()]) -> StepOut:
    """The number of the new step. 409: the review has gone on since; 422: the answer is not complete. The
    time to read the chart goes on from now.
    """
    services = services_of(request)
    return _stepped(
        lambda: working.save(
            services,
            seat_id,
            reader,
            item=given.item,
            answer=given.answer(),
            expected=given.expected,
            now=services.clock(),
        )
    )


@router.post("/seats/{seat_id}/undo")
@needs(*READS)
def undo(request: Request, seat_id: Number, reader: Reader, given: Annotated[ExpectedIn, Body()]) -> StepOut:
    services = services_of(request)
    return _stepped(
        lambda: working.undo(services, seat_id, reader, expected=given.expected, now=services.clock())
    )


@router.post("/seats/{seat_id}/lock")
@needs(*READS)
def lock(request: Request, seat_id: Number, reader: Reader, given: Annotated[ExpectedIn, Body()]) -> StepOut:
    """422 while something has no answer."""
    services = services_of(request)

    def locked() -> int:
        try:
            reviews.lock(services, seat_id, reader, expected=given.expected, now=services.clock())
        except Unanswered as left:
            raise OptionError(str(left)) from None
        return given.expected

    return _stepped(locked)


@router.post("/seats/{seat_id}/notes")
@needs(*READS)
def note(request: Request, seat_id: Number, reader: Reader, given: Annotated[NoteIn, Body()]) -> StepOut:
    """A note to a locked review."""
    services = services_of(request)
    return _stepped(
        lambda: reviews.add_note(
            services, seat_id, reader, text=given.text, expected=given.expected, now=services.clock()
        )
    )


@router.post("/seats/{seat_id}/claim")
@needs(*READS)
def claim(request: Request, seat_id: Number, reader: Reader) -> SeatState:
    services = services_of(request)
    return done(lambda: seats.claim(services, seat_id, reader, services.clock())).state


@router.post("/seats/{seat_id}/renew")
@needs(*READS)
def renew(request: Request, seat_id: Number, reader: Reader) -> SeatState:
    return moved(request, seats.renew, seat_id, reader).state


@router.post("/seats/{seat_id}/resume")
@needs(*READS)
def resume(request: Request, seat_id: Number, reader: Reader) -> SeatState:
    return moved(request, seats.resume, seat_id, reader).state


@router.post("/seats/{seat_id}/hold")
@needs(*READS)
def hold(request: Request, seat_id: Number, reader: Reader, why: Annotated[MoveIn, Body()]) -> SeatState:
    return moved(request, seats.hold, seat_id, reader, **why.model_dump()).state


@router.post("/seats/{seat_id}/release")
@needs(*GIVES_AWAY)
def release(request: Request, seat_id: Number, reader: Reader, why: Annotated[MoveIn, Body()]) -> SeatState:
    return moved(request, seats.release, seat_id, reader, **why.model_dump()).state


@router.post("/seats/{seat_id}/skip")
@needs(*READS)
def skip(request: Request, seat_id: Number, reader: Reader, why: Annotated[MoveIn, Body()]) -> SeatState:
    return moved(request, seats.skip, seat_id, reader, **why.model_dump()).state


@router.post("/seats/{seat_id}/conflict")
@needs(*READS)
def conflict(request: Request, seat_id: Number, reader: Reader, why: Annotated[MoveIn, Body()]) -> SeatState:
    return moved(request, seats.declare_conflict, seat_id, reader, **why.model_dump()).state


@router.post("/seats/{seat_id}/hand-over")
@needs(*GIVES_AWAY)
def hand_over(
    request: Request, seat_id: Number, reader: Reader, why: Annotated[HandOverIn, Body()]
) -> SeatState:
    return moved(request, seats.hand_over, seat_id, reader, **why.model_dump()).state


def _read(look: Callable[[], Found]) -> Found:
    """404 where the seat is not this reader's, or not there."""
    try:
        return look()
    except SeatRefused as refused:
        raise HTTPException(404, str(refused)) from None


def _written(adapter: TypeAdapter[Found], value: Found) -> Response:
    """A whole number that an element holds stays one; of that Pydantic would warn, and quote the value."""
    return Response(adapter.dump_json(value, warnings=False), media_type="application/json")


@cache
def _review() -> TypeAdapter[ReviewPage]:
    return TypeAdapter(ReviewPage)


@cache
def _sides() -> TypeAdapter[SideBySide]:
    return TypeAdapter(SideBySide)


def _stepped(write: Callable[[], int]) -> StepOut:
    return StepOut(step=done(write))
