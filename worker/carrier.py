"""One RQ worker over our queue: a forked process a job, with everything imported before the fork."""

import logging
import time
from types import FrameType
from typing import Any

from rq import Worker
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty

from abstractor.errors import QueueError
from abstractor.jobs import QUEUES, queue_refusals
from abstractor.workflow import Services
from worker import tasks

__all__ = ["JobOverdue", "carry"]

_log = logging.getLogger(__name__)
_AGAIN = 2.0  # seconds between two looks for a queue that is away


class JobOverdue(BaseException):
    """A job ran past its time. No `Exception`: code that handles one chart's failure must not swallow it."""


class _Deadline(UnixSignalDeathPenalty):
    def handle_death_penalty(self, signum: int, frame: FrameType | None) -> None:
        if self._exception is JobTimeoutException:
            raise JobOverdue("the job ran past its time")
        super().handle_death_penalty(signum, frame)  # type: ignore[no-untyped-call] # RQ's class has no types


class _Scheduler(RQScheduler):
    def work(self) -> None:
        """RQ's process for it would end with a traceback; the worker starts another one anyway."""
        try:
            with queue_refusals():
                super().work()  # type: ignore[no-untyped-call] # RQ's class has no types
        except QueueError as failure:
            _log.warning("retries are not looked after for now: %s", failure)


class _Carrier(Worker):
    death_penalty_class = _Deadline
    max_connection_wait_time = _AGAIN

    def _start_scheduler(self, *_: Any, **__: Any) -> None:
        self.scheduler = _Scheduler(
            self.queues, connection=self.connection, logging_level="WARNING", serializer=self.serializer
        )
        self.scheduler.acquire_locks(auto_start=True)  # type: ignore[no-untyped-call] # RQ's, too

    def _pubsub_exception_handler(self, exc: Exception, pubsub: Any, pubsub_thread: Any) -> None:
        """The listener for commands waits as long as it takes; the worker itself says what is wrong."""
        time.sleep(_AGAIN)


def carry(services: Services) -> None:
    """Work until told to stop (SIGTERM: after the current job); `QueueError` where RQ gave up on it."""
    tasks.serve(services)
    settings = services.settings
    # No open connection may be shared with the processes that are forked for the jobs.
    services.store.engine.dispose(close=False)
    with queue_refusals():
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
        worker.work(with_scheduler=True, logging_level="WARNING")
