"""Rounds over a clinic's patients: when they began and ended, how, and with what was granted.

Whoever lists a round's patients holds its lease; one whose lease has run out is taken up again.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, null, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select, update

from abstractor.errors import Conflict
from abstractor.store import cohorts
from abstractor.store.connection_tables import PullRunRow
from abstractor.store.connection_values import PullKind, PullRun, PullWay, RunState
from abstractor.store.rows import add, changed, kept
from abstractor.store.tables import WorkRow
from abstractor.store.values import WorkKind, WorkState

__all__ = [
    "end_run",
    "hold",
    "last_success",
    "let_go",
    "note_listing",
    "note_scope",
    "of_cycle",
    "open_run",
    "others_under_way",
    "owners_at_work",
    "pulled_through",
    "run_of",
    "runs",
    "under_way",
    "unheld",
]

_UNLISTED: ColumnElement[bool] = and_(
    col(PullRunRow.state) == RunState.RUNNING.value, col(PullRunRow.listed_at).is_(None)
)


def open_run(
    session: Session,
    clinic_id: int,
    *,
    kind: PullKind,
    way: PullWay,
    now: datetime,
    cycle_id: int | None = None,
    setup_name: str | None = None,
) -> int:
    row = PullRunRow(
        clinic_id=clinic_id,
        cycle_id=cycle_id,
        setup_name=setup_name,
        kind=kind.value,
        way=way.value,
        state=RunState.RUNNING.value,
        started_at=now,
    )
    add(session, row)
    return kept(row.id)


def hold(session: Session, run_id: int, *, owner: str, until: datetime, now: datetime) -> bool:
    """Lease the listing (the export, of a bulk round) to `owner`, or lengthen its lease; False where another
    has it, or there is nothing left to list.
    """
    free = or_(
        col(PullRunRow.lease_until).is_(None),
        col(PullRunRow.lease_until) < now,
        col(PullRunRow.lease_owner) == owner,
    )
    mine = update(PullRunRow).where(col(PullRunRow.id) == run_id, _UNLISTED, free)
    return changed(session, mine.values(lease_owner=owner, lease_until=until)) == 1


def let_go(session: Session, run_id: int, *, owner: str) -> None:
    """The lease ends now; somebody else may go on."""
    mine = (col(PullRunRow.id) == run_id, col(PullRunRow.lease_owner) == owner)
    changed(session, update(PullRunRow).where(*mine).values(lease_until=null()))


def unheld(session: Session, *, now: datetime) -> tuple[tuple[PullRun, str | None], ...]:
    """Rounds that are not listed and that nobody is listing, each with its last owner, the oldest first."""
    free = or_(col(PullRunRow.lease_until).is_(None), col(PullRunRow.lease_until) < now)
    rows = session.exec(select(PullRunRow).where(_UNLISTED, free).order_by(col(PullRunRow.id)))
    return tuple((_run(row), row.lease_owner) for row in rows)


def owners_at_work(session: Session, *, now: datetime) -> frozenset[str]:
    """Who lists or exports some round just now; the owner is the job where a worker does."""
    held = (PullRunRow.state == RunState.RUNNING.value, col(PullRunRow.lease_until) >= now)
    owners = session.exec(select(PullRunRow.lease_owner).where(*held).distinct())
    return frozenset(owner for owner in owners if owner is not None)


def note_listing(
    session: Session, run_id: int, *, owner: str, patients: int, unlisted: int, gap: str | None, now: datetime
) -> None:
    """All that the list gave is work now; how many entries of it named no patient, and why it may not be
    whole: its cycle says so too. `Conflict` where another has taken the listing up in the meantime.
    """
    mine = update(PullRunRow).where(
        col(PullRunRow.id) == run_id, _UNLISTED, col(PullRunRow.lease_owner) == owner
    )
    values = {"listed_at": now, "patients": patients, "unlisted": unlisted, "listing_gap": gap}
    if not changed(session, mine.values(**values, lease_until=null())):
        raise Conflict(f"the patients of pull {run_id} were listed elsewhere")
    cycle_id = session.exec(select(PullRunRow.cycle_id).where(PullRunRow.id == run_id)).one()
    if cycle_id is not None:
        cohorts.note_listing(session, cycle_id, unlisted=unlisted, gap=gap)


def under_way(session: Session, clinic_id: int) -> PullRun | None:
    """The round of that clinic that runs and is of no cycle, the latest where there are several."""
    row = session.exec(
        select(PullRunRow)
        .where(
            PullRunRow.clinic_id == clinic_id,
            col(PullRunRow.cycle_id).is_(None),
            PullRunRow.state == RunState.RUNNING.value,
        )
        .order_by(col(PullRunRow.id).desc())
        .limit(1)
    ).first()
    return None if row is None else _run(row)


def others_under_way(session: Session, run: PullRun) -> bool:
    """Whether another round of that clinic runs beside this one, of whatever cycle."""
    others = exists().where(
        col(PullRunRow.clinic_id) == run.clinic_id,
        col(PullRunRow.id) != run.id,
        col(PullRunRow.state) == RunState.RUNNING.value,
    )
    return bool(session.connection().scalar(columns(others)))


def of_cycle(session: Session, cycle_id: int) -> PullRun | None:
    """The latest round of a cycle."""
    row = session.exec(
        select(PullRunRow).where(PullRunRow.cycle_id == cycle_id).order_by(col(PullRunRow.id).desc()).limit(1)
    ).first()
    return None if row is None else _run(row)


def pulled_through(session: Session) -> tuple[PullRun, ...]:
    """Rounds that run still, are listed, and have nothing left to pull: they can be ended."""
    open_states = [WorkState.WAITING.value, WorkState.LEASED.value]
    left = exists().where(
        col(WorkRow.run_id) == col(PullRunRow.id),
        col(WorkRow.kind) == WorkKind.PULL.value,
        col(WorkRow.state).in_(open_states),
    )
    rows = session.exec(
        select(PullRunRow)
        .where(PullRunRow.state == RunState.RUNNING.value, col(PullRunRow.listed_at).is_not(None), ~left)
        .order_by(col(PullRunRow.id))
    )
    return tuple(_run(row) for row in rows)


def note_scope(session: Session, run_id: int, scope: str) -> None:
    """What the clinic granted, which may be less than was asked."""
    changed(session, update(PullRunRow).where(col(PullRunRow.id) == run_id).values(scope=scope))


def end_run(
    session: Session,
    run_id: int,
    state: RunState,
    *,
    error_code: str | None = None,
    gap: str | None = None,
    now: datetime,
) -> None:
    """`Conflict` where it has ended already. `gap`: why there is no list of patients at all."""
    running = update(PullRunRow).where(
        col(PullRunRow.id) == run_id, col(PullRunRow.state) == RunState.RUNNING.value
    )
    values: dict[str, object] = {"state": state.value, "error_code": error_code, "ended_at": now}
    if gap is not None:
        values["listing_gap"] = gap
    if not changed(session, running.values(**values, lease_until=null())):
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
        cycle_id=row.cycle_id,
        setup_name=row.setup_name,
        kind=PullKind(row.kind),
        way=PullWay(row.way),
        state=RunState(row.state),
        scope=row.scope,
        error_code=row.error_code,
        started_at=row.started_at,
        ended_at=row.ended_at,
        listed_at=row.listed_at,
        patients=row.patients,
        unlisted=row.unlisted,
        listing_gap=row.listing_gap,
    )
