"""Tries that were refused, told in the audit trail: so many in an hour and no more, or who tries for ever
would fill the disk and bury the rest.
"""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.store import trail
from abstractor.store.database import Store
from abstractor.store.tables import CycleRow, PatientRow, TrailRow
from abstractor.store.values import Action

__all__ = ["tell_refused"]

# Of one account, and of all who are strangers together, by action.
_OF_AN_ACCOUNT = 20
_OF_STRANGERS = 60
_WITHIN = timedelta(hours=1)
_LOOKED_AT = 1_000  # of the newest entries: a refusal costs the same however long the trail is
_LAST = "last=for-an-hour"


def tell_refused(
    store: Store,
    action: Action,
    *,
    account_id: int | None,
    detail: str | None,
    now: datetime,
    patient_id: int | None = None,
    cycle_id: int | None = None,
) -> None:
    """An entry, in a transaction of its own; `account_id` null: nobody knows who it is. The last for an hour
    says so. A chart or cycle that is not there is not named.
    """
    most = _OF_STRANGERS if account_id is None else _OF_AN_ACCOUNT
    with store.reading() as session:
        told = _told(session, action, account_id, since=now - _WITHIN)
        if told >= most:
            return
        patient = session.get(PatientRow, patient_id) if patient_id is not None else None
        cycle = session.get(CycleRow, cycle_id) if cycle_id is not None else None
    words = [*([detail] if detail else []), *([_LAST] if told == most - 1 else [])]
    with store.writing() as session:
        trail.record(
            session,
            action=action,
            account_id=account_id,
            patient_id=None if patient is None else patient_id,
            cycle_id=None if cycle is None else cycle_id,
            detail=" ".join(words) or None,
            now=now,
        )


def _told(session: Session, action: Action, account_id: int | None, *, since: datetime) -> int:
    newest = (
        columns(col(TrailRow.action), col(TrailRow.account_id), col(TrailRow.at))
        .order_by(col(TrailRow.id).desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    of = newest.c.account_id.is_(None) if account_id is None else newest.c.account_id == account_id
    counted = columns(func.count()).where(newest.c.action == action.value, of, newest.c.at > since)
    return session.connection().scalar(counted) or 0
