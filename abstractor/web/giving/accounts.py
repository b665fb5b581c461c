"""`/accounts`: every account with its roles, its clinics and how it comes in; making another."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from abstractor.errors import Conflict, OptionError
from abstractor.web.access import needs
from abstractor.web.auditing.shown import back, sentence
from abstractor.web.giving.fields import AccountFields, AccountForm, roles_of, sites_of
from abstractor.web.giving.frame import ROLES, Told, given, link_of, shown
from abstractor.web.parts import Reader, services_of
from abstractor.workflow.access import Permission
from abstractor.workflow.accounts import accounts_seen, add_account, clinics_by_number
from abstractor.workflow.acting import by_of

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/accounts")
@needs(Permission.GIVE_ACCOUNTS)
def list_accounts(request: Request, told: Told = None) -> HTMLResponse:
    return _list(request, AccountFields(), told=told)


@router.post("/accounts")
@needs(Permission.GIVE_ACCOUNTS)
def make_account(request: Request, reader: Reader, fields: AccountForm) -> Response:
    """The link to the first password stands in the answer, and nowhere again."""
    services = services_of(request)
    try:
        made, link = add_account(
            services,
            fields.name,
            roles=roles_of(fields.access),
            sites=sites_of(fields.access),
            **fields.comes_in.by_provider(),
            by=by_of(reader),
        )
    except (OptionError, Conflict) as wrong:
        status = 409 if isinstance(wrong, Conflict) else 422
        return _list(request, fields, status=status, wrong=sentence(wrong))
    if link is None:
        return back(f"/accounts/{made.id}", told="made")
    return given(request, made.name, link_of(request, link), kind="link")


def _list(
    request: Request,
    fields: AccountFields,
    *,
    told: str | None = None,
    wrong: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    services = services_of(request)
    return shown(
        request,
        "accounts.html",
        status=status,
        told=told,
        wrong=wrong,
        seen=accounts_seen(services),
        fields=fields,
        roles=ROLES,
        names=clinics_by_number(services),
        provider=services.settings.oidc_issuer,
        now=services.clock(),
    )
