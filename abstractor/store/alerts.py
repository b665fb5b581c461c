"""What IT is to be told: each trouble once when it began, and once when it is over.

Any number of processes may note and tell: a trouble is open once, and whoever claims the telling has it alone
for a while.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select, update

from abstractor.store.connection_tables import AlertRow
from abstractor.store.connection_values import Alert
from abstractor.store.rows import add_new, changed, kept

__all__ = ["begin", "claim", "end", "not_over", "note_told", "to_tell", "untold"]

_OPEN = col(AlertRow.over_at).is_(None)
_UNTOLD: ColumnElement[bool] = or_(
    and_(_OPEN, col(AlertRow.told_at).is_(None)),
    # What was over before anybody heard of it is not told at all.
    and_(~_OPEN, col(AlertRow.told_at).is_not(None), col(AlertRow.over_told_at).is_(None)),
)


def begin(
    session: Session, clinic_id: int, code: str, *, run_id: int | None, detail: str | None, now: datetime
) -> None:
    """Nothing where that trouble is open already."""
    row = {
        "clinic_id": clinic_id,
        "code": code,
        "run_id": run_id,
        "detail": detail,
        "began_at": now,
        "tries": 0,
        "due_at": now,
    }
    add_new(session, AlertRow, [row])


def end(session: Session, alert_ids: Sequence[int], *, now: datetime) -> None:
    over = update(AlertRow).where(col(AlertRow.id).in_(alert_ids), _OPEN)
    changed(session, over.values(over_at=now, tries=0, due_at=now))


def not_over(session: Session) -> tuple[Alert, ...]:
    """Every trouble that there is, the oldest first."""
    rows = session.exec(select(AlertRow).where(_OPEN).order_by(col(AlertRow.id)))
    return tuple(_alert(row) for row in rows)


def to_tell(session: Session, *, now: datetime) -> tuple[Alert, ...]:
    """What nobody has been told yet and may be told now, the oldest first."""
    due = select(AlertRow).where(_UNTOLD, col(AlertRow.due_at) <= now).order_by(col(AlertRow.id))
    return tuple(_alert(row) for row in session.exec(due))


def untold(session: Session) -> int:
    """How much nobody has been told yet."""
    return session.exec(select(func.count()).select_from(AlertRow).where(_UNTOLD)).one()


def claim(session: Session, alert: Alert, *, due: datetime) -> bool:
    """Have the telling alone until `due`, when it may be tried again; False where another was faster."""
    mine = update(AlertRow).where(
        col(AlertRow.id) == alert.id,
        _UNTOLD,
        col(AlertRow.due_at) == alert.due_at,
        col(AlertRow.tries) == alert.tries,
        col(AlertRow.over_at).is_(None) if alert.over_at is None else col(AlertRow.over_at).is_not(None),
    )
    return changed(session, mine.values(tries=alert.tries + 1, due_at=due)) == 1


def note_told(session: Session, alert: Alert, *, now: datetime) -> None:
    """That it began, or that it is over: whichever this alert was when it was told."""
    values = {"told_at": now} if alert.over_at is None else {"over_told_at": now}
    changed(session, update(AlertRow).where(col(AlertRow.id) == alert.id).values(**values))


def _alert(row: AlertRow) -> Alert:
    return Alert(
        id=kept(row.id),
        clinic_id=row.clinic_id,
        run_id=row.run_id,
        code=row.code,
        detail=row.detail,
        began_at=row.began_at,
        told_at=row.told_at,
        over_at=row.over_at,
        tries=row.tries,
        due_at=row.due_at,
    )
