"""The record of work: who may do what, until when. Every step is one UPDATE that either finds the row or does
not.

waiting -> leased (claim) -> done (finish). A leased row goes back to waiting when its holder gives it up
(release) or its lease runs out (reclaim), and to failed when it has had its attempts. The queue may deliver a
row twice, or never: only the holder of the lease can finish, and waiting rows can always be handed over
again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, literal, null, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select, update

from abstractor.errors import Conflict, StoreError
from abstractor.store.columns import Moment
from abstractor.store.connection_tables import PullRunRow
from abstractor.store.rows import add_new, changed, kept
from abstractor.store.tables import PatientRow, WorkRow
from abstractor.store.values import Work, WorkKind, WorkState

__all__ = [
    "Batch",
    "Reclaimed",
    "add_work",
    "begin",
    "claim",
    "finish",
    "forget_lost",
    "give_up",
    "jobs_at_work",
    "mark_queued",
    "ready",
    "reclaim",
    "release",
    "renew",
]

_LOST = "worker-lost"
_Of = tuple[WorkKind, int | None, int | None, int | None]
_HELD = update(WorkRow).where(
    col(WorkRow.id) == bindparam("of_work"),
    col(WorkRow.lease_owner) == bindparam("of_owner"),
    col(WorkRow.state) == WorkState.LEASED,
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one round, cycle and kind that may be handed to the queue together. `clinic_id`: which clinic
    they will ask; None for work that asks nobody.
    """

    kind: WorkKind
    run_id: int | None
    cycle_id: int | None
    clinic_id: int | None
    work_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """What a sweep over run-out leases did, in rows."""

    waiting: int
    failed: int


def add_work(
    session: Session,
    kind: WorkKind,
    *,
    patient_ids: Sequence[int],
    now: datetime,
    run_id: int | None = None,
    cycle_id: int | None = None,
) -> None:
    """One row a chart, kind and round (cycle, where there is no round); rows that are there stay as they
    are.
    """
    scope = cycle_id if run_id is None else run_id
    if scope is None:
        raise StoreError("work belongs to a round or to a cycle")
    add_new(
        session,
        WorkRow,
        [
            {
                "kind": kind.value,
                "run_id": run_id,
                "cycle_id": cycle_id,
                "patient_id": patient_id,
                "idempotency_key": f"{kind.value}:{scope}:{patient_id}",
                "state": WorkState.WAITING.value,
                "attempts": 0,
                "due_at": now,
                "created_at": now,
            }
            for patient_id in patient_ids
        ],
    )


def claim(
    session: Session,
    work_ids: Sequence[int],
    *,
    owner: str,
    until: datetime,
    job_id: str | None = None,
    kind: WorkKind | None = None,
) -> tuple[Work, ...]:
    """Lease those of the rows that are waiting; each is leased to one owner at most, however many ask.
    `job_id`: the job that does it, where it is not the one that they were handed over with. `kind`: a job may
    name rows that are not of its own, where what it was sent with was rolled back and the numbers used again.
    """
    leased: dict[str, object] = {
        "state": WorkState.LEASED.value,
        "lease_owner": owner,
        "lease_until": until,
        **({} if job_id is None else {"job_id": job_id}),
    }
    free = (
        select(WorkRow.id)
        .where(
            col(WorkRow.id).in_(work_ids),
            WorkRow.state == WorkState.WAITING,
            *([] if kind is None else [WorkRow.kind == kind]),
        )
        .order_by(col(WorkRow.id))
        .with_for_update(skip_locked=True)
    )
    mine = session.connection().scalars(
        update(WorkRow)
        .where(col(WorkRow.id).in_(free), col(WorkRow.state) == WorkState.WAITING)
        .values(**leased)
        .returning(col(WorkRow.id))
    )
    rows = session.exec(
        select(WorkRow, PatientRow.reference)
        .join(PatientRow, col(PatientRow.id) == WorkRow.patient_id)
        .where(col(WorkRow.id).in_(mine.all()))
        .order_by(col(WorkRow.id))
    )
    return tuple(_work(row, reference) for row, reference in rows)


def begin(session: Session, work: Work, *, until: datetime) -> bool:
    """Count an attempt and lengthen the lease just before the work is done; False: it is no longer ours."""
    return _held(session, work, attempts=col(WorkRow.attempts) + 1, lease_until=until)


def renew(session: Session, owner: str, *, until: datetime) -> int:
    """Lengthen every lease of that owner; how many it still holds."""
    return changed(
        session,
        update(WorkRow)
        .where(col(WorkRow.lease_owner) == owner, col(WorkRow.state) == WorkState.LEASED)
        .values(lease_until=until),
    )


def finish(session: Session, work: Work, *, now: datetime) -> None:
    """Done; to be called in the transaction that writes the result. `Conflict` where the lease is not ours
    any more.
    """
    if not _held(
        session, work, state=WorkState.DONE.value, lease_until=null(), error_code=null(), ended_at=now
    ):
        raise Conflict("the lease on this work ran out and the work went to another worker")


def release(
    session: Session, work: Work, *, error_code: str | None, due: datetime, now: datetime, max_attempts: int
) -> bool:
    """Give the row up: waiting again, to be handed over at `due`, or failed if it has had its attempts."""
    return _held(
        session,
        work,
        **_given_up(now=now, due=due, max_attempts=max_attempts),
        error_code=error_code,
    )


def give_up(session: Session, run_id: int, *, error_code: str, now: datetime) -> int:
    """What of a round waits will not be pulled in it; how many rows."""
    waits = (col(WorkRow.run_id) == run_id, col(WorkRow.state) == WorkState.WAITING)
    values = {"state": WorkState.FAILED.value, "error_code": error_code, "ended_at": now}
    return changed(session, update(WorkRow).where(*waits).values(**values))


