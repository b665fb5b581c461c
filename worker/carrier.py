"""One RQ worker over our queue: a forked process a job, with everything imported before the fork."""

from types import FrameType

from rq import Worker
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty

from abstractor.jobs import QUEUES
from abstractor.workflow import Services
from worker import tasks

__all__ = ["JobOverdue", "carry"]


class JobOverdue(BaseException):
    """A job ran past its time. No `Exception`: code that handles one chart's failure must not swallow it."""


class _Deadline(UnixSignalDeathPenalty):
    def handle_death_penalty(self, signum: int, frame: FrameType | None) -> None:
        if self._exception is JobTimeoutException:
            raise JobOverdue("the job ran past its time")
        super().handle_death_penalty(signum, frame)  # type: ignore[no-untyped-call] # RQ's class has no types


class _Carrier(Worker):
    death_penalty_class = _Deadline


def carry(services: Services, *, burst: bool = False) -> None:
    """Work until told to stop (SIGTERM: after the current job), or, in a burst, until the queue is empty."""
    tasks.serve(services)
    settings = services.settings
    # No open connection may be shared with the processes that are forked for the jobs.
    services.store.engine.dispose(close=False)
    worker = _Carrier(
        list(QUEUES),
        connection=services.queue.connection,
        serializer=JSONSerializer,
        worker_ttl=settings.worker_ttl,
        maintenance_interval=settings.maintenance_interval,
        job_monitoring_interval=settings.job_monitoring_interval,
        default_result_ttl=0,
        log_job_description=False,
    )
    worker.log_result_lifespan = False
    worker.work(burst=burst, with_scheduler=True, logging_level="WARNING")
