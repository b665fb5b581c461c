"""Is the process alive, and does it have what it needs: the two questions of whoever runs it."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from abstractor.web.parts import services_of
from abstractor.workflow import missing

__all__ = ["router"]

router = APIRouter()


@router.get("/healthz", tags=["health"])
def live() -> dict[str, str]:
    return {"status": "live"}


@router.get("/readyz", tags=["health"])
def ready(request: Request) -> Response:
    """200, or 503 with the names of the dependencies that do not answer (database, queue)."""
    lacking = missing(services_of(request))
    body = {"status": "not ready" if lacking else "ready", "missing": list(lacking)}
    return JSONResponse(body, 503 if lacking else 200)
