"""The pages of clinics and of rounds: when each was last pulled, and what could not be seen there."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse

from abstractor.web.access import needs
from abstractor.web.parts import Number, Reader, services_of
from abstractor.web.security import csrf_of, session_token
from abstractor.web.templating import render
from abstractor.workflow.access import Permission, of_own_sites
from abstractor.workflow.clinic.pages import clinic_lines, clinic_page, round_page

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/clinics")
@needs(Permission.SEE_CLINICS)
def clinics(request: Request, reader: Reader) -> str:
    """One's own clinics: where it is, how it is asked, the last success and how old that is."""
    own = of_own_sites(reader, clinic_lines(services_of(request)), lambda line: line.clinic.id)
    return _page(request, "clinics.html", lines=own)


@router.get("/clinics/{clinic_id}")
@needs(Permission.SEE_CLINICS)
def clinic(request: Request, clinic_id: Number, reader: Reader) -> str:
    """The rounds of one clinic, and the ledger of its latest one."""
    found = clinic_page(services_of(request), clinic_id)
    if found is None:
        raise HTTPException(404)
    return _page(request, "clinic.html", clinic=found)


@router.get("/clinics/{clinic_id}/doctor")
@needs(Permission.SEE_CLINICS)
def doctor(request: Request, clinic_id: Number, reader: Reader) -> str:
    """The last kept report of `abstractor doctor` on that clinic."""
    found = clinic_page(services_of(request), clinic_id)
    if found is None:
        raise HTTPException(404)
    return _page(request, "doctor.html", clinic=found, report=found.report)


@router.get("/rounds/{run_id}")
@needs(Permission.SEE_CLINICS)
def one_round(request: Request, run_id: Number, reader: Reader) -> str:
    """What could not be seen in one round, in plain words."""
    found = round_page(services_of(request), run_id)
    if found is None:
        raise HTTPException(404)
    return _page(request, "round.html", round=found)


def _page(request: Request, template: str, **held: Any) -> str:
    """No edition is judged by here, so that no banner of unsigned ones stands above."""
    token = session_token(request) or ""
    return render(request, template, account=request.state.account, csrf=csrf_of(token), **held)
