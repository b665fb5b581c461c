"""The book of the guidelines inside the service: the editions that judge its charts, as a user reads them."""

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse, Response

from abstractor.guidelines.book import Book, open_book, rendered, styles, title_of
from abstractor.guidelines.book.views import EditionPage
from abstractor.web.access import needs
from abstractor.web.parts import Reader, services_of
from abstractor.web.security import csrf_of, session_token
from abstractor.web.templating import render
from abstractor.workflow.access import Permission

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
ROOT = "/guidelines"


@router.get(f"{ROOT}/book.css")
@needs(Permission.READ_GUIDELINES)
def styling(reader: Reader) -> Response:
    return Response(styles(), media_type="text/css")


@router.get(ROOT, response_class=HTMLResponse)
@needs(Permission.READ_GUIDELINES)
def front(request: Request, reader: Reader) -> str:
    return _shown(request, "index")


@router.get(ROOT + "/{key:path}", response_class=HTMLResponse)
@needs(Permission.READ_GUIDELINES)
def page(request: Request, key: str, reader: Reader) -> str:
    """A page by its key; the id of an edition alone is its page too."""
    return _shown(request, key if "/" in key or key == "words" else f"editions/{key}")


def _shown(request: Request, key: str) -> str:
    book = _book(request)
    found = book.page(key)
    if found is None:
        raise HTTPException(404)
    every = tuple(edition.id for edition in book.library.editions)
    return render(
        request,
        "guideline.html",
        edition_ids=(found.edition.id,) if isinstance(found, EditionPage) else every,
        account=request.state.account,
        csrf=csrf_of(session_token(request) or ""),
        title=title_of(found),
        content=rendered(found, _link),
    )


def _link(key: str) -> str:
    name, mark, anchor = key.partition("#")
    path = ROOT if name == "index" else f"{ROOT}/{name}"
    return f"{path}{mark}{anchor}"


def _book(request: Request) -> Book:
    """Opened once a day: reviews are due by the day, and all else stays as the service was started."""
    services = services_of(request)
    today = services.clock().date()
    held = getattr(request.app.state, "book", None)
    if not isinstance(held, Book) or held.on != today:
        held = open_book(services.library, on=today, site=services.settings.site)
        request.app.state.book = held
    return held
