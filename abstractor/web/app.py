"""The web application, put together from its services; nothing is opened or read on import."""

from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from abstractor import __version__
from abstractor.web import (
    api,
    book,
    clinics,
    exports,
    health,
    key_set,
    launch,
    pages,
    passwords,
    problems,
    provider,
    signin,
    trail,
)
from abstractor.web.access import check_access, require_declared
from abstractor.web.asked import check_parameters
from abstractor.web.auditing import routers
from abstractor.web.blinding import check_blinding
from abstractor.web.giving import routers as giving
from abstractor.web.guard import Guard, is_open
from abstractor.web.security import check_csrf
from abstractor.workflow import Services
from abstractor.workflow.provider import require_provider_settings

__all__ = ["create_app"]

STATIC = Path(__file__).parent / "static"


def create_app(services: Services) -> FastAPI:
    """Every route stands behind the guard and the check of what it needs (deny by default), every unsafe one
    behind the CSRF check.
    """
    app = FastAPI(
        title="abstractor",
        version=__version__,
        description="Chart abstraction for oncology quality improvement. Every path needs a session.",
        openapi_url=None,  # it is a route of ours, with its need
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(each) for each in (check_access, check_blinding, check_csrf, check_parameters)],
        redirect_slashes=False,  # such a redirect would lead to whatever host the request names
    )
    require_provider_settings(services.settings)
    app.state.services = services
    app.add_middleware(Guard, services=services)
    app.exception_handler(HTTPException)(problems.refused)
    app.exception_handler(RequestValidationError)(problems.unreadable)
    for part in (health, key_set, signin, passwords, provider, launch, pages, clinics, book, api, trail):
        app.include_router(part.router)
    for router in (*routers, *giving, exports.router):
        app.include_router(router)
    require_declared(app, is_open)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
