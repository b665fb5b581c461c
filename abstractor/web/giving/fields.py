"""The fields of these forms as they were sent, and the roles, clinics and ways in that they mean."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form

from abstractor.errors import OptionError
from abstractor.workflow import Role

__all__ = [
    "Access",
    "AccessForm",
    "AccountFields",
    "AccountForm",
    "ComesIn",
    "ComesInForm",
    "roles_of",
    "sites_of",
]

Short = Annotated[str, Form(max_length=300)]
Ticked = Annotated[list[str], Form(max_length=1_000)]


@dataclass(frozen=True, slots=True)
class Access:
    """`sites` are names of clinics; `every`: all of them, also those that are yet to come."""

    roles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    every: bool = False


@dataclass(frozen=True, slots=True)
class ComesIn:
    """`way` is "link", "name" or "subject"; a name or a subject is the provider's."""

    way: str = "link"
    provider_name: str = ""
    subject: str = ""

    def by_provider(self) -> dict[str, str | None]:
        """As the use cases take it; neither where a link is meant."""
        match self.way:
            case "link":
                return {"oidc_name": None, "subject": None}
            case "name":
                return {"oidc_name": self.provider_name.strip(), "subject": None}
            case "subject":
                return {"oidc_name": None, "subject": self.subject.strip()}
        raise OptionError("choose how the owner of the account comes in")


@dataclass(frozen=True, slots=True)
class AccountFields:
    name: str = ""
    access: Access = Access()
    comes_in: ComesIn = ComesIn()


def roles_of(access: Access) -> frozenset[Role]:
    if unknown := set(access.roles) - set(Role):
        raise OptionError(f"there is no such role among the {len(Role)}: {len(unknown)} were sent")
    return frozenset(map(Role, access.roles))


def sites_of(access: Access) -> tuple[str, ...] | None:
    """Null: every clinic, whichever are ticked besides."""
    return None if access.every else access.sites


def _access(
    roles: Ticked = [],  # noqa: B006 - a form's default, which FastAPI copies
    sites: Ticked = [],  # noqa: B006 - likewise
    every: Short = "",
) -> Access:
    return Access(tuple(roles), tuple(sites), bool(every))


def _comes_in(way: Short = "link", provider_name: Short = "", subject: Short = "") -> ComesIn:
    return ComesIn(way, provider_name, subject)


AccessForm = Annotated[Access, Depends(_access)]
ComesInForm = Annotated[ComesIn, Depends(_comes_in)]


def _account(access: AccessForm, comes_in: ComesInForm, name: Short = "") -> AccountFields:
    return AccountFields(name, access, comes_in)


AccountForm = Annotated[AccountFields, Depends(_account)]
