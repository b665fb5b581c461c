"""Signing in and out: with a password, a one-time link to set one, or a service's token."""

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from abstractor.errors import SetupError
from abstractor.store import account_links, accounts, guessing, service_tokens, sign_ins
from abstractor.store.account_values import KnownAccount
from abstractor.store.passwords import hashed, matches
from abstractor.store.refused import tell_refused
from abstractor.store.values import Account, Action, Role
from abstractor.workflow.account_trail import tell_of_account
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.services import Services

__all__ = [
    "LINK_LIFE",
    "FirstAccount",
    "account_of_link",
    "account_of_token",
    "change_password",
    "create_account",
    "first_account",
    "has_password",
    "session_of",
    "sign_in",
    "sign_in_wait",
    "sign_out",
    "use_link",
    "why_not_this_password",
]

LINK_LIFE = timedelta(days=3)
LEAST_PASSWORD = 12
_FIRST = "admin"


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """How to sign in. `password` is null where somebody has chosen it and only its hash is kept; `link` is
    the token by which it is still to be chosen.
    """

    name: str
    password: str | None
    link: str | None = None


def first_account(services: Services, *, by_link: bool = False) -> FirstAccount:
    """The account to begin with, of every role and clinic, made where nobody administers yet: accounts that
    were added before may not be able to.

    Its password is the one that is set, else by link the one that its owner sets, else one made up, kept
    beside the embedded database for this user to read. While nobody who administers can sign in there is a
    new link at each start. The audit trail is told of the account and of each link, by this process's user.
    """
    note = services.settings.data_dir / "sign-in"
    chosen = services.settings.admin_password.get_secret_value()
    now = services.clock()
    password: str | None = None
    with services.store.writing() as session:
        there = [one for one in accounts.known(session) if not one.service]
        admins = [one for one in there if _administers(one)]
        if not admins and not any(one.account.name == _FIRST for one in there):
            if chosen and (wrong := why_not_this_password(_FIRST, chosen)) is not None:
                raise SetupError(f"ABSTRACTOR_ADMIN_PASSWORD will not do. {wrong}")
            password = chosen or (None if by_link else secrets.token_urlsafe(12))
            account = accounts.create(session, _FIRST, password, roles=Role, sites=None, now=now)
            tell_of_account(session, Action.ACCOUNT_ADDED, account, by=at_the_machine(), now=now)
        elif by_link and (waiting := _never_signed_in(admins)) is not None:
            account = waiting
            tell_of_account(session, Action.LINK_MADE, account, by=at_the_machine(), now=now)
        else:
            names = [one.account.name for one in admins or there]
            return FirstAccount(_FIRST if _FIRST in names else names[0], _noted(note))
        if password is None:
            link = account_links.make_link(session, account.id, life=LINK_LIFE, now=now)
            return FirstAccount(account.name, None, link)
        if not chosen:
            _note(note, password)
    return FirstAccount(account.name, None if chosen else password)


def create_account(
    services: Services,
    name: str,
    password: str | None,
    *,
    roles: Iterable[Role],
    sites: Iterable[int] | None,
    now: datetime,
) -> Account:
    """A new account; `sites` null: every clinic. `Conflict` where the name is taken."""
    with services.store.writing() as session:
        return accounts.create(session, name, password, roles=roles, sites=sites, now=now)


def sign_in(
    services: Services, name: str, password: str, now: datetime, *, address: str | None = None
) -> str | None:
    """The new session's token for the cookie, or None: wrong name, wrong password, or too many failures."""
    return sign_ins.sign_in(services.store, name, password, now=now, address=address)


def sign_in_wait(services: Services, name: str, now: datetime, *, address: str | None = None) -> int:
    """Seconds until this name may try again from this address; 0: at once."""
    with services.store.reading() as session:
        return guessing.seconds_to_wait(session, name, now=now, address=address)


def session_of(services: Services, token: str, now: datetime) -> Account | None:
    """Who holds this token; None where it is unknown, ended, unused for `session_idle` or past
    `session_life`.
    """
    settings = services.settings
    return sign_ins.session_of(
        services.store, token, now=now, idle=settings.session_idle, life=settings.session_life
    )


def sign_out(services: Services, token: str, now: datetime) -> None:
    sign_ins.sign_out(services.store, token, now=now)


def account_of_token(services: Services, token: str, now: datetime) -> Account | None:
    """The service that holds this token; None where it is unknown, revoked or expired, which the audit trail
    is told.
    """
    account = service_tokens.account_of_token(services.store, token, now=now)
    if account is None:
        whose = service_tokens.bearer_of(services.store, token)
        tell_refused(services.store, Action.SIGN_IN_REFUSED, account_id=whose, detail="token", now=now)
    return account


def account_of_link(services: Services, token: str, now: datetime) -> Account | None:
    with services.store.reading() as session:
        return account_links.account_of_link(session, token, now=now)


def use_link(services: Services, token: str, password: str, now: datetime) -> Account | None:
    """The account, which has this password now; None where the link is worthless, which the audit trail is
    told.
    """
    kept = hashed(password)
    with services.store.writing() as session:
        account = account_links.use_link(session, token, kept, now=now)
    if account is None:
        tell_refused(services.store, Action.SIGN_IN_REFUSED, account_id=None, detail="link", now=now)
    return account


def change_password(
    services: Services, account: Account, old: str, new: str, *, token: str, now: datetime
) -> bool:
    """False where the old one is wrong, or is taken away meanwhile. Every session of the account ends but
    this one, of `token`.
    """
    with services.store.writing() as session:
        guessing.count_try(session, account.name, now=now)
        row = accounts.row_named(session, account.name)
        before = None if row is None else row.password_hash
    if before is None or not matches(before, old):
        return False
    kept = hashed(new)
    with services.store.writing() as session:
        row = accounts.row_named(session, account.name)
        if row is None or row.password_hash != before:
            return False
        guessing.forget(session, account.name, now=now)
        account_links.set_password(session, account.id, kept, now=now, keep=token)
    return True


def has_password(services: Services, account: Account) -> bool:
    """False: it signs in by a provider alone."""
    with services.store.reading() as session:
        row = accounts.row_named(session, account.name)
        return row is not None and row.password_hash is not None


def why_not_this_password(name: str, password: str) -> str | None:
    """In words; None where it will do."""
    if len(password) < LEAST_PASSWORD:
        return f"The password has fewer than {LEAST_PASSWORD} characters."
    if not password.strip():
        return "The password has nothing but blanks."
    if accounts.plain(name) == accounts.plain(password):
        return "The password is the name of the account."
    return None


def _administers(one: KnownAccount) -> bool:
    return one.disabled_at is None and Role.IT_ADMIN in one.account.roles and one.account.sites is None


def _never_signed_in(admins: Sequence[KnownAccount]) -> Account | None:
    """The first account, where nobody who administers has a way to sign in."""
    if any(one.password or one.provider for one in admins):
        return None
    return next((one.account for one in admins if one.account.name == _FIRST), None)


def _note(path: Path, password: str) -> None:
    """For the owner's eyes only, from its first byte on."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(password + "\n")
    except OSError as failure:
        raise SetupError(
            f"the first sign-in cannot be kept in {path} ({failure.strerror}); set ABSTRACTOR_ADMIN_PASSWORD"
        ) from None


def _noted(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except OSError:
        return None
