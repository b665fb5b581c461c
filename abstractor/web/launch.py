"""SMART App Launch: an EHR opens us from a chart, and sends the browser back with whose and by whom."""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from abstractor.errors import ClinicError
from abstractor.web.access import open_to_all
from abstractor.web.parts import services_of
from abstractor.web.problems import answer
from abstractor.web.security import LAUNCH, cookie_name, keep_session
from abstractor.workflow import session_of
from abstractor.workflow.launching import begin, finish
from abstractor.workflow.provider import open_from_browser, seal_for_browser

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
PATH, CALLBACK = LAUNCH
COOKIE = "abstractor_launch"
ABOUT = b"abstractor launch"
MOST_MINUTES = timedelta(minutes=10)
REFUSED = "The EHR did not say which chart this is and who opened it. Begin again there."
NO_CHART = "This patient's chart is in no cycle here."
Word = Annotated[str, Query(max_length=2_000)]


@router.get(PATH)
@open_to_all
def launch(request: Request, iss: Word = "", launch: Word = "") -> Response:
    """On to the EHR of that address, where it is one of our clinics."""
    services = services_of(request)
    try:
        way = begin(services, iss, launch)
    except ClinicError:
        return answer(request, 502, REFUSED)
    if way is None:
        raise HTTPException(404)
    url, remembered = way
    held = {"remembered": dict(remembered), "until": (services.clock() + MOST_MINUTES).isoformat()}
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        COOKIE,
        seal_for_browser(services, json.dumps(held).encode(), about=ABOUT),
        max_age=int(MOST_MINUTES.total_seconds()),
        path=PATH,
        httponly=True,
        secure=services.settings.behind_tls,
        samesite="lax",
    )
    return response


@router.get(CALLBACK)
@open_to_all
def come_back(request: Request) -> Response:
    """To the chart, signed in where this person is known; what they may see is asked there, as always.

    Who is not known signs in first.
    """
    services, now = services_of(request), services_of(request).clock()
    held = _held(request)
    if held is None:
        return _refused(request, 400, REFUSED)
    tls = services.settings.behind_tls
    there = request.cookies.get(cookie_name(tls=tls))
    account = session_of(services, there, now) if there else None
    try:
        arrived = finish(services, held["remembered"], str(request.url), account=account, now=now)
    except ClinicError:
        return _refused(request, 400, REFUSED)
    if arrived.path is None and (account is not None or arrived.token is not None):
        response = _refused(request, 404, NO_CHART)
    else:
        known = account is not None or arrived.token is not None
        path = arrived.path or "/"
        response = RedirectResponse(path if known else f"/signin?{urlencode({'next': path})}", 303)
        response.delete_cookie(COOKIE, path=PATH)
    if arrived.token is not None:
        keep_session(response, arrived.token, tls=tls)
    return response


def _held(request: Request) -> dict[str, Any] | None:
    """What this browser remembers of its way there; None where it is none, or too old."""
    services = services_of(request)
    opened = open_from_browser(services, request.cookies.get(COOKIE, ""), about=ABOUT)
    if opened is None:
        return None
    held: dict[str, Any] = json.loads(opened)
    return held if services.clock() < datetime.fromisoformat(held["until"]) else None


def _refused(request: Request, status: int, words: str) -> Response:
    response = answer(request, status, words)
    response.delete_cookie(COOKIE, path=PATH)
    return response
