"""Signing in and out with a local account."""

from datetime import datetime

from abstractor.store import accounts
from abstractor.store.values import Account, Role
from abstractor.workflow.services import Services

__all__ = ["create_account", "session_of", "sign_in", "sign_in_wait", "sign_out"]


def create_account(services: Services, name: str, password: str, *, role: Role, now: datetime) -> Account:
    """A new account; `Conflict` where the name is taken."""
    with services.store.writing() as session:
        return accounts.create(session, name, password, role=role, now=now)


def sign_in(services: Services, name: str, password: str, now: datetime) -> str | None:
    """The new session's token for the cookie, or None: wrong name, wrong password, or too many failures."""
    return accounts.sign_in(services.store, name, password, now=now)


def sign_in_wait(services: Services, name: str, now: datetime) -> int:
    """Seconds until this name may try again; 0: at once."""
    with services.store.reading() as session:
        return accounts.seconds_to_wait(session, name, now=now)


def session_of(services: Services, token: str, now: datetime) -> Account | None:
    """Who holds this token; None where it is unknown, ended, unused for `session_idle` or past `session_life`."""
    settings = services.settings
    return accounts.session_of(
        services.store, token, now=now, idle=settings.session_idle, life=settings.session_life
    )


def sign_out(services: Services, token: str, now: datetime) -> None:
    accounts.sign_out(services.store, token, now=now)
