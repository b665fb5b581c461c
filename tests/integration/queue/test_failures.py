"""What a failure costs: one chart, with a code in its row; more only where nothing can go on."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn, cast

import pytest
from sqlmodel import col, select

from abstractor.errors import ClinicMisbehaved, ClinicRefused, ClinicUnreachable, QueueError, StoreError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Connection, Endpoint, Listed
from abstractor.store.tables import WorkRow
from abstractor.store.values import WorkKind, WorkState
from abstractor.workflow import (
    Begun,
    Cohort,
    Services,
    begin_round,
    cycle_by_id,
    cycle_progress,
    dispatch,
    reconcile,
    registered_of,
    work_through,
)
from tests.integration.queue.slow_clinic import Pace, SlowConnection, open_small_cycle

Make = Callable[..., Services]
CHARTS = 3
CANARY = "Jane Q. Canary"


def at_first_patient(failure: Exception) -> Callable[[str], None]:
    def act(patient: str) -> None:
        if patient == "Patient/0":
            raise failure

    return act


def rows(services: Services) -> list[tuple[int, str, int, str | None]]:
    with services.store.reading() as session:
        held = session.exec(select(WorkRow).order_by(col(WorkRow.id)))
        return [(row.id or 0, row.state, row.attempts, row.error_code) for row in held]


def pull_everything(services: Services) -> None:
    work_through(services, WorkKind.PULL, range(1, CHARTS + 1))


@pytest.mark.parametrize(
    ("failure", "state", "code"),
    [
        (ClinicUnreachable(CANARY), WorkState.WAITING, "clinic-unreachable"),
        (ClinicRefused(CANARY, status=403), WorkState.FAILED, "ClinicRefused"),
        (ClinicMisbehaved(CANARY), WorkState.FAILED, "ClinicMisbehaved"),
        (KeyError(CANARY), WorkState.FAILED, "program-error:KeyError"),
        (RecursionError(CANARY), WorkState.FAILED, "program-error:RecursionError"),
    ],
)
def test_a_chart_that_cannot_be_pulled_costs_that_chart(
    make_services: Make, failure: Exception, state: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    services = make_services(charts=CHARTS, pace=Pace(before_pull=at_first_patient(failure)))
    cycle_id = open_small_cycle(services)
    with caplog.at_level(logging.DEBUG):
        pull_everything(services)
    assert rows(services)[:CHARTS] == [(1, state, 1, code), (2, "done", 1, None), (3, "done", 1, None)]
    assert cycle_progress(services, cycle_id).abstracts.waiting == 2
    assert code in caplog.text
    assert CANARY not in caplog.text


def test_a_chart_that_cannot_be_abstracted_costs_that_chart(make_services: Make) -> None:
    services = make_services(charts=CHARTS, pace=Pace(before_decide=at_first_patient(ValueError(CANARY))))
    cycle_id = open_small_cycle(services)
    pull_everything(services)
    work_through(services, WorkKind.ABSTRACT, range(1, 2 * CHARTS + 1))
    seen = cycle_progress(services, cycle_id)
    assert (seen.abstracts.done, seen.abstracts.failed) == (2, 1)
    assert seen.errors == (("program-error:ValueError", 1),)
    assert seen.finished


def test_an_unreachable_clinic_is_asked_again_until_it_is_given_up(make_services: Make) -> None:
    services = make_services(charts=CHARTS, max_attempts=2, retry_delays=(5,))

    def unreachable(_endpoint: Endpoint, **_: object) -> NoReturn:
        raise ClinicUnreachable("no route")

    cycle_id = open_small_cycle(services)
    down = replace(services, connect=unreachable)
    pull_everything(down)
    assert {row[1:] for row in rows(down)} == {("waiting", 1, "clinic-unreachable")}
    assert dispatch(down) == 0  # not due yet
    later = replace(down, clock=lambda: services.clock() + timedelta(seconds=6))
    assert dispatch(later) == CHARTS
    pull_everything(later)
    assert cycle_progress(later, cycle_id).errors == (("clinic-unreachable", CHARTS),)


def test_a_broken_database_stops_the_job_and_costs_nothing(make_services: Make) -> None:
    services = make_services(charts=CHARTS, pace=Pace(before_pull=at_first_patient(StoreError("gone"))))
    cycle_id = open_small_cycle(services)
    with pytest.raises(StoreError):
        pull_everything(services)
    assert cycle_progress(services, cycle_id).pulls.leased == CHARTS
    later = replace(services, clock=lambda: services.clock() + timedelta(seconds=60))
    assert reconcile(later).taken_back == CHARTS


def test_a_queue_that_is_down_keeps_the_work_for_later(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    services.queue.connection.config_set("maxmemory", "1")
    services.queue.connection.config_set("maxmemory-policy", "noeviction")
    with pytest.raises(QueueError):
        open_small_cycle(services)
    services.queue.connection.config_set("maxmemory", "0")
    assert reconcile(services).sent == 0  # handed over a moment ago, as far as the database knows
    later = replace(services, clock=lambda: services.clock() + timedelta(seconds=5))
    done = reconcile(later)
    assert (done.lost, done.sent) == (CHARTS, CHARTS)


class BrokenList(SlowConnection):
    """Gives its patients, and says after the last that there may be more."""

    def cohort(self, setup: ClinicSetup, codes: Sequence[str] = ()) -> Iterator[Listed]:
        yield from super().cohort(setup, codes)
        raise ClinicMisbehaved("the list may not be whole (page-cap)")


def test_a_list_that_breaks_off_keeps_what_came_of_it(make_services: Make) -> None:
    services = make_services(charts=CHARTS)

    @contextmanager
    def connect(_endpoint: Endpoint, **_: object) -> Iterator[Connection]:
        yield cast(Connection, BrokenList(CHARTS, Pace()))

    broken = replace(services, connect=connect)
    cycle_id = open_small_cycle(broken)
    kept = cycle_by_id(broken, cycle_id)
    assert kept is not None
    assert kept.listing_gap == "the list may not be whole (page-cap)"
    assert cycle_progress(broken, cycle_id).pulls.total == CHARTS
    again = begin_round(broken, registered_of(broken, kept.clinic_id), cycle_id=cycle_id)
    assert again == Begun(1, followed=True, cohort=Cohort(CHARTS, 0, kept.listing_gap))


def test_a_group_narrows_the_cohort(make_services: Make) -> None:
    services = make_services(charts=CHARTS)
    assert cycle_progress(services, open_small_cycle(services, group="g1")).pulls.total == 2
