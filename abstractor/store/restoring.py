"""What a restored backup must not bring back: ways in that may have been shut since it was made."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select, update

from abstractor.store.account_tables import AccountLinkRow, AccountRow, ServiceTokenRow, SessionRow
from abstractor.store.rows import changed, kept

__all__ = ["Ended", "end_ways_in"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How many sign-ins and one-time links are gone; `tokens` were in use then, each by its number and the
    name of its service, and are revoked.
    """

    sessions: int
    links: int
    tokens: tuple[tuple[int, str], ...]


def end_ways_in(session: Session, *, now: datetime) -> Ended:
    """Whether a session, a link or a token was ended after the backup was made, the backup cannot say."""
    held = session.exec(
        select(ServiceTokenRow.id, AccountRow.name)
        .join(AccountRow, col(AccountRow.id) == ServiceTokenRow.account_id)
        .where(col(ServiceTokenRow.revoked_at).is_(None), col(ServiceTokenRow.expires_at) > now)
        .order_by(col(ServiceTokenRow.id))
    ).all()
    unrevoked = update(ServiceTokenRow).where(col(ServiceTokenRow.revoked_at).is_(None))
    changed(session, unrevoked.values(revoked_at=now))
    return Ended(
        sessions=changed(session, delete(SessionRow)),
        links=changed(session, delete(AccountLinkRow)),
        tokens=tuple((kept(number), name) for number, name in held),
    )
