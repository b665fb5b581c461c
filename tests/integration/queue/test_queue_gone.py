"""The queue is killed in the middle of a cycle: the workers say so, wait, and go on when it is back."""

import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil

from abstractor.jobs import embedded_server
from abstractor.store.values import Stage
from abstractor.workflow import Services
from tests.integration.queue.slow_clinic import Kept, Pace, kept_of, open_small_cycle, wait_for
from worker import pool
from worker.telling import OneLine, tell_in_one_line

CHARTS = 30
WHOLE = Kept(abstracts=CHARTS, charts=CHARTS, queued=CHARTS // 2, queued_charts=CHARTS // 2)
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ (WARNING|ERROR) (worker|rq)\.")

Make = Callable[..., Services]


def test_the_workers_wait_for_a_queue_that_was_killed(
    make_services: Make, queue_folder: Path, tmp_path: Path
) -> None:
    services = make_services(charts=CHARTS, pace=Pace(pull=0.1, decide=0.05))
    cycle_id = open_small_cycle(services)
    server = psutil.Process(int(services.queue.connection.info("server")["process_id"]))
    note = tmp_path / "stderr"
    with workers(services, note) as process:
        wait_for(services, cycle_id, some_pulled)
        server.kill()
        wait_for_words(note, "waiting for the queue")
        time.sleep(3)  # long enough for RQ's processes and threads to fail, each in its own way
        with embedded_server(queue_folder):
            wait_for(services, cycle_id, finished)
            process.terminate()
            process.join(20)
            assert process.exitcode == 0
    assert kept_of(services, cycle_id) == WHOLE
    said = note.read_text().splitlines()
    assert [line for line in said if not LINE.match(line)] == []
    assert len([line for line in said if "waiting for the queue" in line]) == 1
    assert len([line for line in said if "the queue answers again" in line]) == 1


def test_a_traceback_is_told_as_the_kind_of_its_error() -> None:
    canary = "Jane Q. Canary"
    told: list[str] = []
    for error in (None, (KeyError, KeyError(canary), None)):
        trace = f"Traceback (most recent call last):\n  File x\nabstractor.errors.StoreError: {canary}"
        words = f"job j1: raised\n{trace}" if error is None else "job j1: raised"
        record = logging.LogRecord("rq", logging.ERROR, "x", 1, "%s", (words,), error)
        told.append(OneLine("%(message)s").format(record))
    assert told == ["job j1: raised (StoreError)", "job j1: raised (KeyError)"]


def some_pulled(pulls: Stage, abstracts: Stage) -> bool:
    return pulls.done >= 4


def finished(pulls: Stage, abstracts: Stage) -> bool:
    return pulls.done == abstracts.done == CHARTS


def wait_for_words(note: Path, words: str) -> None:
    end = time.monotonic() + 20
    while words not in note.read_text():
        assert time.monotonic() < end, f"never said: {words}"
        time.sleep(0.1)


@contextmanager
def workers(services: Services, note: Path) -> Iterator[BaseProcess]:
    """A pool that logs as `python -m worker` does, its stderr in a file."""
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