def reclaim(session: Session, *, now: datetime, max_attempts: int) -> Reclaimed:
    """Take back the rows whose lease has run out: their worker is gone, or much too slow."""
    ran_out = and_(col(WorkRow.state) == WorkState.LEASED, col(WorkRow.lease_until) < now)
    spent = col(WorkRow.attempts) >= max_attempts
    values = _given_up(now=now, due=now, max_attempts=max_attempts)
    failed = changed(session, update(WorkRow).where(ran_out, spent).values(**values, error_code=_LOST))
    begun = case((col(WorkRow.attempts) > 0, _LOST), else_=col(WorkRow.error_code))
    waiting = changed(session, update(WorkRow).where(ran_out).values(**values, error_code=begun))
    return Reclaimed(waiting=waiting, failed=failed)


def jobs_at_work(session: Session, *, now: datetime) -> frozenset[str]:
    """The jobs that hold leases which have not run out."""
    held = (col(WorkRow.state) == WorkState.LEASED, col(WorkRow.lease_until) >= now)
    jobs = session.exec(select(WorkRow.job_id).where(*held, col(WorkRow.job_id).is_not(None)).distinct())
    return frozenset(job for job in jobs if job is not None)


def ready(session: Session, *, now: datetime, size: int, pulls: int | None = None) -> tuple[Batch, ...]:
    """Waiting rows that nobody carries and that are due, in batches of one kind, round and cycle: of `size`,
    and `pulls` where they are pulled.

    Pulls wait until their round is listed: so a clinic is never listed and pulled from at the same time. A
    row whose worker was lost over it goes alone: what killed that one shall not take its neighbours with it.
    """
    rows = session.connection().execute(
        columns(
            col(WorkRow.id),
            col(WorkRow.kind),
            col(WorkRow.run_id),
            col(WorkRow.cycle_id),
            col(PullRunRow.clinic_id),
            col(WorkRow.error_code),
        )
        .join(PullRunRow, col(PullRunRow.id) == col(WorkRow.run_id), isouter=True)
        .where(
            col(WorkRow.state) == WorkState.WAITING,
            col(WorkRow.job_id).is_(None),
            col(WorkRow.due_at) <= now,
            or_(col(WorkRow.run_id).is_(None), col(PullRunRow.listed_at).is_not(None)),
        )
        .order_by(col(WorkRow.kind), col(WorkRow.run_id), col(WorkRow.cycle_id), col(WorkRow.id))
    )
    together: dict[_Of, list[int]] = {}
    batches: list[Batch] = []
    for number, kind, run_id, cycle_id, clinic_id, error_code in rows:
        of: _Of = (WorkKind(kind), run_id, cycle_id, clinic_id)
        if error_code == _LOST:
            batches.append(Batch(*of, (kept(number),)))
        else:
            together.setdefault(of, []).append(kept(number))
    for key, numbers in together.items():
        most = pulls if pulls is not None and key[0] is WorkKind.PULL else size
        batches += [Batch(*key, tuple(numbers[at : at + most])) for at in range(0, len(numbers), most)]
    return tuple(batches)


def mark_queued(session: Session, batch: Batch, *, job_id: str, now: datetime) -> tuple[int, ...]:
    """Note the job that will carry the batch; the rows that nobody else has handed over in the meantime."""
    rows = session.connection().scalars(
        update(WorkRow)
        .where(
            col(WorkRow.id).in_(batch.work_ids),
            col(WorkRow.state) == WorkState.WAITING,
            col(WorkRow.job_id).is_(None),
        )
        .values(job_id=job_id, queued_at=now)
        .returning(col(WorkRow.id))
    )
    return tuple(sorted(kept(number) for number in rows))


def forget_lost(session: Session, carried: Collection[str], *, before: datetime) -> int:
    """Let waiting rows go again whose job the queue does not hold; `before` spares those just handed over."""
    stale = and_(
        col(WorkRow.state) == WorkState.WAITING,
        col(WorkRow.job_id).is_not(None),
        col(WorkRow.queued_at) < before,
    )
    jobs = set(session.exec(select(WorkRow.job_id).where(stale).distinct()))
    lost = sorted(job for job in jobs - set(carried) if job is not None)
    found = 0
    for at in range(0, len(lost), 500):
        some = col(WorkRow.job_id).in_(lost[at : at + 500])
        found += changed(session, update(WorkRow).where(stale, some).values(job_id=null(), queued_at=null()))
    return found


def _held(session: Session, work: Work, **values: object) -> bool:
    """Change the row if this owner still holds it."""
    mine = {"of_work": work.id, "of_owner": work.owner}
    return changed(session, _HELD.values(**values), mine) == 1


def _given_up(*, now: datetime, due: datetime, max_attempts: int) -> dict[str, object]:
    spent = col(WorkRow.attempts) >= max_attempts
    return {
        "state": case((spent, WorkState.FAILED.value), else_=WorkState.WAITING.value),
        "ended_at": case((spent, literal(now, Moment())), else_=null()),
        "lease_owner": null(),
        "lease_until": null(),
        "job_id": null(),
        "queued_at": null(),
        "due_at": due,
    }


def _work(row: WorkRow, reference: str) -> Work:
    return Work(
        id=kept(row.id),
        kind=WorkKind(row.kind),
        cycle_id=row.cycle_id,
        run_id=row.run_id,
        patient_id=row.patient_id,
        patient=reference,
        attempts=row.attempts,
        owner=row.lease_owner or "",
    )
