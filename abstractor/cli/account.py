"""`abstractor account`: who may sign in, with which roles and clinics; links to set passwords by."""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from abstractor.cli.account_token import token
from abstractor.cli.giving import (
    AllSitesOption,
    NameArgument,
    RoleName,
    RoleOption,
    SiteOption,
    link_at,
    roles_of,
    roles_said,
    sites_of,
    sites_said,
)
from abstractor.cli.opening import opened, say, table_of
from abstractor.settings import Settings
from abstractor.workflow import accounts
from abstractor.workflow.acting import at_the_machine

if TYPE_CHECKING:
    from abstractor.workflow import Account
    from abstractor.workflow.accounts import AccountSeen, KnownAccount

__all__ = ["account"]

account = typer.Typer(
    help="""Who may sign in. An account has roles and clinics; without a role it may nothing, without a clinic
it sees nothing. Roles: viewer, auditor, adjudicator, qi-lead, it-admin.

\b
    abstractor account add ada --role auditor --site "North Hospital"
    abstractor account list
    abstractor account roles ada auditor adjudicator
    abstractor account link ada
    abstractor account sign-out ada
    abstractor account provider ada --name ada@north.example
    abstractor account disable ada
    abstractor account token add warehouse --role viewer --all-sites --days 90
""",
    no_args_is_help=True,
)
account.add_typer(token, name="token")


@account.command()
def add(
    name: NameArgument,
    role: RoleOption = None,
    site: SiteOption = None,
    all_sites: AllSitesOption = False,
    provider_name: Annotated[
        str | None,
        typer.Option(
            "--provider-name", help="Signs in through the hospital's provider, which calls it this."
        ),
    ] = None,
    provider_subject: Annotated[
        str | None,
        typer.Option("--provider-subject", help="The same, as this subject of the provider and no other."),
    ] = None,
) -> None:
    """Make an account; its owner sets the password by the link that is printed, once, within three days."""
    settings = Settings()
    with opened(settings) as services:
        made, link = accounts.add_account(
            services,
            name,
            roles=roles_of(role),
            sites=sites_of(site, all_sites),
            oidc_name=provider_name,
            subject=provider_subject,
            by=at_the_machine(),
        )
    _tell("added", made)
    if link is not None:
        sys.stdout.write(f"{link_at(settings, link)}\n")
        say("whoever opens this link sets the password: give it to nobody else")
    else:
        _say_of_provider(settings)


@account.command("list")
def list_accounts(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one object an account.")] = False,
) -> None:
    """Every account, also those that are disabled."""
    with opened() as services:
        seen = accounts.accounts_seen(services)
    if as_json:
        sys.stdout.write("".join(json.dumps(_object(one)) + "\n" for one in seen))
        return
    headings = ("name", "number", "roles", "clinics", "signs in by", "since", "last sign-in", "disabled")
    sys.stdout.write(table_of(headings, [_cells(one) for one in seen]))


@account.command()
def roles(
    name: NameArgument,
    given: Annotated[
        list[RoleName] | None, typer.Argument(metavar="[ROLE]...", help="All of its roles; none: none.")
    ] = None,
) -> None:
    """Set the roles of an account; those that are not named are taken from it."""
    with opened() as services:
        _tell("set", accounts.set_account_roles(services, name, roles_of(given), by=at_the_machine()))


@account.command()
def sites(name: NameArgument, site: SiteOption = None, all_sites: AllSitesOption = False) -> None:
    """Set the clinics of an account; those that are not named are taken from it."""
    with opened() as services:
        chosen = sites_of(site, all_sites)
        _tell("set", accounts.set_account_sites(services, name, chosen, by=at_the_machine()))


@account.command()
def provider(
    name: NameArgument,
    provider_name: Annotated[
        str | None, typer.Option("--name", help="The first whom the provider vouches for by this name.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", help="This subject of the provider and no other.")
    ] = None,
) -> None:
    """Set who is let in to an account by the hospital's provider; whoever it was before is let in no more,
    and by no password or link of the account either: `abstractor account link` makes a new one.
    """
    settings = Settings()
    with opened(settings) as services:
        taken = accounts.let_in_by_provider(
            services, name, oidc_name=provider_name, subject=subject, by=at_the_machine()
        )
    sys.stdout.write(f"set: {name}{'; its password and links are taken away' if taken else ''}\n")
    _say_of_provider(settings)


@account.command("sign-out")
def sign_out(name: NameArgument) -> None:
    """End every sign-in of an account; its owner may sign in again."""
    with opened() as services:
        ended = accounts.end_account_sessions(services, name, by=at_the_machine())
    sys.stdout.write(f"ended: {ended} of {name}\n")


@account.command()
def disable(name: NameArgument) -> None:
    """End every sign-in and token of an account at once; what it did stays in the audit trail."""
    with opened() as services:
        accounts.disable_account(services, name, by=at_the_machine())
    sys.stdout.write(f"disabled: {name}\n")


@account.command()
def enable(name: NameArgument) -> None:
    """Let a disabled account sign in again, with the roles that it had; its tokens stay revoked."""
    with opened() as services:
        accounts.enable_account(services, name, by=at_the_machine())
    sys.stdout.write(f"enabled: {name}\n")


@account.command()
def link(name: NameArgument) -> None:
    """A link to set a first or a forgotten password by: once, within three days; older links end."""
    settings = Settings()
    with opened(settings) as services:
        made = accounts.new_link(services, name, by=at_the_machine())
    sys.stdout.write(f"{link_at(settings, made)}\n")


def _say_of_provider(settings: Settings) -> None:
    if not settings.oidc_issuer:
        say("no provider of the hospital is set, so it lets nobody in: see ABSTRACTOR_OIDC_ISSUER")


def _tell(done: str, made: "Account") -> None:
    sys.stdout.write(f"{done}: {made.name}; roles: {roles_said(made)}; clinics: {sites_said(made)}\n")


def _cells(seen: "AccountSeen") -> tuple[str, ...]:
    one = seen.known
    return (
        one.account.name,
        str(one.account.id),
        roles_said(one.account),
        sites_said(one.account),
        _signs_in_by(one),
        f"{one.created_at:%Y-%m-%d}",
        "" if seen.signed_in_at is None else f"{seen.signed_in_at:%Y-%m-%d %H:%M}",
        "" if one.disabled_at is None else f"{one.disabled_at:%Y-%m-%d}",
    )


def _signs_in_by(one: "KnownAccount") -> str:
    ways = [
        *(["token"] if one.service else []),
        *(["password"] if one.password else []),
        *(["provider"] if one.provider else []),
    ]
    return ", ".join(ways) or "a link that is not used yet"


def _object(seen: "AccountSeen") -> dict[str, object]:
    one = seen.known
    return {
        "name": one.account.name,
        "number": one.account.id,
        "roles": sorted(one.account.roles),
        "clinics": None if one.account.sites is None else sorted(one.account.sites),
        "signs_in_by": _signs_in_by(one),
        "since": _moment(one.created_at),
        "last_sign_in": _moment(seen.signed_in_at),
        "link_until": _moment(seen.link_until),
        "sign_ins": seen.sessions,
        "disabled": _moment(one.disabled_at),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
