"""The process that begins nightly pulls and tells of trouble: RQ's cron scheduler over the setups.

Every pool has one; whichever looks first sends the job, and its id keeps the others from sending it again.
"""

import logging
import threading
from typing import Any

from rq.cron import CronJob, CronScheduler
from rq.utils import now

from abstractor.errors import AbstractorError
from abstractor.jobs import queue_refusals
from abstractor.workflow import Services
from abstractor.workflow.rounds import schedule
from abstractor.workflow.watching import watched
from worker import tasks

__all__ = ["Schedule", "keep_schedule"]

_log = logging.getLogger(__name__)
_TICK = 30.0  # seconds, at most, until what was changed by `abstractor clinic` is heeded


class _Night(CronJob):
    """One clinic's nightly pull. When it is due is read on the site's wall clock, not on the machine's."""

    def __init__(self, services: Services, night: schedule.Night) -> None:
        self.services = services
        self.night = night
        self.call: schedule.Call | None = None
        super().__init__(
            queue_name="nightly",
            func=tasks.begin_night,
            args=(night.clinic_id,),
            cron=night.cron,
            name=f"nightly-{night.clinic_id}",
        )

    def get_next_enqueue_time(self) -> Any:
        return schedule.due_next(self.services, self.night, after=self.latest_enqueue_time or now())

    def should_run(self) -> bool:
        """By what the database says, not by what this process remembers: a night may have been missed."""
        self.call = schedule.called_for(self.services, self.night)
        return self.call is not None

    def enqueue(self, connection: Any) -> Any:
        """RQ's own would give the job another id each time, and pickle it."""
        if self.call is not None and schedule.send(self.services, self.call):
            _log.info("clinic %s: the pull of the night begins", self.night.clinic_id)
        return None


class Schedule(CronScheduler):
    """One look at everything a tick; it waits for the next due time, or a tick."""

    def __init__(self, services: Services, *, tick: float = _TICK) -> None:
        super().__init__(services.queue.connection, logging_level="WARNING")
        self.services = services
        self.tick = tick
        self.troubled = False
        self.telling: threading.Thread | None = None

    def enqueue_jobs(self) -> list[CronJob]:
        """Nights first; then whoever is to be told is told, beside this loop: no receiver holds up a night. A
        database that is away must not end the process; it is said once.
        """
        before = self._cron_jobs
        try:
            self._cron_jobs = [
                _Night(self.services, night) for night in schedule.nights(self.services).usable
            ]
            if [*map(_shown, self._cron_jobs)] != [*map(_shown, before)]:
                self.save()
            sent = super().enqueue_jobs()
            self._tell()
        except AbstractorError as failure:
            if not self.troubled:
                _log.warning("nightly pulls cannot be looked after for now: %s", failure)
            self.troubled, self._cron_jobs = True, []
            return []
        self.troubled = False
        return sent

    def _tell(self) -> None:
        """One round of telling at a time; daemonic, so that a receiver cannot hold up a stop either."""
        if self.telling is None or not self.telling.is_alive():
            self.telling = threading.Thread(target=self._look_after, name="telling", daemon=True)
            self.telling.start()

    def _look_after(self) -> None:
        try:
            watched.look_after(self.services)
        except AbstractorError as failure:
            _log.warning("nobody can be told of troubles for now: %s", failure)

    def calculate_sleep_interval(self) -> float:
        return min(super().calculate_sleep_interval(), self.tick)


def _shown(job: CronJob) -> tuple[str, str | None]:
    """What RQ's own tools show of it, but for the times."""
    return job.name, job.cron


def keep_schedule(services: Services) -> None:
    """Until SIGTERM; `QueueError` where the queue has gone."""
    # No open connection may be shared with the process that this one was forked from.
    services.store.engine.dispose(close=False)
    with queue_refusals():
        Schedule(services).start()  # type: ignore[no-untyped-call] # RQ's class has no types here
