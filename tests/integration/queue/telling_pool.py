"""A pool of workers that logs as `python -m worker` does."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from abstractor.workflow import Services
from worker import pool
from worker.telling import tell_in_one_line

__all__ = ["workers_that_tell"]


@contextmanager
def workers_that_tell(services: Services, note: Path) -> Iterator[BaseProcess]:
    """Two of them, what they write on stderr in a file."""
    services.close()
    note.touch()
    process = get_context("fork").Process(target=_work, args=(services, note))
    process.start()
    try:
        yield process
    finally:
        if process.is_alive():
            process.terminate()
            process.join(20)
        if process.is_alive():
            process.kill()
            process.join()


def _work(services: Services, note: Path) -> None:
    with note.open("a") as file:
        os.dup2(file.fileno(), 2)
    sys.stderr = open(2, "w", closefd=False)  # stays open as long as the process
    logging.getLogger().handlers.clear()
    tell_in_one_line()
    pool.run(services, processes=2)
