"""Nightly pulls as they run: RQ's scheduler beside real workers, over a real clinic on this machine."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import psutil
import pytest
import time_machine
from rq.cron import CronScheduler

from abstractor.errors import StoreError
from abstractor.store import live, runs, tallies
from abstractor.store.connection_values import PullRun, RunState
from abstractor.workflow import Services, go_on_with
from abstractor.workflow.clinic.clinics import remove_clinic
from abstractor.workflow.rounds import schedule
from abstractor.workflow.services import now_utc
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.queue.slow_clinic import pool_running
from tests.integration.schedule.house import House
from tests.integration.schedule.receivers import hook
from worker import tasks
from worker.schedule import Schedule

EACH_MINUTE = "* * * * *"


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(all_stories()[:3]) as door:
        yield door


def rounds(services: Services, clinic_id: int) -> list[PullRun]:
    """The earliest first."""
    with services.store.reading() as session:
        return list(reversed(runs.runs(session, clinic_id)))


def waits(house: House) -> list[list[int]]:
    """What the jobs hold that wait to be begun."""
    return [list(job.args) for job in house.services.queue.of("nightly").jobs]


def begin(house: House, numbers: list[int]) -> None:
    """As workers do it: the one who begins the round leaves its list of patients to the next."""
    tasks.serve(house.services)
    tasks.begin_night(*numbers)
    for job in house.services.queue.of("round").jobs:
        go_on_with(house.services, *job.args[0], owner=job.id)


def test_rqs_loop_wakes_at_the_time_and_sends_the_job_once_on_three_machines(house: House) -> None:
    north = house.add()
    machines = [Schedule(house.services) for _ in range(3)]
    house.at = datetime(2026, 3, 3, 7, 29, 50, tzinfo=UTC)
    with time_machine.travel(house.at, tick=False):
        assert [machine.enqueue_jobs() for machine in machines] == [[], [], []]
        assert {machine.calculate_sleep_interval() for machine in machines} == {10.0}
        assert waits(house) == []
    house.wait(seconds=10)
    with time_machine.travel(house.at, tick=False):
        for machine in machines:
            machine.enqueue_jobs()
        assert {machine.calculate_sleep_interval() for machine in machines} == {30.0}
    assert waits(house) == [[north, int(house.at.timestamp()), 1]]


def test_a_setup_that_is_changed_or_removed_takes_effect_at_the_next_tick(house: House) -> None:
    house.add()
    machine = Schedule(house.services)
    machine.enqueue_jobs()
    assert [job.cron for job in machine.get_jobs()] == ["30 2 * * *"]
    house.add(nightly="0 4 * * *")
    machine.enqueue_jobs()
    assert [(job.cron, job.name) for job in machine.get_jobs()] == [("0 4 * * *", "nightly-1")]
    remove_clinic(house.services, "north")
    machine.enqueue_jobs()
    assert machine.get_jobs() == []
    assert machine.calculate_sleep_interval() <= 30


def test_a_database_that_is_away_is_said_once(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add()
    machine = Schedule(house.services)

    def away(_services: Services) -> schedule.Nights:
        raise StoreError("the database does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "nights", away)
        assert [machine.enqueue_jobs(), machine.enqueue_jobs()] == [[], []]
    assert caplog.text.count("the database does not answer") == 1
    machine.enqueue_jobs()
    assert len(machine.get_jobs()) == 1


def test_a_night_begins_a_round_and_only_one(house: House, door: Door) -> None:
    north = house.add(base_url=door.url)
    house.wait(days=1)
    Schedule(house.services).enqueue_jobs()
    (numbers,) = waits(house)
    begin(house, numbers)
    begin(house, numbers)
    (one,) = rounds(house.services, north)
    assert (one.state, one.patients) == (RunState.RUNNING, 3)


def test_a_night_follows_the_round_that_still_runs(house: House, door: Door) -> None:
    north = house.add(base_url=door.url)
    house.wait(days=1)
    Schedule(house.services).enqueue_jobs()
    (numbers,) = waits(house)
    by_hand = house.round(north, None)
    begin(house, numbers)
    assert [one.id for one in rounds(house.services, north)] == [by_hand]


def tick(machine: Schedule) -> None:
    """Until whoever is to be told has been."""
    machine.enqueue_jobs()
    assert machine.telling is not None
    machine.telling.join(30)


def test_a_clinic_that_is_down_is_told_of_and_tried_again(house: House, door: Door) -> None:
    with hook() as told:
        north = house.add(base_url=door.url, tell=told.url)
        house.settings(http_tries=1)
        door.go_down()
        machine = Schedule(house.services)
        for day, hour, state in ((3, 7, RunState.FAILED), (3, 8, RunState.RUNNING)):
            house.at = datetime(2026, 3, day, hour, 31, tzinfo=UTC)
            tick(machine)
            begin(house, waits(house)[-1])
            assert rounds(house.services, north)[-1].state is state
            tick(machine)
            door.come_up()
        assert [post["code"] for post in told.posts] == ["pull-failed"]
        assert rounds(house.services, north)[0].error_code == "clinic-unreachable"


def test_a_night_of_a_clinic_that_was_removed_meanwhile_is_nothing(house: House, door: Door) -> None:
    north = house.add(base_url=door.url)
    house.wait(days=1)
    Schedule(house.services).enqueue_jobs()
    remove_clinic(house.services, "north")
    begin(house, waits(house)[0])
    assert rounds(house.services, north) == []


def test_a_scheduler_that_is_killed_is_started_again_and_rq_knows_it(house: House) -> None:
    house.add()
    connection = house.services.queue.connection

    def schedulers() -> dict[int, list[str]]:
        """What RQ's registry tells of those that live: their jobs by their process."""
        alive = [each for each in CronScheduler.all(connection) if psutil.pid_exists(each.pid)]
        return {each.pid: [job.name for job in each.get_jobs()] for each in alive}

    with pool_running(house.running(), processes=1):
        until(lambda: ["nightly-1"] in schedulers().values(), seconds=30)
        (first,) = schedulers()
        psutil.Process(first).kill()
        until(lambda: ["nightly-1"] in schedulers().values() and first not in schedulers(), seconds=30)


