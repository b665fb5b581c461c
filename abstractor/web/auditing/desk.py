"""The desk of a reader: what they have in work, what is free for them, and what they do with a seat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, Response

from abstractor.web.access import needs
from abstractor.web.auditing.seen import OpenedAudit, leads, seen_audits
from abstractor.web.auditing.shown import Told, back, done, shown
from abstractor.web.parts import Number, Reader, services_of
from abstractor.workflow import Account
from abstractor.workflow.access import Permission
from abstractor.workflow.auditing import seats
from abstractor.workflow.auditing.audits import readers_of
from abstractor.workflow.auditing.design import Stage, design_from_json
from abstractor.workflow.auditing.seat_reasons import LONGEST_WORDS
from abstractor.workflow.auditing.training.gating import Due, due_for, is_time
from abstractor.workflow.auditing.values import (
    Audit,
    AuditProgress,
    AuditPurpose,
    AuditState,
    Seat,
    SeatState,
)

__all__ = ["GIVES_AWAY", "READS", "had", "moved", "router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
# Whose seat it is, and who reads there, the use cases check; a lead gives away the seat of another.
READS = (Permission.REVIEW, Permission.ADJUDICATE)
GIVES_AWAY = (*READS, Permission.LEAD_AUDITS)


def _why(
    reason: Annotated[str, Form(max_length=60)] = "",
    words: Annotated[str, Form(max_length=2 * LONGEST_WORDS)] = "",
) -> dict[str, str]:
    return {"reason": reason, "words": words}


# A coded reason, and words where somebody wrote some.
Why = Annotated[dict[str, str], Depends(_why)]
Somebody = Annotated[int, Form(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class OnDesk:
    """`due`: what they read before the next chart of it; `stage` is of training charts, which are not `ready`
    before their time.
    """

    audit: Audit
    progress: AuditProgress
    due: Due | None
    stage: Stage | None
    ready: bool


@router.get("/desk")
@needs(*READS)
def desk(request: Request, reader: Reader, told: Told = None) -> HTMLResponse:
    """Claim next, my seats, what is held, what is due."""
    services = services_of(request)
    now = services.clock()
    seen = seen_audits(request, reader)
    named = {audit.id: audit.title for audit in seen}
    mine = [audit for audit in seen if audit.state is AuditState.OPEN and _reads(request, audit.id, reader)]
    return shown(
        request,
        "desk.html",
        told=told,
        seats=[view for view in seats.my_seats(services, reader, now) if view.seat.audit_id in named],
        named=named,
        audits=[
            OnDesk(
                audit,
                progress,
                due_for(services, audit.id, reader),
                design_from_json(audit.design).stage,
                is_time(services, audit.id, reader),
            )
            for audit in sorted(mine, key=_live_first)
            if (progress := seats.audit_progress(services, audit.id, now, reader)).done < progress.seats
            or audit.purpose is AuditPurpose.LIVE
        ],
        now=now,
    )


@router.post("/audits/{audit_id}/claim")
@needs(*READS)
def claim_next(
    request: Request,
    audit: OpenedAudit,
    reader: Reader,
    have: Annotated[str | None, Form(max_length=2_000)] = None,
) -> Response:
    """The next chart for this reader, opened; where there is none, the desk says so. While a calibration is
    due, a training chart instead.

    The form tells which charts they had when it was shown: sent again, it leads to the one it claimed.
    """
    services = services_of(request)
    now_have = had(request, audit.id, reader)
    if have is not None and (claimed := set(now_have.split()) - set(have.split())):
        return back(f"/seats/{max(map(int, claimed))}")
    due = due_for(services, audit.id, reader)
    if due is not None and due.audit_id is not None:
        return _training_first(request, due.audit_id, reader)
    seat = done(lambda: seats.claim_next(services, audit.id, reader, services.clock()))
    return back("/desk", told="nothing") if seat is None else back(f"/seats/{seat.id}")


@router.post("/seats/{seat_id}/claim")
@needs(*READS)
def claim(request: Request, seat_id: Number, reader: Reader) -> Response:
    services = services_of(request)
    done(lambda: seats.claim(services, seat_id, reader, services.clock()))
    return back(f"/seats/{seat_id}")


@router.post("/seats/{seat_id}/renew")
@needs(*READS)
def renew(request: Request, seat_id: Number, reader: Reader) -> Response:
    moved(request, seats.renew, seat_id, reader)
    return back(f"/seats/{seat_id}", told="renewed")


@router.post("/seats/{seat_id}/resume")
@needs(*READS)
def resume(request: Request, seat_id: Number, reader: Reader) -> Response:
    moved(request, seats.resume, seat_id, reader)
    return back(f"/seats/{seat_id}", told="resumed")


@router.post("/seats/{seat_id}/hold")
@needs(*READS)
def hold(request: Request, seat_id: Number, reader: Reader, why: Why) -> Response:
    moved(request, seats.hold, seat_id, reader, **why)
    return back("/desk", told="held")


@router.post("/seats/{seat_id}/release")
@needs(*GIVES_AWAY)
def release(request: Request, seat_id: Number, reader: Reader, why: Why) -> Response:
    seat = moved(request, seats.release, seat_id, reader, **why)
    return back(_after(seat.audit_id, reader), told="released")


@router.post("/seats/{seat_id}/skip")
@needs(*READS)
def skip(request: Request, seat_id: Number, reader: Reader, why: Why) -> Response:
    moved(request, seats.skip, seat_id, reader, **why)
    return back("/desk", told="skipped")


@router.post("/seats/{seat_id}/hand-over")
@needs(*GIVES_AWAY)
def hand_over(request: Request, seat_id: Number, reader: Reader, to: Somebody, why: Why) -> Response:
    seat = moved(request, seats.hand_over, seat_id, reader, to=to, **why)
    return back(_after(seat.audit_id, reader), told="handed-over")


@router.post("/seats/{seat_id}/conflict")
@needs(*READS)
def conflict(request: Request, seat_id: Number, reader: Reader, why: Why) -> Response:
    moved(request, seats.declare_conflict, seat_id, reader, **why)
    return back("/desk", told="conflict")


def moved(
    request: Request, move: Callable[..., Seat], seat_id: int, reader: Account, **said: str | int | None
) -> Seat:
    """What becomes of a seat that somebody has, now; `said` are the reason and the words, and who gets it."""
    services = services_of(request)
    return done(lambda: move(services, seat_id, reader, now=services.clock(), **said))


def had(request: Request, audit_id: int, reader: Account) -> str:
    """The seats of that audit which they have in work, for the form that claims the next."""
    services = services_of(request)
    mine = seats.my_seats(services, reader, services.clock())
    # An empty field would be no field: no seat is number 0.
    return " ".join(["0", *(str(view.seat.id) for view in mine if view.seat.audit_id == audit_id)])


def _training_first(request: Request, audit_id: int, reader: Account) -> Response:
    """The training chart that they have begun, or the next one."""
    services = services_of(request)
    now = services.clock()
    mine = [view.seat for view in seats.my_seats(services, reader, now) if view.seat.audit_id == audit_id]
    begun = next((seat for seat in mine if seat.state is SeatState.CLAIMED), None)
    seat = begun or done(lambda: seats.claim_next(services, audit_id, reader, now))
    if seat is None:
        return back("/desk", told="nothing")
    return back(f"/seats/{seat.id}", told="training-first")


def _live_first(audit: Audit) -> tuple[bool, int]:
    """Live ones first, the latest before the rest; training charts by their stage, as they were made."""
    training = audit.purpose is AuditPurpose.TRAINING
    return training, audit.id if training else -audit.id


def _after(audit_id: int, reader: Account) -> str:
    return f"/audits/{audit_id}" if leads(reader) else "/desk"


def _reads(request: Request, audit_id: int, reader: Account) -> bool:
    return any(one.account_id == reader.id for one in readers_of(services_of(request), audit_id))
