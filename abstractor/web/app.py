"""The web application, put together from its services; nothing is opened or read on import."""

from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from abstractor import __version__
from abstractor.web import api, book, clinics, health, key_set, pages, problems, signin
from abstractor.web.guard import Guard
from abstractor.web.security import check_csrf
from abstractor.workflow import Services

__all__ = ["create_app"]

STATIC = Path(__file__).parent / "static"


def create_app(services: Services) -> FastAPI:
    """Every route stands behind the guard (deny by default) and every unsafe one behind the CSRF check."""
    app = FastAPI(
        title="abstractor",
        version=__version__,
        description="Chart abstraction for oncology quality improvement. Every path needs a session.",
        openapi_url=f"{api.PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(check_csrf)],
        redirect_slashes=False,  # such a redirect would lead to whatever host the request names
    )
    app.state.services = services
    app.add_middleware(Guard, services=services)
    app.exception_handler(HTTPException)(problems.refused)
    app.exception_handler(RequestValidationError)(problems.unreadable)
    for part in (health, key_set, signin, pages, clinics, book, api):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