def test_two_pools_tell_of_a_trouble_once(house: House) -> None:
    with hook() as told, ExitStack() as stack:
        house.at = now_utc()
        house.round(house.add(tell=told.url), RunState.FAILED)
        machines = [house.running(), house.running()]
        for each in machines:
            stack.enter_context(pool_running(each, processes=1))
        until(lambda: len(told.posts) > 0, seconds=30)
        time.sleep(2)
        assert [post["code"] for post in told.posts] == ["pull-failed"]


def test_a_pool_may_do_without_a_scheduler(house: House) -> None:
    house.settings(schedule=False)
    with pool_running(house.running(), processes=1) as pool:
        until(lambda: len(pool.children()) == 1, seconds=30)
        time.sleep(1)
        assert len(pool.children()) == 1
        assert CronScheduler.all(house.services.queue.connection) == []


def until(reached: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "not reached in time"
        time.sleep(0.1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_machines_catch_up_at_once_and_then_pull_each_minute_once(house: House, door: Door) -> None:
    """Real schedulers, real workers, a clock that goes on and was put to 20 seconds before a minute, enough
    to catch up in. The clinic was added two minutes ago."""
    with time_machine.travel(now_utc().replace(second=40), tick=True):
        catch_up_and_pull_each_minute_once(house, door)


def catch_up_and_pull_each_minute_once(house: House, door: Door) -> None:
    house.at = now_utc() - timedelta(minutes=2)
    north = house.add(base_url=door.url, nightly=EACH_MINUTE)
    services = house.services
    house.settings(reconcile_every=0.5)
    machines = [house.running(), house.running()]
    with ExitStack() as stack:
        pools = [stack.enter_context(pool_running(each, processes=1)) for each in machines]
        until(lambda: any(done.ended_at for done in rounds(services, north)), seconds=30)
        assert [(one.error_code, one.patients) for one in rounds(services, north)] == [(None, 3)]
        until(lambda: len(rounds(services, north)) == 2, seconds=65)
        assert [len(pool.children()) for pool in pools] == [2, 2], "a worker and a scheduler"
        time.sleep(2)
    first, second = rounds(services, north)
    assert second.started_at.replace(second=0, microsecond=0) > first.started_at.replace(
        second=0, microsecond=0
    )
    assert second.started_at.second < 10, "it begins with its minute"
    with services.store.reading() as session:
        assert live.live_of(session, 1)
        counted = {what: number for _, what, number in tallies.tallies(session)}
    assert counted["requests"] > 6, "what the clinic was asked stands in the metrics"
