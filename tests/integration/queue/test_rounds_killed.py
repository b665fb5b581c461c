"""Whoever is killed, a round goes on; and a clinic is asked by one job at a time, of all workers."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

import pytest

from abstractor.errors import ClinicUnreachable
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Endpoint, Pulled, Unpulled
from abstractor.fhir.held import Wanted
from abstractor.store.connection_values import RunState
from abstractor.workflow import (
    Begun,
    Services,
    add_clinic,
    begin_round,
    go_on_with,
    reconcile,
    remove_clinic,
    round_progress,
)
from tests.integration.queue.round_steps import (
    CHARTS,
    Make,
    clinic_of,
    connecting,
    failing,
    note,
    noted,
    pull_all,
    wait_until_ended,
)
from tests.integration.queue.slow_clinic import Pace, SlowConnection, pool_running


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abstractor.workflow.rounds.rounds._AT_ONCE", 4)


def in_a_process_of_its_own(services: Services, act: Callable[[], object]) -> int:
    """Its exit code; negative: the signal that ended it."""
    services.close()
    child = get_context("fork").Process(target=act)
    child.start()
    child.join(20)
    assert child.exitcode is not None
    return child.exitcode


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize("queue_is_lost", [False, True], ids=["queue stays", "queue is lost"])
def test_a_listing_that_is_killed_is_gone_on_with(
    make_services: Make, tmp_path: Path, queue_is_lost: bool
) -> None:
    killed, asked = tmp_path / "killed", tmp_path / "asked"

    def kill_once(number: int) -> None:
        if number == 10 and not killed.exists():
            killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    pace = Pace(pull=0.01, before_listed=kill_once, before_pull=lambda patient: note(asked, patient))
    services = make_services(charts=CHARTS, pace=pace)
    registered = clinic_of(services)
    assert in_a_process_of_its_own(services, lambda: begin_round(services, registered)) == -signal.SIGKILL
    seen = round_progress(services, 1)
    assert (seen.run.listed_at, seen.pulls.waiting) == (None, 8)
    assert begin_round(services, registered) == Begun(1, followed=True, cohort=None)
    time.sleep(services.settings.lease)
    reconcile(services)
    if queue_is_lost:
        services.queue.connection.flushall()
    with pool_running(services):
        ended = wait_until_ended(services, 1)
    assert (ended.run.state, ended.run.patients, ended.pulls.done) == (RunState.DONE, CHARTS, CHARTS)
    assert sorted(noted(asked)) == sorted(f"Patient/{number}" for number in range(CHARTS))


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize(
    ("removed", "state", "errors"),
    [
        (False, RunState.INCOMPLETE, ()),
        (True, RunState.FAILED, (("SetupError", 8),)),
    ],
    ids=["clinic away", "clinic removed"],
)
def test_a_killed_listing_that_cannot_be_gone_on_with_leaves_nobody_waiting(
    make_services: Make, removed: bool, state: RunState, errors: tuple[tuple[str, int], ...]
) -> None:
    def kill(number: int) -> None:
        if number == 10:
            os.kill(os.getpid(), signal.SIGKILL)

    services = make_services(charts=CHARTS, pace=Pace(pull=0, before_listed=kill))
    setup = ClinicSetup("North", "https://north.example/fhir")
    registered = add_clinic(services, setup)
    assert in_a_process_of_its_own(services, lambda: begin_round(services, registered)) == -signal.SIGKILL
    if removed:
        remove_clinic(services, "North")
    time.sleep(services.settings.lease)
    go_on_with(replace(services, connect=no_route), 1, owner="another")
    pull_all(services)
    seen = round_progress(services, 1)
    assert (seen.run.state, seen.errors, seen.pulls.waiting) == (state, errors, 0)
    assert seen.run.listing_gap is not None


def test_a_round_that_is_killed_while_it_is_pulled_goes_on_where_it_was(
    make_services: Make, tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    pace = Pace(pull=0.1, before_pull=lambda patient: note(asked, patient))
    services = make_services(charts=CHARTS, pace=pace)
    begun = begin_round(services, clinic_of(services))
    with pool_running(services) as pool:
        while round_progress(services, begun.run_id).pulls.done < 4:
            time.sleep(0.01)
        for each in [pool, *pool.children(recursive=True)]:
            each.kill()
    with pool_running(services):
        ended = wait_until_ended(services, begun.run_id)
    assert (ended.run.state, ended.pulls.done) == (RunState.DONE, CHARTS)
    assert set(noted(asked)) == {f"Patient/{number}" for number in range(CHARTS)}
    assert len(noted(asked)) <= CHARTS + 1, "only who was being pulled is pulled again"


def test_a_round_whose_workers_all_ended_at_the_last_chart_is_ended_by_the_reconciler(
    make_services: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services(charts=CHARTS)
    begun = begin_round(services, clinic_of(services))
    monkeypatch.setattr("abstractor.workflow.charts.finish_rounds", lambda _: None)
    pull_all(services)
    assert round_progress(services, begun.run_id).run.state is RunState.RUNNING
    reconcile(services)
    assert round_progress(services, begun.run_id).run.state is RunState.DONE


def test_a_broken_program_costs_one_chart_of_a_round(make_services: Make) -> None:
    services = make_services(charts=CHARTS, pace=failing(ZeroDivisionError(), "Patient/3", "Patient/4"))
    begun = begin_round(services, clinic_of(services))
    pull_all(services)
    assert round_progress(services, begun.run_id).errors == (("program-error:ZeroDivisionError", 2),)


class Watched(SlowConnection):
    """Notes when which clinic was pulled from, and by which process."""

    def __init__(self, endpoint: Endpoint, path: Path) -> None:
        super().__init__(CHARTS, Pace(pull=0.1))
        self._address = endpoint.base_url
        self._path = path

    def pull_each(self, wanted: Iterable[Wanted], types: Sequence[str]) -> Iterator[Pulled | Unpulled]:
        began = time.monotonic()
        yield from super().pull_each(wanted, types)
        note(self._path, f"{self._address} {began} {time.monotonic()}")


def overlaps(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def test_one_job_of_a_clinic_at_a_time_and_two_clinics_beside_each_other(
    make_services: Make, tmp_path: Path
) -> None:
    path = tmp_path / "pulled"
    made = make_services(charts=CHARTS, pulls_per_job=3)
    services = replace(made, connect=connecting(lambda endpoint: Watched(endpoint, path)))
    runs = [begin_round(services, clinic_of(services, name)).run_id for name in ("North", "South")]
    with pool_running(services, processes=4):
        for run_id in runs:
            assert wait_until_ended(services, run_id).run.state is RunState.DONE
    spans: dict[str, list[tuple[float, float]]] = {}
    for line in noted(path):
        address, began, ended = line.split()
        spans.setdefault(address, []).append((float(began), float(ended)))
    assert {address: len(some) for address, some in spans.items()} == {
        "https://north.example/fhir": 4,
        "https://south.example/fhir": 4,
    }
    for some in spans.values():
        ordered = sorted(some)
        assert not any(overlaps(one, other) for one, other in pairwise(ordered))
    north, south = spans.values()
    assert any(overlaps(one, other) for one in north for other in south)


def test_jobs_of_a_clinic_that_wait_for_their_turn_are_not_taken_for_lost(make_services: Make) -> None:
    services = make_services(charts=CHARTS, pulls_per_job=3)
    begin_round(services, clinic_of(services))
    assert len(services.queue.carried()) == 4
    assert len(services.queue.of("pull").job_ids) == 1
    time.sleep(services.settings.reconcile_every * 1.1)
    assert reconcile(services).lost == 0


def test_a_job_that_takes_too_long_gives_back_whom_it_has_not_begun(make_services: Make) -> None:
    made = make_services(charts=CHARTS, pace=Pace(pull=0.3))
    services = replace(made, queue=replace(made.queue, timeout=1))
    begun = begin_round(services, clinic_of(services))
    pull_all(services)
    pulls = round_progress(services, begun.run_id).pulls
    assert (pulls.done, pulls.waiting, pulls.leased) == (2, CHARTS - 2, 0)


def no_route(_endpoint: Endpoint, **_: object) -> NoReturn:
    raise ClinicUnreachable("no route")


def test_a_clinic_that_is_away_when_it_is_listed_by_a_worker_ends_the_round(make_services: Make) -> None:
    services = replace(make_services(charts=CHARTS), connect=no_route)
    begun = begin_round(services, clinic_of(services), by_worker=True)
    assert begun.cohort is None
    with pool_running(services, processes=1):
        run = wait_until_ended(services, begun.run_id).run
    assert (run.state, run.error_code, run.listing_gap) == (RunState.FAILED, "clinic-unreachable", "no route")
