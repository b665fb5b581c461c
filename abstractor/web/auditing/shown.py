"""What the pages of audits have in common: the frame round a page, and how a refusal is told."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import Depends, HTTPException, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from abstractor.errors import AbstractorError, Conflict, OptionError, SeatRefused, StoreError
from abstractor.web.auditing.words import DONE
from abstractor.web.parts import services_of
from abstractor.web.security import csrf_of, session_token
from abstractor.web.templating import render

__all__ = ["Told", "back", "done", "moment_in_words", "sentence", "shown", "titles_of", "told_why"]

Given = TypeVar("Given")


def shown(
    request: Request, template: str, *, status: int = 200, edition_ids: Iterable[str] = (), **held: Any
) -> HTMLResponse:
    """A page of a signed-in user. `told` says what was just done, `wrong` what was refused."""
    token = session_token(request) or ""
    told = {"told": None, "wrong": None}
    page = render(
        request,
        f"auditing/{template}",
        edition_ids=edition_ids,
        account=request.state.account,
        csrf=csrf_of(token),
        **{**told, **held},
    )
    return HTMLResponse(page, status)


def back(path: str, *, told: str | None = None, anchor: str = "") -> Response:
    """On to a page after a form was kept, so that loading it again sends nothing twice. `told` is a code."""
    query = f"?told={quote(told)}" if told else ""
    return RedirectResponse(f"{path}{query}{anchor}", status_code=303)


def sentence(wrong: AbstractorError) -> str:
    """A refusal as a reader reads it."""
    told = str(wrong)
    return f"{told[:1].upper()}{told[1:]}."


def moment_in_words(at: datetime | None) -> str:
    """To the minute; nothing where there is none."""
    return "" if at is None else f"{at.strftime('%Y-%m-%d %H:%M')} UTC"


def done(act: Callable[[], Given]) -> Given:
    """What a use case refuses, as an answer: 409 where somebody came first, 422 where it makes no sense."""
    try:
        return act()
    except (Conflict, SeatRefused) as taken:
        raise HTTPException(409, sentence(taken)) from None
    except OptionError as wrong:
        raise HTTPException(422, sentence(wrong)) from None


def told_why(act: Callable[[], Given]) -> Given:
    """The store's own refusal too, such as that the cycle is not finished."""
    try:
        return done(act)
    except StoreError as refused:
        raise HTTPException(409, sentence(refused)) from None


def _told(told: Annotated[str, Query(max_length=40)] = "") -> str | None:
    """The sentence for the code in the address; a code that nobody wrote says nothing."""
    return DONE.get(told)


Told = Annotated[str | None, Depends(_told)]


def titles_of(request: Request) -> dict[str, str]:
    """The titles of the measures by id; "sequencing" is told in words too."""
    found = {measure.id: measure.title for measure in services_of(request).library.measures}
    return found | {"sequencing": "Choice of therapy"}
