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

from sqlalchemy import and_, case, literal, null
from sqlmodel import Session, col, select, update

from abstractor.errors import Conflict
from abstractor.store.columns import Moment
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
    "mark_queued",
    "ready",
    "reclaim",
    "release",
    "renew",
]

_LOST = "worker-lost"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one cycle and kind that may be handed to the queue together."""

    kind: WorkKind
    cycle_id: int
    work_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """What a sweep over run-out leases did, in rows."""

    waiting: int
    failed: int


def add_work(
    session: Session, kind: WorkKind, *, cycle_id: int, patient_ids: Sequence[int], now: datetime
) -> None:
    """One row a chart, cycle and kind; rows that are there stay as they are."""
    add_new(
        session,
        WorkRow,
        [
            {
                "kind": kind.value,
                "cycle_id": cycle_id,
                "patient_id": patient_id,
                "idempotency_key": f"{kind.value}:{cycle_id}:{patient_id}",
                "state": WorkState.WAITING.value,
                "attempts": 0,
                "due_at": now,
                "created_at": now,
            }
            for patient_id in patient_ids
        ],
    )


def claim(session: Session, work_ids: Sequence[int], *, owner: str, until: datetime) -> tuple[Work, ...]:
    """Lease those of the rows that are waiting; each is leased to one owner at most, however many ask."""
    free = (
        select(WorkRow.id)
        .where(col(WorkRow.id).in_(work_ids), WorkRow.state == WorkState.WAITING)
        .order_by(col(WorkRow.id))
        .with_for_update(skip_locked=True)
    )
    mine = session.connection().scalars(
        update(WorkRow)
        .where(col(WorkRow.id).in_(free), col(WorkRow.state) == WorkState.WAITING)
        .values(state=WorkState.LEASED.value, lease_owner=owner, lease_until=until)
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


def reclaim(session: Session, *, now: datetime, max_attempts: int) -> Reclaimed:
    """Take back the rows whose lease has run out: their worker is gone, or much too slow."""
    ran_out = and_(col(WorkRow.state) == WorkState.LEASED, col(WorkRow.lease_until) < now)
    spent = col(WorkRow.attempts) >= max_attempts
    values = _given_up(now=now, due=now, max_attempts=max_attempts)
    failed = changed(session, update(WorkRow).where(ran_out, spent).values(**values, error_code=_LOST))
    waiting = changed(session, update(WorkRow).where(ran_out).values(**values))
    return Reclaimed(waiting=waiting, failed=failed)


def ready(session: Session, *, now: datetime, size: int) -> tuple[Batch, ...]:
    """Waiting rows that nobody carries and that are due, in batches of one kind and cycle.

    A row that was tried before goes alone: what killed its worker shall not take its neighbours with it
    again.
    """
    rows = session.exec(
        select(WorkRow.id, WorkRow.kind, WorkRow.cycle_id, WorkRow.attempts)
        .where(
            WorkRow.state == WorkState.WAITING,
            col(WorkRow.job_id).is_(None),
            col(WorkRow.due_at) <= now,
        )
        .order_by(WorkRow.kind, col(WorkRow.cycle_id), col(WorkRow.id))
    )
    fresh: dict[tuple[str, int], list[int]] = {}
    batches: list[Batch] = []
    for number, kind, cycle_id, attempts in rows:
        if attempts:
            batches.append(Batch(WorkKind(kind), cycle_id, (kept(number),)))
        else:
            fresh.setdefault((kind, cycle_id), []).append(kept(number))
    for (kind, cycle_id), numbers in fresh.items():
        cuts = range(0, len(numbers), size)
        batches += [Batch(WorkKind(kind), cycle_id, tuple(numbers[at : at + size])) for at in cuts]
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
    mine = and_(
        col(WorkRow.id) == work.id,
        col(WorkRow.lease_owner) == work.owner,
        col(WorkRow.state) == WorkState.LEASED,
    )
    return changed(session, update(WorkRow).where(mine).values(**values)) == 1


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
        patient_id=row.patient_id,
        patient=reference,
        attempts=row.attempts,
        owner=row.lease_owner or "",
    )
