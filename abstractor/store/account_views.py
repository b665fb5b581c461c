"""The accounts as IT looks at them: with the last sign-in, what is open, and how each comes in."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.store import accounts
from abstractor.store.account_tables import AccountLinkRow, AccountRow, ServiceTokenRow, SessionRow
from abstractor.store.account_values import AccountSeen
from abstractor.store.tables import TrailRow
from abstractor.store.values import Action

__all__ = ["seen"]


def seen(
    session: Session, *, now: datetime, idle: int, life: int, only: int | None = None
) -> tuple[AccountSeen, ...]:
    """By name; `only` that number, none where it is none. Seconds: after `idle` unused, or `life` in all, a
    sign-in has ended.
    """
    there = accounts.numbered(session, only) if only is not None else None
    known = accounts.known(session) if only is None else () if there is None else (there,)
    numbers = [one.account.id for one in known]
    rows = {row.id: row for row in session.exec(select(AccountRow).where(col(AccountRow.id).in_(numbers)))}
    last = _last(session, numbers)
    links = _links(session, now=now)
    signed_in = _sessions(session, used=now - timedelta(seconds=idle), begun=now - timedelta(seconds=life))
    return tuple(
        AccountSeen(
            known=one,
            signed_in_at=last.get(one.account.id),
            link_until=links.get(one.account.id),
            sessions=signed_in.get(one.account.id, 0),
            oidc_name=rows[one.account.id].oidc_name,
            issuer=rows[one.account.id].oidc_issuer,
            subject=rows[one.account.id].oidc_subject,
        )
        for one in known
    )


def _last(session: Session, numbers: Iterable[int]) -> dict[int, datetime]:
    """Entries of the trail stay, sessions do not."""
    signed_in = (
        select(TrailRow.account_id, func.max(TrailRow.at))
        .where(TrailRow.action == Action.SIGNED_IN.value, col(TrailRow.account_id).in_(numbers))
        .group_by(col(TrailRow.account_id))
    )
    used = (
        select(ServiceTokenRow.account_id, func.max(ServiceTokenRow.used_at))
        .where(col(ServiceTokenRow.account_id).in_(numbers), col(ServiceTokenRow.used_at).is_not(None))
        .group_by(col(ServiceTokenRow.account_id))
    )
    return {number: at for number, at in (*session.exec(signed_in), *session.exec(used)) if number}


def _links(session: Session, *, now: datetime) -> dict[int, datetime]:
    good = select(AccountLinkRow.account_id, AccountLinkRow.expires_at).where(AccountLinkRow.expires_at > now)
    return {number: until for number, until in session.exec(good)}


def _sessions(session: Session, *, used: datetime, begun: datetime) -> dict[int, int]:
    going_on = (
        select(SessionRow.account_id, func.count())
        .where(col(SessionRow.seen_at) > used, col(SessionRow.started_at) > begun)
        .group_by(col(SessionRow.account_id))
    )
    return {number: count for number, count in session.exec(going_on)}
