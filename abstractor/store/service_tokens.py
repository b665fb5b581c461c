"""Tokens by which a service asks the API: each of an account of its own, with its roles and clinics."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from abstractor.store import accounts
from abstractor.store.account_tables import AccountRow, ServiceTokenRow
from abstractor.store.account_values import ServiceToken
from abstractor.store.database import Store
from abstractor.store.passwords import new_token, token_hash
from abstractor.store.rows import add, changed, kept
from abstractor.store.values import Account

__all__ = ["account_of_token", "bearer_of", "make_token", "revoke_token", "service_tokens"]

# How a token begins, so that one that leaked is known for what it is.
_PREFIX = "abs_"
_NOTED_EVERY = timedelta(minutes=1)


def make_token(session: Session, account_id: int, *, life: timedelta, now: datetime) -> tuple[int, str]:
    """Its number, and the token, which is shown nowhere again."""
    token = _PREFIX + new_token()
    row = ServiceTokenRow(
        account_id=account_id, token_hash=token_hash(token), made_at=now, expires_at=now + life
    )
    add(session, row)
    return kept(row.id), token


def account_of_token(store: Store, token: str, *, now: datetime) -> Account | None:
    """Whose it is; None where it is unknown, revoked or expired, or its account is disabled."""
    if not token.startswith(_PREFIX):
        return None
    with store.reading() as session:
        row = session.exec(
            select(ServiceTokenRow).where(ServiceTokenRow.token_hash == token_hash(token))
        ).first()
        if row is None or row.revoked_at is not None or row.expires_at <= now:
            return None
        who = session.get_one(AccountRow, row.account_id)
        if who.disabled_at is not None:
            return None
        account, number = accounts.account_in(session, who), kept(row.id)
        due = row.used_at is None or now - row.used_at >= _NOTED_EVERY
    if due:
        with store.writing() as session:
            mine = col(ServiceTokenRow.id) == number
            changed(session, update(ServiceTokenRow).where(mine).values(used_at=now))
    return account


def bearer_of(store: Store, token: str) -> int | None:
    """The account that a token was made for, whatever became of the two since; None of one that never was."""
    with store.reading() as session:
        of = select(ServiceTokenRow.account_id).where(ServiceTokenRow.token_hash == token_hash(token))
        return session.exec(of).first()


def service_tokens(session: Session) -> tuple[ServiceToken, ...]:
    """Every token that was ever made, the oldest first."""
    return tuple(
        ServiceToken(
            id=kept(row.id),
            account=accounts.account_in(session, session.get_one(AccountRow, row.account_id)),
            made_at=row.made_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            used_at=row.used_at,
        )
        for row in session.exec(select(ServiceTokenRow).order_by(col(ServiceTokenRow.id)))
    )


def revoke_token(session: Session, token_id: int, *, now: datetime) -> int | None:
    """From the next request on; the number of its account, none where no such token is in use."""
    row = session.get(ServiceTokenRow, token_id)
    if row is None or row.revoked_at is not None:
        return None
    row.revoked_at = now
    session.add(row)
    return row.account_id
