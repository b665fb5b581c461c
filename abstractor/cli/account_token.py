"""`abstractor account token`: tokens by which other programs ask the API; each is shown once."""

import sys
from datetime import datetime, timedelta
from typing import Annotated

import typer

from abstractor.cli.giving import (
    AllSitesOption,
    NameArgument,
    RoleOption,
    SiteOption,
    roles_of,
    roles_said,
    sites_of,
    sites_said,
)
from abstractor.cli.opening import opened, say, table_of
from abstractor.workflow import accounts
from abstractor.workflow.acting import at_the_machine

__all__ = ["token"]

token = typer.Typer(
    help="Tokens for other programs: `Authorization: Bearer ...`, for /api/ and /fhir/ alone, no pages.",
    no_args_is_help=True,
)


@token.command()
def add(
    name: NameArgument,
    role: RoleOption = None,
    site: SiteOption = None,
    all_sites: AllSitesOption = False,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Worthless after so many.")] = 90,
) -> None:
    """Make a token for a service, and its account where it has none yet. It is printed here, once."""
    with opened() as services:
        made, secret = accounts.add_service(
            services,
            name,
            roles=roles_of(role),
            sites=sites_of(site, all_sites),
            life=timedelta(days=days),
            by=at_the_machine(),
        )
    sys.stdout.write(f"{secret}\n")
    roles, clinics = roles_said(made.account), sites_said(made.account)
    say(f"token {made.id} of {made.account.name}; roles: {roles}; clinics: {clinics}; {days} days")
    say("only its hash is kept: put it where secrets are kept, now")


@token.command("list")
def list_tokens() -> None:
    """Every token by its number: whose, until when, when it was last used."""
    with opened() as services:
        known = accounts.tokens_of_services(services)
    headings = ("token", "service", "roles", "clinics", "made", "until", "last used", "revoked")
    rows = [
        (
            str(one.id),
            one.account.name,
            roles_said(one.account),
            sites_said(one.account),
            *(_minute(at) for at in (one.made_at, one.expires_at, one.used_at, one.revoked_at)),
        )
        for one in known
    ]
    sys.stdout.write(table_of(headings, rows))


@token.command()
def revoke(number: Annotated[int, typer.Argument(metavar="NUMBER", min=1)]) -> None:
    """Make a token worthless, from the next request on."""
    with opened() as services:
        accounts.revoke_service_token(services, number, by=at_the_machine())
    sys.stdout.write(f"revoked: token {number}\n")


def _minute(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"
