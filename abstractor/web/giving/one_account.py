"""`/accounts/N`: what one account may, how it comes in, its sign-ins; each has a form of its own."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from abstractor.errors import Conflict, OptionError
from abstractor.web.access import needs
from abstractor.web.auditing.shown import back, sentence
from abstractor.web.giving.fields import Access, AccessForm, ComesIn, ComesInForm, roles_of, sites_of
from abstractor.web.giving.frame import ROLES, Seen, Told, given, link_of, shown
from abstractor.web.parts import Reader, services_of
from abstractor.workflow import accounts as giving
from abstractor.workflow.access import Permission
from abstractor.workflow.acting import by_of

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Sure = Annotated[str, Form(max_length=8)]


@router.get("/accounts/{number}")
@needs(Permission.GIVE_ACCOUNTS)
def one_account(request: Request, seen: Seen, told: Told = None) -> HTMLResponse:
    return _one(request, seen, told=told)


@router.post("/accounts/{number}/access")
@needs(Permission.GIVE_ACCOUNTS)
def set_access(request: Request, seen: Seen, reader: Reader, fields: AccessForm, sure: Sure = "") -> Response:
    """All of its roles and clinics: what is not ticked is taken from it."""

    def act() -> None:
        giving.set_account_access(
            services_of(request),
            seen.known.account.name,
            roles=roles_of(fields),
            sites=sites_of(fields),
            by=by_of(reader),
            sure=bool(sure),
        )

    return _done(request, seen, act, "set", access=fields)


@router.post("/accounts/{number}/provider")
@needs(Permission.GIVE_ACCOUNTS)
def set_provider(request: Request, seen: Seen, reader: Reader, fields: ComesInForm) -> Response:
    def act() -> None:
        name = seen.known.account.name
        giving.let_in_by_provider(services_of(request), name, **fields.by_provider(), by=by_of(reader))

    return _done(request, seen, act, "provider", comes_in=fields)


@router.post("/accounts/{number}/end-sessions")
@needs(Permission.GIVE_ACCOUNTS)
def end_sessions(request: Request, seen: Seen, reader: Reader) -> Response:
    def act() -> None:
        giving.end_account_sessions(services_of(request), seen.known.account.name, by=by_of(reader))

    return _done(request, seen, act, "ended")


@router.post("/accounts/{number}/disable")
@needs(Permission.GIVE_ACCOUNTS)
def disable(request: Request, seen: Seen, reader: Reader, sure: Sure = "") -> Response:
    def act() -> None:
        name = seen.known.account.name
        giving.disable_account(services_of(request), name, by=by_of(reader), sure=bool(sure))

    return _done(request, seen, act, "disabled")


@router.post("/accounts/{number}/enable")
@needs(Permission.GIVE_ACCOUNTS)
def enable(request: Request, seen: Seen, reader: Reader) -> Response:
    def act() -> None:
        giving.enable_account(services_of(request), seen.known.account.name, by=by_of(reader))

    return _done(request, seen, act, "enabled")


@router.post("/accounts/{number}/link")
@needs(Permission.GIVE_ACCOUNTS)
def new_link(request: Request, seen: Seen, reader: Reader) -> Response:
    """For a first or a forgotten password; it stands in the answer, and nowhere again."""
    name = seen.known.account.name
    try:
        link = giving.new_link(services_of(request), name, by=by_of(reader))
    except OptionError as wrong:
        return _one(request, seen, status=422, wrong=sentence(wrong))
    return given(request, name, link_of(request, link), kind="link")


def _done(
    request: Request,
    seen: giving.AccountSeen,
    act: Callable[[], None],
    told: str,
    *,
    access: Access | None = None,
    comes_in: ComesIn | None = None,
) -> Response:
    """On to the account; who has just shut themselves out is led on from there."""
    try:
        act()
    except (OptionError, Conflict) as wrong:
        status = 409 if isinstance(wrong, Conflict) else 422
        return _one(request, seen, status=status, wrong=sentence(wrong), access=access, comes_in=comes_in)
    return back(f"/accounts/{seen.known.account.id}", told=told)


def _one(
    request: Request,
    seen: giving.AccountSeen,
    *,
    status: int = 200,
    told: str | None = None,
    wrong: str | None = None,
    access: Access | None = None,
    comes_in: ComesIn | None = None,
) -> HTMLResponse:
    services, held = services_of(request), seen.known.account
    names = giving.clinics_by_number(services)
    of = tuple(sorted({names[number] for number in held.sites or () if number in names}))
    waits = ComesIn("name", seen.oidc_name or "") if seen.subject is None else None
    tokens = [one for one in giving.tokens_of_services(services) if one.account.id == held.id]
    return shown(
        request,
        "one_account.html",
        status=status,
        told=told,
        wrong=wrong,
        seen=seen,
        access=access or Access(tuple(held.roles), of, held.sites is None),
        comes_in=comes_in or waits or ComesIn("subject", "", seen.subject or ""),
        roles=ROLES,
        names=names,
        provider=services.settings.oidc_issuer,
        tokens=tokens,
        own=held.id == request.state.account.id,
        now=services.clock(),
    )
