"""Giving out accounts: who may sign in, with which roles and clinics, by which link or token. All of it is
told to the audit trail, with who did it.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

from abstractor.errors import Conflict, OptionError
from abstractor.store import account_links, account_views, accounts, claims, cohorts, service_tokens, trail
from abstractor.store.account_values import AccountSeen, KnownAccount, ServiceToken
from abstractor.store.database import Session
from abstractor.store.values import Account, Action, Role
from abstractor.workflow.account_trail import tell_of_account
from abstractor.workflow.acting import By
from abstractor.workflow.administrators import administering
from abstractor.workflow.auditing.giving_back import give_back_seats
from abstractor.workflow.services import Services
from abstractor.workflow.signin import LINK_LIFE

__all__ = [
    "AccountSeen",
    "KnownAccount",
    "ServiceToken",
    "account_seen",
    "accounts_seen",
    "add_account",
    "add_service",
    "clinics_by_number",
    "disable_account",
    "enable_account",
    "end_account_sessions",
    "known_accounts",
    "let_in_by_provider",
    "new_link",
    "revoke_service_token",
    "set_account_access",
    "set_account_roles",
    "set_account_sites",
    "tokens_of_services",
]

_LONGEST_SUBJECT = 255  # OpenID Connect Core, section 2


def add_account(
    services: Services,
    name: str,
    *,
    roles: Iterable[Role],
    sites: Sequence[str] | None,
    oidc_name: str | None = None,
    subject: str | None = None,
    by: By,
) -> tuple[Account, str | None]:
    """The account, and the token of the link by which its owner sets a password; none where its owner signs
    in through the provider. `sites` are names of clinics; null: every one.

    `oidc_name`: whom the provider vouches for by that name claims the account. `subject`: nobody does, it is
    that subject's of the provider which is set.
    """
    now = services.clock()
    with services.store.writing() as session:
        numbers = _clinics(session, sites)
        account = accounts.create(session, _name(name), None, roles=roles, sites=numbers, now=now)
        if oidc_name is not None or subject is not None:
            way = _let_in(session, services, account, oidc_name=oidc_name, subject=subject)
            _tell(session, services, Action.ACCOUNT_ADDED, account, by, way)
            return account, None
        _tell(session, services, Action.ACCOUNT_ADDED, account, by)
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


def accounts_seen(services: Services) -> tuple[AccountSeen, ...]:
    """Every account by its name, as the page of accounts shows it."""
    return _seen(services)


def account_seen(services: Services, number: int) -> AccountSeen | None:
    return next(iter(_seen(services, number)), None)


def clinics_by_number(services: Services) -> dict[int, str]:
    """Names of every clinic that an account may be of; several have one name where an address was changed."""
    with services.store.reading() as session:
        return {clinic.id: clinic.name for clinic in cohorts.clinics(session)}


def tokens_of_services(services: Services) -> tuple[ServiceToken, ...]:
    with services.store.reading() as session:
        return service_tokens.service_tokens(session)


def set_account_access(
    services: Services,
    name: str,
    *,
    roles: Iterable[Role],
    sites: Sequence[str] | None,
    by: By,
    sure: bool = False,
) -> Account:
    """These roles and the clinics of these names, and no others, from the next request on; null: every
    clinic. What the account may not read any more in audits is free for others.
    """
    with services.store.writing() as session, _administering(services, session, by, sure=sure):
        account = _there(session, name).account
        accounts.set_roles(session, account.id, roles)
        accounts.set_sites(session, account.id, _clinics(session, sites))
        return _changed(session, services, name, by)


def set_account_roles(
    services: Services, name: str, roles: Iterable[Role], *, by: By, sure: bool = False
) -> Account:
    with services.store.writing() as session, _administering(services, session, by, sure=sure):
        accounts.set_roles(session, _there(session, name).account.id, roles)
        return _changed(session, services, name, by)


def set_account_sites(
    services: Services, name: str, sites: Sequence[str] | None, *, by: By, sure: bool = False
) -> Account:
    with services.store.writing() as session, _administering(services, session, by, sure=sure):
        accounts.set_sites(session, _there(session, name).account.id, _clinics(session, sites))
        return _changed(session, services, name, by)


def let_in_by_provider(
    services: Services, name: str, *, oidc_name: str | None, subject: str | None, by: By
) -> bool:
    """Whom the provider vouches for by that name, once; or that subject of it. Whoever it was before is let
    in no more, and is signed out: by the password neither, which is taken away, as is a link to set one.
    Whether there was either.
    """
    with services.store.writing() as session, _administering(services, session, by):
        there = _there(session, name)
        if there.service:
            raise OptionError(f"{name!r} is a service: it signs in by its tokens alone")
        taken = account_links.take_password(session, there.account.id)
        way = _let_in(session, services, there.account, oidc_name=oidc_name, subject=subject)
        if taken:
            way = f"{way} password=taken-away"
        _tell(session, services, Action.ACCOUNT_CHANGED, there.account, by, way)
        return taken


def end_account_sessions(services: Services, name: str, *, by: By) -> int:
    """Whoever is signed in to it is no longer, and may sign in again; how many sign-ins there were."""
    with services.store.writing() as session:
        account = _there(session, name).account
        ended = accounts.end_sessions(session, account.id)
        _tell(session, services, Action.ACCOUNT_CHANGED, account, by, f"sessions-ended={ended}")
        return ended


def disable_account(services: Services, name: str, *, by: By, sure: bool = False) -> None:
    """Its sign-ins and tokens end at once; what it has in work in audits is free for others."""
    with services.store.writing() as session, _administering(services, session, by, sure=sure):
        account = _there(session, name).account
        accounts.disable(session, account.id, now=services.clock())
        session.flush()
        given = give_back_seats(session, account.id, by=by, now=services.clock())
        _tell(session, services, Action.ACCOUNT_DISABLED, account, by, _given_back(given))


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


def _administering(
    services: Services, session: Session, by: By, *, sure: bool = False
) -> AbstractContextManager[None]:
    return administering(session, by, issuer=services.settings.oidc_issuer, sure=sure)


def _seen(services: Services, only: int | None = None) -> tuple[AccountSeen, ...]:
    idle, life = services.settings.session_idle, services.settings.session_life
    with services.store.reading() as session:
        return account_views.seen(session, now=services.clock(), idle=idle, life=life, only=only)


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
    called = sorted({clinic.name for clinic in known})
    for name in names:
        if name not in called:
            there = f"there is {', '.join(map(repr, called))}" if called else "there is none yet"
            raise OptionError(f"no clinic is called {name!r}; {there}")
    return frozenset(clinic.id for clinic in known if clinic.name in names)


def _changed(session: Session, services: Services, name: str, by: By) -> Account:
    account = _there(session, name).account
    given = give_back_seats(session, account.id, by=by, now=services.clock())
    _tell(session, services, Action.ACCOUNT_CHANGED, account, by, _given_back(given))
    return account


def _let_in(
    session: Session, services: Services, account: Account, *, oidc_name: str | None, subject: str | None
) -> str:
    """What the trail says of it: which way, not whom."""
    issuer = services.settings.oidc_issuer
    if (oidc_name is None) == (subject is None):
        raise OptionError("say who is let in: by the name at the provider or by the subject, one of them")
    if subject is not None and not issuer:
        raise OptionError("no provider is set, so no subject is known; set ABSTRACTOR_OIDC_ISSUER first")
    if not _sayable(oidc_name or subject or ""):
        raise OptionError("a name or a subject at the provider has 1 to 255 printable characters")
    if not claims.let_in(session, account.id, name=oidc_name or account.name, issuer=issuer, subject=subject):
        raise Conflict("another account is claimed by that name or subject at the provider")
    return "let-in-by=name" if subject is None else "let-in-by=subject"


def _sayable(told: str) -> bool:
    return bool(told.strip()) and told.isprintable() and len(told) <= _LONGEST_SUBJECT


def _given_back(given: int) -> str:
    return f"given-back={given}" if given else ""


def _tell(
    session: Session, services: Services, action: Action, account: Account, by: By, more: str = ""
) -> None:
    tell_of_account(session, action, account, by=by, now=services.clock(), more=more)


def _record(session: Session, services: Services, action: Action, by: By, told: str) -> None:
    trail.record(session, action=action, account_id=by.account_id, detail=told, now=services.clock())
