"""What stands in the database as numbers: what every process that is asked answers alike."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.store.connection_tables import PullRunRow
from abstractor.store.rows import kept
from abstractor.store.tables import CycleRow, WorkRow
from abstractor.store.values import WorkKind, WorkState

__all__ = [
    "first_lease_end",
    "latest_cycles",
    "pulls_failed",
    "rounds_by_state",
    "work_by_state",
    "work_retries",
]


def rounds_by_state(session: Session) -> tuple[tuple[int, str, int], ...]:
    """(clinic, state, rounds)."""
    rows = session.exec(
        select(PullRunRow.clinic_id, PullRunRow.state, func.count()).group_by(
            col(PullRunRow.clinic_id), PullRunRow.state
        )
    )
    return tuple(sorted(rows))


def work_by_state(session: Session) -> tuple[tuple[str, str, int], ...]:
    """(kind, state, rows)."""
    rows = session.exec(
        select(WorkRow.kind, WorkRow.state, func.count()).group_by(WorkRow.kind, WorkRow.state)
    )
    return tuple(sorted(rows))


def work_retries(session: Session) -> tuple[tuple[str, int], ...]:
    """(kind, attempts after the first)."""
    rows = session.exec(
        select(WorkRow.kind, func.sum(col(WorkRow.attempts) - 1))
        .where(col(WorkRow.attempts) > 0)
        .group_by(WorkRow.kind)
    )
    return tuple(sorted((kind, int(number)) for kind, number in rows))


def first_lease_end(session: Session) -> datetime | None:
    """Of all work that somebody holds, when the first lease ends; long past, its worker is gone."""
    return session.exec(
        select(WorkRow.lease_until)
        .where(WorkRow.state == WorkState.LEASED)
        .order_by(col(WorkRow.lease_until))
        .limit(1)
    ).first()


def pulls_failed(session: Session, run_id: int) -> int:
    """Charts of that round that were given up."""
    failed = select(func.count()).where(
        WorkRow.run_id == run_id, WorkRow.kind == WorkKind.PULL, WorkRow.state == WorkState.FAILED
    )
    return session.exec(failed).one()


def latest_cycles(session: Session) -> tuple[tuple[int, int], ...]:
    """(clinic, its latest cycle)."""
    rows = session.exec(select(CycleRow.clinic_id, func.max(CycleRow.id)).group_by(col(CycleRow.clinic_id)))
    return tuple(sorted((clinic, kept(cycle)) for clinic, cycle in rows))
