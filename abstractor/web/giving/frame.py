"""The frame round these pages, what was just done in words, and which account an address names."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query, Request
from starlette.responses import HTMLResponse

from abstractor.web.parts import Number, services_of
from abstractor.web.security import LINKS, csrf_of, session_token
from abstractor.web.templating import render
from abstractor.workflow import Role
from abstractor.workflow.accounts import AccountSeen, account_seen

__all__ = ["ROLES", "Seen", "Told", "given", "link_of", "shown"]

ROLES: Mapping[Role, str] = {
    Role.VIEWER: "looks at queue, charts, audits and their agreement",
    Role.AUDITOR: "reviews charts in audits that name this account",
    Role.ADJUDICATOR: "settles where two reviews differ",
    Role.QI_LEAD: "defines, opens and closes audits; exports",
    Role.IT_ADMIN: "clinics, accounts, metrics, the audit trail; opens no chart",
}
_DONE: Mapping[str, str] = {
    "made": "The account is made. Its owner comes in through the provider.",
    "set": "Roles and clinics are set. They count from the next request on.",
    "provider": "It is set who is let in. Whoever was signed in is out; its password and links are gone.",
    "disabled": "The account is disabled. Its sign-ins and tokens are ended, its charts free for others.",
    "enabled": "The account may sign in again. Its tokens stay revoked.",
    "ended": "Whoever was signed in to this account is no longer.",
    "revoked": "The token is worthless from now on.",
}


def shown(request: Request, template: str, *, status: int = 200, **held: Any) -> HTMLResponse:
    """`told` says what was just done, `wrong` what was refused."""
    told = {"told": None, "wrong": None}
    csrf = csrf_of(session_token(request) or "")
    page = render(request, f"giving/{template}", account=request.state.account, csrf=csrf, **{**told, **held})
    return HTMLResponse(page, status)


def given(request: Request, name: str, secret: str, *, kind: str) -> HTMLResponse:
    """The one page on which a link or a token stands. It is an answer to a form: its address holds nothing,
    and nobody keeps it.
    """
    return shown(request, "given.html", name=name, secret=secret, kind=kind)


def link_of(request: Request, token: str) -> str:
    return f"{services_of(request).settings.pages_url}{LINKS}/{token}"


def _told(told: Annotated[str, Query(max_length=40)] = "") -> str | None:
    return _DONE.get(told)


def _seen(request: Request, number: Number) -> AccountSeen:
    found = account_seen(services_of(request), number)
    if found is None:
        raise HTTPException(404)
    return found


Told = Annotated[str | None, Depends(_told)]
Seen = Annotated[AccountSeen, Depends(_seen)]
