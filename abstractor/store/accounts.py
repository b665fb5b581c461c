"""Local accounts: Argon2id passwords, sessions by opaque token, and a brake on guessing.

A token is random and only its hash is kept. A try is counted before the password is looked at, so that many
tries at once get no further than one after another.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlmodel import Session, col, select, update

from abstractor.errors import Conflict
from abstractor.store import audit
from abstractor.store.database import Store
from abstractor.store.rows import add, changed, kept
from abstractor.store.tables import AccountRow, SessionRow, SignInFailureRow
from abstractor.store.values import Account, Action, Role

__all__ = ["create", "names", "seconds_to_wait", "session_of", "sign_in", "sign_out"]

# Five free tries, then 30 seconds, doubled with each failure, at most 15 minutes.
_FREE_TRIES = 5
_FIRST_WAIT = 30
_LONGEST_WAIT = 900
_hasher = PasswordHasher()


def create(session: Session, name: str, password: str, *, role: Role, now: datetime) -> Account:
    if session.exec(select(AccountRow.id).where(AccountRow.name == _plain(name))).first() is not None:
        raise Conflict("an account of that name exists already")
    row = AccountRow(name=_plain(name), role=role.value, password_hash=_hasher.hash(password), created_at=now)
    add(session, row)
    return _account(row)


def names(session: Session) -> tuple[str, ...]:
    return tuple(session.exec(select(AccountRow.name).order_by(AccountRow.name)))


def seconds_to_wait(session: Session, name: str, *, now: datetime) -> int:
    """How long this name must wait before its next try; 0: not at all."""
    row = session.get(SignInFailureRow, _hash(_plain(name)))
    if row is None or row.failures < _FREE_TRIES:
        return 0
    wait = min(_FIRST_WAIT * 2 ** min(row.failures - _FREE_TRIES, 10), _LONGEST_WAIT)
    left = (row.last_at + timedelta(seconds=wait) - now).total_seconds()
    return max(0, round(left + 0.5))


def sign_in(store: Store, name: str, password: str, *, now: datetime) -> str | None:
    """The token of a new session, or None. The slow comparison runs outside of any transaction."""
    with store.writing() as session:
        if seconds_to_wait(session, name, now=now) > 0:
            audit.record(session, action=Action.SIGN_IN_REFUSED, account_id=None, now=now)
            return None
        _count_try(session, name, now=now)
        row = session.exec(select(AccountRow).where(AccountRow.name == _plain(name))).first()
        account = None if row is None else _account(row)
        password_hash = _nobody() if row is None else row.password_hash
    right = _matches(password_hash, password)
    with store.writing() as session:
        if account is None or not right:
            audit.record(
                session, action=Action.SIGN_IN_REFUSED, account_id=account.id if account else None, now=now
            )
            return None
        changed(
            session, delete(SignInFailureRow).where(col(SignInFailureRow.name_hash) == _hash(_plain(name)))
        )
        token = secrets.token_urlsafe(32)
        session.add(SessionRow(token_hash=_hash(token), account_id=account.id, started_at=now, seen_at=now))
        audit.record(session, action=Action.SIGNED_IN, account_id=account.id, now=now)
        return token


def session_of(store: Store, token: str, *, now: datetime, idle: int, life: int) -> Account | None:
    """Who holds the token; its last use is noted, though not more often than the idle time needs."""
    with store.reading() as session:
        row = session.get(SessionRow, _hash(token))
        if row is None or _ended(row, now=now, idle=idle, life=life):
            return None
        account = _account(session.get_one(AccountRow, row.account_id))
        due = now - row.seen_at >= timedelta(seconds=min(60, idle / 10))
    if due:
        with store.writing() as session:
            mine = col(SessionRow.token_hash) == _hash(token)
            changed(session, update(SessionRow).where(mine).values(seen_at=now))
    return account


def sign_out(store: Store, token: str, *, now: datetime) -> None:
    with store.writing() as session:
        row = session.get(SessionRow, _hash(token))
        if row is not None:
            session.delete(row)
            audit.record(session, action=Action.SIGNED_OUT, account_id=row.account_id, now=now)


def _count_try(session: Session, name: str, *, now: datetime) -> None:
    """A success takes the count away again; counts of a day ago are forgotten."""
    changed(session, delete(SignInFailureRow).where(col(SignInFailureRow.last_at) < now - timedelta(days=1)))
    key = _hash(_plain(name))
    row = session.get(SignInFailureRow, key) or SignInFailureRow(name_hash=key, failures=0, last_at=now)
    row.failures += 1
    row.last_at = now
    session.add(row)


def _ended(row: SessionRow, *, now: datetime, idle: int, life: int) -> bool:
    return now - row.seen_at >= timedelta(seconds=idle) or now - row.started_at >= timedelta(seconds=life)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that no password matches, so that an unknown name takes as long as a wrong password."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _plain(name: str) -> str:
    return name.strip().casefold()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _account(row: AccountRow) -> Account:
    return Account(id=kept(row.id), name=row.name, role=Role(row.role))
