"""Accounts as an OpenID Connect provider knows them: by issuer and subject, once they are claimed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select, update

from abstractor.store import accounts, trail
from abstractor.store.account_tables import AccountRow
from abstractor.store.rows import changed, kept
from abstractor.store.values import Account, Action

__all__ = ["KnownSubject", "bind", "claim", "known_subject", "let_in", "made_for"]


@dataclass(frozen=True, slots=True)
class KnownSubject:
    """`by_groups`: nobody made the account here; its groups at the provider did."""

    account: Account
    disabled: bool
    by_groups: bool


def known_subject(session: Session, issuer: str, subject: str) -> KnownSubject | None:
    row = session.exec(
        select(AccountRow).where(AccountRow.oidc_issuer == issuer, AccountRow.oidc_subject == subject)
    ).first()
    if row is None:
        return None
    return KnownSubject(
        accounts.account_in(session, row),
        disabled=row.disabled_at is not None,
        by_groups=row.oidc_name is None,
    )


def claim(session: Session, issuer: str, subject: str, name: str, *, now: datetime) -> Account | None:
    """The account that was made for this name and that nobody has claimed yet; it is theirs now."""
    row = session.exec(
        select(AccountRow).where(
            AccountRow.oidc_name == accounts.plain(name),
            col(AccountRow.oidc_subject).is_(None),
            col(AccountRow.disabled_at).is_(None),
        )
    ).first()
    if row is None or not bind(session, kept(row.id), issuer, subject, now=now):
        return None
    return accounts.account_in(session, row)


def made_for(session: Session, name: str) -> int | None:
    """The account that was made for whom a provider calls so, claimed by now or disabled as it may be."""
    return session.exec(select(AccountRow.id).where(AccountRow.oidc_name == accounts.plain(name))).first()


def let_in(session: Session, account_id: int, *, name: str, issuer: str, subject: str | None) -> bool:
    """From now on this subject of this issuer, or without one the first whom the provider calls so; nobody
    else. False where another account is for either. An account for a name is no longer one by groups.
    """
    called = accounts.plain(name)
    others = select(AccountRow.id).where(
        AccountRow.id != account_id,
        or_(
            col(AccountRow.oidc_name) == called,
            and_(col(AccountRow.oidc_issuer) == issuer, col(AccountRow.oidc_subject) == subject),
        ),
    )
    if session.exec(others).first() is not None:
        return False
    row = session.get_one(AccountRow, account_id)
    row.oidc_name, row.oidc_subject = called, subject
    row.oidc_issuer = None if subject is None else issuer
    session.add(row)
    session.flush()
    return True


def bind(session: Session, account_id: int, issuer: str, subject: str, *, now: datetime) -> bool:
    """False where somebody else was quicker."""
    mine = update(AccountRow).where(col(AccountRow.id) == account_id, col(AccountRow.oidc_subject).is_(None))
    if not changed(session, mine.values(oidc_issuer=issuer, oidc_subject=subject)):
        return False
    trail.record(session, action=Action.ACCOUNT_CLAIMED, account_id=account_id, now=now)
    return True
