"""SMART App Launch: an EHR opens us from a chart, and sends the browser back with whose and by whom."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from abstractor.errors import ClinicError
from abstractor.web.access import open_to_all
from abstractor.web.parts import services_of
from abstractor.web.problems import answer
from abstractor.web.remembering import WayThere
from abstractor.web.security import LAUNCH, cookie_name, keep_session
from abstractor.workflow import session_of, sign_out
from abstractor.workflow.launching import begin, finish
from abstractor.workflow.refusals import launch_refused

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
PATH, CALLBACK = LAUNCH
WAY = WayThere("abstractor_launch", PATH, b"abstractor launch")
REFUSED = "The EHR did not say which chart this is and who opened it. Begin again there."
ANOTHER = "Somebody else is signed in here, and whom the EHR names has an account that does not open so."
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
        launch_refused(services, None, why="ehr-does-not-answer", now=services.clock())
        return answer(request, 502, REFUSED)
    if way is None:
        launch_refused(services, None, why="no-such-clinic", now=services.clock())
        raise HTTPException(404)
    url, remembered = way
    response = RedirectResponse(url, status_code=303)
    WAY.remember(request, response, {"remembered": dict(remembered)})
    return response


@router.get(CALLBACK)
@open_to_all
def come_back(request: Request) -> Response:
    """To the chart, signed in where this person is known; what they may see is asked there, as always.

    Who is not known signs in first.
    """
    services, now = services_of(request), services_of(request).clock()
    held = WAY.remembered(request)
    if held is None:
        launch_refused(services, None, why="not-begun-here", now=now)
        return WAY.refused(request, 400, REFUSED)
    tls = services.settings.behind_tls
    there = request.cookies.get(cookie_name(tls=tls))
    account = session_of(services, there, now) if there else None
    try:
        arrived = finish(services, held["remembered"], str(request.url), account=account, now=now)
    except ClinicError:
        launch_refused(services, account, why="ehr-says-otherwise", now=now)
        return WAY.refused(request, 400, REFUSED)
    if arrived.refused:
        return WAY.refused(request, 403, ANOTHER)
    if there and account is not None and arrived.token is not None:
        sign_out(services, there, now)
    if arrived.path is None and (account is not None or arrived.token is not None):
        who = account if arrived.token is None else session_of(services, arrived.token, now)
        launch_refused(services, who, why="no-chart", now=now)
        response = WAY.refused(request, 404, NO_CHART)
    else:
        known = account is not None or arrived.token is not None
        path = arrived.path or "/"
        response = RedirectResponse(path if known else f"/signin?{urlencode({'next': path})}", 303)
        WAY.forget(response)
    if arrived.token is not None:
        keep_session(response, arrived.token, tls=tls)
    return response
