"""Sessions by opaque token: begun with a password or by a provider, ended by time, by signing out, by a new
password.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, update

from abstractor.store import accounts, guessing, trail
from abstractor.store.account_tables import AccountRow, SessionRow
from abstractor.store.database import Store
from abstractor.store.passwords import matches, new_token, nobody, token_hash
from abstractor.store.refused import tell_refused
from abstractor.store.rows import changed, kept
from abstractor.store.trail_names import naming
from abstractor.store.values import Account, Action

__all__ = ["begin_session", "session_of", "sign_in", "sign_out"]


def sign_in(
    store: Store, name: str, password: str, *, now: datetime, address: str | None = None
) -> str | None:
    """The token of a new session, or None. The slow comparison runs outside of any transaction."""
    with store.writing() as session:
        waits = guessing.seconds_to_wait(session, name, now=now, address=address) > 0
        before = None if waits else guessing.count_try(session, name, now=now, address=address)
        row = accounts.row_named(session, name)
        account_id = None if row is None else kept(row.id)
        password_hash = (None if row is None or row.service else row.password_hash) or nobody()
    if waits:
        tell_refused(store, Action.SIGN_IN_REFUSED, account_id=None, detail="waits", now=now)
        return None
    right = matches(password_hash, password)
    with store.writing() as session:
        row = None if account_id is None else session.get(AccountRow, account_id)
        if row is not None and right and row.disabled_at is None and row.password_hash == password_hash:
            guessing.forget(session, name, now=now, address=address, before=before)
            return begin_session(session, kept(row.id), now=now)
        disabled = row is not None and row.disabled_at is not None
    told = "disabled" if disabled else None
    tell_refused(store, Action.SIGN_IN_REFUSED, account_id=account_id, detail=told, now=now)
    return None


def begin_session(session: Session, account_id: int, *, now: datetime) -> str:
    """For an account that has proved who it is; the token for its cookie."""
    token = new_token()
    session.add(SessionRow(token_hash=token_hash(token), account_id=account_id, started_at=now, seen_at=now))
    named = naming(session.get_one(AccountRow, account_id).name)
    trail.record(session, action=Action.SIGNED_IN, account_id=account_id, detail=named, now=now)
    return token


def session_of(store: Store, token: str, *, now: datetime, idle: int, life: int) -> Account | None:
    """Who holds the token; its last use is noted, though not more often than the idle time needs."""
    with store.reading() as session:
        row = session.get(SessionRow, token_hash(token))
        if row is None or _ended(row, now=now, idle=idle, life=life):
            return None
        who = session.get_one(AccountRow, row.account_id)
        if who.disabled_at is not None:
            return None
        account = accounts.account_in(session, who)
        due = now - row.seen_at >= timedelta(seconds=min(60, idle / 10))
    if due:
        with store.writing() as session:
            mine = col(SessionRow.token_hash) == token_hash(token)
            changed(session, update(SessionRow).where(mine).values(seen_at=now))
    return account


def sign_out(store: Store, token: str, *, now: datetime) -> None:
    with store.writing() as session:
        row = session.get(SessionRow, token_hash(token))
        if row is not None:
            session.delete(row)
            trail.record(session, action=Action.SIGNED_OUT, account_id=row.account_id, now=now)


def _ended(row: SessionRow, *, now: datetime, idle: int, life: int) -> bool:
    return now - row.seen_at >= timedelta(seconds=idle) or now - row.started_at >= timedelta(seconds=life)
