"""Is the process alive, does it have what it needs, how do the pulls stand: questions of whoever runs it."""

from datetime import datetime
from typing import TypedDict

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from abstractor.errors import AbstractorError
from abstractor.web import metrics
from abstractor.web.access import open_to_all
from abstractor.web.parts import services_of
from abstractor.workflow import Services, missing
from abstractor.workflow.watching.watched import Watched, notices, watched

__all__ = ["router"]

router = APIRouter()
router.include_router(metrics.router)


class Pulls(TypedDict):
    """One clinic by its number, for this path is open; times are in UTC."""

    clinic: int
    last_success: str | None
    age_seconds: int | None
    next_due: str | None
    overdue: bool


@router.get("/healthz", tags=["health"])
@open_to_all
def live() -> dict[str, str]:
    return {"status": "live"}


@router.get("/readyz", tags=["health"])
@open_to_all
def ready(request: Request) -> Response:
    """200, or 503 with the names of the dependencies that do not answer (database, queue).

    Old pulls and other warnings leave it 200: the pages are as ready as ever, and taking them away would
    mend nothing.
    """
    services = services_of(request)
    lacking = missing(services)
    status = "not ready" if lacking else "ready"
    pulls, warnings = ([], []) if "database" in lacking else _standing(services)
    body = {"status": status, "missing": list(lacking), "pulls": pulls, "warnings": warnings}
    return JSONResponse(body, 503 if lacking else 200)


def _standing(services: Services) -> tuple[list[Pulls], list[str]]:
    """Nothing where the database went away between two questions."""
    try:
        now, clinics = services.clock(), watched(services)
        return [_pulls(each, now) for each in clinics], list(notices(services, clinics))
    except AbstractorError:
        return [], []


def _pulls(each: Watched, now: datetime) -> Pulls:
    success, due = each.last_success, each.next_due
    return {
        "clinic": each.clinic_id,
        "last_success": None if success is None else success.isoformat(timespec="seconds"),
        "age_seconds": None if success is None else int((now - success).total_seconds()),
        "next_due": None if due is None else due.isoformat(timespec="seconds"),
        "overdue": each.overdue,
    }
