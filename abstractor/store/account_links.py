"""One-time links: by one, whoever was given it sets the password of an account, once and for some time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from abstractor.store import accounts, trail
from abstractor.store.account_tables import AccountLinkRow, AccountRow
from abstractor.store.passwords import new_token, token_hash
from abstractor.store.rows import changed
from abstractor.store.values import Account, Action

__all__ = ["account_of_link", "make_link", "set_password", "take_password", "use_link"]


def make_link(session: Session, account_id: int, *, life: timedelta, now: datetime) -> str:
    """Its token; an older link of the account is worthless from now on."""
    changed(session, delete(AccountLinkRow).where(col(AccountLinkRow.account_id) == account_id))
    token = new_token()
    session.add(
        AccountLinkRow(
            account_id=account_id, token_hash=token_hash(token), made_at=now, expires_at=now + life
        )
    )
    return token


def account_of_link(session: Session, token: str, *, now: datetime) -> Account | None:
    """Whose password it may set; None where it was used, has expired, or never was."""
    row = session.exec(select(AccountLinkRow).where(AccountLinkRow.token_hash == token_hash(token))).first()
    if row is None or row.expires_at <= now:
        return None
    who = session.get_one(AccountRow, row.account_id)
    return None if who.disabled_at is not None else accounts.account_in(session, who)


def use_link(session: Session, token: str, password_hash: str, *, now: datetime) -> Account | None:
    """Of two that use it at once, one: the row is there to take away once."""
    account = account_of_link(session, token, now=now)
    gone = delete(AccountLinkRow).where(col(AccountLinkRow.token_hash) == token_hash(token))
    if account is None or not changed(session, gone):
        return None
    set_password(session, account.id, password_hash, now=now)
    return account


def set_password(
    session: Session, account_id: int, password_hash: str, *, now: datetime, keep: str | None = None
) -> None:
    """Every session of the account ends, but the one of the token `keep`; so does a link to set another."""
    row = session.get_one(AccountRow, account_id)
    row.password_hash = password_hash
    session.add(row)
    accounts.end_sessions(session, account_id, but=None if keep is None else token_hash(keep))
    changed(session, delete(AccountLinkRow).where(col(AccountLinkRow.account_id) == account_id))
    trail.record(session, action=Action.PASSWORD_SET, account_id=account_id, now=now)


def take_password(session: Session, account_id: int) -> bool:
    """Nobody signs in to the account by its password any more, or sets one by a link that is there; every
    session of it ends. Whether there was either. The link goes first: who uses it at this moment has then
    ended.
    """
    links = changed(session, delete(AccountLinkRow).where(col(AccountLinkRow.account_id) == account_id))
    held = update(AccountRow).where(
        col(AccountRow.id) == account_id, col(AccountRow.password_hash).is_not(None)
    )
    passwords = changed(session, held.values(password_hash=None))
    accounts.end_sessions(session, account_id)
    return bool(links or passwords)
