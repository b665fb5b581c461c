"""`/accounts/tokens`: tokens by which other programs ask the API: made, looked at, revoked."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from abstractor.errors import Conflict, OptionError
from abstractor.web.access import needs
from abstractor.web.auditing.shown import back, sentence
from abstractor.web.giving.fields import AccountFields, AccountForm, roles_of, sites_of
from abstractor.web.giving.frame import ROLES, Told, given, shown
from abstractor.web.parts import Number, Reader, services_of
from abstractor.workflow.access import Permission
from abstractor.workflow.accounts import (
    add_service,
    clinics_by_number,
    revoke_service_token,
    tokens_of_services,
)
from abstractor.workflow.acting import by_of

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
LONGEST_DAYS, USUAL_DAYS = 366, "90"
AGAIN = (
    "This form was sent before and made its token then: it is shown once. Where it is lost, revoke it and "
    "make another."
)


@router.get("/accounts/tokens")
@needs(Permission.GIVE_ACCOUNTS)
def list_tokens(request: Request, told: Told = None) -> HTMLResponse:
    return _list(request, AccountFields(), told=told)


@router.post("/accounts/tokens")
@needs(Permission.GIVE_ACCOUNTS)
def make_token(
    request: Request,
    reader: Reader,
    fields: AccountForm,
    days: Annotated[str, Form(max_length=10)] = USUAL_DAYS,
    newest: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """The token stands in the answer, and nowhere again. `newest` is the last one that the form knew of."""
    services = services_of(request)
    if any(one.id > newest and one.account.name == fields.name for one in tokens_of_services(services)):
        return _list(request, fields, days=days, status=409, wrong=AGAIN)
    try:
        made, token = add_service(
            services,
            fields.name,
            roles=roles_of(fields.access),
            sites=sites_of(fields.access),
            life=timedelta(days=_days(days)),
            by=by_of(reader),
        )
    except (OptionError, Conflict) as wrong:
        return _list(request, fields, days=days, status=422, wrong=sentence(wrong))
    return given(request, made.account.name, token, kind="token")


@router.post("/accounts/tokens/{number}/revoke")
@needs(Permission.GIVE_ACCOUNTS)
def revoke(request: Request, number: Number, reader: Reader) -> Response:
    try:
        revoke_service_token(services_of(request), number, by=by_of(reader))
    except OptionError as wrong:
        return _list(request, AccountFields(), status=409, wrong=sentence(wrong))
    return back("/accounts/tokens", told="revoked")


def _days(given: str) -> int:
    written = given.strip()
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= LONGEST_DAYS):
        raise OptionError(f"a token is good for a number of days, 1 to {LONGEST_DAYS}")
    return int(written)


def _list(
    request: Request,
    fields: AccountFields,
    *,
    days: str = USUAL_DAYS,
    status: int = 200,
    told: str | None = None,
    wrong: str | None = None,
) -> HTMLResponse:
    services = services_of(request)
    known = tokens_of_services(services)
    return shown(
        request,
        "tokens.html",
        status=status,
        told=told,
        wrong=wrong,
        tokens=known,
        newest=max((one.id for one in known), default=0),
        fields=fields,
        days=days,
        roles=ROLES,
        names=clinics_by_number(services),
        now=services.clock(),
    )
