"""Signing in and out with a local account."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from abstractor.errors import SetupError
from abstractor.store import accounts
from abstractor.store.values import Account, Role
from abstractor.workflow.services import Services

__all__ = [
    "FirstAccount",
    "create_account",
    "first_account",
    "session_of",
    "sign_in",
    "sign_in_wait",
    "sign_out",
]

_FIRST = "admin"


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """How to sign in; `password` is null where somebody has chosen it and only its hash is kept."""

    name: str
    password: str | None


def first_account(services: Services) -> FirstAccount:
    """The account to begin with, made where there is none yet.

    Its password is the one that is set, else one made up, kept beside the embedded database for this user to
    read.
    """
    note = services.settings.data_dir / "sign-in"
    chosen = services.settings.admin_password.get_secret_value()
    with services.store.writing() as session:
        names = accounts.names(session)
        if names:
            return FirstAccount(_FIRST if _FIRST in names else names[0], _noted(note))
        password = chosen or secrets.token_urlsafe(12)
        accounts.create(session, _FIRST, password, role=Role.ADMIN, now=services.clock())
        if not chosen:
            _note(note, password)
    return FirstAccount(_FIRST, None if chosen else password)


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
    """Who holds this token; None where it is unknown, ended, unused for `session_idle` or past
    `session_life`.
    """
    settings = services.settings
    return accounts.session_of(
        services.store, token, now=now, idle=settings.session_idle, life=settings.session_life
    )


def sign_out(services: Services, token: str, now: datetime) -> None:
    accounts.sign_out(services.store, token, now=now)


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
