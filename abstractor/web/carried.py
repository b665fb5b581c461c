"""What a reader typed into a form of a review that came without their session, carried through the sign-in.

It goes through the browser that sent it, in a sealed field of the forms in between: nothing of it is kept
here, in an address or in a log. It is shown again to whom the form was made for, and to nobody else.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from abstractor.web.security import csrf_of, form_seed, keep_form, session_token
from abstractor.web.templating import render
from abstractor.workflow import Services
from abstractor.workflow.provider import open_from_browser, seal_for_browser

__all__ = ["LONGEST", "Carried", "carried_by", "mark_of", "opened", "shown_again", "sign_in_again"]

# Of the sealed field; a form is at most `guard.MOST_BYTES`.
LONGEST = 64 * 1024
_LIFE = timedelta(hours=1)
_FORM = re.compile(r"/seats/([0-9]{1,10})/(answer|note)")
_AGAIN = re.compile(r"/seats/([0-9]{1,10})/again")
_MARK, _CARRIED = b"the reader of a form", b"a form carried through the sign-in"
_OURS = frozenset({"csrf", "reader"})


@dataclass(frozen=True, slots=True)
class Carried:
    """`form` is "answer" or "note"; `sealed` the whole of this, as it goes through the browser."""

    account_id: int
    seat_id: int
    form: str
    fields: tuple[tuple[str, str], ...]
    sealed: str

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.fields if each == name]

    def one(self, name: str) -> str:
        return next(iter(self.all(name)), "")


def mark_of(services: Services, account_id: int, seat_id: int) -> str:
    """For a hidden field of each form: whom it was made for, when its token of a session tells no more."""
    return seal_for_browser(services, json.dumps([account_id, seat_id]).encode(), about=_MARK)


async def carried_by(request: Request) -> Carried | None:
    """What the form holds, where it is one of a review that says whom it was made for."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return None
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return None
    services, path = request.app.state.services, request.scope["path"]
    of_form, again = _FORM.fullmatch(path), _AGAIN.fullmatch(path)
    if of_form is None and again is None:
        return None
    try:
        async with request.form() as form:
            sent = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    # Too large, or no form. Starlette's own: FastAPI's is a narrower class, which the guard does not raise.
    except HTTPException:
        return None
    held = dict(sent)
    if of_form is None:
        return opened(services, held.get("carried", ""))
    made_for = open_from_browser(services, held.get("reader", ""), about=_MARK)
    if made_for is None:
        return None
    account_id, seat_id = json.loads(made_for)
    if seat_id != int(of_form[1]):
        return None
    fields = [pair for pair in sent if pair[0] not in _OURS]
    return _sealed(services, account_id, seat_id, of_form[2], fields, now=services.clock())


def opened(services: Services, sealed: str) -> Carried | None:
    """None where it is none of ours, or too old."""
    found = open_from_browser(services, sealed, about=_CARRIED)
    if found is None:
        return None
    held = json.loads(found)
    if services.clock() >= datetime.fromisoformat(held["until"]):
        return None
    fields = tuple((name, value) for name, value in held["fields"])
    return Carried(held["account"], held["seat"], held["form"], fields, sealed)


def sign_in_again(
    request: Request, held: Carried, *, status: int = 401, wrong: str | None = None
) -> HTMLResponse:
    """The page that asks to sign in first."""
    services = request.app.state.services
    seed = form_seed(request)
    page = render(
        request,
        "signin.html",
        csrf=csrf_of(seed),
        next=f"/seats/{held.seat_id}",
        wrong=wrong,
        account=None,
        provider=bool(services.settings.oidc_issuer),
        carried=held,
    )
    response = HTMLResponse(page, status)
    keep_form(response, seed, tls=services.settings.behind_tls)
    return response


def shown_again(request: Request, held: Carried, *, token: str | None = None, status: int = 200) -> Response:
    """The step in between: what was typed is shown in its form again from here, with a token that holds."""
    csrf = csrf_of(token or session_token(request) or "")
    account = getattr(request.state, "account", None)
    return HTMLResponse(render(request, "carried.html", carried=held, csrf=csrf, account=account), status)


def _sealed(
    services: Services,
    account_id: int,
    seat_id: int,
    form: str,
    fields: Iterable[tuple[str, str]],
    *,
    now: datetime,
) -> Carried:
    kept = tuple(fields)
    held = {
        "account": account_id,
        "seat": seat_id,
        "form": form,
        "fields": kept,
        "until": (now + _LIFE).isoformat(),
    }
    sealed = seal_for_browser(services, json.dumps(held).encode(), about=_CARRIED)
    return Carried(account_id, seat_id, form, kept, sealed)
