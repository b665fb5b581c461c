"""What a restored backup must not bring back: ways in that may have been shut since it was made; and how its
trail tells that it was restored.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select, update

from abstractor.store import trail
from abstractor.store.account_tables import AccountLinkRow, AccountRow, ServiceTokenRow, SessionRow
from abstractor.store.backup_file import Backup
from abstractor.store.rows import changed, kept
from abstractor.store.values import Action

__all__ = ["Ended", "end_ways_in", "tell_restored"]


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


def tell_restored(session: Session, backup: Backup, ended: Ended, *, by: str, now: datetime) -> None:
    """With what it tells of, so that there is no restored database whose trail does not say so."""
    shut = f"sessions={ended.sessions} links={ended.links} tokens={len(ended.tokens)}"
    detail = f"by={by} rows={backup.rows} {backup.digest} {shut}"
    trail.record(session, action=Action.RESTORED, account_id=None, detail=detail, now=now)
