"""Rounds over a clinic's patients: when they began and ended, how, and with what was granted."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from abstractor.errors import Conflict
from abstractor.store.connection_tables import PullRunRow
from abstractor.store.connection_values import PullKind, PullRun, PullWay, RunState
from abstractor.store.rows import add, changed, kept

__all__ = ["end_run", "last_success", "note_scope", "open_run", "run_of", "runs"]


def open_run(session: Session, clinic_id: int, *, kind: PullKind, way: PullWay, now: datetime) -> int:
    row = PullRunRow(
        clinic_id=clinic_id, kind=kind.value, way=way.value, state=RunState.RUNNING.value, started_at=now
    )
    add(session, row)
    return kept(row.id)


def note_scope(session: Session, run_id: int, scope: str) -> None:
    """What the clinic granted, which may be less than was asked."""
    changed(session, update(PullRunRow).where(col(PullRunRow.id) == run_id).values(scope=scope))


def end_run(
    session: Session, run_id: int, state: RunState, *, error_code: str | None = None, now: datetime
) -> None:
    """`Conflict` where it has ended already."""
    running = update(PullRunRow).where(
        col(PullRunRow.id) == run_id, col(PullRunRow.state) == RunState.RUNNING.value
    )
    if not changed(session, running.values(state=state.value, error_code=error_code, ended_at=now)):
        raise Conflict(f"the pull {run_id} has ended already")


def run_of(session: Session, run_id: int) -> PullRun | None:
    row = session.get(PullRunRow, run_id)
    return None if row is None else _run(row)


def runs(session: Session, clinic_id: int, *, limit: int = 50) -> tuple[PullRun, ...]:
    """The latest first."""
    rows = session.exec(
        select(PullRunRow)
        .where(PullRunRow.clinic_id == clinic_id)
        .order_by(col(PullRunRow.id).desc())
        .limit(limit)
    )
    return tuple(_run(row) for row in rows)


def last_success(session: Session, clinic_id: int) -> datetime | None:
    """When a round last ended in which everything was asked, whatever the ledger says did not come."""
    return session.exec(
        select(PullRunRow.ended_at)
        .where(
            PullRunRow.clinic_id == clinic_id,
            col(PullRunRow.state).in_([RunState.DONE.value, RunState.INCOMPLETE.value]),
        )
        .order_by(col(PullRunRow.ended_at).desc())
        .limit(1)
    ).first()


def _run(row: PullRunRow) -> PullRun:
    return PullRun(
        id=kept(row.id),
        clinic_id=row.clinic_id,
        kind=PullKind(row.kind),
        way=PullWay(row.way),
        state=RunState(row.state),
        scope=row.scope,
        error_code=row.error_code,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
