"""Several worker processes, the scheduler and the reconciler, in one place: kept up until told to stop.

The parent imports everything once and holds no connection while it forks. It is the one that runs the
reconciler, so a queue that loses its jobs, or a worker that dies, is put right as long as one pool is up
somewhere.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import FrameType

from abstractor.errors import AbstractorError
from abstractor.workflow import Services, reconcile
from abstractor.workflow.tied import end_with
from worker.carrier import carry
from worker.schedule import keep_schedule

__all__ = ["run"]

_log = logging.getLogger(__name__)
_TICK = 0.5  # how often the parent looks after its children
_GRACE = 10.0  # how long a worker may go on with its job once told to stop


def run(services: Services, *, processes: int) -> None:
    """Keep that many workers up, and reconcile now and again, until SIGTERM or SIGINT."""
    pool = _Pool(services, processes)
    before = {number: signal.signal(number, pool.stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not pool.stopping:
            if pool.queue_answers():
                pool.fill()
                pool.put_right()
            time.sleep(_TICK)
    finally:
        pool.empty()
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(slots=True)
class _Pool:
    services: Services
    size: int
    stopping: bool = False
    children: list[BaseProcess] = field(default_factory=list)
    scheduler: BaseProcess | None = None
    reconciled_at: float = float("-inf")
    away: bool = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def queue_answers(self) -> bool:
        """Without the queue, or where it is full, nothing is started: it is said once, and waited for."""
        try:
            self.services.queue.require_room()
        except AbstractorError as failure:
            if not self.away:
                _log.warning("waiting for the queue: %s", failure)
            self.away = True
            return False
        if self.away:
            _log.warning("the queue answers again")
        self.away = False
        return True

    def fill(self) -> None:
        """Start workers in place of those that have gone, one a tick at most for each place."""
        self.children = [child for child in self.children if child.is_alive()]
        self.children += [self.start(carry) for _ in range(self.size - len(self.children))]
        if self.services.settings.schedule and (self.scheduler is None or not self.scheduler.is_alive()):
            self.scheduler = self.start(keep_schedule)

    def start(self, life: Callable[[Services], None]) -> BaseProcess:
        self.services.close()
        child = get_context("fork").Process(target=_work, args=(self.services, os.getpid(), life))
        child.start()
        return child

    def put_right(self) -> None:
        if time.monotonic() - self.reconciled_at < self.services.settings.reconcile_every:
            return
        self.reconciled_at = time.monotonic()
        try:
            done = reconcile(self.services)
        except AbstractorError as failure:
            _log.warning("could not reconcile this time: %s", failure)
            return
        if done.taken_back or done.failed or done.lost:
            _log.warning(
                "reconciled: %d taken back, %d failed, %d lost by the queue",
                done.taken_back,
                done.failed,
                done.lost,
            )

    def empty(self) -> None:
        """Ask, ask again (RQ then stops its job too), and at last do not ask."""
        children = [*self.children, *([self.scheduler] if self.scheduler is not None else [])]
        for patience in (_GRACE, 2.0):
            for child in children:
                if child.is_alive():
                    child.terminate()
            end = time.monotonic() + patience
            for child in children:
                child.join(max(0.0, end - time.monotonic()))
        for child in children:
            if child.is_alive():
                child.kill()
                child.join()
        self.services.close()


def _work(services: Services, parent: int, life: Callable[[Services], None]) -> None:
    """A child's life. It leaves the terminal's process group: Ctrl-C is for the parent to pass on."""
    os.setpgrp()
    end_with(parent)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        life(services)
    except AbstractorError as failure:
        _log.warning("a worker ended: %s", failure)
        raise SystemExit(failure.exit_code) from None
