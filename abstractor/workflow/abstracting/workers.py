"""Processes that answer the parts of one piece of work, and never outlive the process that forked them.

Each reads from a pipe that only its parent can write to. Nobody ever writes: when the parent ends, however it
ends, or cuts the line because it stops early, the read returns and the process ends with it.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from abstractor.errors import AbstractorError

__all__ = ["answers"]

T = TypeVar("T")
_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def answers(answer: Callable[[int], T], *, parts: int, workers: int) -> Generator[T, None, None]:
    """What each part gives, in the order of their numbers; `answer` is a function of a module and sees what
    its parent held. Closed early (or where anything goes wrong), no process goes on with what it was at.
    """
    lifeline = _Lifeline()
    context = multiprocessing.get_context("fork")
    try:
        with ProcessPoolExecutor(
            workers, mp_context=context, initializer=_begin, initargs=(lifeline,)
        ) as pool:
            try:
                # Not `map`: it cancels what waits, over which the pool's thread trips when the line is cut.
                with _signals_wait():  # the first submit forks all
                    waiting = deque(pool.submit(answer, part) for part in range(parts))
                while waiting:
                    yield waiting.popleft().result()
            except BaseException:
                lifeline.cut()
                raise
    except BrokenProcessPool:
        raise AbstractorError(
            "a worker process was killed (out of memory?): no more can be abstracted; use fewer --workers"
        ) from None
    finally:
        lifeline.close()


@contextmanager
def _signals_wait() -> Iterator[None]:
    """A process that is forked here heeds no signal before it has its own answer to it: until then it would
    act as its parent does, and say so."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TO_STOP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Lifeline:
    """A pipe of which every process that is forked inherits both ends, and gives back the one."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        self._whole = True

    def cut(self) -> None:
        if self._whole:
            self._whole = False
            os.close(self._writing)

    def close(self) -> None:
        self.cut()
        os.close(self._reading)

    def ended(self) -> None:
        """Returns when no process holds the writing end any more."""
        os.read(self._reading, 1)


def _begin(lifeline: _Lifeline) -> None:
    """In a forked process. Ctrl-C reaches the parent too, which cuts the line: here it would only interrupt a
    chart halfway."""
    lifeline.cut()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _TO_STOP)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: _Lifeline) -> None:
    lifeline.ended()
    os._exit(1)  # nothing here is worth keeping, and a process that waits for a queue hears nothing else
