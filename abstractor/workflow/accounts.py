"""Giving out accounts: who may sign in, with which roles and clinics, by which link or token. All of it is
told to the audit trail, with who did it.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from abstractor.errors import OptionError
from abstractor.store import account_links, accounts, cohorts, service_tokens, trail
from abstractor.store.account_values import KnownAccount, ServiceToken
from abstractor.store.database import Session
from abstractor.store.values import Account, Action, Role
from abstractor.workflow.account_trail import tell_of_account
from abstractor.workflow.acting import By
from abstractor.workflow.services import Services
from abstractor.workflow.signin import LINK_LIFE

__all__ = [
    "KnownAccount",
    "ServiceToken",
    "add_account",
    "add_service",
    "disable_account",
    "enable_account",
    "known_accounts",
    "new_link",
    "revoke_service_token",
    "set_account_roles",
    "set_account_sites",
    "tokens_of_services",
]


def add_account(
    services: Services,
    name: str,
    *,
    roles: Iterable[Role],
    sites: Sequence[str] | None,
    oidc_name: str | None = None,
    by: By,
) -> tuple[Account, str | None]:
    """The account, and the token of the link by which its owner sets a password; none where it is claimed
    through the provider. `sites` are names of clinics; null: every one.
    """
    now = services.clock()
    with services.store.writing() as session:
        numbers = _clinics(session, sites)
        account = accounts.create(
            session, _name(name), None, roles=roles, sites=numbers, oidc_name=oidc_name, now=now
        )
        _tell(session, services, Action.ACCOUNT_ADDED, account, by)
        if oidc_name is not None:
            return account, None
        return account, account_links.make_link(session, account.id, life=LINK_LIFE, now=now)


def add_service(
    services: Services,
    name: str,
    *,
    roles: Iterable[Role],
    sites: Sequence[str] | None,
    life: timedelta,
    by: By,
) -> tuple[ServiceToken, str]:
    """A token for that service, which gets its account where it has none; shown here and nowhere again.

    A service that is known keeps its roles and clinics: those of another token of it are the same.
    """
    now = services.clock()
    with services.store.writing() as session:
        there = accounts.named(session, name)
        if there is not None and not there.service:
            raise OptionError(f"{name!r} is the account of a person; name the service otherwise")
        if there is not None and there.disabled_at is not None:
            raise OptionError(f"the account {name!r} is disabled; `abstractor account enable` it first")
        if there is None:
            account = accounts.create(
                session, _name(name), None, roles=roles, sites=_clinics(session, sites), now=now, service=True
            )
            _tell(session, services, Action.ACCOUNT_ADDED, account, by)
        else:
            account = there.account
            if frozenset(roles) - account.roles:
                raise OptionError(
                    f"{name!r} has not all of these roles; `abstractor account roles` sets them"
                )
        number, token = service_tokens.make_token(session, account.id, life=life, now=now)
        _record(session, services, Action.TOKEN_MADE, by, f"by={by.name} account={account.id} token={number}")
        made = next(one for one in service_tokens.service_tokens(session) if one.id == number)
        return made, token


def known_accounts(services: Services) -> tuple[KnownAccount, ...]:
    with services.store.reading() as session:
        return accounts.known(session)


def tokens_of_services(services: Services) -> tuple[ServiceToken, ...]:
    with services.store.reading() as session:
        return service_tokens.service_tokens(session)


def set_account_roles(services: Services, name: str, roles: Iterable[Role], *, by: By) -> Account:
    """These and no others, from the next request on."""
    with services.store.writing() as session:
        account = _there(session, name).account
        accounts.set_roles(session, account.id, roles)
        return _changed(session, services, name, by)


def set_account_sites(services: Services, name: str, sites: Sequence[str] | None, *, by: By) -> Account:
    """The clinics of these names and no others; null: every one."""
    with services.store.writing() as session:
        account = _there(session, name).account
        accounts.set_sites(session, account.id, _clinics(session, sites))
        return _changed(session, services, name, by)


def disable_account(services: Services, name: str, *, by: By) -> None:
    with services.store.writing() as session:
        account = _there(session, name).account
        accounts.disable(session, account.id, now=services.clock())
        _tell(session, services, Action.ACCOUNT_DISABLED, account, by)


def enable_account(services: Services, name: str, *, by: By) -> None:
    with services.store.writing() as session:
        account = _there(session, name).account
        accounts.enable(session, account.id)
        _tell(session, services, Action.ACCOUNT_ENABLED, account, by)


def new_link(services: Services, name: str, *, by: By) -> str:
    """For a first or a forgotten password; the one that is there stays good until the link is used."""
    with services.store.writing() as session:
        there = _there(session, name)
        if there.service or there.disabled_at is not None:
            raise OptionError(f"{name!r} is a service, or disabled: it sets no password")
        _tell(session, services, Action.LINK_MADE, there.account, by)
        return account_links.make_link(session, there.account.id, life=LINK_LIFE, now=services.clock())


def revoke_service_token(services: Services, token_id: int, *, by: By) -> None:
    with services.store.writing() as session:
        account_id = service_tokens.revoke_token(session, token_id, now=services.clock())
        if account_id is None:
            raise OptionError(f"no token {token_id} is in use; `abstractor account token list` shows them")
        told = f"by={by.name} account={account_id} token={token_id}"
        _record(session, services, Action.TOKEN_REVOKED, by, told)


def _there(session: Session, name: str) -> KnownAccount:
    found = accounts.named(session, name)
    if found is None:
        raise OptionError(f"no account is called {name!r}; `abstractor account list` shows them")
    return found


def _name(name: str) -> str:
    if not name.strip() or not name.isprintable() or len(name) > 200:
        raise OptionError("an account needs a name of printable characters, 200 at most")
    return name


def _clinics(session: Session, names: Sequence[str] | None) -> frozenset[int] | None:
    """Every clinic of such a name: one that was given another address is another clinic of the same name."""
    if names is None:
        return None
    known = cohorts.clinics(session)
    for name in names:
        if name not in {clinic.name for clinic in known}:
            raise OptionError(f"no clinic is called {name!r}; `abstractor clinic list` shows them")
    return frozenset(clinic.id for clinic in known if clinic.name in names)


def _changed(session: Session, services: Services, name: str, by: By) -> Account:
    account = _there(session, name).account
    _tell(session, services, Action.ACCOUNT_CHANGED, account, by)
    return account


def _tell(session: Session, services: Services, action: Action, account: Account, by: By) -> None:
    tell_of_account(session, action, account, by=by, now=services.clock())


def _record(session: Session, services: Services, action: Action, by: By, told: str) -> None:
    trail.record(session, action=action, account_id=by.account_id, detail=told, now=services.clock())
