"""Kills and losses in the middle of a cycle, on the real parts: each leaves one abstract and one queue row a
chart.

A job may run twice; its work may not be kept twice.
"""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil

from abstractor.workflow import Services, cycle_progress, cycle_summary, dispatch
from tests.integration.faults.at_work import CHARTS, SLOW, WHOLE, finished
from tests.integration.queue.slow_clinic import Pace, kept_of, open_small_cycle, pool_running, wait_for

Make = Callable[..., Services]


def test_a_quiet_cycle_does_everything_once(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    cycle_id = open_small_cycle(services)
    with pool_running(services):
        wait_for(services, cycle_id, finished)
    assert kept_of(services, cycle_id) == WHOLE
    assert cycle_progress(services, cycle_id).errors == ()
    summary = cycle_summary(services, cycle_id)
    assert (summary.patients, summary.included, summary.flagged) == (CHARTS, CHARTS, CHARTS // 2)


def test_the_queue_is_empty_before_a_worker_is_there(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    cycle_id = open_small_cycle(services)
    services.queue.connection.flushall()
    with pool_running(services):
        wait_for(services, cycle_id, finished)
    assert kept_of(services, cycle_id) == WHOLE


def test_a_stopped_worker_that_wakes_up_late_keeps_nothing_twice(make_services: Make, tmp_path: Path) -> None:
    """The lease runs out, another worker does the chart, then the first one goes on where it was."""
    note = tmp_path / "stopped"

    def stop_once(patient: str) -> None:
        if patient == "Patient/3" and not note.exists():
            note.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGSTOP)

    services = make_services(charts=CHARTS, pace=Pace(before_pull=stop_once))
    cycle_id = open_small_cycle(services)
    with pool_running(services):
        wait_for(services, cycle_id, finished)
        stopped = psutil.Process(int(note.read_text()))
        assert stopped.status() == psutil.STATUS_STOPPED
        stopped.resume()
        psutil.wait_procs([stopped], timeout=20)
    assert kept_of(services, cycle_id) == WHOLE


def test_a_chart_that_kills_its_worker_is_given_up_alone(make_services: Make) -> None:
    def deadly(patient: str) -> None:
        if patient == "Patient/7":
            os.kill(os.getpid(), signal.SIGKILL)

    services = make_services(charts=CHARTS, pace=Pace(before_decide=deadly), max_attempts=2, lease=1.0)
    cycle_id = open_small_cycle(services)
    with pool_running(services):
        wait_for(
            services, cycle_id, lambda _, abstracts: abstracts.done == CHARTS - 1 and abstracts.failed == 1
        )
    assert kept_of(services, cycle_id).charts == CHARTS - 1
    assert cycle_progress(services, cycle_id).errors == (("worker-lost", 1),)


def test_a_chart_that_hangs_is_given_up_alone(make_services: Make) -> None:
    def endless(patient: str) -> None:
        if patient == "Patient/7":
            time.sleep(3600)

    made = make_services(charts=CHARTS, pace=Pace(before_decide=endless), max_attempts=1, lease=1.0)
    services = replace(made, queue=replace(made.queue, timeout=1))
    cycle_id = open_small_cycle(services)
    with pool_running(services):
        wait_for(
            services, cycle_id, lambda _, abstracts: abstracts.done == CHARTS - 1 and abstracts.failed == 1
        )
    assert cycle_progress(services, cycle_id).errors == (("worker-lost", 1),)


def test_the_pool_goes_when_it_is_told_to(make_services: Make) -> None:
    services = make_services(charts=CHARTS, pace=SLOW)
    open_small_cycle(services)
    with pool_running(services) as pool:
        time.sleep(1)
        below = pool.children(recursive=True)
        pool.terminate()
        gone, alive = psutil.wait_procs([pool, *below], timeout=15)
    assert not alive
    assert len(gone) >= 3


def test_workers_do_not_outlive_a_killed_pool(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    with pool_running(services) as pool:
        time.sleep(1)
        below = pool.children(recursive=True)
        pool.kill()
        _, alive = psutil.wait_procs(below, timeout=15)
    assert below
    assert not alive


def test_handing_over_twice_hands_over_once(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    open_small_cycle(services)
    assert dispatch(services) == 0
    assert len(services.queue.carried()) == CHARTS // 5
