"""Handing work to the queue, and finding what the queue or a worker has lost. The database says what is to be
done.
"""

from dataclasses import dataclass
from datetime import timedelta

from abstractor.store import runs, work
from abstractor.workflow.rounds.ends import finish_rounds, resume_rounds
from abstractor.workflow.services import Services

__all__ = ["Reconciled", "dispatch", "reconcile"]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Rows taken back from dead workers, failed for good, found lost by the queue, and handed over again."""

    taken_back: int
    failed: int
    lost: int
    sent: int


def dispatch(services: Services) -> int:
    """Hand to the queue every row that is due and that nobody carries; how many.

    A row is marked before its job is sent: a crash in between leaves a row that `reconcile` finds, never a
    job that nobody knows of.
    """
    now = services.clock()
    settings = services.settings
    with services.store.reading() as session:
        batches = work.ready(session, now=now, size=settings.charts_per_job, pulls=settings.pulls_per_job)
    sent = 0
    for batch in batches:
        job_id = services.queue.new_id()
        with services.store.writing() as session:
            numbers = work.mark_queued(session, batch, job_id=job_id, now=now)
        if numbers:
            services.queue.send(batch.kind, numbers, job_id=job_id, clinic_id=batch.clinic_id)
            sent += len(numbers)
    return sent


def reconcile(services: Services) -> Reconciled:
    """Put right what crashes, kills and a lost queue have left behind; any number of processes may run it at
    once.
    """
    now = services.clock()
    with services.store.writing() as session:
        reclaimed = work.reclaim(session, now=now, max_attempts=services.settings.max_attempts)
        alive = work.jobs_at_work(session, now=now) | runs.owners_at_work(session, now=now)
    grace = timedelta(seconds=services.settings.reconcile_every)
    services.queue.let_others_pass(alive, before=now - grace)
    carried = services.queue.carried()
    with services.store.writing() as session:
        lost = work.forget_lost(session, carried, before=now - grace)
    resume_rounds(services, carried)
    finish_rounds(services)
    return Reconciled(reclaimed.waiting, reclaimed.failed, lost, dispatch(services))
