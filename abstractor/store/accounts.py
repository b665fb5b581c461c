"""Accounts: who there is, with which roles and clinics; made, changed, disabled, never removed.

The audit trail names them by number, so that a number is never given twice.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from abstractor.errors import Conflict
from abstractor.store.account_tables import (
    AccountLinkRow,
    AccountRoleRow,
    AccountRow,
    AccountSiteRow,
    ServiceTokenRow,
    SessionRow,
)
from abstractor.store.account_values import KnownAccount
from abstractor.store.passwords import hashed
from abstractor.store.rows import add, changed, kept
from abstractor.store.values import Account, Role

__all__ = [
    "account_in",
    "administrators",
    "create",
    "disable",
    "enable",
    "enabled",
    "end_sessions",
    "known",
    "named",
    "names",
    "numbered",
    "plain",
    "row_named",
    "set_roles",
    "set_sites",
]


def create(
    session: Session,
    name: str,
    password: str | None,
    *,
    roles: Iterable[Role],
    sites: Iterable[int] | None,
    now: datetime,
    service: bool = False,
) -> Account:
    """`sites` null: every clinic. Without a password it signs in by a link first, or by the provider.
    `Conflict` where the name is taken.
    """
    if row_named(session, name) is not None:
        raise Conflict("an account of that name exists already")
    row = AccountRow(
        name=plain(name),
        password_hash=None if password is None else hashed(password),
        service=service,
        created_at=now,
    )
    add(session, row)
    set_roles(session, kept(row.id), roles)
    set_sites(session, kept(row.id), sites)
    return account_in(session, row)


def names(session: Session) -> tuple[str, ...]:
    """Of people; services do not sign in."""
    return tuple(
        session.exec(
            select(AccountRow.name).where(col(AccountRow.service).is_(False)).order_by(AccountRow.name)
        )
    )


def row_named(session: Session, name: str) -> AccountRow | None:
    return session.exec(select(AccountRow).where(AccountRow.name == plain(name))).first()


def named(session: Session, name: str) -> KnownAccount | None:
    row = row_named(session, name)
    return None if row is None else _known(session, row)


def numbered(session: Session, account_id: int) -> KnownAccount | None:
    row = session.get(AccountRow, account_id, populate_existing=True)
    return None if row is None else _known(session, row)


def administrators(session: Session) -> tuple[KnownAccount, ...]:
    """Who administers every clinic. Nobody else takes that from one of them before this transaction ends: of
    two who take it from each other, the later one sees what the first did.
    """
    admins = select(AccountRoleRow.account_id).where(AccountRoleRow.role == Role.IT_ADMIN.value)
    wanted = select(AccountRow).where(col(AccountRow.id).in_(admins)).order_by(col(AccountRow.id))
    held = session.exec(wanted.with_for_update().execution_options(populate_existing=True)).all()
    found = (_known(session, row) for row in held if row.all_sites and row.disabled_at is None)
    return tuple(one for one in found if Role.IT_ADMIN in one.account.roles)


def known(session: Session) -> tuple[KnownAccount, ...]:
    """Every account by its name."""
    rows = session.exec(select(AccountRow).order_by(AccountRow.name)).all()
    return tuple(_known(session, row) for row in rows)


def enabled(session: Session, numbers: Collection[int]) -> tuple[Account, ...]:
    """Of those accounts, the ones that are not disabled."""
    of_role, of_site = col(AccountRoleRow.account_id), col(AccountSiteRow.account_id)
    wanted = select(AccountRow).where(col(AccountRow.id).in_(numbers), col(AccountRow.disabled_at).is_(None))
    roles = set(
        session.exec(select(AccountRoleRow.account_id, AccountRoleRow.role).where(of_role.in_(numbers)))
    )
    sites = set(
        session.exec(select(AccountSiteRow.account_id, AccountSiteRow.clinic_id).where(of_site.in_(numbers)))
    )
    return tuple(
        Account(
            id=kept(row.id),
            name=row.name,
            roles=frozenset(Role(role) for number, role in roles if number == row.id),
            sites=None if row.all_sites else frozenset(site for number, site in sites if number == row.id),
        )
        for row in session.exec(wanted.order_by(AccountRow.name))
    )


def set_roles(session: Session, account_id: int, roles: Iterable[Role]) -> None:
    """These and no others; what they allow counts from the next request on."""
    changed(session, delete(AccountRoleRow).where(col(AccountRoleRow.account_id) == account_id))
    session.add_all(AccountRoleRow(account_id=account_id, role=role.value) for role in sorted(set(roles)))
    session.flush()


def set_sites(session: Session, account_id: int, sites: Iterable[int] | None) -> None:
    """These clinics and no others; null: every one."""
    row = session.get_one(AccountRow, account_id)
    row.all_sites = sites is None
    session.add(row)
    changed(session, delete(AccountSiteRow).where(col(AccountSiteRow.account_id) == account_id))
    session.add_all(AccountSiteRow(account_id=account_id, clinic_id=one) for one in sorted(set(sites or ())))
    session.flush()


def disable(session: Session, account_id: int, *, now: datetime) -> None:
    """It signs in no more, and whatever it was signed in with ends at once."""
    row = session.get_one(AccountRow, account_id)
    row.disabled_at = row.disabled_at or now
    session.add(row)
    end_sessions(session, account_id)
    changed(session, delete(AccountLinkRow).where(col(AccountLinkRow.account_id) == account_id))
    for token in session.exec(select(ServiceTokenRow).where(ServiceTokenRow.account_id == account_id)):
        token.revoked_at = token.revoked_at or now
        session.add(token)


def enable(session: Session, account_id: int) -> None:
    """Its tokens stay revoked."""
    row = session.get_one(AccountRow, account_id)
    row.disabled_at = None
    session.add(row)


def end_sessions(session: Session, account_id: int, *, but: str | None = None) -> int:
    """All of its sessions, but the one with that hash; how many."""
    theirs = delete(SessionRow).where(col(SessionRow.account_id) == account_id)
    return changed(session, theirs if but is None else theirs.where(col(SessionRow.token_hash) != but))


def account_in(session: Session, row: AccountRow) -> Account:
    number = kept(row.id)
    roles = session.exec(select(AccountRoleRow.role).where(AccountRoleRow.account_id == number))
    sites = session.exec(select(AccountSiteRow.clinic_id).where(AccountSiteRow.account_id == number))
    return Account(
        id=number,
        name=row.name,
        roles=frozenset(map(Role, roles)),
        sites=None if row.all_sites else frozenset(sites),
    )


def plain(name: str) -> str:
    """A name as it is kept: however it is typed, it is the same account."""
    return name.strip().casefold()


def _known(session: Session, row: AccountRow) -> KnownAccount:
    return KnownAccount(
        account=account_in(session, row),
        service=row.service,
        password=row.password_hash is not None,
        provider=row.oidc_name is not None or row.oidc_subject is not None,
        issuer=None if row.oidc_subject is None else row.oidc_issuer,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
