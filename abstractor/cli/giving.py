"""What the commands that give out accounts and tokens share: roles, clinics, the address of a link."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from abstractor import workflow
from abstractor.errors import OptionError
from abstractor.settings import Settings

if TYPE_CHECKING:
    from abstractor.workflow import Account, Role

__all__ = [
    "AllSitesOption",
    "NameArgument",
    "RoleName",
    "RoleOption",
    "SiteOption",
    "link_at",
    "roles_of",
    "roles_said",
    "sites_of",
    "sites_said",
]


class RoleName(StrEnum):
    viewer = "viewer"
    auditor = "auditor"
    adjudicator = "adjudicator"
    qi_lead = "qi-lead"
    it_admin = "it-admin"


NameArgument = Annotated[str, typer.Argument(metavar="NAME")]
RoleOption = Annotated[
    list[RoleName] | None, typer.Option("--role", help="A role; give it several times for several.")
]
SiteOption = Annotated[
    list[str] | None, typer.Option("--site", help="A clinic by its name; several times for several.")
]
AllSitesOption = Annotated[
    bool, typer.Option("--all-sites", help="Every clinic, also those that are yet to come.")
]


def roles_of(given: Sequence[RoleName] | None) -> "frozenset[Role]":
    return frozenset(workflow.Role(str(role)) for role in given or ())


def sites_of(given: Sequence[str] | None, all_sites: bool) -> Sequence[str] | None:
    """Names of clinics, none for no clinic; null for every one."""
    if all_sites and given:
        raise OptionError("--site and --all-sites: give one of them")
    return None if all_sites else tuple(given or ())


def roles_said(account: "Account") -> str:
    return ", ".join(sorted(account.roles)) or "none"


def sites_said(account: "Account") -> str:
    """By number, as `abstractor clinic list` has them."""
    return "every" if account.sites is None else ", ".join(map(str, sorted(account.sites))) or "none"


def link_at(settings: Settings, token: str) -> str:
    return f"{settings.pages_url}/signin/link/{token}"
