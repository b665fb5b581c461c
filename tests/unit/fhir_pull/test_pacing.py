"""The pace of a connection: so many requests a second over all threads, and a rest when it is asked for."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import respx

from abstractor.fhir.endpoint import Connection, connect
from abstractor.fhir.pacing import Pace
from tests.clock import Clock
from tests.integration.pull.clinics import BASE, bundle, quick, statement


def moments(pace: Pace, clock: Clock, count: int) -> list[float]:
    start, sent = clock.now, []
    for _ in range(count):
        pace.wait()
        sent.append(round(clock.now - start, 6))
    return sent


@pytest.mark.parametrize(
    ("per_second", "sent"),
    [
        (None, [0, 0, 0, 0]),
        (1, [0, 1, 2, 3]),
        (4, [0, 0.25, 0.5, 0.75]),
        (0.5, [0, 2, 4, 6]),
    ],
)
def test_requests_go_out_evenly(per_second: float | None, sent: list[float]) -> None:
    clock = Clock()
    assert moments(Pace(per_second, clock=clock, sleep=clock.sleep), clock, 4) == sent


def test_a_quiet_time_is_not_made_up_for_by_a_burst() -> None:
    clock = Clock()
    pace = Pace(2, clock=clock, sleep=clock.sleep)
    moments(pace, clock, 3)
    clock.now += 100
    assert moments(pace, clock, 3) == [0, 0.5, 1]


def test_a_rest_holds_everybody_and_afterwards_requests_go_out_evenly_again() -> None:
    clock = Clock()
    pace = Pace(2, clock=clock, sleep=clock.sleep)
    pace.rest(30)
    assert moments(pace, clock, 3) == [30, 30.5, 31]


def test_a_shorter_rest_does_not_end_a_longer_one() -> None:
    clock = Clock()
    pace = Pace(None, clock=clock, sleep=clock.sleep)
    pace.rest(30)
    pace.pause(5)
    assert clock.slept == [5]
    assert moments(pace, clock, 2) == [25, 25]


def test_a_rest_that_comes_while_a_turn_is_awaited_is_kept_too() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock, sleep=lambda seconds: told(seconds))

    def told(seconds: float) -> None:
        if not clock.slept:
            pace.rest(10)
        clock.sleep(seconds)

    assert moments(pace, clock, 2) == [0, 10]


def test_threads_share_one_pace() -> None:
    """With the real clock: 8 threads, 40 requests at 100 a second take 0.39 s at least."""
    pace = Pace(100, clock=time.monotonic, sleep=time.sleep)
    sent: list[float] = []

    def send(_: int) -> None:
        pace.wait()
        sent.append(time.monotonic())

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(send, range(40)))
    assert max(sent) - min(sent) >= 0.38


@pytest.mark.parametrize(
    ("refused", "sent"),
    [
        (1, [("Condition", 0), ("Condition", 30), ("Encounter", 30)]),
        # Given up for good, the request still tells the next one that the clinic wants a rest.
        (2, [("Condition", 0), ("Condition", 30), ("Encounter", 60)]),
    ],
)
def test_a_429_pauses_the_whole_connection(refused: int, sent: list[tuple[str, float]]) -> None:
    clock, at = Clock(), list[tuple[str, float]]()

    def reply(request: httpx.Request) -> httpx.Response:
        at.append((request.url.path.rpartition("/")[2], clock.now - 1_700_000_000))
        if len(at) <= refused:
            return httpx.Response(429, headers={"Retry-After": "30"})
        return httpx.Response(200, content=bundle())

    with clinic_of(reply, tries=2, clock=clock) as clinic:
        clinic.pull("Patient/p1", ["Condition", "Encounter"])
    assert at == sent


def test_a_pull_keeps_the_pace() -> None:
    clock, at = Clock(), list[float]()

    def reply(_: httpx.Request) -> httpx.Response:
        at.append(clock.now - 1_700_000_000)
        return httpx.Response(200, content=bundle())

    with clinic_of(reply, requests_per_second=0.5, clock=clock) as clinic:
        clinic.pull("Patient/p1", ["Condition", "Encounter", "Procedure"])
    # The first place is metadata's.
    assert at == [2, 4, 6]


def test_threads_that_ask_something_else_rest_too() -> None:
    """By the real clock: four threads ask at once, one is told to wait a second, none asks before."""
    together, resting = threading.Barrier(4, timeout=20), threading.Event()
    at: list[float] = []

    def sleep(seconds: float) -> None:
        resting.set()
        time.sleep(seconds)

    def reply(_: httpx.Request) -> httpx.Response:
        at.append(time.monotonic())
        if len(at) <= 4 and together.wait() == 0:
            return httpx.Response(429, headers={"Retry-After": "1"})
        assert resting.wait(timeout=20)
        return httpx.Response(200, content=bundle())

    with clinic_of(reply, sleep=sleep) as clinic:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda n: clinic.pull(f"Patient/p{n}", ["Condition"]), range(12)))
    assert len(at) == 13
    assert min(at[4:]) - max(at[:4]) >= 0.9


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_requests_are_under_way_than_allowed(at_once: int) -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def reply(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.02)
        with lock:
            under_way -= 1
        return httpx.Response(200, content=bundle())

    with clinic_of(reply, at_once=at_once) as clinic:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda n: clinic.pull(f"Patient/p{n}", ["Condition"]), range(12)))
    assert most == at_once


@contextmanager
def clinic_of(
    reply: Callable[[httpx.Request], httpx.Response],
    *,
    clock: Clock | None = None,
    sleep: Callable[[float], None] = time.sleep,
    **settings: Any,
) -> Iterator[Connection]:
    """Every search is answered by `reply`; without a clock it is the real one."""
    waits, now = (clock.sleep, clock) if clock is not None else (sleep, time.monotonic)
    with respx.mock() as router, connect(quick(**settings), sleep=waits, clock=now) as clinic:
        router.get(f"{BASE}/metadata").respond(content=statement({}))
        router.route(host="clinic.example").mock(side_effect=reply)
        yield clinic


def test_turns_and_rests_are_counted() -> None:
    clock = Clock()
    pace = Pace(None, clock=clock, sleep=clock.sleep)
    for _ in range(3):
        pace.wait()
    pace.pause(2)
    pace.count("retries")
    assert pace.counts() == {"requests": 3, "retries": 1, "throttled": 1}
