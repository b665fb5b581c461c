"""A receiver that answers drop by drop holds up neither the nights nor those who are told after it."""

import time
from datetime import UTC, datetime

import pytest

from abstractor.store.connection_values import RunState
from abstractor.workflow.watching import delivering
from abstractor.workflow.watching.watched import look_after
from tests.integration.schedule.house import House
from tests.integration.schedule.receivers import dripping, hook
from worker.schedule import Schedule

DROPS = {
    "https": [b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"],
    "mail": [b"220-wait\r\n"],
}


@pytest.fixture
def in_all(monkeypatch: pytest.MonkeyPatch) -> float:
    """Less than the 10 s of a socket, which no drop of these lets pass."""
    monkeypatch.setattr(delivering, "IN_ALL", 1.0)
    return 1.0


@pytest.mark.parametrize("way", DROPS)
def test_a_delivery_has_a_time_in_all(
    house: House, in_all: float, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    with dripping(DROPS[way], every=0.1) as (port, called), hook() as quick:
        house.settings(smtp_host="127.0.0.1", smtp_port=port, smtp_from="a@site.example")
        slow = "mailto:it@site.example" if way == "mail" else f"http://127.0.0.1:{port}/hook"
        house.round(house.add("slow", tell=slow), RunState.FAILED)
        house.round(house.add("other", tell=quick.url), RunState.FAILED)
        began = time.monotonic()
        assert look_after(house.services) == 1
        assert in_all <= time.monotonic() - began < in_all + 3
        assert [post["clinic"] for post in quick.posts] == ["other"]
        assert "could not tell of pull-failed: time-out" in caplog.text
        house.wait(hours=1)
        began = time.monotonic()
        assert look_after(house.services) == 0
        assert time.monotonic() - began < in_all, "the one that drips still is not called once more"
        assert len(called) == 1


def test_a_place_that_has_let_go_is_told_anew(house: House, in_all: float) -> None:
    with dripping(DROPS["https"], every=0.1) as (port, _):
        house.round(house.add(tell=f"http://127.0.0.1:{port}/hook"), RunState.FAILED)
        assert look_after(house.services) == 0
        held = delivering._left[f"http://127.0.0.1:{port}/hook"]
    held.join(10)
    with dripping([b"HTTP/1.1 204 No Content\r\n\r\n"], every=60) as (port, called):
        house.add(tell=f"http://127.0.0.1:{port}/hook")
        house.wait(hours=1)
        assert look_after(house.services) == 1
        assert len(called) == 1


def test_no_night_waits_for_a_receiver(house: House) -> None:
    with dripping(DROPS["https"], every=0.1) as (port, called):
        house.round(house.add("slow", tell=f"http://127.0.0.1:{port}/hook"), RunState.FAILED)
        machine = Schedule(house.services)
        began = time.monotonic()
        machine.enqueue_jobs()
        while not called:
            time.sleep(0.01)
        first = machine.telling
        assert first is not None and first.is_alive()
        house.at = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
        machine.enqueue_jobs()
        assert machine.telling is first, "one is told at a time"
        assert [job.args[0] for job in house.services.queue.of("nightly").jobs] == [1]
        assert time.monotonic() - began < 5
    first.join(20)
    assert not first.is_alive()
