"""A password of one's own: set by a one-time link, changed on the page of the account."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from abstractor.web.access import open_to_all, signed_in
from abstractor.web.parts import Reader, services_of
from abstractor.web.security import LINKS, csrf_of, form_seed, keep_form, session_token
from abstractor.web.templating import render
from abstractor.workflow.signin import (
    account_of_link,
    change_password,
    has_password,
    sign_in_wait,
    use_link,
    why_not_this_password,
)

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Password = Annotated[str, Form(max_length=1_000)]
WORTHLESS = "This link was used already, or has expired. Ask whoever gave it to you for a new one."


@router.get(LINKS + "/{token}")
@open_to_all
def link_form(request: Request, token: str) -> Response:
    """Looking at it does not use it: mail programs look at links."""
    return _link(request, token)


@router.post(LINKS)
@open_to_all
def use_link_here(
    request: Request,
    token: Annotated[str, Form(max_length=200)] = "",
    password: Password = "",
    again: Password = "",
) -> Response:
    """The password is set, and the next page asks for it."""
    services = services_of(request)
    account = account_of_link(services, token, services.clock())
    if account is None:
        return _link(request, token)
    wrong = _wrong(account.name, password, again)
    if wrong is not None:
        return _link(request, token, wrong=wrong)
    if use_link(services, token, password, services.clock()) is None:
        return _link(request, token)
    return RedirectResponse("/signin", status_code=303)


@router.get("/account")
@signed_in
def account_page(request: Request, reader: Reader) -> Response:
    return _account(request, reader)


@router.post("/account/password")
@signed_in
def change_password_here(
    request: Request, reader: Reader, old: Password = "", password: Password = "", again: Password = ""
) -> Response:
    """Whoever else is signed in to this account is no longer."""
    services = services_of(request)
    wait = sign_in_wait(services, reader.name, services.clock())
    if wait > 0:
        return _account(request, reader, wrong=f"Too many wrong tries. Wait {wait} seconds.", status=429)
    wrong = _wrong(reader.name, password, again)
    if wrong is not None:
        return _account(request, reader, wrong=wrong, status=422)
    token = session_token(request) or ""
    if not change_password(services, reader, old, password, token=token, now=services.clock()):
        return _account(request, reader, wrong="The present password is wrong.", status=422)
    return _account(request, reader, done=True)


def _wrong(name: str, password: str, again: str) -> str | None:
    return "The two do not match." if password != again else why_not_this_password(name, password)


def _link(request: Request, token: str, *, wrong: str | None = None) -> Response:
    services = services_of(request)
    account = account_of_link(services, token, services.clock())
    seed = form_seed(request)
    status = 410 if account is None else 200 if wrong is None else 422
    held: dict[str, Any] = {
        "account": None,
        "csrf": csrf_of(seed),
        "name": None if account is None else account.name,
        "token": token,
        "wrong": WORTHLESS if account is None else wrong,
    }
    response = HTMLResponse(render(request, "link.html", **held), status)
    keep_form(response, seed, tls=services.settings.behind_tls)
    return response


def _account(
    request: Request, reader: Reader, *, wrong: str | None = None, done: bool = False, status: int = 200
) -> Response:
    services = services_of(request)
    held: dict[str, Any] = {
        "account": reader,
        "csrf": csrf_of(session_token(request) or ""),
        "local": has_password(services, reader),
        "wrong": wrong,
        "done": done,
    }
    return HTMLResponse(render(request, "account.html", **held), status)
