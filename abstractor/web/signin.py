"""Signing in and out with a local account."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from abstractor.web.access import open_to_all, signed_in
from abstractor.web.carried import LONGEST, Carried, opened, shown_again, sign_in_again
from abstractor.web.parts import services_of
from abstractor.web.security import (
    csrf_of,
    drop_session,
    form_seed,
    keep_form,
    keep_session,
    ours,
    session_token,
)
from abstractor.web.templating import render
from abstractor.workflow import sign_in, sign_in_wait, sign_out

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
WRONG = "Name or password is wrong."


@router.get("/signin")
@open_to_all
def sign_in_form(request: Request, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    if hasattr(request.state, "account"):
        return RedirectResponse("/", status_code=303)
    return _form(request, target, None)


@router.post("/signin")
@open_to_all
def sign_in_here(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1_000)] = "",
    target: Annotated[str, Form(alias="next")] = "/",
    carried: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """The token of a new session in a cookie, and on to where the user was going or what they `carried`."""
    services = services_of(request)
    held = opened(services, carried)
    if not name.isprintable():
        return _form(request, target, held, status=401, wrong=WRONG)
    address = _address(request)
    wait = sign_in_wait(services, name, services.clock(), address=address)
    if wait > 0:
        return _throttled(request, target, held, wait)
    token = sign_in(services, name, password, services.clock(), address=address)
    if token is None:
        wait = sign_in_wait(services, name, services.clock(), address=address)
        if wait > 0:
            return _throttled(request, target, held, wait)
        return _form(request, target, held, status=401, wrong=WRONG)
    response = (
        RedirectResponse(ours(target), status_code=303)
        if held is None
        else shown_again(request, held, token=token)
    )
    keep_session(response, token, tls=services.settings.behind_tls)
    return response


@router.post("/signout")
@signed_in
def sign_out_here(request: Request) -> Response:
    services = services_of(request)
    token = session_token(request)
    if token:
        sign_out(services, token, services.clock())
    response = RedirectResponse("/signin", status_code=303)
    drop_session(response, tls=services.settings.behind_tls)
    return response


def _form(
    request: Request, target: str, carried: Carried | None, *, status: int = 200, wrong: str | None = None
) -> Response:
    if carried is not None:
        return sign_in_again(request, carried, status=status, wrong=wrong)
    seed = form_seed(request)
    held: dict[str, Any] = {"csrf": csrf_of(seed), "next": ours(target), "wrong": wrong, "account": None}
    held["carried"] = None
    held["provider"] = bool(services_of(request).settings.oidc_issuer)
    response = HTMLResponse(render(request, "signin.html", **held), status)
    keep_form(response, seed, tls=services_of(request).settings.behind_tls)
    return response


def _throttled(request: Request, target: str, carried: Carried | None, wait: int) -> Response:
    told = f"Too many wrong tries. Wait {wait} seconds, then try again."
    response = _form(request, target, carried, status=429, wrong=told)
    response.headers["Retry-After"] = str(wait)
    return response


def _address(request: Request) -> str | None:
    """Where the request comes from: behind a proxy what that says, where it is one to be trusted."""
    return None if request.client is None else request.client.host
