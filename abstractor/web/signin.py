"""Signing in and out with the local account."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from abstractor.web.parts import services_of
from abstractor.web.security import (
    LONGEST_TARGET,
    csrf_of,
    drop_session,
    form_seed,
    keep_form,
    keep_session,
    session_token,
)
from abstractor.web.templating import render
from abstractor.workflow import sign_in, sign_in_wait, sign_out

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
WRONG = "Name or password is wrong."


@router.get("/signin")
def sign_in_form(request: Request, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    if hasattr(request.state, "account"):
        return RedirectResponse("/", status_code=303)
    return _form(request, target)


@router.post("/signin")
def sign_in_here(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1_000)] = "",
    target: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """The token of a new session in a cookie, and on to where the user was going."""
    services = services_of(request)
    if not name.isprintable():
        return _form(request, target, status=401, wrong=WRONG)
    wait = sign_in_wait(services, name, services.clock())
    if wait > 0:
        return _throttled(request, target, wait)
    token = sign_in(services, name, password, services.clock())
    if token is None:
        wait = sign_in_wait(services, name, services.clock())
        return (
            _throttled(request, target, wait) if wait > 0 else _form(request, target, status=401, wrong=WRONG)
        )
    response = RedirectResponse(_ours(target), status_code=303)
    keep_session(response, token, tls=services.settings.behind_tls)
    return response


@router.post("/signout")
def sign_out_here(request: Request) -> Response:
    services = services_of(request)
    token = session_token(request)
    if token:
        sign_out(services, token, services.clock())
    response = RedirectResponse("/signin", status_code=303)
    drop_session(response, tls=services.settings.behind_tls)
    return response


def _form(request: Request, target: str, *, status: int = 200, wrong: str | None = None) -> Response:
    seed = form_seed(request)
    held: dict[str, Any] = {"csrf": csrf_of(seed), "next": _ours(target), "wrong": wrong, "account": None}
    response = HTMLResponse(render(request, "signin.html", **held), status)
    keep_form(response, seed, tls=services_of(request).settings.behind_tls)
    return response


def _throttled(request: Request, target: str, wait: int) -> Response:
    told = f"Too many wrong tries. Wait {wait} seconds, then try again."
    response = _form(request, target, status=429, wrong=told)
    response.headers["Retry-After"] = str(wait)
    return response


def _ours(target: str) -> str:
    """A path of this service; what is too long, or what a browser could take for another host, leads home."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if plain and len(target) <= LONGEST_TARGET and target.isprintable() else "/"
